/* A ledger of every earlier schema opens, keeps what it held, and takes what is new. */
#include "check.h"
#include "scratch.h"

#include <sqlite3.h>

#include "store/migration.h"
#include "store/store.h"

static struct err e;

static void sql(sqlite3 *db, const char *text)
{
	char *why = NULL;

	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		fprintf(stderr, "%s\n", why);
	CHECK(!why);
}

/* As a plait that knew only so many migrations left it. */
static const char *old_ledger(struct arena *a, size_t migrations, const char *rows)
{
	const char *path = scratch_file(a, "ledger.db");
	sqlite3 *db;

	CHECK_INT(SQLITE_OK, sqlite3_open(path, &db));
	sql(db, "PRAGMA journal_mode = WAL; PRAGMA application_id = 0x706c6169;"
		"CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT");
	for (size_t i = 0; i < migrations; i++) {
		sql(db, migrations_sqlite[i].sql);
		sql(db, arena_fmt(a, "INSERT INTO schema_version VALUES (%lld, '%s')",
				  (long long)migrations_sqlite[i].version, migrations_sqlite[i].name).p);
	}
	sql(db, rows);
	sqlite3_close(db);
	return path;
}

static const char first_rows[] =
	"INSERT INTO asset (id, key) VALUES (1, 'x'), (2, 'b'), (12, 'a/c');"
	"INSERT INTO run (number, id, state, request, created_at) VALUES (1, 'r1', 'failure', '{}', 5),"
	" (2, 'r2', 'started', '{}', 6);"
	"INSERT INTO step (run, plan_index, partition_id, name, location, manifest_id, waits_for, state, attempt, pid,"
	" directory, message_offset, reason, ended_at, user_us) VALUES"
	" (1, 0, 0, 'one', 'north', 'm1', '', 'success', 1, 7, '/d', 77, 'done', 9, 3),"
	" (1, 1, 0, 'two', 'north', 'm1', '0', 'failure', 2, NULL, NULL, 0, 'why', 10, NULL),"
	" (2, 0, 4, 'bare', NULL, NULL, '', 'running', 1, 8, '/e', 5, NULL, NULL, NULL);"
	"INSERT INTO step_asset (run, plan_index, position, asset) VALUES (1, 0, 1, 2), (1, 0, 0, 12), (1, 1, 0, 1);"
	"INSERT INTO last_attempt (asset, partition_id, run, plan_index, state, ended_at) VALUES"
	" (12, 0, 1, 0, 'success', 9), (2, 0, 1, 0, 'success', 9), (1, 0, 1, 1, 'failure', 10);"
	"INSERT INTO event (run, step, attempt, kind, partition_id, at) VALUES (1, 0, 1, 'log', 0, 8);"
	"INSERT INTO version (id, asset, partition_id, run, step, attempt, versioned, bytes, row_count, created_at, duration)"
	" VALUES ('v1', 12, 0, 1, 0, 1, 1, 10, 3, 9, 1);"
	"INSERT INTO pointer (asset, partition_id, version, moved_at) VALUES (12, 0, 1, 9)";

static void check_first_steps(struct store *s, struct arena *a)
{
	struct step_rows steps;

	CHECK_OK(store_list_steps(s, a, SV("r1"), &steps, &e), &e);
	CHECK_INT(2, steps.n);
	CHECK_SV(SV("one"), steps.at[0].name);
	CHECK_INT(2, steps.at[0].assets.n);
	CHECK_SV(SV("a/c"), steps.at[0].assets.at[0]);
	CHECK_SV(SV("b"), steps.at[0].assets.at[1]);
	CHECK_SV(SV("north"), steps.at[0].location);
	CHECK_SV(SV("m1"), steps.at[0].manifest_id);
	CHECK_INT(STEP_SUCCESS, steps.at[0].state);
	CHECK_INT(7, steps.at[0].pid);
	CHECK_SV(SV("/d"), steps.at[0].directory);
	CHECK_INT(77, steps.at[0].offset);
	CHECK_INT(9, steps.at[0].ended_at);
	CHECK_INT(3, steps.at[0].user_us);
	CHECK_INT(0, steps.at[0].retries);
	CHECK_SV(SV("0"), steps.at[1].waits_for.at[0]);
	CHECK_SV(SV("why"), steps.at[1].reason);
	CHECK_OK(store_list_steps(s, a, SV("r2"), &steps, &e), &e);
	CHECK_INT(0, steps.at[0].assets.n);
	CHECK_INT(4, steps.at[0].partition);
	CHECK_INT(STEP_RUNNING, steps.at[0].state);
}

static void check_first_rows(struct store *s, struct arena *a)
{
	struct event_query all = {.step = -1, .most = 10};
	struct run_query of_x = {.asset = SV("x"), .most = 10};
	struct standing_rows attempts;
	struct event_rows events;
	struct version_row version;
	struct run_rows runs;
	struct run_row run;

	check_first_steps(s, a);
	CHECK_OK(store_get_run(s, a, SV("r1"), &run, &e), &e);
	CHECK_INT(2, run.steps);
	CHECK_INT(1, run.steps_done);
	CHECK_INT(1, run.steps_failed);
	CHECK_INT(1, run.locations.n);
	CHECK_SV(SV("north"), run.locations.at[0]);
	CHECK_INT(0, run.priority + run.retry_number);
	CHECK_OK(store_get_run(s, a, SV("r2"), &run, &e), &e);
	CHECK_INT(1, run.steps);
	CHECK_INT(0, run.locations.n);
	CHECK_OK(store_list_standings(s, a, SV("x"), &attempts, &e), &e);
	CHECK_INT(1, attempts.n);
	CHECK_INT(STEP_FAILURE, attempts.at[0].tried);
	CHECK_INT(10, attempts.at[0].tried_at);
	CHECK_OK(store_list_runs_of(s, a, &of_x, &runs, &e), &e);
	CHECK_INT(1, runs.n);
	CHECK_OK(store_list_events(s, a, &all, &events, &e), &e);
	CHECK_INT(1, events.n);
	CHECK_OK(store_current(s, a, SV("a/c"), 0, &version, &e), &e);
	CHECK_SV(SV("v1"), version.id);
}

static void test_ledger_of_the_first_schema_is_brought_up_to_date(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = old_ledger(a, 1, first_rows);
	struct step_row step = {.run = SV("r2"), .index = 0, .state = STEP_RETRYING, .wake_at = 5};
	struct pool_row pool = {.name = SV("api"), .slots = 1};
	struct store *s;

	CHECK(!store_open(path, STORE_READ, &s, &e));
	CHECK_CONTAINS("schema version 1", e.text);
	CHECK_OK(store_open(path, STORE_WRITE, &s, &e), &e);
	check_first_rows(s, a);
	CHECK_OK(store_begin(s, &e), &e);
	CHECK_OK(store_move_step(s, &step, &e), &e);
	CHECK_OK(store_put_pool(s, &pool, &e), &e);
	CHECK_OK(store_commit(s, &e), &e);
	store_close(s);
	CHECK_OK(store_open(path, STORE_READ, &s, &e), &e);
	store_close(s);
}

TESTS(TEST(test_ledger_of_the_first_schema_is_brought_up_to_date))
