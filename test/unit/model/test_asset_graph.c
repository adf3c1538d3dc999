/* The union of locations, its order, and walking it. */
#include "check.h"
#include "fake_code.h"

static const char two_teams[] = "ml features < summary! raw\n"
				"analytics raw\n"
				"analytics summary < raw!\n"
				"ml model < features!\n"
				"ml =summary\n";

static void test_union_links_locations(void)
{
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = fake_graph(a, two_teams);
	uint32_t summary = asset_graph_find(g, SV("summary")), features = asset_graph_find(g, SV("features"));
	const struct graph_node *node = &g->nodes[summary];

	CHECK_INT(4, g->nodes_count);
	CHECK_SV(SV("analytics"), g->locations[node->location].name);
	CHECK_INT(1, node->also_count);
	CHECK_SV(SV("ml"), g->locations[node->also[0]].name);
	CHECK_INT(1, node->parents_count);
	CHECK_INT(1, node->children_count);
	CHECK_INT(features, node->children[0]);
	CHECK_INT(2, g->nodes[features].parents_count);
	CHECK_INT(asset_graph_find(g, SV("raw")), g->nodes[features].parents[0]);
	CHECK_INT(summary, g->nodes[features].parents[1]);
	CHECK_SV(SV("features"), asset_graph_step(g, features)->name);
	CHECK(asset_graph_executable(g, summary));
	CHECK_INT(NO_ID, asset_graph_find(g, SV("nope")));
	CHECK_INT(1, asset_graph_location(g, SV("ml")));
	CHECK_INT(NO_ID, asset_graph_location(g, SV("m")));
}

static void test_best_definition_counts(void)
{
	static const struct {
		const char *lines, *location;
		enum asset_kind kind;
		size_t also;
	} rows[] = {
		{"a =x\nb x\nc x", "b", ASSET_MATERIALIZATION, 2},
		{"c x\nb x\na ~x", "b", ASSET_MATERIALIZATION, 2},
		{"a =x\nb ~x\nc =x", "b", ASSET_OBSERVATION, 2},
		{"b =x\na =x", "a", ASSET_EXTERNAL, 1},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct asset_graph *g = fake_graph(a, rows[i].lines);

		CHECK_SV(sv_of(rows[i].location), g->locations[g->nodes[0].location].name);
		CHECK_INT(rows[i].kind, g->nodes[0].asset->kind);
		CHECK_INT(rows[i].also, g->nodes[0].also_count);
	}
}

static void test_parents_are_the_union_of_all_definitions(void)
{
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = fake_graph(a, "a x < p q\nb =x < q r r\na p\n");
	const struct graph_node *x = &g->nodes[asset_graph_find(g, SV("x"))];

	CHECK_INT(3, x->parents_count);
	CHECK(x->parents[0] < x->parents[1] && x->parents[1] < x->parents[2]);
}

static void test_a_key_only_depended_on_is_a_stub(void)
{
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = fake_graph(a, "a x < lost");
	uint32_t lost = asset_graph_find(g, SV("lost"));

	CHECK(!g->nodes[lost].asset);
	CHECK_INT(NO_ID, g->nodes[lost].location);
	CHECK(!asset_graph_executable(g, lost));
	CHECK(!asset_graph_step(g, lost));
}

static void test_order_puts_parents_first_and_cycles_last(void)
{
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = fake_graph(a, "a x < y\nb y < x\na below < y\na p\na q < p\na r < q p\n");
	uint32_t place[6];

	CHECK_INT(6, g->nodes_count);
	CHECK_INT(3, g->acyclic_count);
	for (uint32_t i = 0; i < 6; i++)
		place[g->order[i]] = i;
	for (uint32_t i = 0; i < g->acyclic_count; i++) {
		const struct graph_node *node = &g->nodes[g->order[i]];

		for (size_t p = 0; p < node->parents_count; p++)
			CHECK(place[node->parents[p]] < i);
	}
}

static void test_reach_counts_levels(void)
{
	static const struct {
		const char *from;
		bool up;
		uint32_t levels;
		const char *want;
	} rows[] = {
		{"raw", false, 0, "raw"},
		{"raw", false, 1, "features raw summary"},
		{"raw", false, 2, "features model raw summary"},
		{"raw", false, UINT32_MAX, "features model raw summary"},
		{"model", true, 1, "features model"},
		{"model", true, UINT32_MAX, "features model raw summary"},
		{"", true, UINT32_MAX, ""},
	};
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = fake_graph(a, two_teams);

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct node_set from = fake_set(a, g, rows[i].from);
		struct node_set got = asset_graph_reach(a, g, &from, rows[i].up, rows[i].levels);

		CHECK_SV(sv_of(rows[i].want), fake_keys(a, g, &got));
	}
}

static void test_nearest_finds_what_was_meant(void)
{
	static const struct {
		const char *typed, *want; /* want NULL: nothing near */
	} rows[] = {
		{"customer_orders", "shop/customer_orders"},
		{"shop/custmer_orders", "shop/customer_orders"},
		{"Raw_Events", "raw_events"},
		{"raw_evnets", "raw_events"},
		{"lake/raw_events", "raw_events"},
		{"lost", NULL},
		{"zzzz", NULL},
		{"", NULL},
	};
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = fake_graph(a, "a shop/customer_orders\na raw_events < lots\n");

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint32_t got = asset_graph_nearest(g, sv_of(rows[i].typed));

		CHECK_INT(rows[i].want != NULL, got != NO_ID);
		if (rows[i].want)
			CHECK_SV(sv_of(rows[i].want), g->nodes[got].key);
	}
}

static void test_empty_workspace_is_fine(void)
{
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = asset_graph_new(a, NULL, 0);
	struct node_set none = node_set_new(a, g);

	CHECK_INT(0, g->nodes_count);
	CHECK_INT(0, node_set_count(&none));
	CHECK_INT(NO_ID, asset_graph_find(g, SV("x")));
	CHECK_INT(NO_ID, asset_graph_nearest(g, SV("x")));
}

TESTS(TEST(test_union_links_locations) TEST(test_best_definition_counts)
	      TEST(test_parents_are_the_union_of_all_definitions) TEST(test_a_key_only_depended_on_is_a_stub)
	      TEST(test_order_puts_parents_first_and_cycles_last) TEST(test_reach_counts_levels)
	      TEST(test_nearest_finds_what_was_meant) TEST(test_empty_workspace_is_fine))
