/* The drawing of lineage. */
#include "check.h"
#include "fake_code.h"

#include "plan/lineage_text.h"

#define TEAMS                                                                                      \
	"analytics raw\nanalytics customers\nanalytics summary < raw customers\nanalytics report < summary\n" \
	"ml features < summary market\nml model < features\nml scores < features model\nml =market\n"

static void test_pictures(void)
{
	static const struct {
		const char *lines, *key;
		struct lineage_style style;
		const char *want;
	} rows[] = {
		{TEAMS, "summary", {UINT32_MAX, UINT32_MAX, 0, false},
		 "┌─ raw           analytics\n"
		 "├─ customers     analytics\n"
		 "summary          analytics\n"
		 "╞═ features      ml\n"
		 "│  ├─ model      ml\n"
		 "│  │  └─ scores  ml\n"
		 "│  └─ scores     ml\n"
		 "└─ report        analytics\n"},
		{TEAMS, "features", {UINT32_MAX, UINT32_MAX, 80, true},
		 "   ,- raw        analytics\n"
		 "   |- customers  analytics\n"
		 ",= summary       analytics\n"
		 "|- market        ml (external)\n"
		 "features         ml\n"
		 "|- model         ml\n"
		 "|  `- scores     ml\n"
		 "`- scores        ml\n"},
		{TEAMS, "scores", {1, UINT32_MAX, 0, false},
		 "┌─ model …     ml\n"
		 "├─ features …  ml\n"
		 "scores         ml\n"},
		/* The same subtree twice. */
		{"a x\na y < x\na p < y\na q < y\na z < p q\n", "z", {UINT32_MAX, 0, 0, false},
		 "   ┌─ y …   a\n"
		 "┌─ q        a\n"
		 "│     ┌─ x  a\n"
		 "│  ┌─ y     a\n"
		 "├─ p        a\n"
		 "z           a\n"},
		{"a x < gone\n", "x", {1, 1, 0, false}, "╒═ gone  (defined nowhere)\nx        a\n"},
		{"a x < y\na y < x\n", "x", {UINT32_MAX, 0, 0, false},
		 "   ┌─ x …  a\n┌─ y       a\nx          a\n"},
		{"a a_very_long_key_that_no_page_holds\n", "a_very_long_key_that_no_page_holds",
		 {1, 1, 30, false}, "a_very_long_key_that_no_pa…  a\n"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct asset_graph *g = fake_graph(a, rows[i].lines);
		uint32_t node = asset_graph_find(g, sv_of(rows[i].key));

		CHECK_SV(sv_of(rows[i].want), lineage_text(a, g, node, &rows[i].style));
	}
}

/* A chain deeper than any page. */
static void test_depth_ends_with_the_page(void)
{
	AUTO_ARENA a = arena_new();
	struct lineage_style style = {UINT32_MAX, UINT32_MAX, 60, false};
	sv lines = SV("a k0\n"), text, line;
	struct asset_graph *g;
	size_t n = 0;

	for (int i = 1; i < 300; i++)
		lines = arena_fmt(a, SV_FMT "a k%d < k%d\n", SV_ARG(lines), i, i - 1);
	g = fake_graph(a, lines.p);
	text = lineage_text(a, g, asset_graph_find(g, SV("k0")), &style);
	CHECK_CONTAINS("…", text.p);
	while (sv_split(&text, '\n', &line))
		n += line.n > 0;
	CHECK(n > 3 && n < 30);
	style.width = 0;
	CHECK(lineage_text(a, g, asset_graph_find(g, SV("k299")), &style).n > 0);
}

TESTS(TEST(test_pictures) TEST(test_depth_ends_with_the_page))
