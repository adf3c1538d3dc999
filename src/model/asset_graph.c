/* asset_graph.c -- the union of manifests.  Everything is sorting and counting: n log n in assets and edges.
 * Lists that belong to nodes are slices of one array, filled from pairs. */
#include "model/asset_graph.h"

#include "base/intern.h"

/* `from` owns an item `to` of its slice. */
struct pair {
	uint32_t from, to;
};

struct pairs {
	struct pair *at;
	size_t n, cap;
};

/* Where each node's slice lies: node i has items[starts[i]] up to items[starts[i + 1]]. */
struct slices {
	size_t *starts;
	uint32_t *items;
};

struct builder {
	struct arena *arena;   /* of the result */
	struct arena *scratch; /* ends with the building */
	struct asset_graph *graph;
	struct intern *texts; /* key -> text id */
	sv *keys;             /* text id -> the manifest's own view of it */
	size_t keys_cap;
	uint32_t *ids; /* of each definition in turn: its own node, then that of each dep */
};

static int compare_locations(const void *a, const void *b)
{
	return sv_cmp(((const struct location_code *)a)->name,
		      ((const struct location_code *)b)->name);
}

static void copy_locations(struct builder *b, const struct location_code *locations, size_t count)
{
	struct location_code *copy = NEW(b->arena, struct location_code, count);

	if (count) {
		memcpy(copy, locations, count * sizeof(*copy));
		qsort(copy, count, sizeof(*copy), compare_locations);
	}
	b->graph->locations = copy;
	b->graph->locations_count = count;
}

/* The text id of a key. */
static uint32_t note_key(struct builder *b, sv key)
{
	uint32_t id = intern_add(b->texts, key);

	if (id >= b->keys_cap) {
		size_t cap = b->keys_cap ? b->keys_cap * 2 : 256;

		b->keys = arena_grow(b->scratch, b->keys, b->keys_cap * sizeof(sv),
				     cap * sizeof(sv));
		b->keys_cap = cap;
	}
	b->keys[id] = key;
	return id;
}

static size_t count_ids(const struct asset_graph *g)
{
	size_t n = 0;

	for (size_t l = 0; l < g->locations_count; l++) {
		const struct manifest *m = g->locations[l].manifest;

		n += m->assets_count;
		for (size_t i = 0; i < m->assets_count; i++)
			n += m->assets[i].deps_count;
	}
	return n;
}

/* Text ids, for now. */
static size_t note_keys(struct builder *b)
{
	const struct asset_graph *g = b->graph;
	size_t n = 0;

	b->ids = NEW(b->arena, uint32_t, count_ids(g));
	for (size_t l = 0; l < g->locations_count; l++) {
		const struct manifest *m = g->locations[l].manifest;

		for (size_t i = 0; i < m->assets_count; i++) {
			b->ids[n++] = note_key(b, m->assets[i].key);
			for (size_t d = 0; d < m->assets[i].deps_count; d++)
				b->ids[n++] = note_key(b, m->assets[i].deps[d].key);
		}
	}
	return n;
}

static int compare_nodes(const void *a, const void *b)
{
	return sv_cmp(((const struct graph_node *)a)->key, ((const struct graph_node *)b)->key);
}

/* A node for each key that any location defines or depends on. */
static void make_nodes(struct builder *b)
{
	struct asset_graph *g = b->graph;
	size_t ids = note_keys(b);
	uint32_t *node_of;

	g->nodes_count = intern_count(b->texts);
	g->nodes = NEW(b->arena, struct graph_node, g->nodes_count);
	for (size_t i = 0; i < g->nodes_count; i++)
		g->nodes[i] = (struct graph_node){.key = b->keys[i], .location = NO_ID};
	if (g->nodes_count)
		qsort(g->nodes, g->nodes_count, sizeof(*g->nodes), compare_nodes);
	node_of = NEW(b->scratch, uint32_t, g->nodes_count);
	for (uint32_t i = 0; i < g->nodes_count; i++)
		node_of[intern_find(b->texts, g->nodes[i].key)] = i;
	for (size_t i = 0; i < ids; i++)
		b->ids[i] = node_of[b->ids[i]];
}

/* Counting sort by `from`; items keep the order of the pairs. */
static struct slices slices_of(struct arena *a, size_t nodes, const struct pairs *pairs)
{
	struct slices s = {NEW(a, size_t, nodes + 2), NEW(a, uint32_t, pairs->n)};
	size_t *next = s.starts + 1; /* one ahead, so that filling leaves the starts in place */

