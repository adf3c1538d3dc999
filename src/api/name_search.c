/* name_search.c -- every name is looked at, the best few are kept. */
#include "api/name_search.h"

#include "base/intern.h"

enum { SHORTEST_ID = 4 };

const char *name_kind_word(enum name_kind kind)
{
#define X(id, word) word,
	static const char *const words[] = {NAME_KINDS(X)};
#undef X
	return words[kind];
}

struct name_search name_search_new(struct arena *a, sv sought, size_t most)
{
	return (struct name_search){.arena = a,
				    .sought = words_lower(a, sv_trim(sought)),
				    .best = NEW(a, struct found_name, most + 1),
				    .most = most};
}

static bool is_better(const struct found_name *x, const struct found_name *y)
{
	if (x->fit != y->fit)
		return x->fit < y->fit;
	if (x->name.n != y->name.n)
		return x->name.n < y->name.n;
	int order = sv_cmp(x->name, y->name);
	return order ? order < 0 : x->kind < y->kind;
}

/* `small`: the name in small letters. */
static void offer(struct name_search *s, struct found_name found, sv small)
{
	size_t at;

	found.fit = words_fit(small, s->sought);
	if (found.fit == NO_ID || s->most == 0 || s->sought.n == 0)
		return;
	if (s->n == s->most && !is_better(&found, &s->best[s->n - 1]))
		return;
	at = s->n < s->most ? s->n++ : s->n - 1;
	for (; at > 0 && is_better(&found, &s->best[at - 1]); at--)
		s->best[at] = s->best[at - 1];
	s->best[at] = found;
}

/* A group belongs to a location: of the same name there may be one in each. */
static void offer_group(struct name_search *s, struct intern *seen, const struct asset_graph *g,
			uint32_t node)
{
	const struct graph_node *n = &g->nodes[node];
	sv location = g->locations[n->location].name;
	AUTO_ARENA scratch = arena_new();
	sv both = arena_fmt(scratch, SV_FMT "\n" SV_FMT, SV_ARG(location), SV_ARG(n->asset->group));
	uint32_t count = intern_count(seen);

	if (intern_add(seen, both) == count)
		offer(s, (struct found_name){NAME_GROUP, n->asset->group, location, 0},
		      words_lower(s->arena, n->asset->group));
}

void name_search_graph(struct name_search *s, const struct asset_graph *g,
		       const struct asset_words *words)
{
	struct intern *seen = intern_new(s->arena);
	sv *groups = NEW(s->arena, sv, g->locations_count + 1); /* of each location the last */

	for (uint32_t node = 0; node < g->nodes_count; node++) {
		const struct graph_node *n = &g->nodes[node];

		if (!n->asset)
			continue;
		offer(s, (struct found_name){NAME_ASSET, n->key, g->locations[n->location].name, 0},
		      words->keys[node]);
		if (!n->asset->group.n || sv_eq(n->asset->group, groups[n->location]))
			continue; /* neighbours mostly share it */
		groups[n->location] = n->asset->group;
		offer_group(s, seen, g, node);
	}
}

void name_search_locations(struct name_search *s, const struct sv_list *names)
{
	for (size_t i = 0; i < names->n; i++)
		offer(s, (struct found_name){NAME_LOCATION, names->at[i], (sv){0}, 0},
		      words_lower(s->arena, names->at[i]));
}

bool name_search_wants_runs(const struct name_search *s)
{
	if (s->sought.n < SHORTEST_ID)
		return false;
	for (size_t i = 0; i < s->sought.n; i++)
		if (!strchr("0123456789abcdef-", s->sought.p[i]))
			return false;
	return true;
}

bool name_search_runs(struct name_search *s, const struct run_rows *runs)
{
	bool fits = false;

	for (size_t i = 0; i < runs->n; i++) {
		sv id = runs->at[i].id;

		fits |= words_fit(id, s->sought) != NO_ID;
		offer(s, (struct found_name){NAME_RUN, id, (sv){0}, 0}, id);
	}
	return fits;
}
