/* stale.c -- one walk over the parents, for the question and for the reasons. */
#include "plan/stale.h"

#include <stdlib.h>

struct look {
	const struct asset_graph *graph;
	const struct made *made;
	uint32_t node;
	struct arena *arena; /* NULL: the first reason is enough, and needs no words */
	struct stale_reasons reasons;
	bool stale;
};

const char *stale_category_word(enum stale_category category)
{
#define X(id, word) word,
	static const char *const words[] = {STALE_CATEGORIES(X)};
#undef X
	return words[category];
}

static void add(struct look *l, enum stale_category category, sv asset, const char *what)
{
	l->stale = true;
	if (l->arena)
		*LIST_ADD(l->arena, &l->reasons) = (struct stale_reason){
			category, asset, arena_fmt(l->arena, SV_FMT " %s", SV_ARG(asset), what)};
}

static void look_at_code(struct look *l)
{
	sv now = l->graph->nodes[l->node].asset->code_version;
	sv then = l->made[l->node].code_version;

	if (!now.n || !then.n || sv_eq(now, then))
		return;
	l->stale = true;
	if (l->arena)
		*LIST_ADD(l->arena, &l->reasons) = (struct stale_reason){
			.category = STALE_CODE,
			.text = arena_fmt(l->arena,
					  "its code_version is " SV_FMT
					  ", its value was made by " SV_FMT,
					  SV_ARG(now), SV_ARG(then))};
}

static const struct made_from *recorded(const struct made *m, uint32_t parent)
{
	for (size_t i = 0; i < m->from_count; i++)
		if (m->from[i].node == parent)
			return &m->from[i];
	return NULL;
}

static bool is_loaded(const struct graph_node *n, uint32_t parent)
{
	for (size_t i = 0; i < n->asset->deps_count; i++)
		if (n->deps[i] == parent && n->asset->deps[i].loaded)
			return true;
	return false;
}

/* The same content under another version's name is no news. */
static bool same_value(const struct made_from *then, const struct made *now)
{
	return sv_eq(then->version, now->version) ||
	       (then->data_version.n && sv_eq(then->data_version, now->data_version));
}

static bool same_step(const struct asset_graph *g, uint32_t one, uint32_t other)
{
	const struct manifest_step *step = asset_graph_step(g, one);

	return step && step == asset_graph_step(g, other);
}

static void look_at_parent(struct look *l, uint32_t parent)
{
	const struct graph_node *n = &l->graph->nodes[l->node];
	const struct made *own = &l->made[l->node], *now = &l->made[parent];
	const struct made_from *then = recorded(own, parent);
	sv key = l->graph->nodes[parent].key;

	if (!then && own->from_known && is_loaded(n, parent) &&
	    !same_step(l->graph, l->node, parent))
		add(l, STALE_DEPENDENCIES, key, "is a new dependency");
	else if (!now->version.p)
		return;
	else if (then && then->version.p ? !same_value(then, now) : now->at > own->at)
		add(l, STALE_DATA, key, "has a newer value");
}

static bool is_parent_of(const struct graph_node *n, uint32_t node)
{
	for (size_t i = 0; i < n->parents_count; i++)
		if (n->parents[i] == node)
			return true;
	return false;
}

/* What a step opens it opens for all its assets. */
static bool step_depends_on(const struct asset_graph *g, uint32_t node, uint32_t parent)
{
	const struct graph_node *n = &g->nodes[node];
	const struct manifest_step *step = asset_graph_step(g, node);

	if (parent == NO_ID)
		return false;
	if (is_parent_of(n, parent))
		return true;
	for (size_t i = 0; step && i < step->assets_count; i++) {
		sv key = g->locations[n->location].manifest->assets[step->assets[i]].key;
		uint32_t sibling = asset_graph_find(g, key);

		if (sibling == parent ||
		    (sibling != NO_ID && is_parent_of(&g->nodes[sibling], parent)))
			return true;
	}
	return false;
}

static void look_at_former(struct look *l, const struct made_from *from)
{
	if (from->pinned && !step_depends_on(l->graph, l->node, from->node))
		add(l, STALE_DEPENDENCIES, from->asset, "is no dependency any more");
}

static bool may_be_stale(const struct look *l)
{
	return l->made[l->node].version.p && asset_graph_executable(l->graph, l->node);
}

static void look(struct look *l)
{
	const struct graph_node *n = &l->graph->nodes[l->node];
	const struct made *own = &l->made[l->node];

	if (!may_be_stale(l))
		return;
	look_at_code(l);
	for (size_t i = 0; i < n->parents_count && (l->arena || !l->stale); i++)
		look_at_parent(l, n->parents[i]);
	for (size_t i = 0; i < own->from_count && (l->arena || !l->stale); i++)
		look_at_former(l, &own->from[i]);
}

bool stale_is(const struct asset_graph *g, const struct made *made, uint32_t node)
{
	struct look l = {.graph = g, .made = made, .node = node};

	look(&l);
	return l.stale;
}

static int by_asset(const void *one, const void *other)
{
	const struct stale_reason *x = one, *y = other;
	int order = (x->asset.p != NULL) - (y->asset.p != NULL);

	return order ? order : sv_cmp(x->asset, y->asset);
}

struct stale_reasons stale_reasons(struct arena *a, const struct asset_graph *g,
				   const struct made *made, uint32_t node)
{
	struct look l = {.graph = g, .made = made, .node = node, .arena = a};

	look(&l);
	if (l.reasons.n)
		qsort(l.reasons.at, l.reasons.n, sizeof(l.reasons.at[0]), by_asset);
	return l.reasons;
}
