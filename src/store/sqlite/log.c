/* log.c -- SQLite's own file functions, but for three things: cutting the log, gathering what is appended, and syncing. */
#include "store/sqlite/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { HEADER_BYTES = 32, FRAME_HEADER_BYTES = 24, PIECE_BYTES = 1 << 16, TAIL_BYTES = 124 << 10 };

static const char zeroes[PIECE_BYTES];

/* One table for all logs, for they come from one file system; a log of another keeps its own functions. */
static struct sqlite3_io_methods log_methods;
static const struct sqlite3_io_methods *plain_methods;

/* ---- gathering ---- */

/* SQLite writes a frame's header and its page each by itself.  Here they wait until the commit's last frame is there, or until
 * anybody looks: one write for a commit, before it is synced and before others are told of it. */
struct tail {
	char *bytes; /* TAIL_BYTES: SQLite's own write takes less than 128 KiB at once */
	int n;
	sqlite3_int64 at; /* where they belong */
	bool deferred;    /* the sync of a commit is left to log_flush */
	bool turned;      /* a header was written since the last sync: that one is not deferred */
	bool last;        /* the header of a commit's last frame is among them, its page is not */
};

/* Behind SQLite's own part of an open file. */
static struct tail *tail_of(sqlite3_file *file)
{
	return (struct tail *)((char *)file + sqlite3_vfs_find(NULL)->szOsFile);
}

/* What cannot be written is dropped: SQLite is told, and takes its transaction back. */
static int flush(sqlite3_file *file)
{
	struct tail *t = tail_of(file);
	int n = t->n;

	t->n = 0;
	t->last = false;
	return n ? plain_methods->xWrite(file, t->bytes, n, t->at) : SQLITE_OK;
}

/* doc: sqlite.org/fileformat2.html#walformat: bytes 4 to 8 are zero but in the last frame of a commit. */
static bool is_last_header(const char *bytes, int n)
{
	static const char none[4];

	return n == FRAME_HEADER_BYTES && memcmp(bytes + 4, none, sizeof(none)) != 0;
}

static int append(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
	struct tail *t = tail_of(file);
	bool complete = t->last;

	if (!t->bytes)
		t->bytes = heap_alloc(TAIL_BYTES);
	if (!t->n)
		t->at = at;
	memcpy(t->bytes + t->n, bytes, (size_t)n);
	t->n += n;
	t->last = is_last_header(bytes, n);
	return complete ? flush(file) : SQLITE_OK;
}

static int write_log(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
	struct tail *t = tail_of(file);
	int code = SQLITE_OK;

	t->turned |= at == 0;
	if (t->n && (at != t->at + t->n || n > TAIL_BYTES - t->n))
		code = flush(file);
	if (code != SQLITE_OK || n >= PIECE_BYTES)
		return code == SQLITE_OK ? plain_methods->xWrite(file, bytes, n, at) : code;
	return append(file, bytes, n, at);
}

static int read_log(sqlite3_file *file, void *ret, int n, sqlite3_int64 at)
{
	int code = flush(file);

	return code == SQLITE_OK ? plain_methods->xRead(file, ret, n, at) : code;
}

static int sync_log(sqlite3_file *file, int flags)
{
	struct tail *t = tail_of(file);
	int code = flush(file);

	if (code == SQLITE_OK && (!t->deferred || t->turned))
		code = plain_methods->xSync(file, flags);
	if (code == SQLITE_OK)
		t->turned = false;
	return code;
}

static int log_size(sqlite3_file *file, sqlite3_int64 *ret)
{
	int code = flush(file);

	return code == SQLITE_OK ? plain_methods->xFileSize(file, ret) : code;
}

static int close_log(sqlite3_file *file)
{
	int code = flush(file);

	free(tail_of(file)->bytes);
	*tail_of(file) = (struct tail){0};
	return plain_methods->xClose(file) == SQLITE_OK ? code : SQLITE_IOERR_CLOSE;
}

/* ---- cutting ---- */

static int cut(sqlite3_file *file, sqlite3_int64 bytes)
{
	sqlite3_int64 now;
	int code = flush(file);

	if (code != SQLITE_OK)
		return code;
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
		log_methods.xWrite = write_log;
		log_methods.xRead = read_log;
		log_methods.xSync = sync_log;
		log_methods.xFileSize = log_size;
		log_methods.xClose = close_log;
		plain_methods = file->pMethods;
	}
	if (file->pMethods != plain_methods)
		return code;
	*tail_of(file) = (struct tail){0};
	file->pMethods = &log_methods;
	return code;
}

const char *log_file_system(void)
{
	static sqlite3_vfs ours;

	if (!ours.zName) {
		sqlite3_vfs *plain = sqlite3_vfs_find(NULL);

		ours = *plain;
		ours.szOsFile = plain->szOsFile + (int)sizeof(struct tail);
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

void log_defer(struct sqlite_store *s, bool on)
{
	sqlite3_file *log = NULL;

	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (log && log->pMethods == &log_methods)
		tail_of(log)->deferred = on;
}

bool log_flush(const struct sqlite_store *s, struct err *e)
{
	if (fdatasync(s->log_fd) == 0)
		return true;
	return err_set(e, ERR_UNAVAILABLE, "writing the ledger %s to disk: %s", s->path,
		       strerror(errno));
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

/* A descriptor of our own: SQLite keeps no locks on this file that closing it could drop. */
static int open_log(const struct sqlite_store *s)
{
	AUTO_ARENA a = arena_new();

	return open(arena_fmt(a, "%s-wal", s->path).p, O_RDONLY | O_CLOEXEC);
}

/* Inside a transaction, so that nobody appends at the same time. */
void log_prepare(struct sqlite_store *s)
{
	sqlite3_int64 bytes;
	sqlite3_file *log;

	if (short_log(s, &bytes) &&
	    sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK) {
		log = short_log(s, &bytes);
		if (log)
			fill(log, bytes);
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	}
	s->log_fd = open_log(s);
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
