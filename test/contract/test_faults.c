/* test_faults.c -- of the decorator that fails on demand: a transaction with a fault in it, wherever that is, leaves nothing. */
#include "contract.h"

#include "faulty_store.h"

static struct err e;

static bool whole_transaction(struct store *s)
{
	struct run_row run = {.id = SV("r1"), .state = RUN_STARTED, .created_at = 1};
	struct version_row version = contract_version("v1", "a", "r1");
	struct event_row event = {
		.run = SV("r1"), .kind = SV("materialization"), .asset = SV("a"), .at = 1};
	sv key = SV("a");
	struct step_row step = {.run = SV("r1"), .name = SV("a"), .assets = {&key, 1, 1}};

	return store_begin(s, &e) && store_put_run(s, &run, &e) && store_put_step(s, &step, &e) &&
	       store_put_version(s, &version, &e) &&
	       store_move_pointer(s, SV("a"), 0, SV("v1"), 1, &e) &&
	       store_append_event(s, &event, &e) && store_commit(s, &e);
}

static void test_fault_anywhere_leaves_nothing(void)
{
	struct event_query all = {.step = -1, .most = 10};
	AUTO_ARENA a = arena_new();
	struct event_rows events;
	struct version_row row;
	struct run_rows runs;
	struct store *s;
	long at = 1;

	CHECK_OK(contract_ledger.open(contract_ledger.fresh(a), STORE_WRITE, &s, &e), &e);
	for (;; at++) {
		faulty_store_arm(s, at);
		if (whole_transaction(s))
			break;
		CHECK_INT(ERR_UNAVAILABLE, e.kind);
		store_rollback(s);
		faulty_store_arm(s, 0);
		CHECK_OK(store_list_runs(s, a, (sv){0}, 10, &runs, &e), &e);
		CHECK_OK(store_list_events(s, a, &all, &events, &e), &e);
		CHECK_INT(0, runs.n + events.n);
		CHECK(!store_current(s, a, SV("a"), 0, &row, &e));
		CHECK_INT(ERR_NOT_FOUND, e.kind);
	}
	CHECK_INT(8, at); /* each of the seven calls failed once */
	faulty_store_arm(s, 0);
	CHECK_OK(store_current(s, a, SV("a"), 0, &row, &e), &e);
	store_close(s);
}

static void note_pause(void *ctx, time_us length)
{
	*(time_us *)ctx += length;
}

static void test_calls_fail_for_a_while_and_stall_once(void)
{
	AUTO_ARENA a = arena_new();
	struct run_rows runs;
	time_us paused = 0;
	struct store *s;

	CHECK_OK(contract_ledger.open(contract_ledger.fresh(a), STORE_WRITE, &s, &e), &e);
	faulty_store_plan(s, &(struct fault_plan){.fail_at = 3,
						  .fail_for = 2,
						  .kind = ERR_LIMIT,
						  .stall_at = 2,
						  .stall = 50,
						  .pause = note_pause,
						  .ctx = &paused});
	for (int call = 1; call <= 5; call++) {
		bool fails = call == 3 || call == 4;

		CHECK(store_list_runs(s, a, (sv){0}, 1, &runs, &e) == !fails);
		if (fails)
			CHECK_INT(ERR_LIMIT, e.kind);
		CHECK_INT(call >= 2 ? 50 : 0, paused);
	}
	CHECK_INT(5, faulty_store_calls(s));
	store_close(s);
}

TESTS(TEST(test_fault_anywhere_leaves_nothing) TEST(test_calls_fail_for_a_while_and_stall_once))
