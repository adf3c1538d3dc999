/* dagster.yaml: what is acted on, what is let pass, every fault by its place, and which file it is. */
#include "check.h"
#include "scratch.h"

#include "base/time.h"
#include "code/declaration.h"
#include "code/settings_file.h"
#include "codec/yaml.h"
#include "sys/path.h"

static const char *plait_home, *dagster_home;

static const char *fake_getenv(const char *name)
{
	static const struct {
		const char *name, *value;
	} set[] = {{"RUNS", "7"}, {"WORD", "many"}, {"YES", "True"}};

	for (size_t i = 0; i < COUNT_OF(set); i++)
		if (strcmp(set[i].name, name) == 0)
			return set[i].value;
	if (strcmp(name, "PLAIT_HOME") == 0)
		return plait_home;
	return strcmp(name, "DAGSTER_HOME") == 0 ? dagster_home : NULL;
}

static bool declare(struct arena *a, const char *text, struct settings *ret, struct err *e)
{
	struct declaration d = {.a = a, .label = SV("s"), .getenv = fake_getenv};
	const struct value *root;

	CHECK_OK(yaml_read(a, "s", sv_of(text), &root, e), e);
	*ret = settings_declare(&d, root);
	return declaration_end(&d, e);
}

static struct settings settings_of(struct arena *a, const char *text)
{
	struct settings s;
	struct err e;

	CHECK_OK(declare(a, text, &s, &e), &e);
	return s;
}

static void test_silence_means_the_defaults(void)
{
	static const char *const rows[] = {"", "telemetry: {enabled: false}", "concurrency:\n", "run_queue: {}",
					   "storage: {postgres: {whatever: [1]}}\nretention: {}\nscheduler: {module: m}"};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct settings s = settings_of(a, rows[i]);

		CHECK_INT(10, s.max_concurrent_runs);
		CHECK_INT(0, s.tag_limits_count);
		CHECK_INT(-1, s.pool_default_limit);
		CHECK(!s.pools_per_run);
		CHECK_INT(0, s.max_run_retries);
		CHECK(s.retry_on_step_failure);
		CHECK_INT(0, s.max_runtime);
		CHECK_INT(180 * TIME_SECOND, s.start_timeout);
	}
}

static void test_what_is_said_is_read(void)
{
	AUTO_ARENA a = arena_new();
	struct settings s = settings_of(a, "concurrency:\n"
				    "  runs:\n"
				    "    max_concurrent_runs: {env: RUNS}\n"
				    "    tag_concurrency_limits:\n"
				    "    - {key: team, limit: 3}\n"
				    "    - {key: team, value: ml, limit: 1}\n"
				    "    - {key: user, value: {applyLimitPerUniqueValue: true}, limit: 2}\n"
				    "  pools: {default_limit: 4, granularity: run}\n"
				    "run_retries: {enabled: {env: YES}, max_retries: 2, retry_on_asset_or_op_failure: false}\n"
				    "run_monitoring: {max_runtime_seconds: 90, start_timeout_seconds: 5}\n");

	CHECK_INT(7, s.max_concurrent_runs);
	CHECK_INT(3, s.tag_limits_count);
	CHECK_SV(SV("team"), s.tag_limits[0].name);
	CHECK(!s.tag_limits[0].value.p && !s.tag_limits[0].per_value);
	CHECK_INT(3, s.tag_limits[0].most);
	CHECK_SV(SV("ml"), s.tag_limits[1].value);
	CHECK(s.tag_limits[2].per_value);
	CHECK_INT(4, s.pool_default_limit);
	CHECK(s.pools_per_run);
	CHECK_INT(2, s.max_run_retries);
	CHECK(!s.retry_on_step_failure);
	CHECK_INT(90 * TIME_SECOND, s.max_runtime);
	CHECK_INT(5 * TIME_SECOND, s.start_timeout);
}

static void test_words_of_old_are_understood(void)
{
	AUTO_ARENA a = arena_new();

	CHECK_INT(-1, settings_of(a, "run_queue: {max_concurrent_runs: -1, dequeue_interval_seconds: 1}").max_concurrent_runs);
	CHECK_INT(3, settings_of(a, "run_coordinator: {module: m, class: QueuedRunCoordinator, config: {max_concurrent_runs: 3}}")
			     .max_concurrent_runs);
	CHECK_INT(10, settings_of(a, "run_coordinator: {module: m, class: Other, config: {max_concurrent_runs: 3}}").max_concurrent_runs);
	CHECK_INT(1, settings_of(a, "run_queue: {tag_concurrency_limits: [{key: k, limit: 0}]}").tag_limits_count);
	CHECK_INT(0, settings_of(a, "run_queue: {tag_concurrency_limits: null}").tag_limits_count);
	CHECK_INT(5, settings_of(a, "concurrency: {default_op_concurrency_limit: 5}").pool_default_limit);
	CHECK_INT(0, settings_of(a, "run_retries: {max_retries: 3}").max_run_retries);
	CHECK_INT(0, settings_of(a, "run_monitoring: {enabled: false, max_runtime_seconds: 9}").max_runtime);
}

