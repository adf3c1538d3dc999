/* step_order.h -- drives one run: which steps are ready, what an ended step means for the others.
 * Pure: the daemon tells it what happened and does what it answers.  Every move is one the state table allows,
 * carries a reason, and is checked by an invariant. */
#pragma once
#include "base/list.h"
#include "model/run.h"
#include "plan/run_plan.h"

struct order_step {
	enum step_state state;
	uint32_t unfinished; /* steps it still waits for */
	sv reason;           /* why it is in this state, a sentence */
};

struct step_order; /* lives in its own arena; reasons live there too */

struct step_order *step_order_new(const struct run_plan *plan);
void step_order_free(struct step_order *o);

const struct order_step *step_order_at(const struct step_order *o, uint32_t step);

/* Steps that may start now: ready ones, in plan order, as long as fewer than `most_running` run. The daemon answers
 * each with step_order_started.  Returns false when there is none. */
bool step_order_next(struct step_order *o, uint32_t most_running, uint32_t *ret_step);
void step_order_started(struct step_order *o, uint32_t step);  /* READY -> STARTING */
void step_order_running(struct step_order *o, uint32_t step);  /* STARTING -> RUNNING */

/* The step about to end well did not make this asset, as it may (output_required=False): who reads it will be skipped. */
void step_order_left_out(struct step_order *o, uint32_t node);

/* An ended step and everything that follows: each change is appended to `changes` (step indexes whose state is now new),
 * `step` itself first.  `end` is SUCCESS, FAILURE or CANCELED; whatever depends on one that did not succeed is skipped. */
struct step_changes {
	uint32_t *at;
	size_t n, cap;
};
void step_order_ended(struct step_order *o, uint32_t step, enum step_state end, sv reason,
		      struct arena *a, struct step_changes *changes);
/* Nothing more starts; waiting and ready steps become canceled.  Running ones end through step_order_ended.
 * A second call changes nothing. */
void step_order_cancel(struct step_order *o, sv reason, struct arena *a, struct step_changes *changes);

bool step_order_done(const struct step_order *o);              /* no step can move any more */
enum run_state step_order_outcome(const struct step_order *o); /* once done: CANCELED, FAILURE or SUCCESS */
