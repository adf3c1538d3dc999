/* test_events.c -- events come in order, of a run or of all. */
#include "contract.h"

static struct err e;

static bool list_events(struct store *s, struct arena *a, sv run, int64_t step, int64_t after,
			size_t most, struct event_rows *ret)
{
	struct event_query query = {.run = run, .step = step, .after = after, .most = most};

	return store_list_events(s, a, &query, ret, &e);
}

static void test_events_come_in_order_and_in_pages(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct event_row bare = {.step = -1, .kind = SV("note"), .at = 78};
	struct event_rows rows, more;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_put_run(s, "r2", RUN_STARTED);
	contract_append(s, SV("r1"), -1, "one");
	contract_append(s, SV("r2"), 0, "other");
	contract_append(s, SV("r1"), 0, "two");
	contract_append(s, SV("r1"), 1, "three");
	CHECK_OK(store_append_event(s, &bare, &e), &e);
	contract_commit(s);

	CHECK_OK(list_events(s, a, SV("r1"), -1, 0, 2, &rows), &e);
	CHECK_INT(2, rows.n);
	CHECK_SV(SV("one"), rows.at[0].kind);
	CHECK_SV(SV("two"), rows.at[1].kind);
	CHECK_SV(SV("r1"), rows.at[0].run);
	CHECK_SV(SV("a"), rows.at[0].asset);
	CHECK_SV(SV("{\"level\":\"INFO\"}"), rows.at[0].body);
	CHECK_INT(-1, rows.at[0].step);
	CHECK_INT(1, rows.at[0].attempt);
	CHECK_INT(77, rows.at[0].at);
	CHECK_OK(list_events(s, a, SV("r1"), -1, rows.at[1].id, 10, &more), &e);
	CHECK_INT(1, more.n);
	CHECK_SV(SV("three"), more.at[0].kind);
	CHECK_OK(list_events(s, a, SV("r1"), 0, 0, 10, &rows), &e);
	CHECK_INT(1, rows.n);
	CHECK_SV(SV("two"), rows.at[0].kind);
	CHECK_OK(list_events(s, a, (sv){0}, -1, 0, 10, &rows), &e);
	CHECK_INT(5, rows.n);
	CHECK(!rows.at[4].run.p && !rows.at[4].asset.p && !rows.at[4].body.p);
	for (size_t i = 1; i < rows.n; i++)
		CHECK(rows.at[i].id > rows.at[i - 1].id);
	CHECK(!list_events(s, a, SV("r9"), -1, 0, 10, &rows));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

static void test_event_of_unknown_run_is_refused(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct event_row row = {.run = SV("r1"), .kind = SV("log"), .at = 1};

	contract_put_run(s, "r0", RUN_STARTED);
	contract_append(s, SV("r0"), 0, "log");
	CHECK(!store_append_event(s, &row, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_rollback(s);
	contract_begin(s);
	row.run = SV("r0"); /* known only in what was taken back */
	CHECK(!store_append_event(s, &row, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

static void test_checks_of_an_asset_come_newest_first(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct event_rows rows;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_append(s, SV("r1"), 0, "check");
	contract_append(s, SV("r1"), 0, "log");
	contract_append(s, SV("r1"), 1, "check");
	contract_commit(s);
	CHECK_OK(store_list_checks(s, a, SV("a"), 10, &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_INT(1, rows.at[0].step);
	CHECK_INT(0, rows.at[1].step);
	CHECK_OK(store_list_checks(s, a, SV("a"), 1, &rows, &e), &e);
	CHECK_INT(1, rows.n);
	CHECK_OK(store_list_checks(s, a, SV("nobody"), 10, &rows, &e), &e);
	CHECK_INT(0, rows.n);
	store_close(s);
}

static void test_what_a_run_made_comes_in_order(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct event_rows rows;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_put_run(s, "r2", RUN_STARTED);
	contract_append(s, SV("r1"), 0, "materialization");
	contract_append(s, SV("r1"), 0, "log");
	contract_append(s, SV("r2"), 0, "materialization");
	contract_append(s, SV("r1"), 1, "materialization");
	contract_commit(s);
	CHECK_OK(store_list_made(s, a, SV("r1"), &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_INT(0, rows.at[0].step);
	CHECK_INT(1, rows.at[1].step);
	CHECK(!store_list_made(s, a, SV("r9"), &rows, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

static void test_starts_of_all_runs_come_in_order(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct event_rows rows, more;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_put_run(s, "r2", RUN_STARTED);
	contract_append(s, SV("r1"), 0, "step_started");
	contract_append(s, SV("r1"), 0, "log");
	contract_append(s, SV("r2"), 1, "step_started");
	contract_append(s, SV("r1"), 2, "step_started");
	contract_commit(s);
	CHECK_OK(store_list_starts(s, a, 0, 2, &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_SV(SV("r1"), rows.at[0].run);
	CHECK_SV(SV("r2"), rows.at[1].run);
	CHECK_OK(store_list_starts(s, a, rows.at[1].id, 2, &more, &e), &e);
	CHECK_INT(1, more.n);
	CHECK_INT(2, more.at[0].step);
	store_close(s);
}

TESTS(TEST(test_events_come_in_order_and_in_pages) TEST(test_event_of_unknown_run_is_refused)
	      TEST(test_checks_of_an_asset_come_newest_first)
		      TEST(test_what_a_run_made_comes_in_order)
			      TEST(test_starts_of_all_runs_come_in_order))
