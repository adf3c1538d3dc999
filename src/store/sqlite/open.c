/* open.c -- the ledger as an SQLite file: opening it safely, and its transactions.
 * Written to through a write-ahead log with synchronous=FULL: a commit that returned is on disk, and readers in other
 * processes neither wait for the writer nor hold it up. */
#include <unistd.h>

#include "store/sqlite/log.h"
#include "store/sqlite/numbers.h"
#include "store/sqlite/ops.h"
#include "store/sqlite/schema.h"
#include "sys/file.h"
#include "sys/path.h"

enum {
	BUSY_WAIT_MS = 10000, /* how long to wait for another process's write lock */
	OPEN_TRY_MS =
		20, /* between two tries to turn on the log, where SQLite itself does not wait */
	CACHE_KIB = 8192,
};

/* Numbers may have been made in what is taken back. */
static void forget(struct sqlite_store *s)
{
	numbers_forget(&s->assets);
	numbers_forget(&s->runs);
	s->last_version.number = 0;
}

static void sqlite_close(struct store *base)
{
	struct sqlite_store *s = sqlite_of(base);

	for (size_t i = 0; i < s->statements_count; i++)
		sqlite3_finalize(s->statements[i].raw);
	sqlite3_close(s->db);
	if (s->log_fd >= 0)
		close(s->log_fd);
	forget(s);
	buf_free(&s->step_assets);
	buf_free(&s->step_waits);
	free(s->path);
	free(s);
}

static bool run_word(struct sqlite_store *s, const char *sql, const char *doing, struct err *e)
{
	AUTO_STATEMENT q = {0};

	return statement_start(s, sql, &q, e) &&
	       (sqlite3_step(q.raw) == SQLITE_DONE || sqlite_error(s, doing, e));
}

static bool sqlite_begin(struct store *base, struct err *e)
{
	return run_word(sqlite_of(base), base->mode == STORE_WRITE ? "BEGIN IMMEDIATE" : "BEGIN",
			"locking", e);
}

static bool commit(struct sqlite_store *s, struct err *e)
{
	if (sqlite3_get_autocommit(s->db))
		return err_set(e, ERR_UNAVAILABLE,
			       "the ledger %s took back this transaction after an earlier error",
			       s->path);
	s->last_version.number = 0;
	return run_word(s, "COMMIT", "committing to", e);
}

static bool sqlite_commit(struct store *base, struct err *e)
{
	if (!commit(sqlite_of(base), e))
		return false;
	log_committed(sqlite_of(base));
	return true;
}

static bool sqlite_flushes_apart(const struct store *base)
{
	return ((const struct sqlite_store *)base)->log_fd >= 0;
}

static bool sqlite_commit_unflushed(struct store *base, struct err *e)
{
	struct sqlite_store *s = sqlite_of(base);
	bool done;

	log_defer(s, true);
	done = commit(s, e);
	log_defer(s, false);
	if (done)
		log_committed(s);
	return done;
}

static bool sqlite_flush(struct store *base, struct err *e)
{
	return log_flush(sqlite_of(base), e);
}

static bool sqlite_is_untidy(const struct store *base)
{
	return log_is_long((const struct sqlite_store *)base);
}

static void sqlite_tidy(struct store *base)
{
	if (log_is_long(sqlite_of(base)))
		log_empty(sqlite_of(base));
}

