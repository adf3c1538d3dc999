/* log.h -- the write-ahead log's file: long enough before it is needed, never shorter afterwards, emptied in time.
 *
 * A commit into a file that grows makes the file system write its own records too; into blocks that are there it is one write.
 * So the file is filled with zeroes once and kept when the ledger is closed: where SQLite would cut it to nothing, which it
 * does only while nobody else has the ledger open, its header is overwritten with zeroes instead; that says "empty" just as
 * well.  Zeroes and leavings of an earlier turn are no frames: each frame carries the salt of its turn.
 *
 * Frames are gathered in memory until a commit's last one is complete: one write for all, instead of two for each.
 *
 * A commit need not wait for the disk itself: what it has written is there for all at once, and on disk after log_flush.  Only
 * the header of a new turn is synced where SQLite asks for it, for frames of the last turn lie behind it.
 *
 * What the log holds goes into the ledger's file (a checkpoint) when the caller has nothing better to do, or when the prepared
 * part is nearly full; never by itself inside a commit that might do without. */
#pragma once
#include "store/sqlite/statement.h"

enum {
	LOG_PAGE = 4096 + 24,           /* bytes of the log for each page */
	LOG_PAGES = 2048,               /* that the prepared file holds */
	LOG_BYTES = 32 + LOG_PAGES * LOG_PAGE,
	LOG_FULL_PAGES = LOG_PAGES * 3 / 4, /* then a commit empties it */
	LOG_IDLE_PAGES = LOG_PAGES / 8, /* worth it when there is time */
};

const char *log_file_system(void);       /* the name to give to sqlite3_open_v2 */
void log_keep(struct sqlite_store *s);   /* once it is open: keeps the file, counts its pages */
void log_prepare(struct sqlite_store *s); /* fills it up to LOG_BYTES, or leaves it to grow; opens it for log_flush */
/* While it is on, a commit leaves syncing to log_flush. */
void log_defer(struct sqlite_store *s, bool on);
bool log_flush(const struct sqlite_store *s, struct err *e) CHECKED; /* from any thread */
void log_committed(struct sqlite_store *s); /* empties it when it is nearly full */
bool log_is_long(const struct sqlite_store *s); /* worth emptying when there is time */
void log_empty(struct sqlite_store *s);
