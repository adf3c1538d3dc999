/* ledger_append.c -- events a second through store_append_event, beside a floor: the same rows through bare SQLite calls
 * (one prepared insert, numbers known beforehand, same settings, same index).  Usage: ledger_append [FOLDER [ROUNDS]].
 * Both are measured in turn in each round; the median of the rounds counts. */
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "store/store.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { ASSETS = 1000, STEPS = 100, ROUNDS_MOST = 99 };

static const struct {
	int per_commit, events;
} rows[] = {{1, 300}, {10, 3000}, {100, 30000}, {1000, 200000}};

static const char body[] = "{\"level\":\"INFO\",\"message\":\"wrote 1204 rows in 12 ms\"}";
static const char run[] = "0195f1c2-7a2e-7c11-9a53-2f4b8d0c6e11";
static char keys[ASSETS][40];

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "ledger_append: %s: %s\n", what, why);
	exit(1);
}

static double through_store(const char *path, int per_commit, int events)
{
	struct run_row run_row = {.id = sv_of(run), .state = RUN_STARTED, .created_at = 1};
	struct store *s;
	struct err e;
	time_us start;

	if (!store_open(path, STORE_WRITE, &s, &e) || !store_begin(s, &e) || !store_put_run(s, &run_row, &e))
		fail("store", e.text);
	for (int i = 0; i < ASSETS; i++) {
		int64_t id;

		if (!store_asset_id(s, sv_of(keys[i]), &id, &e))
			fail("store", e.text);
	}
	if (!store_commit(s, &e))
		fail("store", e.text);
	start = clock_monotonic();
	for (int i = 0; i < events; i++) {
		struct event_row row = {.run = sv_of(run), .step = i % STEPS, .attempt = 1, .kind = SV("log"),
					.asset = sv_of(keys[i % ASSETS]), .body = sv_of(body), .at = 1700000000000000 + i};

		if ((i % per_commit == 0 && !store_begin(s, &e)) || !store_append_event(s, &row, &e) ||
		    ((i + 1) % per_commit == 0 && !store_commit(s, &e)))
			fail("store", e.text);
	}
	time_us took = clock_monotonic() - start;
	store_close(s);
	return (double)events / (double)took * 1e6;
}

static void run_sql(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail("floor", sqlite3_errmsg(db));
}

static double through_floor(const char *path, int per_commit, int events)
{
	sqlite3_stmt *q;
	sqlite3 *db;
	time_us start;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		fail("floor", sqlite3_errmsg(db));
	run_sql(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;"
		    "CREATE TABLE event (id INTEGER PRIMARY KEY, run INTEGER, step INTEGER NOT NULL,"
		    " attempt INTEGER NOT NULL, kind TEXT NOT NULL, asset INTEGER, partition_id INTEGER NOT NULL,"
		    " at INTEGER NOT NULL, body TEXT) STRICT; CREATE INDEX event_run ON event (run, id)");
	if (sqlite3_prepare_v2(db, "INSERT INTO event (run, step, attempt, kind, asset, partition_id, at, body)"
				   " VALUES (?, ?, 1, ?, ?, 0, ?, ?)", -1, &q, NULL) != SQLITE_OK)
		fail("floor", sqlite3_errmsg(db));
	start = clock_monotonic();
	for (int i = 0; i < events; i++) {
		if (i % per_commit == 0)
			run_sql(db, "BEGIN IMMEDIATE");
		sqlite3_bind_int64(q, 1, 1);
		sqlite3_bind_int64(q, 2, i % STEPS);
		sqlite3_bind_text(q, 3, "log", 3, SQLITE_STATIC);
		sqlite3_bind_int64(q, 4, i % ASSETS + 1);
		sqlite3_bind_int64(q, 5, 1700000000000000 + i);
		sqlite3_bind_text(q, 6, body, sizeof(body) - 1, SQLITE_STATIC);
		if (sqlite3_step(q) != SQLITE_DONE)
			fail("floor", sqlite3_errmsg(db));
		sqlite3_reset(q);
		if ((i + 1) % per_commit == 0)
			run_sql(db, "COMMIT");
	}
	time_us took = clock_monotonic() - start;
	sqlite3_finalize(q);
	sqlite3_close(db);
	return (double)events / (double)took * 1e6;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *at, int n)
{
	qsort(at, (size_t)n, sizeof(*at), by_size);
	return at[n / 2];
}

static void measure(const char *folder, int rounds, int per_commit, int events)
{
	double ours[ROUNDS_MOST], floor[ROUNDS_MOST];
	AUTO_ARENA a = arena_new();

	for (int i = 0; i < rounds; i++) {
		ours[i] = through_store(arena_fmt(a, "%s/ours%d-%d.db", folder, per_commit, i).p, per_commit, events);
		floor[i] = through_floor(arena_fmt(a, "%s/floor%d-%d.db", folder, per_commit, i).p, per_commit, events);
	}
	printf("%10d %10d %14.0f %14.0f %8.2f\n", per_commit, events, median(ours, rounds), median(floor, rounds),
	       median(floor, rounds) / median(ours, rounds));
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 5;
	char folder[4096];

	snprintf(folder, sizeof(folder), "%s/ledger-append-XXXXXX", argc > 1 ? argv[1] : "/tmp");
	if (rounds < 1 || rounds > ROUNDS_MOST || !mkdtemp(folder))
		fail("usage", "ledger_append [FOLDER [ROUNDS]]");
	for (int i = 0; i < ASSETS; i++)
		snprintf(keys[i], sizeof(keys[i]), "warehouse/schema_%02d/table_%04d", i % 20, i);
	printf("%10s %10s %14s %14s %8s\n", "per commit", "events", "plait events/s", "floor events/s", "ratio");
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		measure(folder, rounds, rows[i].per_commit, rows[i].events);
	folder_remove(sv_of(folder));
	return 0;
}
