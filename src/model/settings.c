/* settings.c -- the defaults, which are Dagster's where it has one. */
#include "model/settings.h"

#include "base/time.h"

enum { RUNS_AT_ONCE = 10, START_SECONDS = 180 };

struct settings settings_default(void)
{
	return (struct settings){
		.max_concurrent_runs = RUNS_AT_ONCE,
		.pool_default_limit = -1,
		.retry_on_step_failure = true,
		.start_timeout = START_SECONDS * TIME_SECOND,
	};
}
