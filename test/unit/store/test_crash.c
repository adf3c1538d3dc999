/* kill -9 at random moments: what was acknowledged is there, what was begun is there whole or not at all.  PLAIT_KILLS sets how
 * many; test/soak/ledger.sh runs more of them, on a disk too. */
#include "check.h"
#include "scratch.h"

#include <signal.h>
#include <sqlite3.h>
#include <time.h>

#include "store/store.h"
#include "sys/file.h"

enum { KILLS = 60, LARGEST_BATCH = 9, LONGEST_LIFE_US = 8000, TEXT_BYTES = 3000 };

static struct err e;
static char text[TEXT_BYTES]; /* long enough for the log to begin anew now and then */

static int kills(void)
{
	const char *asked = getenv("PLAIT_KILLS");

	memset(text, 'x', sizeof(text));
	return asked ? (int)strtol(asked, NULL, 10) : KILLS;
}

/* Commits batch after batch, each event saying "batch/size", and prints every committed batch into `acks`. */
static void write_batches(const char *path, int64_t batch, int acks)
{
	AUTO_ARENA a = arena_new();
	struct store *s;

	if (!store_open(path, STORE_WRITE, &s, &e))
		_exit(1);
	for (;; batch++) {
		int64_t size = 1 + batch * 7 % LARGEST_BATCH;

		if (!store_begin(s, &e))
			_exit(2);
		for (int64_t i = 0; i < size; i++) {
			struct event_row row = {.run = SV("r1"), .step = batch, .attempt = size, .kind = SV("log"),
						.asset = arena_fmt(a, "asset%lld", (long long)(batch * 10 + i)),
						.body = {text, i % 2 ? sizeof(text) : 2}, .at = 1};

			if (!store_append_event(s, &row, &e))
				_exit(3);
		}
		if (!store_commit(s, &e))
			_exit(4);
		if (write(acks, &batch, sizeof(batch)) != sizeof(batch))
			_exit(5);
	}
}

/* Runs a writer and kills it; the last batch it acknowledged. */
static int64_t one_life(const char *path, int64_t first, unsigned life_us)
{
	struct timespec life = {0, life_us * 1000L};
	int64_t batch, last = first - 1;
	int acks[2], status;
	pid_t pid;

	CHECK(pipe(acks) == 0);
	pid = fork();
	if (pid == 0)
		write_batches(path, first, acks[1]);
	close(acks[1]);
	nanosleep(&life, NULL);
	kill(pid, SIGKILL);
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFSIGNALED(status)); /* and did not fail by itself */
	while (read(acks[0], &batch, sizeof(batch)) == sizeof(batch))
		last = batch;
	close(acks[0]);
	return last;
}

/* Every batch after `batch` (which ended with event `*after`) is there whole, up to at least `acknowledged`; the last one. */
static int64_t check_batches(const char *path, enum store_mode mode, int64_t batch, int64_t *after, int64_t acknowledged)
{
	struct event_query query = {.run = SV("r1"), .step = -1, .after = *after, .most = SIZE_MAX};
	AUTO_ARENA a = arena_new();
	struct event_rows rows;
	struct store *s;

	CHECK_OK(store_open(path, mode, &s, &e), &e);
	CHECK_OK(store_list_events(s, a, &query, &rows, &e), &e);
	for (size_t i = 0; i < rows.n;) {
		int64_t size = rows.at[i].attempt;

		CHECK_INT(++batch, rows.at[i].step);
		CHECK(i + (size_t)size <= rows.n);
		for (int64_t k = 0; k < size; k++, i++)
			CHECK_INT(batch, rows.at[i].step);
	}
	CHECK(batch >= acknowledged);
	if (rows.n)
		*after = rows.at[rows.n - 1].id;
	store_close(s);
	return batch;
}

static bool on_disk(void)
{
	return getenv("PLAIT_KILLS_ON_DISK") || access("/dev/shm", W_OK) != 0;
}

/* A kill takes nothing from the kernel, so memory does as well as a disk, and more happens in a life. */
static void use_memory(void)
{
	if (!on_disk())
		setenv("TMPDIR", "/dev/shm", 1);
}

/* By SQLite's own check, and with a connection that throws the log away when it goes. */
static void check_integrity(const char *path)
{
	sqlite3_stmt *q;
	sqlite3 *db;

	CHECK_INT(SQLITE_OK, sqlite3_open(path, &db));
	CHECK_INT(SQLITE_OK, sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &q, NULL));
	CHECK_INT(SQLITE_ROW, sqlite3_step(q));
	CHECK_STR("ok", (const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
	sqlite3_close(db);
}

static const char *ledger_with_run(struct arena *a)
{
	const char *path = scratch_file(a, "ledger.db");
	struct run_row run = {.id = SV("r1"), .state = RUN_STARTED, .created_at = 1};
	struct store *s;

	CHECK_OK(store_open(path, STORE_WRITE, &s, &e), &e);
	CHECK_OK(store_begin(s, &e) && store_put_run(s, &run, &e) && store_commit(s, &e), &e);
	store_close(s);
	return path;
}

static void test_acknowledged_events_survive_kills(void)
{
	use_memory();

	AUTO_ARENA a = arena_new();
	const char *path = ledger_with_run(a);
	unsigned seed = (unsigned)time(NULL);
	int64_t last = 0, after = 0, zero = 0;
	int rounds = kills(), longest = on_disk() ? LONGEST_LIFE_US * 10 : LONGEST_LIFE_US;

	for (int i = 0; i < rounds; i++) {
		int64_t acknowledged = one_life(path, last + 1, (unsigned)(rand_r(&seed) % longest));

		/* a reader leaves the log as the killed one did, a writer that closes empties it */
		last = check_batches(path, i % 3 ? STORE_READ : STORE_WRITE, last, &after, acknowledged);
		if (i % 10 == 9)
			check_integrity(path);
	}
	check_integrity(path);
	CHECK_INT(last, check_batches(path, STORE_READ, 0, &zero, last));
	fprintf(stderr, "%d kills, %lld transactions, all there\n", rounds, (long long)last);
}

/* Killed while the ledger itself is being made: the next one makes it. */
static void test_kill_during_creation_leaves_a_ledger_that_opens(void)
{
	use_memory();

	AUTO_ARENA a = arena_new();
	unsigned seed = (unsigned)time(NULL);
	struct store *s;

	for (int i = kills(); i > 0; i--) {
		const char *path = scratch_file(a, arena_fmt(a, "ledger%d.db", i).p);
		struct timespec life = {0, (long)(rand_r(&seed) % 12000) * 1000L};
		pid_t pid = fork();

		if (pid == 0)
			_exit(!store_open(path, STORE_WRITE, &s, &e));
		nanosleep(&life, NULL);
		kill(pid, SIGKILL);
		CHECK(waitpid(pid, NULL, 0) == pid);
		CHECK_OK(store_open(path, STORE_WRITE, &s, &e), &e);
		store_close(s);
		check_integrity(path);
		file_remove(sv_of(path));
	}
}

TESTS(TEST(test_acknowledged_events_survive_kills)
      TEST(test_kill_during_creation_leaves_a_ledger_that_opens))
