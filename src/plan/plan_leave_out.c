/* plan_leave_out.c -- what is chosen and cannot be made: steps that plait does not run yet, whatever depends on their
 * assets, and what is made along with that.  A run would fail there and skip the rest: better told before. */
#include "plan/plan_draft.h"

static void leave_out(struct draft *d, uint32_t node, sv reason)
{
	node_set_drop(&d->chosen, node);
	*LIST_ADD(d->arena, &d->left_out) = (struct left_out){node, reason};
}

static sv because_of(struct draft *d, const char *what, uint32_t node)
{
	const struct graph_node *cause = &d->graph->nodes[node];

	return arena_fmt(d->arena, "%s \"" SV_FMT "\" (" SV_FMT "), which is left out", what,
			 SV_ARG(cause->key), SV_ARG(d->graph->locations[cause->location].name));
}

static void leave_out_mates(struct draft *d, uint32_t node)
{
	const struct manifest_step *step = asset_graph_step(d->graph, node);
	uint32_t location = d->graph->nodes[node].location;
	const struct manifest *m = d->graph->locations[location].manifest;

	for (size_t i = 0; !step->can_subset && i < step->assets_count; i++) {
		uint32_t mate = asset_graph_find(d->graph, m->assets[step->assets[i]].key);

		if (d->graph->nodes[mate].location == location && node_set_has(&d->chosen, mate))
			leave_out(d, mate, because_of(d, "shares a step with", node));
	}
}

static void leave_out_readers(struct draft *d, uint32_t node)
{
	const struct graph_node *cause = &d->graph->nodes[node];

	for (size_t i = 0; i < cause->children_count; i++) {
		if (!node_set_has(&d->chosen, cause->children[i]))
			continue;
		leave_out(d, cause->children[i], because_of(d, "depends on", node));
		leave_out_mates(d, cause->children[i]);
	}
}

bool plan_leave_out(struct draft *d)
{
	for (uint32_t i = 0; i < d->graph->nodes_count; i++)
		if (node_set_has(&d->chosen, i) && asset_graph_step(d->graph, i)->refusal.p)
			leave_out(d, i, asset_graph_step(d->graph, i)->refusal);
	for (size_t i = 0; i < d->left_out.n; i++)
		leave_out_readers(d, d->left_out.at[i].node);
	return node_set_count(&d->chosen) || err_set(d->e, ERR_INVALID, "nothing to run: " SV_FMT,
						     SV_ARG(d->left_out.at[0].reason));
}

sv run_plan_left_out(struct arena *a, const struct run_plan *plan)
{
	const struct left_outs *all = &plan->left_out;
	const struct graph_node *first;
	sv more = SV(" is left out");

	if (!all->n)
		return (sv){NULL, 0};
	first = &plan->graph->nodes[all->at[0].node];
	if (all->n > 1)
		more = arena_fmt(a, " and %zu more are left out", all->n - 1);
	return arena_fmt(a, "\"" SV_FMT "\" (" SV_FMT ")" SV_FMT ": " SV_FMT, SV_ARG(first->key),
			 SV_ARG(plan->graph->locations[first->location].name), SV_ARG(more),
			 SV_ARG(all->at[0].reason));
}
