/* slots.h -- what may run at once over all runs: in all, per location, per pool.  A step holds one slot while it is
 * starting or running, and with it a place in each limit it is subject to; a *lane* is such a set of limits: few
 * lanes, many steps. Counts beside it, for each location, who is likely to ask for a slot soon, so that processes can
 * be made ahead of time. Everything is O(1).  Invariant: no limit is exceeded by slots_take. */
#pragma once
#include "base/arena.h"

struct slots; /* has its own arena */

struct slots *slots_new(uint32_t most); /* in all */
void slots_free(struct slots *s);

/* Limits may be changed at any time; whoever runs above a lowered one ends in its own time. */
/* So many of the kept lanes' steps are not counted in all: they wait for the ledger while another has the processor. */
void slots_kept_beyond(struct slots *s, uint32_t most);
void slots_limit_location(struct slots *s, sv location, int64_t most); /* -1: none of its own, the default */
void slots_limit_pool(struct slots *s, sv pool, int64_t most);         /* -1: none; until it is called the default counts */
void slots_forget_pools(struct slots *s); /* the default counts for all of them again */
void slots_default_pool(struct slots *s, int64_t most);                /* for pools without a limit of their own; -1: none */
/* Pools with granularity `run` are counted by run_queue, once for each run: here they have no limit. */
void slots_pools_per_run(struct slots *s, bool per_run);

/* The lane of all steps with this location and pool (p NULL: none); the same number each time. */
uint32_t slots_lane(struct slots *s, sv location, sv pool);
uint32_t slots_kept_lane(struct slots *s, sv location, sv pool); /* of those that run in kept workers */

bool slots_may_take(const struct slots *s, uint32_t lane);
void slots_take(struct slots *s, uint32_t lane);       /* it must be allowed */
void slots_take_above(struct slots *s, uint32_t lane); /* for what runs already: a step that was taken over */
void slots_give(struct slots *s, uint32_t lane);

uint32_t slots_taken(const struct slots *s);              /* in all */
uint32_t slots_of_location(const struct slots *s, uint32_t lane); /* taken, of the lane's location */
bool slots_all_taken(const struct slots *s);              /* no lane may take */

/* A step of this lane will want a slot soon (step_order_imminent), or at all, or no longer; step_order says so by itself. */
void slots_expect(struct slots *s, uint32_t lane);
void slots_unexpect(struct slots *s, uint32_t lane);
void slots_begin_later(struct slots *s, uint32_t lane);
void slots_begin_no_later(struct slots *s, uint32_t lane);

/* Steps of a location that have not begun, each at most what its limits let run at once: workers worth having. */
struct slots_expected {
	sv location;
	uint32_t soon, later; /* those that are expected; all of them */
};
/* Each location whose numbers are others than when they were last told. Ask until it is false. */
bool slots_next_expected(struct slots *s, struct slots_expected *ret);

/* Why the lane may not take: names the limit, how full it is, and how to raise it; p NULL when it may. */
sv slots_reason(struct arena *a, const struct slots *s, uint32_t lane);
/* Whether that limit, unless it is the one over all, counts the steps of `other` too. */
bool slots_shares_reason(const struct slots *s, uint32_t lane, uint32_t other);
