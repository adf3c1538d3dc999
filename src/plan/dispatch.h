/* dispatch.h -- which step starts next, over all runs in progress: runs by priority, then age; in a run as
 * step_order_next has it; of those only steps whose lane has room.  A full lane hides nothing behind it. */
#pragma once
#include "plan/slots.h"
#include "plan/step_order.h"

/* A run in progress; its owner keeps it and fills in the upper half before dispatch_add. */
struct dispatch_run {
	struct step_order *order; /* made with the same slots */
	int64_t priority;         /* higher first */
	uint64_t created;         /* lower first among equals: any number that grows from run to run */
	uint32_t most_running;    /* steps of this run at once; 0: no limit of its own */
	void *owner;
};

struct dispatch; /* has its own memory */

struct dispatch *dispatch_new(struct slots *slots);
void dispatch_free(struct dispatch *d);
void dispatch_add(struct dispatch *d, struct dispatch_run *run);
void dispatch_remove(struct dispatch *d, struct dispatch_run *run); /* also when it never was there */

/* The step to start now; the caller answers with step_order_started(run->order, step), which takes its slot, and asks
 * again. False: nothing may start before something happens.  O(lanes + log steps) in the run that comes first and has
 * any; runs before it cost O(lanes) each. */
bool dispatch_next(struct dispatch *d, struct dispatch_run **ret_run, uint32_t *ret_step);

/* All runs' retries: the earliest time at which one is due, 0 for none; one timer is enough. */
time_us dispatch_next_wake(const struct dispatch *d);

/* Why a ready step does not run: the limit, how full, who holds it.  Lives in `a`.  Looks at all running steps: for
 * people. */
sv dispatch_reason(struct arena *a, const struct dispatch *d, const struct dispatch_run *run, uint32_t step);