static void sqlite_rollback(struct store *base)
{
	struct sqlite_store *s = sqlite_of(base);

	forget(s);
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

static const struct store_ops sqlite_ops = {
	.close = sqlite_close,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.flushes_apart = sqlite_flushes_apart,
	.commit_unflushed = sqlite_commit_unflushed,
	.flush = sqlite_flush,
	.rollback = sqlite_rollback,
	.is_untidy = sqlite_is_untidy,
	.tidy = sqlite_tidy,
	.put_location = sqlite_put_location,
	.get_location = sqlite_get_location,
	.put_manifest = sqlite_put_manifest,
	.get_manifest = sqlite_get_manifest,
	.find_asset = sqlite_find_asset,
	.make_asset = sqlite_make_asset,
	.put_pool = sqlite_put_pool,
	.list_pools = sqlite_list_pools,
	.put_run = sqlite_put_run,
	.put_step = sqlite_put_step,
	.move_step = sqlite_move_step,
	.get_run = sqlite_get_run,
	.find_run = sqlite_find_run,
	.list_runs = sqlite_list_runs,
	.list_open_runs = sqlite_list_open_runs,
	.list_steps = sqlite_list_steps,
	.get_step = sqlite_get_step,
	.append_event = sqlite_append_event,
	.list_events = sqlite_list_events,
	.list_starts = sqlite_list_starts,
	.list_made = sqlite_list_made,
	.list_checks = sqlite_list_checks,
	.put_version = sqlite_put_version,
	.move_pointer = sqlite_move_pointer,
	.get_version = sqlite_get_version,
	.list_current = sqlite_list_current,
	.current = sqlite_current,
	.list_versions = sqlite_list_versions,
	.get_data_version = sqlite_get_data_version,
	.list_standings = sqlite_list_standings,
	.list_children = sqlite_list_children,
	.list_runs_of = sqlite_list_runs_of,
};

static bool no_ledger(const char *path, struct err *e)
{
	err_set(e, ERR_NOT_FOUND, "there is no ledger at %s yet", path);
	return err_hint(e, "the first plait materialize here makes it");
}

/* Two processes that turn the log on at the same moment: SQLite answers one of them BUSY without waiting. */
static bool turn_on_log(struct sqlite_store *s, struct err *e)
{
	sqlite3_stmt *q;
	bool done;
	int code;

	for (int waited = 0;; waited += OPEN_TRY_MS) {
		code = sqlite3_prepare_v2(s->db, "PRAGMA journal_mode = WAL", -1, &q, NULL);
		if (code == SQLITE_OK)
			code = sqlite3_step(q);
		done = code == SQLITE_ROW &&
		       strcmp((const char *)sqlite3_column_text(q, 0), "wal") == 0;
		if (code != SQLITE_ROW)
			sqlite_error(s, "opening", e);
		sqlite3_finalize(q);
		if (done)
			return true;
		if (code != SQLITE_BUSY || waited >= BUSY_WAIT_MS)
			break;
		sqlite3_sleep(OPEN_TRY_MS);
	}
	if (code != SQLITE_ROW)
		return false;
	err_set(e, ERR_UNAVAILABLE,
		"opening the ledger %s: this file system cannot hold a write-ahead log", s->path);
	return err_hint(e, "set PLAIT_HOME to a folder on a local disk");
}

static bool settle_for_writing(struct sqlite_store *s, struct err *e)
{
	AUTO_ARENA a = arena_new();
	char sql[200];
	int64_t version;

	if (sqlite3_db_readonly(s->db, "main") == 1) {
		err_set(e, ERR_DENIED, "opening the ledger %s: it may be read, not written",
			s->path);
		return err_hint(e,
				"check the rights of the file and of its folder: ls -ld on both");
	}
	/* looks before it touches: the file may be somebody else's, or newer */
	if (!schema_version(s, &version, e) || !schema_check(s, version, e) || !turn_on_log(s, e))
		return false;
	snprintf(sql, sizeof(sql),
		 "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = OFF; "
		 "PRAGMA cache_size = -%d;"
		 "PRAGMA journal_size_limit = %d",
		 CACHE_KIB, LOG_BYTES);
	log_keep(s);
	if (!sqlite_script(s, sql, "opening", e) || !schema_migrate(s, e))
		return false;
	log_prepare(s);
	return version > 0 ||
	       file_sync_folder(path_parent(path_resolve(a, path_current(a), sv_of(s->path))), e);
}

static bool settle_for_reading(struct sqlite_store *s, struct err *e)
{
	int64_t version;

	if (!schema_version(s, &version, e)) {
		if (e->kind == ERR_DENIED)
			err_hint(e,
				 "reading beside a writer needs the right to write in the ledger's "
				 "folder; ask its "
				 "owner, or copy the ledger with its -wal file and read the copy");
		return false;
	}
	if (version == 0)
		return no_ledger(s->path, e);
	return schema_check(s, version, e);
}

static bool check_place(const char *path, enum store_mode mode, struct err *e)
{
	AUTO_ARENA a = arena_new();
	sv full = path_resolve(a, path_current(a), sv_of(path)), folder = path_parent(full);
	struct file_facts facts;

	if (!file_look_through(full, &facts)) {
		if (mode == STORE_READ)
			return no_ledger(path, e);
		if (!file_is_folder(folder))
			return err_set(e, ERR_NOT_FOUND,
				       "making the ledger %s: there is no folder " SV_FMT, path,
				       SV_ARG(folder));
		return true;
	}
	if (facts.type != FILE_REGULAR)
		return err_set(e, ERR_INVALID, "the ledger %s is not a regular file", path);
	if (mode == STORE_READ && facts.bytes == 0)
		return no_ledger(path, e);
	return true;
}

bool sqlite_store_open(const char *path, enum store_mode mode, struct store **ret, struct err *e)
{
	int flags = mode == STORE_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
					: SQLITE_OPEN_READONLY;
	struct sqlite_store *s;

	if (!check_place(path, mode, e))
		return false;
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS,
		       0); /* a lock and a count at each of its allocations */
	s = heap_alloc(sizeof(*s));
	s->base = (struct store){.ops = &sqlite_ops, .mode = mode};
	s->log_fd = -1;
	s->path = heap_alloc(strlen(path) + 1);
	memcpy(s->path, path, strlen(path) + 1);
	if (sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
			    log_file_system()) != SQLITE_OK) {
		sqlite_error(s, "opening", e);
		sqlite_close(&s->base);
		return false;
	}
	sqlite3_busy_timeout(s->db, BUSY_WAIT_MS);
	if (mode == STORE_WRITE ? !settle_for_writing(s, e) : !settle_for_reading(s, e)) {
		sqlite_close(&s->base);
		return false;
	}
	*ret = &s->base;
	return true;
}
