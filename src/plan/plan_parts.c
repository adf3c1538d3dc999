/* plan_parts.c -- from chosen assets to steps that can be ordered.
 *
 * Each step is one part at first.  Where that makes a circle (step S makes a and c, another step makes b, and a -> b -> c) the
 * steps on it that may run in parts are taken apart into single assets, each gets a level -- one more than any asset of
 * another step it reads, no less than any of its own step -- and assets of a step at one level are a part again.  Edges
 * between steps go up a level and edges within a step never down, so the parts have no circle. */
#include "plan/plan_draft.h"

static struct part *add_part(struct draft *d, const struct part *like)
{
	struct part *part = LIST_ADD(d->scratch, &d->parts);

	*part = (struct part){.location = like->location, .step = like->step};
	return part;
}

static void put(struct draft *d, uint32_t node, uint32_t part)
{
	d->part_of[node] = part;
	*LIST_ADD(d->scratch, &d->parts.at[part].nodes) = node;
}

static void one_part_a_step(struct draft *d)
{
	const struct asset_graph *g = d->graph;
	uint32_t *part_of_step = NEW(d->scratch, uint32_t, d->first_step[g->locations_count]);

	for (uint32_t i = 0; i < g->nodes_count; i++) {
		const struct graph_node *node = &g->nodes[i];
		uint32_t *slot;

		d->part_of[i] = NO_ID;
		if (!node_set_has(&d->chosen, i))
			continue;
		slot = &part_of_step[d->first_step[node->location] + node->asset->step];
		if (!*slot) {
			add_part(d, &(struct part){.location = node->location,
						   .step = asset_graph_step(g, i)});
			*slot = (uint32_t)d->parts.n; /* one more than its index: 0 is none */
		}
		put(d, i, *slot - 1);
	}
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static struct id_list needs_of_part(struct draft *d, uint32_t id)
{
	const struct part *part = &d->parts.at[id];
	struct {
		uint32_t *at;
		size_t n, cap;
	} needs = {0};
	size_t kept = 0;

	for (size_t i = 0; i < part->nodes.n; i++) {
		const struct graph_node *node = &d->graph->nodes[part->nodes.at[i]];

		for (size_t u = 0; u < node->asset->deps_count; u++) {
			uint32_t other = d->part_of[node->deps[u]];

			if (other != NO_ID && other != id)
				*LIST_ADD(d->scratch, &needs) = other;
		}
	}
	if (needs.n)
		qsort(needs.at, needs.n, sizeof(*needs.at), compare_ids);
	for (size_t i = 0; i < needs.n; i++)
		if (i == 0 || needs.at[i] != needs.at[kept - 1])
			needs.at[kept++] = needs.at[i];
	return (struct id_list){needs.at, kept};
}

static void find_needs(struct draft *d)
{
	d->needs = NEW(d->scratch, struct id_list, d->parts.n);
	for (uint32_t i = 0; i < d->parts.n; i++)
		d->needs[i] = needs_of_part(d, i);
}

/* Who needs part i: all[starts[i]] up to all[starts[i + 1]]. */
struct dependents {
	size_t *starts;
	uint32_t *all;
};

static struct dependents find_dependents(struct draft *d)
{
	struct dependents r = {.starts = NEW(d->scratch, size_t, d->parts.n + 2)};
	size_t *next = r.starts + 1;

	for (size_t i = 0; i < d->parts.n; i++)
		for (size_t k = 0; k < d->needs[i].n; k++)
			next[d->needs[i].at[k] + 1]++;
	for (size_t i = 0; i < d->parts.n; i++)
		next[i + 1] += next[i];
	r.all = NEW(d->scratch, uint32_t, next[d->parts.n]);
	for (uint32_t i = 0; i < d->parts.n; i++)
		for (size_t k = 0; k < d->needs[i].n; k++)
			r.all[next[d->needs[i].at[k]]++] = i;
	return r;
}

/* The longest way down from a part that needs nothing.  There is no circle any more.  `own_step_too`: going from one part to
 * another of the same step counts as well. */
static void find_levels(struct draft *d, bool own_step_too)
{
	struct dependents below = find_dependents(d);
	uint32_t *queue = NEW(d->scratch, uint32_t, d->parts.n);
	size_t *missing = NEW(d->scratch, size_t, d->parts.n);
	size_t n = 0;

	for (uint32_t i = 0; i < d->parts.n; i++) {
		d->parts.at[i].level = 0;
		missing[i] = d->needs[i].n;
		if (!missing[i])
			queue[n++] = i;
	}
	for (size_t next = 0; next < n; next++) {
		const struct part *from = &d->parts.at[queue[next]];

		for (size_t k = below.starts[queue[next]]; k < below.starts[queue[next] + 1]; k++) {
			struct part *to = &d->parts.at[below.all[k]];
			uint32_t level = from->level + (own_step_too || to->step != from->step);

			if (level > to->level)
				to->level = level;
			if (--missing[below.all[k]] == 0)
				queue[n++] = below.all[k];
		}
	}
	assert(n == d->parts.n);
}

/* Takes the parts of the groups apart, as far as they may be: one asset each. */
static void take_apart(struct draft *d, const struct cycle_groups *groups)
{
	size_t whole = d->parts.n;

	for (size_t g = 0; g < groups->n; g++)
		for (size_t i = 0; i < groups->at[g].n; i++) {
			uint32_t id = groups->at[g].at[i];
			struct part part = d->parts.at[id];

			assert(id < whole);
			if (!part.step->can_subset)
				continue;
			d->parts.at[id].nodes.n = 1;
			for (size_t k = 1; k < part.nodes.n; k++) {
				add_part(d, &part);
				put(d, part.nodes.at[k], (uint32_t)d->parts.n - 1);
			}
		}
}

static int compare_atoms(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	int order = (x->step > y->step) - (x->step < y->step);

	if (!order)
		order = (x->level > y->level) - (x->level < y->level);
	return order ? order : compare_ids(&x->nodes.at[0], &y->nodes.at[0]);
}

/* Assets of one step at one level become a part again.  Order by address only groups; it does not reach the plan. */
static void put_together(struct draft *d)
{
	struct parts atoms = d->parts;
	uint32_t number = 0;

	qsort(atoms.at, atoms.n, sizeof(*atoms.at), compare_atoms);
	d->parts = (struct parts){0};
	for (size_t i = 0; i < atoms.n; i++) {
		const struct part *atom = &atoms.at[i], *last = i ? &atoms.at[i - 1] : NULL;
		bool same_step = last && last->step == atom->step;

		number = same_step ? number : 0;
		if (!same_step || last->level != atom->level)
			add_part(d, atom)->number = number++;
		for (size_t k = 0; k < atom->nodes.n; k++)
			put(d, atom->nodes.at[k], (uint32_t)d->parts.n - 1);
	}
}

static bool refuse_circle(struct draft *d, struct id_list group)
{
	struct id_list path = cycle_path(d->scratch, d->needs, group);
	size_t shown = path.n < 8 ? path.n : 8;
	sv text = {"", 0};

	for (size_t i = 0; i < shown; i++) {
		const struct part *part = &d->parts.at[path.at[i]];

		text = arena_fmt(d->scratch, SV_FMT "step \"" SV_FMT "\" (" SV_FMT ") needs ",
				 SV_ARG(text), SV_ARG(part->step->name),
				 SV_ARG(d->graph->locations[part->location].name));
	}
	err_set(d->e, ERR_CONFLICT,
		"steps need each other's assets in a circle: " SV_FMT "%sstep \"" SV_FMT "\"",
		SV_ARG(text), shown < path.n ? "… " : "",
		SV_ARG(d->parts.at[path.at[0]].step->name));
	return err_hint(d->e, "let a step that makes several assets run in parts "
			      "(@multi_asset(can_subset=True)), "
			      "or make them in steps of their own");
}

bool plan_parts_make(struct draft *d)
{
	struct cycle_groups groups;

	one_part_a_step(d);
	find_needs(d);
	groups = cycles_find(d->scratch, d->needs, d->parts.n);
	if (groups.n) {
		take_apart(d, &groups);
		find_needs(d);
		groups = cycles_find(d->scratch, d->needs, d->parts.n);
		if (groups.n)
			return refuse_circle(d, groups.at[0]);
		find_levels(d, false);
		put_together(d);
		find_needs(d);
	}
	find_levels(d, true);
	return true;
}
