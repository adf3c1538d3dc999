/* What is SQLite's own: the file, its schema, who may open it, and what a bad disk or file does. */
#include "check.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "store/store.h"
#include "sys/path.h"

static struct err e;

static struct store *open_ledger(const char *path, enum store_mode mode)
{
	struct store *s;

	CHECK_OK(store_open(path, mode, &s, &e), &e);
	return s;
}

static void refuse(const char *path, enum store_mode mode, enum err_kind kind, const char *text)
{
	struct store *s;

	CHECK(!store_open(path, mode, &s, &e));
	if (e.kind != kind)
		fprintf(stderr, "%s\n", e.text);
	CHECK_INT(kind, e.kind);
	CHECK_CONTAINS(text, e.text);
}

static bool put_run(struct store *s, sv id)
{
	struct run_row row = {.id = id, .state = RUN_STARTED, .created_at = 1};

	return store_begin(s, &e) && store_put_run(s, &row, &e) && store_commit(s, &e);
}

static const char *new_ledger(struct arena *a)
{
	const char *path = scratch_file(a, "ledger.db");
	struct store *s = open_ledger(path, STORE_WRITE);

	CHECK_OK(put_run(s, SV("r1")), &e);
	store_close(s);
	return path;
}

/* SQL straight into the file, as no program of ours would. */
static int sql(const char *path, const char *text)
{
	sqlite3 *db;
	int code;

	CHECK_INT(SQLITE_OK, sqlite3_open(path, &db));
	code = sqlite3_exec(db, text, NULL, NULL, NULL);
	sqlite3_close(db);
	return code;
}

static void test_schema_refuses_states_that_do_not_exist(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = new_ledger(a);

	CHECK_INT(SQLITE_OK, sql(path, "UPDATE run SET state = 'success'"));
	CHECK_INT(SQLITE_CONSTRAINT, sql(path, "UPDATE run SET state = 'succeeded'"));
	CHECK_INT(SQLITE_CONSTRAINT, sql(path, "UPDATE run SET created_at = 'yesterday'")); /* STRICT */
	CHECK_INT(SQLITE_CONSTRAINT,
		  sql(path, "INSERT INTO step (run, plan_index, partition_id, name, waits_for, state, attempt,"
			    " message_offset) VALUES (1, 0, 0, 'x', '', 'done', 0, 0)"));
}

static void test_newer_schema_is_refused_with_a_sentence(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = new_ledger(a);

	CHECK_INT(SQLITE_OK, sql(path, "INSERT INTO schema_version (version, name) VALUES (999, '0999_later')"));
	for (int mode = STORE_READ; mode <= STORE_WRITE; mode++) {
		refuse(path, (enum store_mode)mode, ERR_INVALID, "schema version 999");
		CHECK_CONTAINS(path, e.text);
		CHECK_CONTAINS("newer plait", e.hint);
	}
}

static void test_older_schema_is_not_read(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = new_ledger(a);

	CHECK_INT(SQLITE_OK, sql(path, "UPDATE schema_version SET version = version - 1000"));
	refuse(path, STORE_READ, ERR_INVALID, "schema version -996");
}

static void test_foreign_database_is_left_alone(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = scratch_file(a, "theirs.db");
	struct file_facts before, after;

	CHECK_INT(SQLITE_OK, sql(path, "CREATE TABLE precious (x)"));
	CHECK(file_look(sv_of(path), &before));
	refuse(path, STORE_WRITE, ERR_INVALID, "not a ledger of plait");
	refuse(path, STORE_READ, ERR_INVALID, "not a ledger of plait");
	CHECK(file_look(sv_of(path), &after));
	CHECK_INT(before.modified_ns, after.modified_ns);
	CHECK_INT(before.bytes, after.bytes);
}

static void test_places_that_cannot_be_are_named(void)
{
	AUTO_ARENA a = arena_new();

	refuse(scratch_file(a, "no/such/ledger.db"), STORE_WRITE, ERR_NOT_FOUND, "there is no folder");
	refuse(scratch_file(a, "no/such/ledger.db"), STORE_READ, ERR_NOT_FOUND, "no ledger");
	refuse(scratch().p, STORE_WRITE, ERR_INVALID, "not a regular file");
	close(open(scratch_file(a, "empty.db"), O_CREAT | O_WRONLY, 0644));
	refuse(scratch_file(a, "empty.db"), STORE_READ, ERR_NOT_FOUND, "no ledger");
	store_close(open_ledger(scratch_file(a, "empty.db"), STORE_WRITE));
}

static void test_manifest_that_is_not_there_fails_the_commit(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = open_ledger(new_ledger(a), STORE_WRITE);
	struct location_row row = {.name = SV("north"), .manifest_id = SV("nowhere")};

	CHECK_OK(store_begin(s, &e), &e);
	CHECK_OK(store_put_location(s, &row, &e), &e);
	CHECK(!store_commit(s, &e));
	CHECK_INT(ERR_INVALID, e.kind);
	CHECK(!store_get_location(s, a, SV("north"), &row, &e));
	CHECK_OK(put_run(s, SV("r2")), &e); /* and the ledger goes on */
	store_close(s);
}

