/* settings.h -- what an installation has decided about its runs (dagster.yaml, doc/formats/settings.md), with the
 * defaults that hold where it says nothing.  Reads no file: code/settings_file.h does. */
#pragma once
#include "base/arena.h"

struct run_tag {
	sv name, value;
};

/* At most `most` runs in progress with a tag. */
struct tag_limit {
	sv name;
	sv value;       /* p NULL: whatever its value */
	bool per_value; /* so many for each value */
	int64_t most;
};

struct settings {
	sv file;                     /* what was read; p NULL: nothing, all is default */
	int64_t max_concurrent_runs; /* -1: no limit, 0: none starts */
	const struct tag_limit *tag_limits;
	size_t tag_limits_count;
	int64_t pool_default_limit;  /* -1: pools without a limit of their own have none */
	bool pools_per_run;          /* a pool counts runs, not steps */
	uint32_t max_run_retries;    /* of runs that carry no dagster/max_retries */
	bool retry_on_step_failure;  /* false: a run whose step failed is not run again, only one that was broken off */
	time_us max_runtime;         /* of runs that carry no dagster/max_runtime; 0: none */
	time_us start_timeout;       /* how long a step's process may take until it is ready */
};

struct settings settings_default(void);
