/* The write-ahead log's file: filled once, kept, never mistaken for something it does not hold. */
#include "check.h"
#include "scratch.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "store/sqlite/log.h"
#include "store/store.h"

static struct err e;
static char text[4000];

static struct store *open_ledger(const char *path, enum store_mode mode)
{
	struct store *s;

	CHECK_OK(store_open(path, mode, &s, &e), &e);
	return s;
}

static void append(struct store *s, int count)
{
	struct event_row row = {.step = -1, .kind = SV("log"), .body = {text, sizeof(text)}};

	memset(text, 'x', sizeof(text));
	CHECK_OK(store_begin(s, &e), &e);
	for (int i = 0; i < count; i++)
		CHECK_OK(store_append_event(s, &row, &e), &e);
	CHECK_OK(store_commit(s, &e), &e);
}

static size_t count_events(const char *path)
{
	struct event_query all = {.step = -1, .most = SIZE_MAX};
	struct store *s = open_ledger(path, STORE_READ);
	AUTO_ARENA a = arena_new();
	struct event_rows rows;

	CHECK_OK(store_list_events(s, a, &all, &rows, &e), &e);
	store_close(s);
	return rows.n;
}

static const char *log_of(struct arena *a, const char *path)
{
	return arena_fmt(a, "%s-wal", path).p;
}

static off_t bytes_of(const char *path)
{
	struct stat st;

	CHECK(stat(path, &st) == 0);
	return st.st_size;
}

static bool begins_with_zeroes(const char *path)
{
	char head[32], zeroes[32] = {0};
	int fd = open(path, O_RDONLY);

	CHECK(read(fd, head, sizeof(head)) == sizeof(head));
	close(fd);
	return memcmp(head, zeroes, sizeof(head)) == 0;
}

static void test_log_is_filled_once_and_kept_empty(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = scratch_file(a, "ledger.db"), *log = log_of(a, path);

	for (int round = 1; round <= 3; round++) {
		struct store *s = open_ledger(path, STORE_WRITE);

		CHECK_INT(LOG_BYTES, bytes_of(log));
		append(s, 10);
		CHECK(!begins_with_zeroes(log));
		CHECK_INT(LOG_BYTES, bytes_of(log));
		store_close(s);
		CHECK_INT(LOG_BYTES, bytes_of(log));
		CHECK(begins_with_zeroes(log));
		CHECK_INT(round * 10, count_events(path));
		CHECK_INT(LOG_BYTES, bytes_of(log));
	}
}

static void test_log_that_grew_is_cut_back(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = scratch_file(a, "ledger.db"), *log = log_of(a, path);
	struct store *s = open_ledger(path, STORE_WRITE);

	append(s, LOG_PAGES * 2);
	CHECK(bytes_of(log) > LOG_BYTES);
	append(s, 1); /* it was emptied after the commit and begins anew */
	CHECK_INT(LOG_BYTES, bytes_of(log));
	append(s, LOG_PAGES * 2);
	store_close(s);
	CHECK_INT(LOG_BYTES, bytes_of(log));
	CHECK(begins_with_zeroes(log));
	CHECK_INT(LOG_PAGES * 4 + 1, count_events(path));
}

static void test_commits_reuse_the_log(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = scratch_file(a, "ledger.db");
	struct store *s = open_ledger(path, STORE_WRITE);

	for (int i = 0; i < LOG_PAGES; i++)
		append(s, 3);
	CHECK_INT(LOG_BYTES, bytes_of(log_of(a, path)));
	store_close(s);
	CHECK_INT(LOG_PAGES * 3, count_events(path));
}

/* What is gathered is written before anybody is told of it, however much it is; what is taken back is not. */
static void test_commits_of_any_size_are_seen_at_once(void)
{
	static const int sizes[] = {1, 2, 25, 31, 32, 100, 1, 3000, 7};
	AUTO_ARENA a = arena_new();
	const char *path = scratch_file(a, "ledger.db");
	struct store *s = open_ledger(path, STORE_WRITE);
	struct event_row row = {.step = -1, .kind = SV("log"), .body = {text, sizeof(text)}};
	size_t all = 0;

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		append(s, sizes[i]);
		CHECK_INT(all += (size_t)sizes[i], count_events(path));
		CHECK_OK(store_begin(s, &e), &e);
		for (int n = 0; n < 4000; n++)
			CHECK_OK(store_append_event(s, &row, &e), &e); /* more than the cache holds */
		store_rollback(s);
	}
	CHECK_INT(all, count_events(path));
	store_close(s);
	CHECK_INT(all, count_events(path));
}

static void test_reader_holds_the_log_and_gives_it_back(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = scratch_file(a, "ledger.db");
	struct store *s = open_ledger(path, STORE_WRITE), *reader = open_ledger(path, STORE_READ);
	struct run_rows runs;

	append(s, 1);
	CHECK_OK(store_begin(reader, &e), &e);
	CHECK_OK(store_list_runs(reader, a, (sv){0}, 1, &runs, &e), &e);
	for (int i = 0; i < 4; i++)
		append(s, LOG_PAGES / 2);
	CHECK(bytes_of(log_of(a, path)) > LOG_BYTES);
	store_close(reader);
	append(s, LOG_PAGES);
	append(s, LOG_PAGES);
	append(s, 1);
	CHECK_INT(LOG_BYTES, bytes_of(log_of(a, path)));
	store_close(s);
	CHECK_INT(LOG_PAGES * 4 + 2, count_events(path));
}

static void put_file(const char *path, off_t bytes)
{
	static const char zeroes[1 << 16];
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);

	for (off_t at = 0; at < bytes; at += (off_t)sizeof(zeroes))
		CHECK(write(fd, zeroes, sizeof(zeroes)) == sizeof(zeroes));
	close(fd);
}

static void test_log_of_zeroes_holds_nothing(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = scratch_file(a, "ledger.db");
	struct store *s;

	put_file(log_of(a, path), 1 << 20); /* before there is a ledger */
	s = open_ledger(path, STORE_WRITE);
	append(s, 5);
	store_close(s);
	put_file(log_of(a, path), 1 << 20); /* and a whole one beside it */
	CHECK_INT(5, count_events(path));
	s = open_ledger(path, STORE_WRITE);
	append(s, 5);
	store_close(s);
	CHECK_INT(10, count_events(path));
}

static void test_log_of_a_killed_writer_is_read_from_among_zeroes(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = scratch_file(a, "ledger.db");
	int status;

	store_close(open_ledger(path, STORE_WRITE));
	for (int round = 1; round <= 3; round++) {
		pid_t pid = fork();

		if (pid == 0) {
			append(open_ledger(path, STORE_WRITE), 7);
			_exit(0); /* closes nothing */
		}
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
		CHECK_INT(LOG_BYTES, bytes_of(log_of(a, path)));
		CHECK_INT(round * 7, count_events(path));
	}
	store_close(open_ledger(path, STORE_WRITE));
	CHECK_INT(21, count_events(path));
}

TESTS(TEST(test_log_is_filled_once_and_kept_empty)
      TEST(test_log_that_grew_is_cut_back)
      TEST(test_commits_reuse_the_log) TEST(test_commits_of_any_size_are_seen_at_once)
      TEST(test_reader_holds_the_log_and_gives_it_back)
      TEST(test_log_of_zeroes_holds_nothing)
      TEST(test_log_of_a_killed_writer_is_read_from_among_zeroes))
