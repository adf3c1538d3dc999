/* log.c -- SQLite's own file functions, but for one: cutting the log. */
#include "store/sqlite/log.h"

enum { HEADER_BYTES = 32, PIECE_BYTES = 1 << 16 };

static const char zeroes[PIECE_BYTES];

/* One table for all logs, for they come from one file system; a log of another keeps its own functions. */
static struct sqlite3_io_methods log_methods;
static const struct sqlite3_io_methods *plain_methods;

static int cut(sqlite3_file *file, sqlite3_int64 bytes)
{
	sqlite3_int64 now;
	int code;

	if (bytes > 0)
		return plain_methods->xTruncate(file, bytes);
	code = plain_methods->xFileSize(file, &now);
	if (code == SQLITE_OK && now > LOG_BYTES)
		code = plain_methods->xTruncate(file, LOG_BYTES);
	if (code == SQLITE_OK && now > 0)
		code = plain_methods->xWrite(file, zeroes, HEADER_BYTES, 0);
	return code;
}

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
		     int *ret_flags)
{
	sqlite3_vfs *plain = vfs->pAppData;
	int code = plain->xOpen(plain, name, file, flags, ret_flags);

	if (code != SQLITE_OK || !(flags & SQLITE_OPEN_WAL))
		return code;
	if (!plain_methods) {
		log_methods = *file->pMethods;
		log_methods.xTruncate = cut;
		plain_methods = file->pMethods;
	}
	if (file->pMethods == plain_methods)
		file->pMethods = &log_methods;
	return code;
}

const char *log_file_system(void)
{
	static sqlite3_vfs ours;

	if (!ours.zName) {
		sqlite3_vfs *plain = sqlite3_vfs_find(NULL);

		ours = *plain;
		ours.zName = "plait";
		ours.pNext = NULL;
		ours.pAppData = plain;
		ours.xOpen = open_file;
		sqlite3_vfs_register(&ours, 0);
	}
	return ours.zName;
}

static int on_commit(void *ctx, sqlite3 *db, const char *name, int pages)
{
	struct sqlite_store *s = ctx;

	s->log_pages = pages;
	if (pages < s->log_emptied) /* it began anew after all */
		s->log_emptied = 0;
	return SQLITE_OK;
}

void log_keep(struct sqlite_store *s)
{
	int keep = 1;

	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	sqlite3_wal_hook(s->db, on_commit, s); /* and no checkpoint by itself */
}

static int fill(sqlite3_file *log, sqlite3_int64 from)
{
	sqlite3_int64 at = from;
	int code = SQLITE_OK;

	while (code == SQLITE_OK && at < LOG_BYTES) {
		sqlite3_int64 left = LOG_BYTES - at;
		int piece = left < PIECE_BYTES ? (int)left : PIECE_BYTES;

		code = log->pMethods->xWrite(log, zeroes, piece, at);
		at += piece;
	}
	if (code == SQLITE_OK)
		return log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
	return plain_methods ? plain_methods->xTruncate(log, from)
			     : code; /* leave the last room to others */
}

static sqlite3_file *short_log(struct sqlite_store *s, sqlite3_int64 *ret_bytes)
{
	sqlite3_file *log = NULL;

	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (!log || !log->pMethods || log->pMethods->xFileSize(log, ret_bytes) != SQLITE_OK)
		return NULL;
	return *ret_bytes < LOG_BYTES ? log : NULL;
}

/* Inside a transaction, so that nobody appends at the same time. */
void log_prepare(struct sqlite_store *s)
{
	sqlite3_int64 bytes;
	sqlite3_file *log;

	if (!short_log(s, &bytes) ||
	    sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
		return;
	log = short_log(s, &bytes);
	if (log)
		fill(log, bytes);
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

/* Passive: waits for nobody.  What a reader still needs stays, and is tried again after some more commits. */
void log_empty(struct sqlite_store *s)
{
	int pages = 0, moved = 0;

	sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
	s->log_emptied = pages == moved ? 0 : pages;
	s->log_pages = pages == moved ? 0 : pages;
}

void log_committed(struct sqlite_store *s)
{
	if (s->log_pages - s->log_emptied >= LOG_FULL_PAGES)
		log_empty(s);
}

bool log_is_long(const struct sqlite_store *s)
{
	return s->log_pages - s->log_emptied >= LOG_IDLE_PAGES;
}
