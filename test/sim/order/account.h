/* account.h -- the slow and simple account of the same world: who may start, and who of them comes first.  It counts anew each time. */
#pragma once
#include "sim.h"

/* Active steps over all runs: all (NO_ID, p NULL), of a location, of a pool. */
int64_t account_active(const struct sim *s, uint32_t location, sv pool);
int64_t account_pool_limit(const struct sim *s, sv pool); /* -1: none */
int64_t account_location_limit(const struct sim *s, uint32_t location);

bool account_may_start(const struct sim *s, const struct live *r, uint32_t step);
struct live *account_best_step(struct sim *s, uint32_t *ret_step); /* NULL: none may start */
bool account_run_may_start(const struct sim *s, const struct live *r);
struct live *account_best_run(struct sim *s);