	for (size_t i = 0; i < pairs->n; i++)
		next[pairs->at[i].from + 1]++;
	for (size_t i = 0; i < nodes; i++)
		next[i + 1] += next[i];
	for (size_t i = 0; i < pairs->n; i++)
		s.items[next[pairs->at[i].from]++] = pairs->at[i].to;
	return s;
}

/* Lower ranks count first. */
static unsigned rank_of(const struct manifest_asset *asset)
{
	static const unsigned ranks[] = {
		[ASSET_MATERIALIZATION] = 0, [ASSET_OBSERVATION] = 1, [ASSET_EXTERNAL] = 2};

	return ranks[asset->kind];
}

static void choose_definition(struct graph_node *node, uint32_t location,
			      const struct manifest_asset *asset, const uint32_t *deps)
{
	if (node->asset && rank_of(node->asset) <= rank_of(asset))
		return;
	node->asset = asset;
	node->deps = deps;
	node->location = location;
}

/* Gathers (node, location) for every definition, in order of location, and (parent, child) for every dep. */
static void choose_definitions(struct builder *b, struct pairs *definitions, struct pairs *edges)
{
	struct asset_graph *g = b->graph;
	const uint32_t *ids = b->ids;

	for (uint32_t l = 0; l < g->locations_count; l++) {
		const struct manifest *m = g->locations[l].manifest;

		for (size_t i = 0; i < m->assets_count; i++) {
			uint32_t node = *ids++;

			choose_definition(&g->nodes[node], l, &m->assets[i], ids);
			*LIST_ADD(b->scratch, definitions) = (struct pair){node, l};
			for (size_t d = 0; d < m->assets[i].deps_count; d++)
				*LIST_ADD(b->scratch, edges) = (struct pair){*ids++, node};
		}
	}
}

static void note_other_definitions(struct builder *b, const struct pairs *definitions)
{
	struct asset_graph *g = b->graph;
	struct pairs others = {0};
	struct slices s;

	for (size_t i = 0; i < definitions->n; i++)
		if (g->nodes[definitions->at[i].from].location != definitions->at[i].to)
			*LIST_ADD(b->scratch, &others) = definitions->at[i];
	s = slices_of(b->arena, g->nodes_count, &others);
	for (size_t i = 0; i < g->nodes_count; i++) {
		g->nodes[i].also = s.items + s.starts[i];
		g->nodes[i].also_count = s.starts[i + 1] - s.starts[i];
	}
}

/* Turns pairs round, in ascending order of `from`, so that slices made of the result are ascending. */
static struct pairs turned(struct arena *a, const struct slices *s, size_t nodes)
{
	struct pairs turned_pairs = {0};

	turned_pairs.cap = s->starts[nodes];
	turned_pairs.at = NEW(a, struct pair, turned_pairs.cap);
	for (uint32_t i = 0; i < nodes; i++)
		for (size_t at = s->starts[i]; at < s->starts[i + 1]; at++)
			turned_pairs.at[turned_pairs.n++] = (struct pair){s->items[at], i};
	return turned_pairs;
}

static size_t drop_repeats(uint32_t *items, size_t n)
{
	size_t kept = n > 0;

	for (size_t i = 1; i < n; i++)
		if (items[i] != items[kept - 1])
			items[kept++] = items[i];
	return kept;
}

/* Counting sort in both directions gives ascending neighbours without comparing. */
static void link_nodes(struct builder *b, const struct pairs *edges)
{
	struct asset_graph *g = b->graph;
	size_t n = g->nodes_count;
	struct pairs upward, downward;
	struct slices children, parents;

	children = slices_of(b->scratch, n, edges);
	upward = turned(b->scratch, &children, n);
	parents = slices_of(b->arena, n, &upward);
	downward = turned(b->scratch, &parents, n);
	children = slices_of(b->arena, n, &downward);
	for (size_t i = 0; i < n; i++) {
		uint32_t *up = parents.items + parents.starts[i];
		uint32_t *down = children.items + children.starts[i];

		g->nodes[i].parents = up;
		g->nodes[i].parents_count = drop_repeats(up,
							 parents.starts[i + 1] - parents.starts[i]);
		g->nodes[i].children = down;
		g->nodes[i].children_count = drop_repeats(down, children.starts[i + 1] -
									children.starts[i]);
	}
}

