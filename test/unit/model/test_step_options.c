/* What a manifest's step and a run's tags ask for, and what is said of values that make no sense. */
#include "check.h"

#include "base/time.h"
#include "codec/json.h"
#include "model/run_options.h"
#include "model/step_options.h"

static struct step_options options_of(struct arena *a, const char *members, struct sv_list *problems)
{
	AUTO_BUF text = {0};
	struct manifest *m;
	struct err e;

	buf_addf(&text, "{\"format\":1,\"location\":\"etl\",\"steps\":[{\"name\":\"s\",\"assets\":[[\"a\",\"b\"]],"
			"\"source\":{\"file\":\"/x.py\",\"line\":7}%s%s}],"
			"\"assets\":[{\"key\":[\"a\",\"b\"],\"kind\":\"materialization\",\"step\":\"s\"}]}",
		 *members ? "," : "", members);
	CHECK_OK(manifest_read(a, SV("id"), arena_sv(a, buf_sv(&text)), &m, &e), &e);
	return step_options_read(a, m, &m->steps[0], problems);
}

static void test_options_are_read(void)
{
	static const struct {
		const char *members;
		struct step_options want;
	} rows[] = {
		{"", {{0}, ISOLATION_PROCESS, 0, 0, {0}}},
		{"\"retry\":null,\"pool\":null,\"tags\":{}", {{0}, ISOLATION_PROCESS, 0, 0, {0}}},
		{"\"retry\":{\"max_retries\":3,\"delay\":null,\"backoff\":null,\"jitter\":null}", {.retry = {3, 0, 0, 0}}},
		{"\"retry\":{\"max_retries\":3,\"delay\":0.2,\"backoff\":\"EXPONENTIAL\",\"jitter\":\"PLUS_MINUS\"}",
		 {.retry = {3, 200000, RETRY_EXPONENTIAL, RETRY_PLUS_MINUS}}},
		{"\"retry\":{\"max_retries\":1,\"delay\":2,\"backoff\":\"LINEAR\",\"jitter\":\"FULL\"}",
		 {.retry = {1, 2000000, RETRY_LINEAR, RETRY_FULL_JITTER}}},
		{"\"pool\":\"db\",\"tags\":{\"dagster/concurrency_key\":\"other\"}", {.pool = {"db", 2}}},
		{"\"tags\":{\"dagster/concurrency_key\":\"db\",\"plait/isolation\":\"worker\"}",
		 {.isolation = ISOLATION_WORKER, .pool = {"db", 2}}},
		{"\"tags\":{\"dagster/priority\":\" -3 \",\"plait/timeout\":\"1.5\",\"plait/isolation\":\"process\"}",
		 {.priority = -3, .timeout = 1500000}},
		{"\"tags\":{\"dagster/priority\":9,\"plait/timeout\":90}", {.priority = 9, .timeout = 90000000}},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct sv_list problems = {0};
		struct step_options got = options_of(a, rows[i].members, &problems), want = rows[i].want;

		CHECK_INT(0, problems.n);
		CHECK_INT(want.retry.most, got.retry.most);
		CHECK_INT(want.retry.delay, got.retry.delay);
		CHECK_INT(want.retry.backoff, got.retry.backoff);
		CHECK_INT(want.retry.jitter, got.retry.jitter);
		CHECK_INT(want.isolation, got.isolation);
		CHECK_INT(want.priority, got.priority);
		CHECK_INT(want.timeout, got.timeout);
		CHECK_SV(want.pool, got.pool);
	}
}

