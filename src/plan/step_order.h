/* step_order.h -- drives one run: which steps are ready, what an ended step means for the others, when a failed one is
 * tried again. Pure: the daemon tells it what happened and does what it answers.  Every move is one the state table
 * allows, carries a reason, and is checked by an invariant. */
#pragma once
#include "base/list.h"
#include "model/run.h"
#include "plan/run_plan.h"
#include "plan/slots.h"

struct order_step {
	enum step_state state;
	uint32_t unfinished; /* steps it still waits for */
	uint32_t retries;    /* how often it was sent back to be tried again: the attempt at hand is number retries + 1 */
	time_us retry_at;    /* while RETRYING */
	sv reason;           /* why it is in this state, a sentence */
};

struct step_order; /* lives in its own arena; reasons live there too */

/* `slots` NULL: nothing limits it.  Else a slot is held for each step that is starting or running, by the moves themselves;
 * it must outlive the order.  What a free finds still held is given back. */
struct step_order *step_order_new(const struct run_plan *plan, struct slots *slots);
void step_order_free(struct step_order *o);

const struct order_step *step_order_at(const struct step_order *o, uint32_t step);
const struct run_plan *step_order_plan(const struct step_order *o);

/* The ready step that comes first of those whose lane has room: by priority, then from the location with the fewest steps
 * running (a location's host makes one process at a time, hosts work beside each other), then in plan order.  The caller
 * answers with step_order_started.  False when there is none.  Over several runs: plan/dispatch.h. */
bool step_order_next(struct step_order *o, uint32_t *ret_step);
void step_order_started(struct step_order *o, uint32_t step);  /* READY -> STARTING: takes a slot */
void step_order_running(struct step_order *o, uint32_t step);  /* STARTING -> RUNNING */

/* The step about to end well did not make this asset, as it may (output_required=False): who reads it will be skipped. */
void step_order_left_out(struct step_order *o, uint32_t node);

/* What follows from an event: each change is appended to `changes` (step indexes whose state is now new), the step
 * that the event is about first. */
struct step_changes {
	uint32_t *at;
	size_t n, cap;
};
/* `end` is SUCCESS, FAILURE or CANCELED; whatever depends on one that did not succeed is skipped. */
void step_order_ended(struct step_order *o, uint32_t step, enum step_state end, sv reason,
		      struct arena *a, struct step_changes *changes);
/* STARTING or RUNNING -> RETRYING: failed, to be READY again at `at`.  In a run that is being canceled: CANCELED. */
void step_order_retry(struct step_order *o, uint32_t step, time_us at, sv reason,
		      struct arena *a, struct step_changes *changes);
/* STARTING or RUNNING -> READY: its attempt never began and does not count.  In a run that is being canceled: CANCELED. */
void step_order_unbegun(struct step_order *o, uint32_t step, sv reason,
			struct arena *a, struct step_changes *changes);
/* RETRYING -> READY for all that are due. */
void step_order_wake(struct step_order *o, time_us now, struct arena *a, struct step_changes *changes);
time_us step_order_next_wake(const struct step_order *o); /* when the next is due; 0: none */
/* Nothing more starts; waiting, ready and retrying steps become canceled.  Running ones end through step_order_ended.
 * A second call changes nothing. */
void step_order_cancel(struct step_order *o, sv reason, struct arena *a, struct step_changes *changes);

/* A run that is taken over: what the ledger knows of each step of the plan, given to a new order before anything else
 * (after step_order_left_out for assets that successful steps did not make).  WAITING, READY and STARTING count as not
 * begun: what they are now follows from the others.  `changes` get the steps that thereby are skipped (the ledger does
 * not know yet) or ready.  Running steps take their slots, above the limits if need be.  CORRUPT: a state that cannot
 * be; free the order. A run that was being canceled: call step_order_cancel next. */
struct step_known {
	enum step_state state;
	uint32_t retries;
	time_us retry_at; /* RETRYING */
	sv reason;
};
bool step_order_resume(struct step_order *o, const struct step_known *steps, struct arena *a,
		       struct step_changes *changes, struct err *e) CHECKED;

/* Steps of a location (an index of the plan's graph) that are ready, or wait only for steps that run now. */
uint32_t step_order_imminent(const struct step_order *o, uint32_t location);
size_t step_order_count(const struct step_order *o, enum step_state state);

bool step_order_canceled(const struct step_order *o);          /* step_order_cancel was called */
bool step_order_done(const struct step_order *o);              /* no step can move any more */
enum run_state step_order_outcome(const struct step_order *o); /* once done: CANCELED, FAILURE or SUCCESS */

/* The step's lane in `slots`; NO_ID without slots. */
uint32_t step_order_lane(const struct step_order *o, uint32_t step);