/* Kahn's algorithm; the array is its own queue. */
static void order_nodes(struct builder *b)
{
	struct asset_graph *g = b->graph;
	uint32_t *order = NEW(b->arena, uint32_t, g->nodes_count);
	size_t *missing = NEW(b->scratch, size_t, g->nodes_count);
	size_t filled = 0, rest;

	for (uint32_t i = 0; i < g->nodes_count; i++) {
		missing[i] = g->nodes[i].parents_count;
		if (missing[i] == 0)
			order[filled++] = i;
	}
	for (size_t next = 0; next < filled; next++) {
		const struct graph_node *node = &g->nodes[order[next]];

		for (size_t c = 0; c < node->children_count; c++)
			if (--missing[node->children[c]] == 0)
				order[filled++] = node->children[c];
	}
	g->acyclic_count = rest = filled;
	for (uint32_t i = 0; i < g->nodes_count; i++)
		if (missing[i])
			order[rest++] = i;
	g->order = order;
}

struct asset_graph *asset_graph_new(struct arena *a, const struct location_code *locations,
				    size_t count)
{
	AUTO_ARENA scratch = arena_new();
	struct builder b = {.arena = a, .scratch = scratch, .graph = NEW(a, struct asset_graph, 1)};
	struct pairs definitions = {0}, edges = {0};

	b.texts = intern_new(scratch);
	copy_locations(&b, locations, count);
	make_nodes(&b);
	choose_definitions(&b, &definitions, &edges);
	note_other_definitions(&b, &definitions);
	link_nodes(&b, &edges);
	order_nodes(&b);
	return b.graph;
}

uint32_t asset_graph_find(const struct asset_graph *g, sv key)
{
	struct graph_node wanted = {.key = key}, *hit;

	if (g->nodes_count == 0)
		return NO_ID;
	hit = bsearch(&wanted, g->nodes, g->nodes_count, sizeof(wanted), compare_nodes);
	return hit ? (uint32_t)(hit - g->nodes) : NO_ID;
}

uint32_t asset_graph_location(const struct asset_graph *g, sv name)
{
	struct location_code wanted = {.name = name}, *hit;

	if (g->locations_count == 0)
		return NO_ID;
	hit = bsearch(&wanted, g->locations, g->locations_count, sizeof(wanted), compare_locations);
	return hit ? (uint32_t)(hit - g->locations) : NO_ID;
}

bool asset_graph_executable(const struct asset_graph *g, uint32_t node)
{
	const struct manifest_asset *asset = g->nodes[node].asset;

	return asset && asset->kind == ASSET_MATERIALIZATION && asset->step != NO_ID;
}

const struct manifest_step *asset_graph_step(const struct asset_graph *g, uint32_t node)
{
	const struct graph_node *n = &g->nodes[node];

	if (!n->asset || n->asset->step == NO_ID)
		return NULL;
	return &g->locations[n->location].manifest->steps[n->asset->step];
}

struct node_set node_set_new(struct arena *a, const struct asset_graph *g)
{
	return (struct node_set){NEW(a, uint64_t, g->nodes_count / 64 + 1), g->nodes_count};
}

size_t node_set_count(const struct node_set *s)
{
	size_t count = 0;

	for (size_t i = 0; i <= s->nodes / 64; i++)
		count += (size_t)__builtin_popcountll(s->words[i]);
	return count;
}

/* Breadth first: `queue` holds each reached node once, one level behind the other. */
/* Puts what lies one step from `id` and is new into `reached` and behind the end of `queue`; returns the new end. */
static size_t reach_neighbours(const struct asset_graph *g, uint32_t id, bool up,
			       struct node_set *reached, uint32_t *queue, size_t n)
{
	const struct graph_node *node = &g->nodes[id];
	const uint32_t *to = up ? node->parents : node->children;
	size_t count = up ? node->parents_count : node->children_count;

	for (size_t i = 0; i < count; i++) {
		if (node_set_has(reached, to[i]))
			continue;
		node_set_add(reached, to[i]);
		queue[n++] = to[i];
	}
	return n;
}

struct node_set asset_graph_reach(struct arena *a, const struct asset_graph *g,
				  const struct node_set *set, bool up, uint32_t levels)
{
	AUTO_ARENA scratch = arena_new();
	uint32_t *queue = NEW(scratch, uint32_t, g->nodes_count);
	struct node_set reached = node_set_new(a, g);
	size_t n = 0, next = 0;

	memcpy(reached.words, set->words, (g->nodes_count / 64 + 1) * sizeof(uint64_t));
	for (uint32_t i = 0; i < g->nodes_count; i++)
		if (node_set_has(set, i))
			queue[n++] = i;
	while (levels-- && next < n)
		for (size_t end = n; next < end; next++)
			n = reach_neighbours(g, queue[next], up, &reached, queue, n);
	return reached;
}
