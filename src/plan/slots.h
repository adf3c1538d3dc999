/* slots.h -- what may run at once over all runs: in all, per location, per pool.  A step holds one slot while it is starting or
 * running, and with it a place in each limit it is subject to; a *lane* is such a set of limits: few lanes, many steps.
 * Everything is O(1).  Invariant: no limit is exceeded by slots_take. */
#pragma once
#include "base/arena.h"

struct slots; /* has its own arena */

struct slots *slots_new(uint32_t most); /* in all */
void slots_free(struct slots *s);

/* Limits may be changed at any time; whoever runs above a lowered one ends in its own time. */
void slots_limit_all(struct slots *s, uint32_t most);
void slots_limit_location(struct slots *s, sv location, int64_t most); /* -1: none of its own, the default */
void slots_limit_pool(struct slots *s, sv pool, int64_t most);         /* -1: none; until it is called the default counts */
void slots_default_pool(struct slots *s, int64_t most);                /* for pools without a limit of their own; -1: none */
/* Pools with granularity `run` are counted by run_queue, once for each run: here they have no limit. */
void slots_pools_per_run(struct slots *s, bool per_run);

/* The lane of all steps with this location and pool (p NULL: none); the same number each time. */
uint32_t slots_lane(struct slots *s, sv location, sv pool);

bool slots_may_take(const struct slots *s, uint32_t lane);
void slots_take(struct slots *s, uint32_t lane);       /* it must be allowed */
void slots_take_above(struct slots *s, uint32_t lane); /* for what runs already: a step that was taken over */
void slots_give(struct slots *s, uint32_t lane);

uint32_t slots_taken(const struct slots *s);              /* in all */
bool slots_all_taken(const struct slots *s);              /* no lane may take */
uint32_t slots_most(const struct slots *s, sv location);  /* at most so many steps of a location at once */

/* Why the lane may not take: names the limit, how full it is, and how to raise it; p NULL when it may. */
sv slots_reason(struct arena *a, const struct slots *s, uint32_t lane);
