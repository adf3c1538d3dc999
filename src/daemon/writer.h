/* writer.h -- the ledger's one writer: all that a turn of the loop brings is committed together at its end, and only then do
 * the consequences happen (views move, listeners hear, further steps start).  Acknowledged means on disk. */
#pragma once
#include "store/store.h"
#include "sys/loop.h"

struct writer;

/* Becomes the loop's turn-end function.  `on_failed` is told once when the ledger can no longer be written: what was waiting
 * for a commit never happens. */
struct writer *writer_new(struct loop *l, struct store *s, void (*on_failed)(void *ctx, const struct err *why), void *ctx);
void writer_free(struct writer *w);                          /* commits what is open; NULL is fine */

/* The store with a transaction open.  After a failure nothing more is written; see writer_error. */
struct store *writer_store(struct writer *w);
/* Notes how a write went; the first failure sticks. */
void writer_check(struct writer *w, bool done, const struct err *e);
#define WRITE(w, call, e) writer_check((w), writer_error(w) || (call), (e))

void writer_after(struct writer *w, void (*fn)(void *ctx), void *ctx); /* once, after the commit, in order */
void writer_flush(struct writer *w);                                   /* commit now, then what comes after */
const struct err *writer_error(const struct writer *w);                /* NULL as long as all is well */
