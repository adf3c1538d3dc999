/* lineage_document.c -- lineage by distance, impact by location. */
#include "view/lineage_document.h"

#include "view/asset_facts.h"

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

void lineage_document(struct json *j, const struct asset_graph *g, uint32_t node, uint32_t up,
		      uint32_t down)
{
	AUTO_ARENA a = arena_new();
	struct reach above = reach_from(a, g, node, true, up);
	struct reach below = reach_from(a, g, node, false, down);

	json_open(j, '{');
	json_member_text(j, "key", g->nodes[node].key);
	json_member_text(j, "location", asset_location_name(g, node));
	write_reach(j, "upstream", g, &above);
	write_reach(j, "downstream", g, &below);
	write_edges(j, g, &above, &below);
	json_close(j);
}

static void write_consumers(struct json *j, const struct asset_graph *g,
			    const struct impact *impact, uint32_t location)
{
	json_open(j, '{');
	json_member_text(j, "location", g->locations[location].name);
	json_key(j, "assets");
	json_open(j, '[');
	for (size_t i = 0; i < impact->consumers_count; i++) {
		const struct impact_consumer *u = &impact->consumers[i];

		if (g->nodes[u->node].location != location)
			continue;
		json_open(j, '{');
		json_member_text(j, "key", g->nodes[u->node].key);
		json_member_int(j, "distance", u->distance);
		json_member_text(j, "through", g->nodes[u->through].key);
		json_member_bool(j, "loaded", u->loaded);
		json_close(j);
	}
	json_close(j);
	json_close(j);
}

void impact_document(struct json *j, const struct asset_graph *g, const struct node_set *changed,
		     const struct impact *impact)
{
	json_open(j, '{');
	json_key(j, "assets");
	json_open(j, '[');
	for (uint32_t node = 0; node < g->nodes_count; node++)
		if (node_set_has(changed, node))
			json_text(j, g->nodes[node].key);
	json_close(j);
	json_key(j, "locations");
	json_open(j, '[');
	for (size_t i = 0; i < impact->locations_count; i++)
		write_consumers(j, g, impact, impact->locations[i].location);
	json_close(j);
	json_close(j);
}
