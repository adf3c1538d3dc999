/* The state tables of runs and steps. */
#include "check.h"

#include "model/run.h"

static void test_words_read_back(void)
{
	enum run_state run;
	enum step_state step;

	for (unsigned s = 0; s < RUN_STATE_COUNT; s++) {
		CHECK(run_state_parse(sv_of(run_state_word((enum run_state)s)), &run));
		CHECK_INT(s, run);
	}
	for (unsigned s = 0; s < STEP_STATE_COUNT; s++) {
		CHECK(step_state_parse(sv_of(step_state_word((enum step_state)s)), &step));
		CHECK_INT(s, step);
	}
	CHECK(!run_state_parse(SV("done"), &run));
	CHECK(!step_state_parse(SV(""), &step));
}

static void test_ended_states_move_nowhere(void)
{
	for (unsigned from = 0; from < RUN_STATE_COUNT; from++)
		for (unsigned to = 0; to < RUN_STATE_COUNT; to++)
			if (run_state_ended((enum run_state)from))
				CHECK(!run_state_may_move((enum run_state)from, (enum run_state)to));
	CHECK(run_state_ended(RUN_INTERRUPTED));
	CHECK(!run_state_ended(RUN_CANCELING));
	CHECK(step_state_ended(STEP_SKIPPED));
	CHECK(!step_state_ended(STEP_STARTING));
	CHECK(!step_state_ended(STEP_RETRYING));
}

static void test_moves_follow_the_table(void)
{
	CHECK(run_state_may_move(RUN_QUEUED, RUN_STARTED));
	CHECK(!run_state_may_move(RUN_QUEUED, RUN_SUCCESS));
	for (unsigned from = 0; from < RUN_STATE_COUNT; from++)
		CHECK(!run_state_may_move((enum run_state)from, RUN_INTERRUPTED));
	CHECK(step_state_may_move(STEP_STARTING, STEP_SUCCESS));
	CHECK(step_state_may_move(STEP_STARTING, STEP_READY)); /* never began */
	CHECK(step_state_may_move(STEP_RUNNING, STEP_READY));
	CHECK(step_state_may_move(STEP_RUNNING, STEP_RETRYING));
	CHECK(step_state_may_move(STEP_RETRYING, STEP_READY));
	CHECK(!step_state_may_move(STEP_RETRYING, STEP_RUNNING));
	CHECK(!step_state_may_move(STEP_READY, STEP_RETRYING));
	CHECK(!step_state_may_move(STEP_WAITING, STEP_RUNNING));
	CHECK(!step_state_may_move(STEP_SUCCESS, STEP_FAILURE));
}

TESTS(TEST(test_words_read_back) TEST(test_ended_states_move_nowhere) TEST(test_moves_follow_the_table))
