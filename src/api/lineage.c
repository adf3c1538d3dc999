/* lineage.c -- what an asset is made from and whom it reaches; the graph answers, no ledger is asked. */
#include "api/queries.h"
#include "api/reading.h"
#include "view/lineage_document.h"

static bool read_levels(struct exchange *x, const char *name, uint32_t *ret, struct err *e)
{
	int64_t levels;

	if (!query_number(x, name, UINT32_MAX, &levels, e))
		return false;
	*ret = levels > UINT32_MAX ? UINT32_MAX : (uint32_t)levels;
	return true;
}

void api_get_lineage(void *ctx, struct exchange *x)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	uint32_t node, up, down;
	struct err e;

	if (!reading_asset(ctx, x, &node, &e) || !read_levels(x, "up", &up, &e) ||
	    !read_levels(x, "down", &down, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	lineage_document(&j, reading_graph(ctx), node, up, down);
	exchange_answer_json(x, 200, buf_sv(&out));
}

static void answer_impact(struct exchange *x, const struct asset_graph *g,
			  const struct node_set *changed)
{
	struct impact impact = impact_of(exchange_arena(x), g, changed);
	AUTO_BUF out = {0};
	struct json j = {.out = &out};

	impact_document(&j, g, changed, &impact);
	exchange_answer_json(x, 200, buf_sv(&out));
}

void api_get_impact(void *ctx, struct exchange *x)
{
	const struct asset_graph *g = reading_graph(ctx);
	struct node_set changed = node_set_new(exchange_arena(x), g);
	uint32_t node;
	struct err e;

	if (!reading_asset(ctx, x, &node, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	node_set_add(&changed, node);
	answer_impact(x, g, &changed);
}

/* A location that does not load has no assets in the graph, and reaches nobody. */
void api_get_location_impact(void *ctx, struct exchange *x)
{
	const struct asset_graph *g = reading_graph(ctx);
	struct node_set changed = node_set_new(exchange_arena(x), g);
	const struct location_state *state;
	struct err e;

	if (!reading_location(ctx, x, &state, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	uint32_t location = asset_graph_location(g, state->code->name);
	if (location != NO_ID)
		changed = impact_assets_of(exchange_arena(x), g, location);
	answer_impact(x, g, &changed);
}
