/* cmd_asset_lineage.c -- `plait asset lineage`. */
#include "cli/asset_facts.h"
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "plan/lineage_text.h"

/* Nodes reached one way, nearest first; distance[node] of each, NO_ID for the rest. */
struct reach {
	uint32_t *order, *distance;
	size_t n;
};

static struct reach reach_from(struct arena *a, const struct asset_graph *g, uint32_t node, bool up,
			       uint32_t levels)
{
	struct reach r = {.order = NEW(a, uint32_t, g->nodes_count + 1),
			  .distance = NEW(a, uint32_t, g->nodes_count + 1)};

	for (size_t i = 0; i < g->nodes_count; i++)
		r.distance[i] = NO_ID;
	r.distance[node] = 0;
	r.order[r.n++] = node;
	for (size_t at = 0; at < r.n; at++) {
		const struct graph_node *n = &g->nodes[r.order[at]];
		const uint32_t *next = up ? n->parents : n->children;
		size_t count = up ? n->parents_count : n->children_count;
		uint32_t distance = r.distance[r.order[at]];

		for (size_t i = 0; i < count && distance < levels; i++) {
			if (r.distance[next[i]] != NO_ID)
				continue;
			r.distance[next[i]] = distance + 1;
			r.order[r.n++] = next[i];
		}
	}
	return r;
}

static void write_reach(struct json *j, const char *key, const struct asset_graph *g,
			const struct reach *r)
{
	json_key(j, key);
	json_open(j, '[');
	for (size_t i = 1; i < r->n; i++) {
		json_open(j, '{');
		json_member_text(j, "key", g->nodes[r->order[i]].key);
		json_member_text(j, "location", asset_location_name(g, r->order[i]));
		json_member_int(j, "distance", r->distance[r->order[i]]);
		json_close(j);
	}
	json_close(j);
}

static void write_edges(struct json *j, const struct asset_graph *g, const struct reach *up,
			const struct reach *down)
{
	json_key(j, "edges");
	json_open(j, '[');
	for (uint32_t to = 0; to < g->nodes_count; to++) {
		const struct graph_node *n = &g->nodes[to];

		for (size_t i = 0; i < n->parents_count; i++) {
			uint32_t from = n->parents[i];
			bool above = up->distance[to] != NO_ID && up->distance[from] != NO_ID;
			bool below = down->distance[to] != NO_ID && down->distance[from] != NO_ID;

			if (!above && !below)
				continue;
			json_open(j, '{');
			json_member_text(j, "from", g->nodes[from].key);
			json_member_text(j, "to", n->key);
			json_close(j);
		}
	}
	json_close(j);
}

static void print_json(struct cli *c, uint32_t node, const struct lineage_style *style)
{
	const struct asset_graph *g = c->session->code->graph;
	struct reach up = reach_from(c->arena, g, node, true, style->up);
	struct reach down = reach_from(c->arena, g, node, false, style->down);
	struct json j = cli_json(c);

	json_open(&j, '{');
	json_member_text(&j, "key", g->nodes[node].key);
	json_member_text(&j, "location", asset_location_name(g, node));
	write_reach(&j, "upstream", g, &up);
	write_reach(&j, "downstream", g, &down);
	write_edges(&j, g, &up, &down);
	json_close(&j);
	cli_json_end(&j, c);
}

bool cmd_asset_lineage(struct cli *c, struct err *e)
{
	struct lineage_style style = {
		.up = (uint32_t)option_number(&c->args, OPT_UP, UINT32_MAX),
		.down = (uint32_t)option_number(&c->args, OPT_DOWN, UINT32_MAX),
		.width = c->out.width,
	};
	uint32_t node;

	if (!cli_open(c, &(struct cli_opening){0}, e) ||
	    !cli_asset(c, c->args.rest.at[0], &node, e))
		return false;
	if (c->json)
		print_json(c, node, &style);
	else
		page_add(&c->out, STYLE_PLAIN,
			 lineage_text(c->arena, c->session->code->graph, node, &style));
	return true;
}
