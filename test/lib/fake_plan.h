/* fake_plan.h -- a plan of all assets of a fake graph, for tests of what drives runs.  A step's options are set by its name. */
#pragma once
#include "check.h"
#include "fake_code.h"
#include "plan/step_order.h"

static inline struct run_plan *fake_plan(struct arena *a, const char *lines)
{
	struct asset_graph *g = fake_graph(a, lines);
	struct node_set all = node_set_new(a, g);
	struct findings none = {0};
	struct plan_request request = {&all, SV("all"), NULL};
	struct run_plan *plan;
	struct err e;

	for (uint32_t i = 0; i < g->nodes_count; i++)
		node_set_add(&all, i);
	CHECK_OK(run_plan_make(a, g, &none, &request, &plan, &e), &e);
	return plan;
}

static inline uint32_t fake_plan_step(const struct run_plan *plan, const char *name)
{
	uint32_t i = 0;

	while (i < plan->steps_count && !sv_eq(plan->steps[i].name, sv_of(name)))
		i++;
	assert(i < plan->steps_count);
	return i;
}

static inline struct step_options *fake_options(struct run_plan *plan, const char *name)
{
	return &plan->steps[fake_plan_step(plan, name)].options;
}
