/* step_options.h -- how a step wants to be run, read from its manifest's `retry`, `pool` and op tags in one place.
 * Decides nothing: plan/retry.h and plan/slots.h do.  A value that makes no sense is left out and said in a sentence. */
#pragma once
#include "base/list.h"
#include "model/manifest.h"

enum isolation { ISOLATION_PROCESS, ISOLATION_WORKER };

enum retry_backoff { RETRY_CONSTANT, RETRY_LINEAR, RETRY_EXPONENTIAL };
enum retry_jitter { RETRY_EXACT, RETRY_FULL_JITTER, RETRY_PLUS_MINUS };

struct retry_policy {
	uint32_t most;  /* retries, so at most one attempt more; 0: none */
	time_us delay;  /* 0: at once */
	enum retry_backoff backoff;
	enum retry_jitter jitter;
};

struct step_options {
	struct retry_policy retry;
	enum isolation isolation; /* op tag plait/isolation */
	int64_t priority;         /* op tag dagster/priority: among ready steps of a run, higher first */
	time_us timeout;          /* op tag plait/timeout; 0: none */
	sv pool;                  /* or op tag dagster/concurrency_key; p NULL: none */
};

/* A manifest step's `retry`; false (and a policy of no retries) when it is absent or makes no sense. */
bool retry_policy_read(const struct value *retry, struct retry_policy *ret);

/* The options of `step`, which is one of `m`; views into the manifest.  Each value that is passed over adds a sentence to
 * `problems`, naming the asset, the place, the value and what is wanted. */
struct step_options step_options_read(struct arena *a, const struct manifest *m, const struct manifest_step *step,
				      struct sv_list *problems);