enum { OPENERS = 32 };

static void open_and_write(const char *path, int i, int start)
{
	AUTO_ARENA a = arena_new();
	struct store *s;
	char c;

	if (read(start, &c, 1) != 0 || !store_open(path, STORE_WRITE, &s, &e) ||
	    !put_run(s, arena_fmt(a, "run%d", i))) {
		fprintf(stderr, "opener %d: %s\n", i, e.text);
		_exit(1);
	}
	store_close(s);
	_exit(0);
}

static void test_thirty_two_openers_of_a_new_ledger_all_get_it(void)
{
	AUTO_ARENA a = arena_new();
	struct run_rows rows;
	struct store *s;
	int start[2], status;

	for (int round = 0; round < 2; round++) {
		const char *path = scratch_file(a, arena_fmt(a, "ledger%d.db", round).p);

		CHECK(pipe(start) == 0);
		for (int i = 0; i < OPENERS; i++)
			if (fork() == 0) {
				close(start[1]);
				open_and_write(path, i, start[0]);
			}
		close(start[0]);
		close(start[1]); /* all at once */
		for (int i = 0; i < OPENERS; i++) {
			CHECK(wait(&status) > 0);
			CHECK_INT(0, status);
		}
		s = open_ledger(path, STORE_READ);
		CHECK_OK(store_list_runs(s, a, (sv){0}, SIZE_MAX, &rows, &e), &e);
		CHECK_INT(OPENERS, rows.n);
		store_close(s);
	}
}

static void test_garbage_is_called_corrupt_and_kept(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = scratch_file(a, "ledger.db");
	struct file_facts before, after;

	CHECK_OK(file_replace_fast(sv_of(path), SV("this is a shopping list, long enough to be looked at: milk, bread, "
						   "butter, cheese, apples, pears, plums, and a newspaper"), &e), &e);
	CHECK(file_look(sv_of(path), &before));
	for (int mode = STORE_READ; mode <= STORE_WRITE; mode++) {
		refuse(path, (enum store_mode)mode, ERR_CORRUPT, path);
		CHECK_CONTAINS("put back a copy", e.hint);
	}
	CHECK(file_look(sv_of(path), &after));
	CHECK(before.bytes == after.bytes && before.modified_ns == after.modified_ns);
}

static bool use_all(struct store *s, struct arena *a)
{
	struct event_query all = {.step = -1, .most = SIZE_MAX};
	struct event_rows events;
	struct run_rows runs;

	return store_list_runs(s, a, (sv){0}, SIZE_MAX, &runs, &e) && store_list_events(s, a, &all, &events, &e);
}

static void test_damage_in_the_middle_is_called_corrupt(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = new_ledger(a);
	struct store *s = open_ledger(path, STORE_WRITE);
	char junk[4096];
	int fd;

	CHECK_OK(store_begin(s, &e), &e);
	for (int i = 0; i < 20000; i++) {
		struct event_row row = {.run = SV("r1"), .kind = SV("log"), .body = SV("{\"message\":\"hello\"}")};

		CHECK_OK(store_append_event(s, &row, &e), &e);
	}
	CHECK_OK(store_commit(s, &e), &e);
	store_close(s);
	memset(junk, 0xa5, sizeof(junk));
	fd = open(path, O_WRONLY);
	for (int page = 100; page < 150; page++)
		CHECK(pwrite(fd, junk, sizeof(junk), page * (off_t)sizeof(junk)) == sizeof(junk));
	close(fd);
	s = open_ledger(path, STORE_READ);
	CHECK(!use_all(s, a));
	CHECK_INT(ERR_CORRUPT, e.kind);
	CHECK_CONTAINS(path, e.text);
	CHECK_CONTAINS("recover", e.hint);
	store_close(s);
}

static bool become_nobody(void)
{
	CHECK(chmod(scratch().p, 0755) == 0);
	return geteuid() != 0 || (setegid(65534) == 0 && seteuid(65534) == 0);
}

static void test_unwritable_folder_is_told(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = new_ledger(a);
	struct store *writer, *reader;

	CHECK(chmod(path, 0444) == 0);
	CHECK(become_nobody());
	CHECK(getuid() == 0 || chmod(scratch().p, 0555) == 0);
	refuse(path, STORE_WRITE, ERR_DENIED, path);
	CHECK(e.hint[0]);
	reader = open_ledger(path, STORE_READ); /* the files that readers share are kept */
	CHECK(use_all(reader, a));
	store_close(reader);
	CHECK(seteuid(getuid()) == 0);
	CHECK(chmod(scratch().p, 0755) == 0);
	CHECK(unlink(arena_fmt(a, "%s-wal", path).p) == 0);
	CHECK(unlink(arena_fmt(a, "%s-shm", path).p) == 0);
	CHECK(become_nobody());
	CHECK(getuid() == 0 || chmod(scratch().p, 0555) == 0);
	refuse(path, STORE_READ, ERR_DENIED, path); /* they are not, and nobody could make them */
	CHECK_CONTAINS("copy the ledger", e.hint);

	CHECK(seteuid(getuid()) == 0);
	CHECK(chmod(scratch().p, 0755) == 0);
	if (geteuid() != 0)
		return;
	writer = open_ledger(path, STORE_WRITE);
	CHECK_OK(put_run(writer, SV("r2")), &e);
	CHECK(become_nobody());
	reader = open_ledger(path, STORE_READ); /* beside a living writer they are there */
	CHECK(use_all(reader, a));
	store_close(reader);
	CHECK(seteuid(0) == 0);
	store_close(writer);
}

