/* Who is concerned by a change. */
#include "check.h"
#include "fake_code.h"

#include "plan/impact.h"

#define TEAMS                                                                                   \
	"analytics raw\nanalytics orders < raw!\nanalytics report < orders\nml features < orders!\n" \
	"ml model < features!\nml audit < raw model!\n"

/* "2 ml features<orders! …": distance, location, who through whom; `!`: loaded. */
static sv impact_text(struct arena *a, const struct asset_graph *g, const struct impact *impact)
{
	sv text = {"", 0};

	for (size_t i = 0; i < impact->consumers_count; i++) {
		const struct impact_consumer *c = &impact->consumers[i];

		text = arena_fmt(a, SV_FMT "%u " SV_FMT " " SV_FMT "<" SV_FMT "%s\n", SV_ARG(text), c->distance,
				 SV_ARG(g->locations[g->nodes[c->node].location].name), SV_ARG(g->nodes[c->node].key),
				 SV_ARG(g->nodes[c->through].key), c->loaded ? "!" : "");
	}
	return text;
}

static void test_consumers_by_distance(void)
{
	static const struct {
		const char *lines, *changed, *want;
	} rows[] = {
		{TEAMS, "orders",
		 "1 analytics report<orders\n1 ml features<orders!\n2 ml model<features!\n3 ml audit<model!\n"},
		{TEAMS, "raw",
		 "1 analytics orders<raw!\n1 ml audit<raw\n2 analytics report<orders\n2 ml features<orders!\n"
		 "3 ml model<features!\n"},
		{TEAMS, "audit", ""},
		{TEAMS, "", ""},
		{TEAMS, "raw orders", "1 analytics report<orders\n1 ml audit<raw\n1 ml features<orders!\n2 ml model<features!\n"},
		{"a x < y\na y < x\nb z < y!\n", "x", "1 a y<x\n2 b z<y!\n"},
		{"a p\na q\na r < p q!\n", "p q", "1 a r<q!\n"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct asset_graph *g = fake_graph(a, rows[i].lines);
		struct node_set changed = fake_set(a, g, rows[i].changed);
		struct impact impact = impact_of(a, g, &changed);

		CHECK_SV(sv_of(rows[i].want), impact_text(a, g, &impact));
	}
}

static void test_a_whole_location_changes(void)
{
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = fake_graph(a, TEAMS);
	struct node_set changed = impact_assets_of(a, g, asset_graph_location(g, SV("analytics")));
	struct impact impact = impact_of(a, g, &changed);

	CHECK_SV(SV("1 ml audit<raw\n1 ml features<orders!\n2 ml model<features!\n"), impact_text(a, g, &impact));
	CHECK_INT(1, impact.locations_count);
	CHECK_INT(3, impact.locations[0].consumers);
	CHECK_INT(2, impact.locations[0].direct);
	CHECK_SV(SV("ml"), g->locations[impact.locations[0].location].name);
}

TESTS(TEST(test_consumers_by_distance) TEST(test_a_whole_location_changes))
