/* What is found wrong between locations, and what that forbids. */
#include "check.h"
#include "fake_code.h"

#include "plan/workspace_check.h"

static void test_findings_say_who_where_and_what_helps(void)
{
	static const struct {
		const char *lines;
		const char *kind; /* of the first finding; NULL: there is none */
		enum finding_severity severity;
		const char *message, *hint, *sufferers;
	} rows[] = {
		{"a x\nb y < x!", NULL, 0, "", "", ""},
		{"a x\nb =x\nc ~x", NULL, 0, "", "", ""},
		{"a x\nb x", "duplicate_key", FINDING_ERROR, "\"x\" (a, /src/a.py:1) and \"x\" (b, /src/b.py:2)",
		 "key_prefix", "x"},
		{"a ~x\nb ~x", "duplicate_key", FINDING_WARNING, "observe", "", "x"},
		{"a x < y\nb y < z\nc z < x", "cycle", FINDING_ERROR,
		 "\"x\" (a, /src/a.py:1) needs \"y\" (b, /src/b.py:2) needs \"z\" (c, /src/c.py:3) needs \"x\".", "",
		 "x y z"},
		{"a x < x", "cycle", FINDING_ERROR, "needs itself", "", "x"},
		{"a orders\nb y < oders!", "unknown_key", FINDING_ERROR, "\"y\" (b, /src/b.py:2) loads \"oders\"",
		 "did you mean \"orders\" (a, /src/a.py:1)?", "y"},
		{"a orders\nb y < oders\nb z < oders", "unknown_key", FINDING_WARNING, "The same holds for \"z\".",
		 "did you mean", "y z"},
		{"a orders\nb y < elsewhere", "unknown_key", FINDING_INFO, "depends on \"elsewhere\"", "AssetSpec", "y"},
		{"a x\na y < elsewhere!\na =elsewhere", NULL, 0, "", "", ""},
		{"a x#gone", "unknown_resource", FINDING_ERROR, "I/O manager `gone`", "resources", "x"},
		{"a x\nb y < x!gone", "unknown_resource", FINDING_ERROR, "loads an input with `gone`", "", "y"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct asset_graph *g = fake_graph(a, rows[i].lines);
		struct findings f = workspace_check(a, g);
		struct node_set sufferers = node_set_new(a, g);

		CHECK_INT(rows[i].kind != NULL, f.n);
		if (!rows[i].kind)
			continue;
		CHECK_STR(rows[i].kind, finding_kind_word(f.at[0].kind));
		CHECK_INT(rows[i].severity, f.at[0].severity);
		CHECK_CONTAINS(rows[i].message, f.at[0].message.p);
		CHECK_CONTAINS(rows[i].hint, f.at[0].hint.p);
		for (size_t n = 0; n < f.at[0].nodes_count; n++)
			node_set_add(&sufferers, f.at[0].nodes[n]);
		CHECK_SV(sv_of(rows[i].sufferers), fake_keys(a, g, &sufferers));
	}
}

static void test_storage_must_be_shared(void)
{
	static const struct {
		const char *lines;
		const char *kind;
		enum finding_severity severity;
		const char *message, *hint;
	} rows[] = {
		/* Nobody declares anything, or both the same. */
		{"a x\nb y < x!", NULL, 0, "", ""},
		{"a x\na $io_manager filesystem /d\nb y < x!\nb $io_manager filesystem /d", NULL, 0, "", ""},
		/* Another place. */
		{"a x\na $io_manager filesystem /d\nb y < x!\nb $io_manager filesystem /e", "storage_not_shared",
		 FINDING_ERROR, "\"x\" (a, /src/a.py:1) stores to filesystem /d; \"y\" (b, /src/b.py:3) loads it from filesystem /e.",
		 "\"/d\" (/src/a.py:2); location \"b\" declares `io_manager` with \"/e\" (/src/b.py:4)"},
		{"a x\na $io_manager filesystem /d\nb y < x\nb $io_manager filesystem /e", "storage_not_shared",
		 FINDING_WARNING, "depends on it", ""},
		{"a x\na $io_manager filesystem /d\nb y < x!", "storage_not_shared", FINDING_ERROR,
		 "plait's own storage", "declares no io_manager"},
		{"a x\na $io_manager s3 /d\nb y < x!\nb $io_manager filesystem /d", "storage_not_shared", FINDING_ERROR,
		 "s3 /d", ""},
		/* Many alike are one finding. */
		{"a x\na $io_manager filesystem /d\nb y < x!\nb z < x!\nb $io_manager filesystem /e", "storage_not_shared",
		 FINDING_ERROR, "The same holds for \"z\".", ""},
		/* An explicit input manager decides. */
		{"a x\na $io_manager filesystem /d\nb y < x!other\nb $other filesystem /d\nb $io_manager filesystem /e",
		 NULL, 0, "", ""},
		{"a x#own\na $own filesystem /d\nb y < x!", "storage_not_shared", FINDING_ERROR, "stores to filesystem /d", ""},
		/* Within a location the producer's manager loads. */
		{"a x#own\na $own filesystem /d\na y < x!", NULL, 0, "", ""},
		/* Says nothing about storage: nothing to compare. */
		{"a x\na $io_manager\nb y < x!", NULL, 0, "", ""},
		/* Memory. */
		{"a x#mem\na $mem memory\na y < x!", "memory_storage", FINDING_ERROR, "\"x\" (a, /src/a.py:1) is kept in memory",
		 "give \"x\" an I/O manager"},
		{"a x#mem\na $mem memory\na y < x", NULL, 0, "", ""},
		{"a x@s#mem\na $mem memory\na y@s < x!", NULL, 0, "", ""},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct findings f = workspace_check(a, fake_graph(a, rows[i].lines));

		CHECK_INT(rows[i].kind != NULL, f.n);
		if (!rows[i].kind)
			continue;
		CHECK_STR(rows[i].kind, finding_kind_word(f.at[0].kind));
		CHECK_INT(rows[i].severity, f.at[0].severity);
		CHECK_CONTAINS(rows[i].message, f.at[0].message.p);
		CHECK_CONTAINS(rows[i].hint, f.at[0].hint.p);
	}
}

static void test_errors_forbid_only_those_who_suffer(void)
{
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = fake_graph(a, "a x < y\nb y < x\nb free\na uses_lost < lost\n");
	struct findings f = workspace_check(a, g);
	struct node_set nodes = fake_set(a, g, "free uses_lost");
	struct err e;

	CHECK_INT(2, f.n);
	CHECK_INT(FINDING_ERROR, f.at[0].severity);
	CHECK_OK(findings_allow(&f, &nodes, &e), &e);
	nodes = fake_set(a, g, "free y");
	CHECK(!findings_allow(&f, &nodes, &e));
	CHECK_INT(ERR_CONFLICT, e.kind);
	CHECK_CONTAINS("in a circle", e.text);
	CHECK_CONTAINS("dependencies", e.hint);
}

TESTS(TEST(test_findings_say_who_where_and_what_helps) TEST(test_storage_must_be_shared)
	      TEST(test_errors_forbid_only_those_who_suffer))