static void test_faults_name_path_and_place(void)
{
	static const struct {
		const char *yaml, *error;
	} rows[] = {
		{"[]", "s:1:1: a map is wanted, not a list"},
		{"concurency: {}", "s:1:13: concurency: unknown key; did you mean concurrency?"},
		{"whatever: {}", "s:1:11: whatever: unknown key"},
		{"concurrency: 3", "s:1:14: concurrency: a map is wanted, not a whole number"},
		{"concurrency:\n  runs: {max_concurent_runs: 3}",
		 "s:2:30: concurrency.runs.max_concurent_runs: unknown key; did you mean max_concurrent_runs?"},
		{"concurrency: {pools: {db: 3}}", "concurrency.pools.db: unknown key"},
		{"run_queue: {max_concurrent_runs: -2}", "run_queue.max_concurrent_runs: a number from -1 on is wanted, not -2"},
		{"run_queue: {max_concurrent_runs: '3'}", "run_queue.max_concurrent_runs: a number is wanted, not a text"},
		{"run_queue: {max_concurrent_runs: {env: WORD}}", "a number is wanted, the variable holds \"many\""},
		{"run_queue: {max_concurrent_runs: {env: NONE}}", "the environment variable NONE is not set"},
		{"run_queue: {tag_concurrency_limits: {}}", "tag_concurrency_limits: a list is wanted, not a map"},
		{"run_queue: {tag_concurrency_limits: [{key: a}]}", "run_queue.tag_concurrency_limits[0]: limit is missing"},
		{"run_queue: {tag_concurrency_limits: [{limit: 1}]}", "run_queue.tag_concurrency_limits[0].key: is missing"},
		{"run_queue: {tag_concurrency_limits: [x]}", "a map with key and limit is wanted, not a text"},
		{"run_queue: {tag_concurrency_limits: [{key: a, limit: 1, value: 3}]}", "(put it in quotes)"},
		{"concurrency: {pools: {granularity: runs}}", "concurrency.pools.granularity: op or run is wanted, not \"runs\""},
		{"concurrency: {runs: {}}\nrun_queue: {max_concurrent_runs: 1}", "concurrency.runs says the same"},
		{"run_queue: {}\nrun_coordinator: {module: a, class: b}", "run_queue and run_coordinator exclude each other"},
		{"run_retries: {enabled: 1}", "run_retries.enabled: true or false is wanted"},
		{"run_monitoring: {max_runtime_seconds: -1}", "a number from 0 on is wanted, not -1"},
		{"run_monitoring: {max_runtime_seconds: 99999999999999}", "that is too long"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct settings s;
		struct err e;

		CHECK(!declare(a, rows[i].yaml, &s, &e));
		CHECK_INT(ERR_INVALID, e.kind);
		CHECK_CONTAINS(rows[i].error, e.text);
	}
}

static void put(struct arena *a, const char *folder, const char *text)
{
	struct err e;
	sv path = path_join(a, scratch(), sv_of(folder));

	CHECK_OK(folder_make(path, &e), &e);
	CHECK_OK(file_replace_fast(path_join(a, path, SV("dagster.yaml")), sv_of(text), &e), &e);
}

static struct settings load(struct arena *a)
{
	struct settings_request request = {
		.workspace_root = path_join(a, scratch(), SV("w")), .cwd = scratch(), .getenv = fake_getenv};
	struct settings s;
	struct err e;

	CHECK_OK(settings_load(a, &request, &s, &e), &e);
	return s;
}

static void test_the_workspaces_file_comes_before_the_homes(void)
{
	AUTO_ARENA a = arena_new();

	plait_home = "p";
	dagster_home = path_join(a, scratch(), SV("d")).p;
	CHECK(!load(a).file.p);
	put(a, "d", "run_queue: {max_concurrent_runs: 1}");
	CHECK_INT(1, load(a).max_concurrent_runs);
	put(a, "p", "run_queue: {max_concurrent_runs: 2}");
	CHECK_INT(2, load(a).max_concurrent_runs);
	put(a, "w", "run_queue: {max_concurrent_runs: 3}");
	CHECK_INT(3, load(a).max_concurrent_runs);
	CHECK(sv_ends(load(a).file, SV("/w/dagster.yaml")));
}

static void test_a_broken_file_is_named_from_here(void)
{
	AUTO_ARENA a = arena_new();
	struct settings_request request = {
		.workspace_root = path_join(a, scratch(), SV("w")), .cwd = scratch(), .getenv = fake_getenv};
	struct settings s;
	struct err e;

	put(a, "w", "run_queue:\n  max_concurrent_runs: x\n");
	CHECK(!settings_load(a, &request, &s, &e));
	CHECK_CONTAINS("w/dagster.yaml:2:24: run_queue.max_concurrent_runs: a number is wanted", e.text);
}

TESTS(TEST(test_silence_means_the_defaults) TEST(test_what_is_said_is_read) TEST(test_words_of_old_are_understood)
	      TEST(test_faults_name_path_and_place) TEST(test_the_workspaces_file_comes_before_the_homes)
		      TEST(test_a_broken_file_is_named_from_here))
