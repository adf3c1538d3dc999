/* test_steps.c -- steps: what they are stays, how they stand moves. */
#include "contract.h"

static struct err e;

static void check_list(const struct sv_list *want, const struct sv_list *got)
{
	CHECK_INT(want->n, got->n);
	for (size_t i = 0; i < want->n; i++)
		CHECK_SV(want->at[i], got->at[i]);
}

static void check_progress(const struct step_row *want, const struct step_row *got)
{
	CHECK_INT(want->state, got->state);
	CHECK_SV(want->location, got->location);
	CHECK_SV(want->manifest_id, got->manifest_id);
	CHECK_INT(want->attempt, got->attempt);
	CHECK_INT(want->retries, got->retries);
	CHECK_INT(want->wake_at, got->wake_at);
	CHECK_INT(want->pid, got->pid);
	CHECK_SV(want->pid_started, got->pid_started);
	CHECK_SV(want->method, got->method);
	CHECK_SV(want->directory, got->directory);
	CHECK_SV(want->messages, got->messages);
	CHECK_INT(want->messages_from, got->messages_from);
	CHECK_INT(want->offset, got->offset);
	CHECK_SV(want->reason, got->reason);
	CHECK_SV(want->error, got->error);
	CHECK_INT(want->started_at, got->started_at);
	CHECK_INT(want->ended_at, got->ended_at);
	CHECK_INT(want->max_rss_kib, got->max_rss_kib);
	CHECK_INT(want->user_us, got->user_us);
	CHECK_INT(want->system_us, got->system_us);
}

static void check_step(const struct step_row *want, const struct step_row *got)
{
	CHECK_SV(want->run, got->run);
	CHECK_INT(want->index, got->index);
	CHECK_INT(want->partition, got->partition);
	CHECK_SV(want->name, got->name);
	check_list(&want->assets, &got->assets);
	check_list(&want->waits_for, &got->waits_for);
	CHECK_SV(want->inputs, got->inputs);
	CHECK_SV(want->reason_planned, got->reason_planned);
	check_progress(want, got);
}

static void test_step_comes_back_as_put(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	sv keys[] = {SV("b"), SV("a/c")}, waits[] = {SV("0"), SV("12")};
	struct step_row row = {
		.run = SV("r1"),
		.index = 13,
		.partition = 4,
		.name = SV("make_b"),
		.location = SV("north"),
		.manifest_id = SV("m1"),
		.assets = {keys, 2, 2},
		.waits_for = {waits, 2, 2},
		.inputs = SV("[{\"asset\":\"x\",\"loaded\":true}]"),
		.reason_planned = SV("selected"),
		.state = STEP_RUNNING,
		.attempt = 2,
		.retries = 1,
		.wake_at = 12,
		.pid = 4711,
		.pid_started = SV("99"),
		.method = SV("fork"),
		.directory = SV("/runs/r1/make_b.2"),
		.messages = SV("/workers/4711-99/messages.1.jsonl"),
		.messages_from = 1 << 10,
		.offset = 1 << 20,
		.reason = SV("asked for"),
		.error = SV("{}"),
		.started_at = 7,
		.ended_at = 8,
		.max_rss_kib = 9,
		.user_us = 10,
		.system_us = 11,
	};
	struct step_rows rows;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_put_step(s, "r1", 2, "x", STEP_WAITING);
	CHECK_OK(store_put_step(s, &row, &e), &e);
	CHECK_OK(store_list_steps(s, a, SV("r1"), &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_INT(0, rows.at[0].waits_for.n);
	CHECK_INT(0, rows.at[0].pid);
	CHECK(!rows.at[0].pid_started.p && !rows.at[0].error.p && !rows.at[0].directory.p);
	CHECK(!rows.at[0].inputs.p && !rows.at[0].method.p && !rows.at[0].messages.p);
	CHECK_SV(SV("x"), rows.at[0].assets.at[0]);
	check_step(&row, &rows.at[1]);
	store_close(s);
}

static void test_step_is_replaced_by_run_and_index(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct step_row orphan = {.run = SV("r9"), .name = SV("x")};
	struct step_rows rows;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_put_run(s, "r2", RUN_STARTED);
	contract_put_step(s, "r1", 0, "a", STEP_RUNNING);
	contract_put_step(s, "r1", 0, "a", STEP_SUCCESS);
	contract_put_step(s, "r2", 0, "a", STEP_WAITING);
	CHECK_OK(store_list_steps(s, a, SV("r1"), &rows, &e), &e);
	CHECK_INT(1, rows.n);
	CHECK_INT(STEP_SUCCESS, rows.at[0].state);
	CHECK_INT(1, rows.at[0].assets.n);
	CHECK(!store_put_step(s, &orphan, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

static void test_step_moves_and_keeps_what_it_is(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct step_row moved = {.run = SV("r1"),
				 .index = 1,
				 .state = STEP_RETRYING,
				 .location = SV("south"),
				 .manifest_id = SV("m2"),
				 .attempt = 3,
				 .retries = 2,
				 .wake_at = 99,
				 .reason = SV("tried again in 3 s"),
				 .error = SV("{}"),
				 .directory = SV("/d"),
				 .messages = SV("/d/messages.jsonl"),
				 .method = SV("spawn"),
				 .pid_started = SV("5"),
				 .started_at = 6,
				 .ended_at = 7};
	struct step_rows rows;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_put_step(s, "r1", 0, "a", STEP_WAITING);
	contract_put_step(s, "r1", 1, "b", STEP_WAITING);
	CHECK_OK(store_move_step(s, &moved, &e), &e);
	CHECK_OK(store_list_steps(s, a, SV("r1"), &rows, &e), &e);
	CHECK_INT(STEP_WAITING, rows.at[0].state);
	check_progress(&moved, &rows.at[1]);
	CHECK_SV(SV("step"), rows.at[1].name);
	CHECK_SV(SV("b"), rows.at[1].assets.at[0]);
	CHECK_OK(store_get_step(s, a, SV("r1"), 1, &rows.at[1], &e), &e);
	check_progress(&moved, &rows.at[1]);
	CHECK_SV(SV("r1"), rows.at[1].run);
	CHECK(!store_get_step(s, a, SV("r1"), 2, &rows.at[1], &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	moved.index = 2;
	CHECK(!store_move_step(s, &moved, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	moved.run = SV("r9");
	CHECK(!store_move_step(s, &moved, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

/* The words in the schema's CHECK and those of model/run.h are one list. */
static void test_every_state_of_a_step_is_accepted(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct step_rows steps;

	contract_put_run(s, "r1", RUN_STARTED);
	for (int state = 0; state < STEP_STATE_COUNT; state++) {
		contract_put_step(s, "r1", 0, "a", (enum step_state)state);
		CHECK_OK(store_list_steps(s, a, SV("r1"), &steps, &e), &e);
		CHECK_INT(state, steps.at[0].state);
	}
	store_close(s);
}

TESTS(TEST(test_step_comes_back_as_put) TEST(test_step_is_replaced_by_run_and_index)
	      TEST(test_step_moves_and_keeps_what_it_is)
		      TEST(test_every_state_of_a_step_is_accepted))
