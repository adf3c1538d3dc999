/* run_options.h -- what a run's tags ask of the engine, over what the settings say.  Other tags mean nothing here and
 * are kept. */
#pragma once
#include "base/list.h"
#include "model/settings.h"

struct run_options {
	int64_t priority;           /* dagster/priority */
	uint32_t max_retries;       /* dagster/max_retries */
	bool retry_all_steps;       /* dagster/retry_strategy: ALL_STEPS; else FROM_FAILURE */
	bool retry_on_step_failure; /* dagster/retry_on_asset_or_op_failure */
	uint32_t retry_number;      /* dagster/retry_number: which retry it is; 0: the first run */
	time_us max_runtime;        /* dagster/max_runtime; 0: none */
};

/* A value that makes no sense adds a sentence to `problems` and is passed over. */
struct run_options run_options_read(struct arena *a, const struct run_tag *tags, size_t count,
				    const struct settings *settings, struct sv_list *problems);

sv run_tag_value(const struct run_tag *tags, size_t count, const char *name); /* p NULL: absent */
