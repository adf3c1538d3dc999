/* selection_resolve.c -- what a selection means over a graph.  Each node of the tree fills one set; sets of parts live
 * in a scratch arena that ends with the part, so memory grows with depth, not with length. */
#include "model/asset_key.h"
#include "model/selection_tree.h"

struct resolver {
	const struct asset_graph *graph;
	struct err *e;
};

static bool resolve(struct resolver *r, const struct selection *s, struct node_set *into);

static size_t words_of(const struct node_set *s)
{
	return s->nodes / 64 + 1;
}

static void add_all(const struct asset_graph *g, struct node_set *into)
{
	for (uint32_t i = 0; i < g->nodes_count; i++)
		if (g->nodes[i].asset)
			node_set_add(into, i);
}

static bool unknown_key(struct resolver *r, sv key)
{
	err_set(r->e, ERR_NOT_FOUND, "selection: there is no asset '" SV_FMT "'", SV_ARG(key));
	return asset_graph_hint(r->graph, key, r->e);
}

static bool add_key(struct resolver *r, sv key, struct node_set *into)
{
	AUTO_ARENA scratch = arena_new();
	struct err ignored; /* a text that cannot be a key is one that is not there */
	sv canonical = key;
	uint32_t id;

	if (selection_has_star(key)) {
		for (uint32_t i = 0; i < r->graph->nodes_count; i++)
			if (sv_matches(r->graph->nodes[i].key, key))
				node_set_add(into, i);
		return true;
	}
	if (!asset_key_parse(scratch, key, &canonical, &ignored))
		canonical = key;
	id = asset_graph_find(r->graph, canonical);
	if (id == NO_ID)
		return unknown_key(r, key);
	node_set_add(into, id);
	return true;
}

/* Kinds are tags too, as Dagster stores them: `dagster/kind/python`. */
static bool has_tag(const struct manifest_asset *asset, const struct selection *s)
{
	sv prefix = SV("dagster/kind/"), key = s->value.text;
	const struct value *tags = asset->tags;

	for (size_t i = 0; i < tags->n; i++)
		if (sv_eq(tags->keys[i], key))
			return tags->items[i].type == VALUE_TEXT &&
			       sv_eq(tags->items[i].text, s->tag_value.text);
	if (!sv_starts(key, prefix) || s->tag_value.text.n)
		return false;
	for (size_t i = 0; i < asset->kinds.n; i++)
		if (sv_eq(asset->kinds.at[i], sv_from(key, prefix.n)))
			return true;
	return false;
}

static bool in_list(const struct sv_list *list, const struct selection_value *value)
{
	if (value->null)
		return list->n == 0;
	for (size_t i = 0; i < list->n; i++)
		if (sv_eq(list->at[i], value->text))
			return true;
	return false;
}

static bool has_attribute(const struct asset_graph *g, const struct graph_node *node,
			  const struct selection *s)
{
	switch (s->attribute) {
	case BY_TAG: return s->value.null ? node->asset->tags->n == 0 : has_tag(node->asset, s);
	case BY_OWNER: return in_list(&node->asset->owners, &s->value);
	case BY_KIND: return in_list(&node->asset->kinds, &s->value);
	case BY_GROUP: return !s->value.null && sv_matches(node->asset->group, s->value.text);
	case BY_LOCATION:
		return !s->value.null &&
		       sv_matches(g->locations[node->location].name, s->value.text);
	case BY_KEY:
	case SELECTION_ATTRIBUTE_COUNT: break;
	}
	assert(!"a key is not looked up node by node");
	return false;
}

static bool add_by(struct resolver *r, const struct selection *s, struct node_set *into)
{
	const struct asset_graph *g = r->graph;

	if (s->attribute == BY_KEY)
		return add_key(r, s->value.text, into);
	for (uint32_t i = 0; i < g->nodes_count; i++)
		if (g->nodes[i].asset && has_attribute(g, &g->nodes[i], s))
			node_set_add(into, i);
	return true;
}