static void test_log_without_its_index_in_an_unwritable_folder_is_told(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = new_ledger(a), *wal = scratch_file(a, "copy/ledger.db-wal");
	struct store *writer = open_ledger(path, STORE_WRITE);
	sv bytes;

	CHECK_OK(put_run(writer, SV("r2")), &e);
	CHECK_OK(folder_make(sv_of(scratch_file(a, "copy")), &e), &e);
	CHECK_OK(file_read(a, sv_of(path), 1 << 20, &bytes, &e), &e);
	CHECK_OK(file_replace_fast(sv_of(scratch_file(a, "copy/ledger.db")), bytes, &e), &e);
	CHECK_OK(file_read(a, sv_of(arena_fmt(a, "%s-wal", path).p), 16 << 20, &bytes, &e), &e);
	CHECK_OK(file_replace_fast(sv_of(wal), bytes, &e), &e);
	CHECK(chmod(scratch_file(a, "copy"), 0555) == 0);
	CHECK(become_nobody());
	refuse(scratch_file(a, "copy/ledger.db"), STORE_READ, ERR_DENIED, "copy/ledger.db");
	CHECK_CONTAINS("folder", e.hint);
	CHECK(seteuid(getuid()) == 0);
	CHECK(chmod(scratch_file(a, "copy"), 0755) == 0);
	store_close(writer);
}

static bool write_until_full(struct store *s, struct arena *a, int *ret_done)
{
	char *text = arena_alloc(a, 20000);

	memset(text, 'x', 20000);
	for (*ret_done = 0; *ret_done < 1000; ++*ret_done) {
		struct event_row row = {.run = SV("r1"), .step = -1, .kind = SV("log"), .body = {text, 20000}};

		if (!store_begin(s, &e))
			return false;
		if (!store_append_event(s, &row, &e)) {
			store_rollback(s);
			return false;
		}
		if (!store_commit(s, &e))
			return false;
	}
	return true;
}

static void test_full_disk_loses_nothing_and_heals(void)
{
	AUTO_ARENA a = arena_new();
	const char *disk = scratch_file(a, "disk"), *path = scratch_file(a, "disk/ledger.db");
	struct event_query all = {.run = SV("r1"), .step = -1, .most = SIZE_MAX};
	struct event_rows rows;
	struct store *s;
	int done, more;

	CHECK(mkdir(disk, 0755) == 0);
	if (mount("none", disk, "tmpfs", 0, "size=2m") < 0) {
		fprintf(stderr, "skipped: a small disk needs the right to mount (%s)\n", strerror(errno));
		return;
	}
	CHECK_OK(file_replace_fast(sv_of(scratch_file(a, "disk/ballast")),
				   (sv){arena_alloc(a, 500000), 500000}, &e), &e);
	s = open_ledger(path, STORE_WRITE);
	CHECK_OK(put_run(s, SV("r1")), &e);
	CHECK(!write_until_full(s, a, &done));
	CHECK_INT(ERR_LIMIT, e.kind);
	CHECK_CONTAINS("full", e.text);
	CHECK_CONTAINS("df -h", e.hint);
	CHECK(done > 10);
	CHECK_OK(store_list_events(s, a, &all, &rows, &e), &e);
	CHECK_INT(done, rows.n);
	file_remove(sv_of(scratch_file(a, "disk/ballast")));
	CHECK(!write_until_full(s, a, &more));
	CHECK(more > 0);
	store_close(s);
	s = open_ledger(path, STORE_READ);
	CHECK_OK(store_list_events(s, a, &all, &rows, &e), &e);
	CHECK_INT(done + more, rows.n);
	store_close(s);
	CHECK(umount(disk) == 0);
}

TESTS(TEST(test_schema_refuses_states_that_do_not_exist)
      TEST(test_newer_schema_is_refused_with_a_sentence)
      TEST(test_older_schema_is_not_read)
      TEST(test_foreign_database_is_left_alone)
      TEST(test_places_that_cannot_be_are_named)
      TEST(test_manifest_that_is_not_there_fails_the_commit)
      TEST(test_thirty_two_openers_of_a_new_ledger_all_get_it)
      TEST(test_garbage_is_called_corrupt_and_kept)
      TEST(test_damage_in_the_middle_is_called_corrupt)
      TEST(test_unwritable_folder_is_told)
      TEST(test_log_without_its_index_in_an_unwritable_folder_is_told)
      TEST(test_full_disk_loses_nothing_and_heals))
