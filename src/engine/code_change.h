/* code_change.h -- a location's code changed between the plan of a run and the start of one of its steps: is what the
 * step does, seen from the rest of the run, still the same? */
#pragma once
#include "engine/live_run.h"

/* The step of `now` that makes the same assets out of the same inputs as `step` of `was`; NULL when there is none.
 * `keys`: the assets that it makes in this run. */
const struct manifest_step *code_change_same(const struct manifest *was, const struct manifest_step *step,
					     const struct manifest *now, const struct sv_list *keys);

/* The step is to run the code with this manifest id: does so and tells, or CONFLICT. */
bool code_change_adopt(struct live_step *s, sv manifest_id, struct err *e) CHECKED;
