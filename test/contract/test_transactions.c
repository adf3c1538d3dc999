/* test_transactions.c -- what is seen, when, and by whom; what is written outside of them is refused. */
#include "contract.h"

static struct err e;

static void test_rollback_leaves_nothing(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_row run;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_append(s, SV("r1"), -1, "one");
	store_rollback(s);
	store_rollback(s); /* none open: nothing */
	CHECK(!store_get_run(s, a, SV("r1"), &run, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	contract_begin(s);
	CHECK(!store_begin(s, &e)); /* they do not nest */
	contract_put_run(s, "r1", RUN_STARTED);
	contract_commit(s);
	CHECK_OK(store_get_run(s, a, SV("r1"), &run, &e), &e);
	store_close(s);
}

static void test_write_outside_transaction_is_refused(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_row row = {.id = SV("r1")};

	contract_commit(s);
	CHECK(!store_put_run(s, &row, &e));
	CHECK_INT(ERR_INVALID, e.kind);
	CHECK(!store_commit(s, &e));
	store_close(s);
}

static void test_write_to_reader_is_refused(void)
{
	AUTO_ARENA a = arena_new();
	const char *place = contract_ledger.fresh(a);
	struct run_row row = {.id = SV("r1")};
	struct store *writer, *reader;

	CHECK_OK(contract_ledger.open(place, STORE_WRITE, &writer, &e), &e);
	CHECK_OK(contract_ledger.open(place, STORE_READ, &reader, &e), &e);
	contract_begin(reader);
	CHECK(!store_put_run(reader, &row, &e));
	CHECK_INT(ERR_INVALID, e.kind);
	store_close(reader);
	store_close(writer);
}

static void test_reader_sees_commits_and_nothing_else(void)
{
	AUTO_ARENA a = arena_new();
	const char *place = contract_ledger.fresh(a);
	struct store *writer, *reader;
	struct run_row run;

	CHECK_OK(contract_ledger.open(place, STORE_WRITE, &writer, &e), &e);
	CHECK_OK(contract_ledger.open(place, STORE_READ, &reader, &e), &e);
	contract_begin(writer);
	contract_put_run(writer, "r1", RUN_STARTED);
	CHECK(!store_get_run(reader, a, SV("r1"), &run, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	contract_commit(writer);
	CHECK_OK(store_get_run(reader, a, SV("r1"), &run, &e), &e);
	store_close(writer);
	CHECK_OK(store_get_run(reader, a, SV("r1"), &run, &e), &e);
	store_close(reader);
}

static void test_reading_transaction_sees_one_moment(void)
{
	AUTO_ARENA a = arena_new();
	const char *place = contract_ledger.fresh(a);
	struct store *writer, *reader;
	struct run_rows rows;

	CHECK_OK(contract_ledger.open(place, STORE_WRITE, &writer, &e), &e);
	CHECK_OK(contract_ledger.open(place, STORE_READ, &reader, &e), &e);
	contract_begin(reader);
	CHECK_OK(store_list_runs(reader, a, (sv){0}, 10, &rows, &e), &e);
	contract_begin(writer);
	contract_put_run(writer, "r1", RUN_STARTED);
	contract_commit(writer);
	CHECK_OK(store_list_runs(reader, a, (sv){0}, 10, &rows, &e), &e);
	CHECK_INT(0, rows.n);
	contract_commit(reader);
	CHECK_OK(store_list_runs(reader, a, (sv){0}, 10, &rows, &e), &e);
	CHECK_INT(1, rows.n);
	store_close(writer);
	store_close(reader);
}

static void test_reader_of_no_ledger_is_told(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s;

	CHECK(!contract_ledger.open(contract_ledger.fresh(a), STORE_READ, &s, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK(e.hint[0]);
}

TESTS(TEST(test_rollback_leaves_nothing) TEST(test_write_outside_transaction_is_refused)
	      TEST(test_write_to_reader_is_refused) TEST(test_reader_sees_commits_and_nothing_else)
		      TEST(test_reading_transaction_sees_one_moment)
			      TEST(test_reader_of_no_ledger_is_told))
