/* retry.h -- whether a failed step is tried again, after how long, and why.  The waits are Dagster's formulas. */
#pragma once
#include "base/time.h"
#include "model/step_options.h"

/* What the exception asked for: RetryRequested(max_retries, seconds_to_wait) and Failure(allow_retries=False). */
struct retry_wish {
	bool allowed;
	int64_t most;   /* -1: not said, which is one retry */
	time_us delay;  /* -1: not said, which is at once */
};

struct retry_decision {
	bool again;
	time_us wait; /* from the failure on; never negative */
	sv reason;    /* a sentence; p NULL when nobody spoke of retries */
};

/* Attempt number `retries_done` + 1 has failed.  `wish` NULL: the exception said nothing and the policy decides; else
 * only the wish counts.  `random` in [0,1), for the jitter.  The reason lives in `a`. */
struct retry_decision retry_decide(struct arena *a, const struct retry_policy *policy, const struct retry_wish *wish,
				   uint32_t retries_done, double random);

/* The wait before retry number `retry` (from 1 on). */
time_us retry_wait(const struct retry_policy *policy, uint32_t retry, double random);
