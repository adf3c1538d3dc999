/* commit_latency.c -- how long a commit takes, one 800-byte event in each: with SQLite's own growing log (the same rows through
 * bare calls, FULL), through a ledger just made, through one opened again.  Usage: commit_latency [FOLDER [ROUNDS [COMMITS]]].
 * The three take turns, so many commits in each of so many rounds, each round with new files. */
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "store/store.h"
#include "sys/clock.h"
#include "sys/file.h"

static const char run[] = "0195f1c2-7a2e-7c11-9a53-2f4b8d0c6e11";
static char body[800];
static struct err e;

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "commit_latency: %s: %s\n", what, why);
	exit(1);
}

static struct store *open_store(const char *path)
{
	struct run_row row = {.id = sv_of(run), .state = RUN_STARTED, .created_at = 1};
	struct store *s;

	if (!store_open(path, STORE_WRITE, &s, &e) || !store_begin(s, &e) || !store_put_run(s, &row, &e) ||
	    !store_commit(s, &e))
		fail("store", e.text);
	return s;
}

static sqlite3 *open_bare(const char *path, sqlite3_stmt **ret)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK ||
	    sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;"
			     "CREATE TABLE event (id INTEGER PRIMARY KEY, run INTEGER, step INTEGER NOT NULL,"
			     " attempt INTEGER NOT NULL, kind TEXT NOT NULL, asset INTEGER, partition_id INTEGER NOT NULL,"
			     " at INTEGER NOT NULL, body TEXT) STRICT; CREATE INDEX event_run ON event (run, id)",
			 NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, "INSERT INTO event (run, step, attempt, kind, partition_id, at, body)"
				   " VALUES (1, 1, 1, 'log', 0, 1700000000000000, ?)", -1, ret, NULL) != SQLITE_OK)
		fail("bare", sqlite3_errmsg(db));
	return db;
}

static time_us commit_store(struct store *s)
{
	struct event_row row = {.run = sv_of(run), .step = 1, .attempt = 1, .kind = SV("log"),
				.body = {body, sizeof(body)}, .at = 1700000000000000};
	time_us start = clock_monotonic();

	if (!store_begin(s, &e) || !store_append_event(s, &row, &e) || !store_commit(s, &e))
		fail("store", e.text);
	return clock_monotonic() - start;
}

static time_us commit_bare(sqlite3 *db, sqlite3_stmt *q)
{
	time_us start = clock_monotonic();

	sqlite3_bind_text(q, 1, body, sizeof(body), SQLITE_STATIC);
	if (sqlite3_step(q) != SQLITE_DONE)
		fail("bare", sqlite3_errmsg(db));
	sqlite3_reset(q);
	return clock_monotonic() - start;
}

static void round_bare(const char *path, time_us *ret, long commits)
{
	sqlite3_stmt *q;
	sqlite3 *db = open_bare(path, &q);

	for (long i = 0; i < commits; i++)
		ret[i] = commit_bare(db, q);
	sqlite3_finalize(q);
	sqlite3_close(db);
}

static void round_store(const char *path, time_us *ret, long commits)
{
	struct store *s = open_store(path);

	for (long i = 0; i < commits; i++)
		ret[i] = commit_store(s);
	store_close(s);
}

static int by_length(const void *a, const void *b)
{
	time_us x = *(const time_us *)a, y = *(const time_us *)b;

	return (x > y) - (x < y);
}

static void say(const char *what, time_us *at, long n)
{
	qsort(at, (size_t)n, sizeof(*at), by_length);
	printf("%-28s p50 %8.3f ms   p99 %8.3f ms   longest %8.3f ms\n", what, (double)at[n / 2] / 1000,
	       (double)at[n * 99 / 100] / 1000, (double)at[n - 1] / 1000);
}

int main(int argc, char **argv)
{
	long rounds = argc > 2 ? strtol(argv[2], NULL, 10) : 11, commits = argc > 3 ? strtol(argv[3], NULL, 10) : 100;
	AUTO_ARENA a = arena_new();
	time_us *took[3];
	char folder[4000];

	snprintf(folder, sizeof(folder), "%s/commit-latency-XXXXXX", argc > 1 ? argv[1] : "/tmp");
	if (rounds < 1 || commits < 1 || !mkdtemp(folder))
		return 2;
	memset(body, 'x', sizeof(body));
	for (size_t i = 0; i < COUNT_OF(took); i++)
		took[i] = NEW(a, time_us, rounds * commits);
	for (long i = 0; i < rounds; i++) {
		round_bare(arena_fmt(a, "%s/bare%ld.db", folder, i).p, took[0] + i * commits, commits);
		round_store(arena_fmt(a, "%s/%ld.db", folder, i).p, took[1] + i * commits, commits);
		round_store(arena_fmt(a, "%s/%ld.db", folder, i).p, took[2] + i * commits, commits);
	}
	say("bare SQLite, growing log", took[0], rounds * commits);
	say("ledger, new", took[1], rounds * commits);
	say("ledger, opened again", took[2], rounds * commits);
	folder_remove(sv_of(folder));
	return 0;
}
