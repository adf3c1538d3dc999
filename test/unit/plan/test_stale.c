/* When a value is stale, and what is said of it. */
#include "check.h"
#include "fake_code.h"

#include "plan/stale.h"

/* A line for each value: "KEY VERSION[:DATA] AT [< INPUT[=VERSION[:DATA]] …]"; without `<` nobody told what it was made from,
 * `~` stands before what was opened without being declared. */
static void take_inputs(struct arena *a, const struct asset_graph *g, struct made *m, sv rest)
{
	struct made_from *from = NEW(a, struct made_from, 8);
	sv word;

	m->from_known = true;
	m->from = from;
	while ((word = fake_word(&rest)).n) {
		struct made_from *f = &from[m->from_count++];

		f->pinned = word.p[0] != '~';
		f->asset = f->pinned ? word : sv_from(word, 1);
		f->version = fake_cut(&f->asset, '=');
		f->data_version = fake_cut(&f->version, ':');
		f->node = asset_graph_find(g, f->asset);
		if (!f->version.n)
			f->version = (sv){0};
		if (!f->data_version.n)
			f->data_version = (sv){0};
	}
}

static void take_value(struct arena *a, const struct asset_graph *g, struct made *made, sv line)
{
	sv key = fake_word(&line), version = fake_word(&line), at = fake_word(&line);
	struct made *m = &made[asset_graph_find(g, key)];
	uint64_t number;

	CHECK(sv_u64(at, &number));
	m->data_version = fake_cut(&version, ':');
	m->version = version;
	m->at = (time_us)number;
	if (fake_word(&line).n)
		take_inputs(a, g, m, line);
}

static struct made *fake_values(struct arena *a, const struct asset_graph *g, const char *lines)
{
	struct made *made = NEW(a, struct made, g->nodes_count + 1);
	sv text = sv_of(lines), line;

	while (sv_split(&text, '\n', &line))
		if (line.n)
			take_value(a, g, made, line);
	return made;
}

static sv reasons_text(struct arena *a, const struct stale_reasons *reasons)
{
	sv text = {"", 0};

	for (size_t i = 0; i < reasons->n; i++)
		text = arena_fmt(a, SV_FMT "%s%s: " SV_FMT, SV_ARG(text), i ? "; " : "",
				 stale_category_word(reasons->at[i].category),
				 SV_ARG(reasons->at[i].text));
	return text;
}

static void test_reasons(void)
{
	static const struct {
		const char *graph, *values, *asset, *want;
	} rows[] = {
		/* data */
		{"n a\nn b < a!\n", "a v1 1 <\nb w1 2 < a=v1\n", "b", ""},
		{"n a\nn b < a!\n", "a v2 3 <\nb w1 2 < a=v1\n", "b", "data: a has a newer value"},
		{"n a\nn b < a!\n", "a v2 3 <\nb w1 4 < a=v1\n", "b", "data: a has a newer value"},
		{"n a\nn b < a!\n", "a v2:same 3 <\nb w1 2 < a=v1:same\n", "b", ""},
		{"n a\nn b < a!\n", "a v2:new 3 <\nb w1 2 < a=v1:old\n", "b", "data: a has a newer value"},
		/* only declared: nobody told which version, so the clock decides */
		{"n a\nn b < a\n", "a v1 1 <\nb w1 2 <\n", "b", ""},
		{"n a\nn b < a\n", "a v2 3 <\nb w1 2 <\n", "b", "data: a has a newer value"},
		{"n a\nn b < a!\n", "a v2 3 <\nb w1 2\n", "b", "data: a has a newer value"},
		{"n a\nn b < a!\n", "a v2 3 <\nb w1 2 < a\n", "b", "data: a has a newer value"},
		/* what is made elsewhere counts once it has a version */
		{"n =a\nn b < a!\n", "b w1 2 < a\n", "b", ""},
		{"n =a\nn b < a!\n", "a v1 3\nb w1 2 < a\n", "b", "data: a has a newer value"},
		{"n =a\nn b < a!\n", "a v1 3\nb w1 2 < a\n", "a", ""},
		/* dependencies */
		{"n a\nn c\nn b < a! c!\n", "a v1 1 <\nc x1 1 <\nb w1 2 < a=v1\n", "b",
		 "dependencies: c is a new dependency"},
		{"n a\nn c\nn b < a! c\n", "a v1 1 <\nc x1 1 <\nb w1 2 < a=v1\n", "b", ""},
		{"n a\nn c\nn b < a!\n", "a v1 1 <\nb w1 2 < a=v1 c=x1\n", "b",
		 "dependencies: c is no dependency any more"},
		{"n a\nn b < a!\n", "a v1 1 <\nb w1 2 < a=v1 gone=x1\n", "b",
		 "dependencies: gone is no dependency any more"},
		{"n a\nn c\nn b < a!\n", "a v1 1 <\nb w1 2 < a=v1 ~c=x1\n", "b", ""},
		/* what a step opens it opens for all its assets, and what it makes it does not open */
		{"n a\nn c\nn b@s < a!\nn d@s < c! b!\n", "a v1 1 <\nc x1 1 <\nb w1 2 < a=v1 c=x1\nd y1 2 < a=v1 c=x1\n",
		 "b", ""},
		{"n a\nn c\nn b@s < a!\nn d@s < c! b!\n", "a v1 1 <\nc x1 1 <\nb w1 2 < a=v1 c=x1\nd y1 2 < a=v1 c=x1\n",
		 "d", ""},
		/* not handed down */
		{"n a\nn b < a!\nm c < b!\n", "a v2 3 <\nb w1 2 < a=v1\nc z1 2 < b=w1\n", "c", ""},
		/* no value */
		{"n a\nn b < a!\n", "a v1 1 <\n", "b", ""},
		/* several, by key */
		{"n z\nn a\nn b < a! z!\n", "a v2 5 <\nz x2 5 <\nb w1 2 < z=x1 a=v1\n", "b",
		 "data: a has a newer value; data: z has a newer value"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct asset_graph *g = fake_graph(a, rows[i].graph);
		struct made *made = fake_values(a, g, rows[i].values);
		uint32_t node = asset_graph_find(g, sv_of(rows[i].asset));
		struct stale_reasons reasons = stale_reasons(a, g, made, node);

		if (!sv_eq(sv_of(rows[i].want), reasons_text(a, &reasons)))
			fprintf(stderr, "row %zu\n", i);
		CHECK_SV(sv_of(rows[i].want), reasons_text(a, &reasons));
		CHECK_INT(reasons.n > 0, stale_is(g, made, node));
	}
}

static void test_code_counts_when_both_versions_are_known(void)
{
	static const struct {
		const char *now, *then, *want;
	} rows[] = {
		{"2", "1", "code: its code_version is 2, its value was made by 1"},
		{"1", "1", ""},
		{"1", "", ""},
		{"", "1", ""},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct asset_graph *g = fake_graph(a, "n a\n");
		struct made made = {
			.version = SV("v1"), .at = 1, .from_known = true, .code_version = sv_of(rows[i].then)};
		struct stale_reasons reasons;

		((struct manifest_asset *)(uintptr_t)g->nodes[0].asset)->code_version = sv_of(rows[i].now);
		reasons = stale_reasons(a, g, &made, 0);
		CHECK_SV(sv_of(rows[i].want), reasons_text(a, &reasons));
		CHECK(!reasons.n || !reasons.at[0].asset.p);
	}
}

TESTS(TEST(test_reasons) TEST(test_code_counts_when_both_versions_are_known))