static void test_nonsense_is_said_and_passed_over(void)
{
	static const struct {
		const char *members, *problem;
	} rows[] = {
		{"\"retry\":{\"max_retries\":-1}", "\"a/b\" (/x.py:7): its retry policy is {\"max_retries\":-1}: "},
		{"\"retry\":{\"max_retries\":1,\"delay\":-2}", "its retry policy is"},
		{"\"retry\":{\"max_retries\":1,\"delay\":\"soon\"}", "its retry policy is"},
		{"\"retry\":{\"max_retries\":1,\"backoff\":\"QUADRATIC\"}", "backoff LINEAR or EXPONENTIAL"},
		{"\"retry\":{\"max_retries\":1,\"jitter\":7}", "it is not retried"},
		{"\"tags\":{\"plait/isolation\":\"thread\"}", "the op tag plait/isolation is \"thread\": \"process\" or \"worker\" is wanted"},
		{"\"tags\":{\"dagster/priority\":\"high\"}", "the op tag dagster/priority is \"high\": a whole number is wanted; 0 is taken"},
		{"\"tags\":{\"dagster/priority\":\"99999999999999999999\"}", "a whole number is wanted"},
		{"\"tags\":{\"plait/timeout\":\"soon\"}", "\"a/b\" (/x.py:7): the op tag plait/timeout is \"soon\": a number of seconds above 0"},
		{"\"tags\":{\"plait/timeout\":\"0\"}", "a number of seconds above 0"},
		{"\"tags\":{\"plait/timeout\":-1}", "a number of seconds above 0"},
		{"\"tags\":{\"plait/timeout\":true}", "a number of seconds above 0"},
		{"\"tags\":{\"dagster/concurrency_key\":[]}", "the name of a pool is wanted"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct sv_list problems = {0};
		struct step_options got = options_of(a, rows[i].members, &problems);

		CHECK_INT(1, problems.n);
		CHECK_CONTAINS(rows[i].problem, problems.at[0].p);
		CHECK_INT(0, got.retry.most + got.priority + got.timeout + got.isolation);
		CHECK(!got.pool.p);
	}
}

static void test_a_runs_tags_go_over_the_settings(void)
{
	static const struct run_tag tags[] = {
		{{"team", 4}, {"ml", 2}},
		{{"dagster/priority", 16}, {"-5", 2}},
		{{"dagster/max_retries", 19}, {"3", 1}},
		{{"dagster/retry_strategy", 22}, {"ALL_STEPS", 9}},
		{{"dagster/retry_on_asset_or_op_failure", 36}, {"False", 5}},
		{{"dagster/max_runtime", 19}, {"60", 2}},
		{{"dagster/retry_number", 20}, {"2", 1}},
	};
	struct settings settings = settings_default();
	AUTO_ARENA a = arena_new();
	struct sv_list problems = {0};
	struct run_options o;

	settings.max_run_retries = 1;
	settings.max_runtime = 7;
	o = run_options_read(a, NULL, 0, &settings, &problems);
	CHECK_INT(1, o.max_retries);
	CHECK_INT(7, o.max_runtime);
	CHECK(o.retry_on_step_failure && !o.retry_all_steps);
	o = run_options_read(a, tags, COUNT_OF(tags), &settings, &problems);
	CHECK_INT(0, problems.n);
	CHECK_INT(-5, o.priority);
	CHECK_INT(3, o.max_retries);
	CHECK_INT(2, o.retry_number);
	CHECK_INT(60 * TIME_SECOND, o.max_runtime);
	CHECK(!o.retry_on_step_failure && o.retry_all_steps);
}

static void test_a_runs_nonsense_is_said(void)
{
	static const struct {
		const char *name, *value, *problem;
	} rows[] = {
		{"dagster/priority", "", "the run's tag dagster/priority is \"\": a whole number is wanted; it is passed over"},
		{"dagster/max_retries", "-1", "a number from 0 on is wanted"},
		{"dagster/retry_strategy", "SOME", "FROM_FAILURE or ALL_STEPS is wanted"},
		{"dagster/retry_on_asset_or_op_failure", "yes", "true or false is wanted"},
		{"dagster/max_runtime", "1h", "a number of seconds above 0 is wanted"},
	};
	struct settings settings = settings_default();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct run_tag tag = {sv_of(rows[i].name), sv_of(rows[i].value)};
		struct sv_list problems = {0};
		struct run_options o = run_options_read(a, &tag, 1, &settings, &problems);

		CHECK_INT(1, problems.n);
		CHECK_CONTAINS(rows[i].problem, problems.at[0].p);
		CHECK(!o.retry_all_steps && o.retry_on_step_failure && !o.max_retries && !o.max_runtime && !o.priority);
	}
}

TESTS(TEST(test_options_are_read) TEST(test_nonsense_is_said_and_passed_over)
	      TEST(test_a_runs_tags_go_over_the_settings) TEST(test_a_runs_nonsense_is_said))
