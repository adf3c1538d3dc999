/* plan_draft.h -- a run plan while it is being made; for run_plan.c and plan_parts.c only. */
#pragma once
#include "base/list.h"
#include "plan/cycle.h"
#include "plan/run_plan.h"

/* One step, or a part of one. */
struct part {
	uint32_t location, number; /* number: 0 the first or only part */
	const struct manifest_step *step;
	struct {
		uint32_t *at;
		size_t n, cap;
	} nodes; /* ascending */
	uint32_t level;
};

struct parts {
	struct part *at;
	size_t n, cap;
};

struct draft {
	struct arena *arena;   /* of the plan */
	struct arena *scratch; /* ends with the planning */
	const struct asset_graph *graph;
	const struct plan_request *request;
	struct err *e;
	size_t *first_step;       /* per location: the number of its first step among all; one more at the end */
	struct node_set chosen;   /* what will be made */
	struct left_outs left_out;
	uint32_t *part_of;        /* per node; NO_ID when not chosen */
	struct parts parts;
	struct id_list *needs;    /* per part: parts whose assets it reads, ascending, each once */
};

/* Takes from the chosen what plait cannot run yet, what depends on that, and what such steps make along.
 * INVALID when nothing is left. */
bool plan_leave_out(struct draft *d) CHECKED;

/* Groups the chosen nodes into parts and finds who needs whom and at which level; splits steps that may run in parts
 * where others stand between.  CONFLICT for a circle that this cannot open. */
bool plan_parts_make(struct draft *d) CHECKED;
