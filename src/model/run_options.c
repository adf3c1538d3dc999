/* run_options.c -- each tag that has a meaning, one line of a table. */
#include "model/run_options.h"

#include "model/tag_value.h"

sv run_tag_value(const struct run_tag *tags, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (sv_eq(tags[i].name, sv_of(name)))
			return tags[i].value;
	return (sv){NULL, 0};
}

static bool read_priority(sv value, struct run_options *o)
{
	return tag_int(value, &o->priority);
}

static bool read_count(sv value, uint32_t *ret)
{
	int64_t count;

	if (!tag_int(value, &count) || count < 0 || count > INT32_MAX)
		return false;
	*ret = (uint32_t)count;
	return true;
}

static bool read_max_retries(sv value, struct run_options *o)
{
	return read_count(value, &o->max_retries);
}

static bool read_retry_number(sv value, struct run_options *o)
{
	return read_count(value, &o->retry_number);
}

static bool read_strategy(sv value, struct run_options *o)
{
	o->retry_all_steps = sv_eq(value, SV("ALL_STEPS"));
	return o->retry_all_steps || sv_eq(value, SV("FROM_FAILURE"));
}

static bool read_on_failure(sv value, struct run_options *o)
{
	return tag_switch(value, &o->retry_on_step_failure);
}

static bool read_max_runtime(sv value, struct run_options *o)
{
	return tag_seconds(value, &o->max_runtime);
}

static const struct {
	const char *tag;
	bool (*read)(sv value, struct run_options *o);
	const char *wanted;
} readers[] = {
	{"dagster/priority", read_priority, "a whole number is wanted"},
	{"dagster/max_retries", read_max_retries, "a number from 0 on is wanted"},
	{"dagster/retry_number", read_retry_number, "a number from 0 on is wanted"},
	{"dagster/retry_strategy", read_strategy, "FROM_FAILURE or ALL_STEPS is wanted"},
	{"dagster/retry_on_asset_or_op_failure", read_on_failure, "true or false is wanted"},
	{"dagster/max_runtime", read_max_runtime, "a number of seconds above 0 is wanted"},
};

struct run_options run_options_read(struct arena *a, const struct run_tag *tags, size_t count,
				    const struct settings *settings, struct sv_list *problems)
{
	struct run_options o = {
		.max_retries = settings->max_run_retries,
		.retry_on_step_failure = settings->retry_on_step_failure,
		.max_runtime = settings->max_runtime,
	};

	for (size_t i = 0; i < COUNT_OF(readers); i++) {
		sv value = run_tag_value(tags, count, readers[i].tag);

		if (value.p && !readers[i].read(value, &o))
			*LIST_ADD(a, problems) = arena_fmt(
				a, "the run's tag %s is \"" SV_FMT "\": %s; it is passed over",
				readers[i].tag, SV_ARG(value), readers[i].wanted);
	}
	return o;
}