static void add_reach(const struct asset_graph *g, const struct selection *s,
		      const struct node_set *from, struct node_set *into)
{
	AUTO_ARENA scratch = arena_new();
	struct node_set above = asset_graph_reach(scratch, g, from, true, s->up);
	struct node_set below = asset_graph_reach(scratch, g, from, false, s->down);

	for (size_t i = 0; i < words_of(into); i++)
		into->words[i] |= above.words[i] | below.words[i];
}

static bool any_in(const struct node_set *set, const uint32_t *ids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (node_set_has(set, ids[i]))
			return true;
	return false;
}

static void add_ends(const struct asset_graph *g, bool roots, const struct node_set *from,
		     struct node_set *into)
{
	for (uint32_t i = 0; i < g->nodes_count; i++) {
		const struct graph_node *node = &g->nodes[i];

		if (!node_set_has(from, i))
			continue;
		if (!(roots ? any_in(from, node->parents, node->parents_count)
			    : any_in(from, node->children, node->children_count)))
			node_set_add(into, i);
	}
}

static void add_difference(const struct asset_graph *g, const struct node_set *less,
			   struct node_set *into)
{
	add_all(g, into);
	for (size_t i = 0; i < words_of(into); i++)
		into->words[i] &= ~less->words[i];
}

/* Operators over one part. */
static bool resolve_one(struct resolver *r, const struct selection *s, struct node_set *into)
{
	AUTO_ARENA scratch = arena_new();
	struct node_set part = node_set_new(scratch, r->graph);

	if (!resolve(r, s->parts.at[0], &part))
		return false;
	if (s->op == SELECT_NOT)
		add_difference(r->graph, &part, into);
	else if (s->op == SELECT_REACH)
		add_reach(r->graph, s, &part, into);
	else
		add_ends(r->graph, s->op == SELECT_ROOTS, &part, into);
	return true;
}

static bool resolve_and(struct resolver *r, const struct selection *s, struct node_set *into)
{
	if (!resolve(r, s->parts.at[0], into))
		return false;
	for (size_t p = 1; p < s->parts.n; p++) {
		AUTO_ARENA scratch = arena_new();
		struct node_set part = node_set_new(scratch, r->graph);

		if (!resolve(r, s->parts.at[p], &part))
			return false;
		for (size_t i = 0; i < words_of(into); i++)
			into->words[i] &= part.words[i];
	}
	return true;
}

static bool resolve_or(struct resolver *r, const struct selection *s, struct node_set *into)
{
	for (size_t p = 0; p < s->parts.n; p++) {
		AUTO_ARENA scratch = arena_new();
		struct node_set part = node_set_new(scratch, r->graph);

		if (!resolve(r, s->parts.at[p], &part))
			return false;
		for (size_t i = 0; i < words_of(into); i++)
			into->words[i] |= part.words[i];
	}
	return true;
}

/* Fills `into`, which is empty before. */
static bool resolve(struct resolver *r, const struct selection *s, struct node_set *into)
{
	switch (s->op) {
	case SELECT_ALL: add_all(r->graph, into); return true;
	case SELECT_BY: return add_by(r, s, into);
	case SELECT_AND: return resolve_and(r, s, into);
	case SELECT_OR: return resolve_or(r, s, into);
	case SELECT_NOT:
	case SELECT_ROOTS:
	case SELECT_SINKS:
	case SELECT_REACH: return resolve_one(r, s, into);
	}
	assert(!"every operator is handled above");
	return false;
}

bool selection_resolve(struct arena *a, const struct selection *s, const struct asset_graph *g,
		       struct node_set *ret, struct err *e)
{
	struct resolver r = {g, e};
	struct node_set set = node_set_new(a, g);

	if (!resolve(&r, s, &set))
		return false;
	*ret = set;
	return true;
}
