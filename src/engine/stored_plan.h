/* stored_plan.h -- the plan of a run made whole again from its rows: the graph from the manifests that its steps name,
 * the steps from the rows.  Nothing of today's code goes into it. */
#pragma once
#include "plan/run_plan.h"
#include "store/store.h"

struct stored_plan {
	struct run_plan *plan;
	const struct manifest **manifests; /* of each step: where code changed in between, not the graph's */
	const struct manifest_step **steps;
};

/* Lives in `a`.  NOT_FOUND or INVALID: a manifest that is gone or cannot be read; CORRUPT: rows that do not fit it. */
bool stored_plan_read(struct store *s, struct arena *a, const struct step_rows *rows, const struct sv_list *warnings,
		      struct stored_plan *ret, struct err *e) CHECKED;
