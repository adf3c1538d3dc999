/* writer.h -- the ledger's one writer: all that a turn of the loop brings is committed together at its end, and only then do
 * the consequences happen (views move, listeners hear, further steps start).  Acknowledged means on disk.
 *
 * Where the store can, the disk is waited for by a thread: the turns that come meanwhile fill the next commit.
 *
 * Rows that nobody waits for (a step's progress) may be written through writer_store_later: a turn that brings only such rows
 * does not commit; they go with the next commit, 2 ms later at the latest.  More than WRITER_LATER_ROWS of them, or
 * WRITER_LATER_BYTES, do not wait: then the loop commits itself and reads nothing, so whoever sends them is held back.
 *
 * When nothing was committed for a while and the ledger has housekeeping to do, it is done then. */
#pragma once
#include "store/store.h"
#include "sys/loop.h"

enum { WRITER_LATER_ROWS = 1000, WRITER_LATER_BYTES = 1 << 20 };

struct writer;

struct writer_stats {
	uint64_t commits, rows; /* rows: calls of writer_store and writer_store_later */
	time_us committing;     /* all commits together */
	time_us longest_commit;
	uint64_t tidied;        /* how often the ledger was tidied up in between */
};

/* Becomes the loop's turn-end function.  `on_failed` is told once when the ledger can no longer be written: what was waiting
 * for a commit never happens. */
struct writer *writer_new(struct loop *l, struct store *s, void (*on_failed)(void *ctx, const struct err *why), void *ctx);
void writer_free(struct writer *w);                          /* commits what is open; NULL is fine */

/* The store with a transaction open, for one row.  After a failure nothing more is written; see writer_error. */
struct store *writer_store(struct writer *w);
/* The same for a row of about `bytes` that may wait.  It stays in the order of all rows, and its transaction is theirs. */
struct store *writer_store_later(struct writer *w, size_t bytes);
/* Notes how a write went; the first failure sticks. */
void writer_check(struct writer *w, bool done, const struct err *e);
#define WRITE(w, call, e) writer_check((w), writer_error(w) || (call), (e))

/* Once, in order, after the commit of all that has been written by now; at the end of the turn when nothing waits for one. */
void writer_after(struct writer *w, void (*fn)(void *ctx), void *ctx);
void writer_flush(struct writer *w);                                   /* commit now, then what comes after */
const struct err *writer_error(const struct writer *w);                /* NULL as long as all is well */
struct writer_stats writer_stats(const struct writer *w);
