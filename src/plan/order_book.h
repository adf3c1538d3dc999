/* order_book.h -- the state of each step of one run, and all that is counted by states: who is ready, lane by lane; who is to
 * be tried again, and when; who may be ready soon; what the run holds of the slots.  One function writes states and keeps the
 * rest in step with them.
 * A part of plan/step_order.h: it knows neither why a step moves nor what follows from it. */
#pragma once
#include "plan/step_heap.h"
#include "plan/step_order.h"

/* What the order does not ask for. */
struct book_entry {
	uint32_t lane;
	uint32_t holding; /* steps it waits for that are neither done nor running */
	bool queued;      /* it has an entry in its lane's heap, which may be out of date */
};

/* Ready steps with the same location and pool. */
struct book_lane {
	struct step_heap ready; /* those that moved on are dropped when they come to the top */
	uint32_t slot;          /* the lane's number in `slots` */
	uint32_t held;          /* slots that its steps hold */
	uint32_t expected;      /* slots that its steps will want soon */
	uint32_t unbegun;       /* steps that will want one at all */
};

struct order_book {
	struct arena *arena;
	const struct run_plan *plan;
	struct slots *slots;
	struct order_step *steps; /* their states are written here only */
	struct book_entry *entries;
	size_t *starts;           /* who waits for step i: dependents[starts[i]] up to dependents[starts[i + 1]] */
	uint32_t *dependents;
	LIST(struct book_lane) lanes;
	struct step_heap wakes;   /* exactly those that are retrying, by time */
	uint32_t *imminent;       /* per location: ready, or waiting only for steps that run */
	size_t in_state[STEP_STATE_COUNT];
};

/* All steps wait, without a reason.  It lives in the arena; `slots` may be NULL. */
void order_book_open(struct order_book *b, struct arena *a, const struct run_plan *plan, struct slots *slots);
void order_book_close(struct order_book *b); /* gives back what is held; the arena is the owner's */

/* A move that the table of states allows; for RETRYING set retry_at before.  The reason lives in the arena. */
void order_book_move(struct order_book *b, uint32_t step, enum step_state to, sv reason);
/* What a step was under another server: any state; a slot above the limits if need be. */
void order_book_restore(struct order_book *b, uint32_t step, enum step_state to, sv reason);

bool order_book_next(struct order_book *b, uint32_t *ret_step); /* step_order_next */
/* A retrying step that is due, which the caller is to move on; false: there is none. */
bool order_book_wake(struct order_book *b, time_us now, uint32_t *ret_step);
bool order_book_is_active(const struct order_book *b, uint32_t step); /* starts or runs */

struct steps_below {
	const uint32_t *at;
	size_t n;
};
struct steps_below order_book_below(const struct order_book *b, uint32_t step); /* who waits for it */
