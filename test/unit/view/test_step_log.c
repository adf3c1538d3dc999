/* Where what a step printed lies: of its newest attempt and of earlier ones, also while a kept worker still writes it. */
#include "check.h"
#include "scratch.h"
#include "sys/path.h"
#include "view/step_log.h"

static struct step_log log_of(struct arena *a, sv base, int64_t attempt, enum step_state state)
{
	return (struct step_log){
		.step = {.directory = path_join(a, base, SV("0003-orders.2")), .attempt = 2, .state = state},
		.stream = SV("stdout"),
		.attempt = attempt,
	};
}

static void test_each_attempt_has_its_folder(void)
{
	static const struct {
		int64_t attempt;
		enum step_state state;
		const char *file;
		bool ended;
	} rows[] = {
		{2, STEP_RUNNING, "/runs/r/0003-orders.2/stdout", false},
		{2, STEP_STARTING, "/runs/r/0003-orders.2/stdout", false},
		{2, STEP_SUCCESS, "/runs/r/0003-orders.2/stdout", true},
		{1, STEP_RUNNING, "/runs/r/0003-orders.1/stdout", true},
		{1, STEP_FAILURE, "/runs/r/0003-orders.1/stdout", true},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct step_log log = log_of(a, SV("/runs/r"), rows[i].attempt, rows[i].state);

		CHECK_SV(sv_of(rows[i].file), step_log_file(a, &log));
		CHECK_INT(rows[i].ended, step_log_ended(&log));
	}
}

static void test_what_never_started_has_no_file(void)
{
	AUTO_ARENA a = arena_new();
	struct step_log log = {.stream = SV("stderr"), .attempt = 1};

	CHECK_INT(0, step_log_file(a, &log).n);
}

static void test_a_kept_worker_writes_beside_its_messages_until_it_hands_over(void)
{
	AUTO_ARENA a = arena_new();
	sv base = scratch();
	struct step_log log = log_of(a, base, 2, STEP_RUNNING);
	sv own = path_join(a, log.step.directory, SV("stdout"));
	struct err e;

	log.step.messages = path_join(a, base, SV("workers/7/messages"));
	CHECK_SV(path_join(a, base, SV("workers/7/stdout")), step_log_file(a, &log));

	CHECK_OK(folder_make(log.step.directory, &e), &e);
	CHECK_OK(file_append(own, SV("handed over"), &e), &e);
	CHECK_SV(own, step_log_file(a, &log));
}

TESTS(TEST(test_each_attempt_has_its_folder) TEST(test_what_never_started_has_no_file)
      TEST(test_a_kept_worker_writes_beside_its_messages_until_it_hands_over))
