/* impact.c -- breadth first from the changed assets, one level behind the other. */
#include "plan/impact.h"

#include "base/list.h"

struct walk {
	struct arena *arena;
	const struct asset_graph *graph;
	uint32_t *distance; /* per node; NO_ID: not reached */
	struct {
		struct impact_consumer *at;
		size_t n, cap;
	} found;
};

static void reach_children(struct walk *w, uint32_t node)
{
	const struct graph_node *from = &w->graph->nodes[node];

	for (size_t i = 0; i < from->children_count; i++) {
		uint32_t child = from->children[i];

		if (w->distance[child] != NO_ID)
			continue;
		w->distance[child] = w->distance[node] + 1;
		*LIST_ADD(w->arena, &w->found) = (struct impact_consumer){
			.node = child, .distance = w->distance[child], .through = node};
	}
}

/* Of several assets one step nearer, one that is loaded says more than one that is not. */
static void find_edge(const struct walk *w, struct impact_consumer *c)
{
	const struct graph_node *node = &w->graph->nodes[c->node];

	for (size_t d = 0; d < node->asset->deps_count && !c->loaded; d++) {
		uint32_t up;

		if (!node->asset->deps[d].loaded)
			continue;
		up = node->deps[d];
		if (w->distance[up] != c->distance - 1)
			continue;
		c->loaded = true;
		c->through = up;
	}
}

static int compare_consumers(const void *a, const void *b, void *graph)
{
	const struct asset_graph *g = graph;
	const struct impact_consumer *x = a, *y = b;
	uint32_t x_location = g->nodes[x->node].location, y_location = g->nodes[y->node].location;
	int order = (x->distance > y->distance) - (x->distance < y->distance);

	if (!order)
		order = (x_location > y_location) - (x_location < y_location);
	return order ? order : (x->node > y->node) - (x->node < y->node);
}

static void count_locations(const struct walk *w, struct impact *impact)
{
	const struct asset_graph *g = w->graph;

	impact->locations = NEW(w->arena, struct impact_location, g->locations_count);
	for (uint32_t l = 0; l < g->locations_count; l++)
		impact->locations[l].location = l;
	for (size_t i = 0; i < impact->consumers_count; i++) {
		const struct impact_consumer *c = &impact->consumers[i];
		struct impact_location *l = &impact->locations[g->nodes[c->node].location];

		l->consumers++;
		l->direct += c->distance == 1;
	}
	for (size_t l = 0; l < g->locations_count; l++)
		if (impact->locations[l].consumers)
			impact->locations[impact->locations_count++] = impact->locations[l];
}

struct impact impact_of(struct arena *a, const struct asset_graph *g,
			const struct node_set *changed)
{
	AUTO_ARENA scratch = arena_new();
	struct walk w = {.arena = a, .graph = g};
	struct impact impact = {0};

	w.distance = NEW(scratch, uint32_t, g->nodes_count);
	for (uint32_t i = 0; i < g->nodes_count; i++)
		w.distance[i] = node_set_has(changed, i) ? 0 : NO_ID;
	for (uint32_t i = 0; i < g->nodes_count; i++)
		if (node_set_has(changed, i))
			reach_children(&w, i);
	for (size_t next = 0; next < w.found.n; next++)
		reach_children(&w, w.found.at[next].node);
	for (size_t i = 0; i < w.found.n; i++)
		find_edge(&w, &w.found.at[i]);
	if (w.found.n)
		qsort_r(w.found.at, w.found.n, sizeof(*w.found.at), compare_consumers, (void *)g);
	impact.consumers = w.found.at;
	impact.consumers_count = w.found.n;
	count_locations(&w, &impact);
	return impact;
}

struct node_set impact_assets_of(struct arena *a, const struct asset_graph *g, uint32_t location)
{
	struct node_set set = node_set_new(a, g);

	for (uint32_t i = 0; i < g->nodes_count; i++)
		if (g->nodes[i].location == location)
			node_set_add(&set, i);
	return set;
}
