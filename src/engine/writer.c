/* writer.c -- lazily opened transactions, when they must end, and a queue of consequences. */
#include "engine/writer.h"

#include "sys/clock.h"

static const time_us LONGEST_WAIT = 5000, QUIET = 20000;

struct consequence {
	void (*fn)(void *ctx);
	void *ctx;
};

struct consequences {
	struct consequence *at;
	size_t n, cap;
};

struct writer {
	struct loop *loop;
	struct store *store;
	bool open, failed, told;
	bool urgent; /* the end of this turn must see to what is open or waits */
	size_t later_rows, later_bytes;
	struct timer *limit; /* of what may wait */
	struct timer *quiet; /* there is something to tidy up */
	time_us committed_at;
	struct writer_stats stats;
	void (*on_failed)(void *ctx, const struct err *why);
	void *ctx;
	struct err error;
	struct consequences after;
	struct consequences spare; /* where what comes next is queued while `after` happens */
	bool happening;
};

static void on_waited(void *ctx)
{
	writer_flush(ctx);
}

static void watch_for_quiet(struct writer *w);

static void on_quiet(void *ctx)
{
	struct writer *w = ctx;

	timer_close(w->quiet);
	w->quiet = NULL;
	if (!w->open && clock_monotonic() - w->committed_at >= QUIET) {
		store_tidy(w->store);
		w->stats.tidied++;
	} else {
		watch_for_quiet(w);
	}
}

static void watch_for_quiet(struct writer *w)
{
	if (!w->quiet && !w->failed && store_is_untidy(w->store))
		w->quiet = timer_start(w->loop, QUIET, on_quiet, w);
}

static void on_turn_end(void *ctx)
{
	struct writer *w = ctx;

	if (w->urgent || w->later_rows > WRITER_LATER_ROWS || w->later_bytes > WRITER_LATER_BYTES)
		writer_flush(w);
	else if (w->open && !w->limit)
		w->limit = timer_start(w->loop, LONGEST_WAIT, on_waited, w);
}

struct writer *writer_new(struct loop *l, struct store *s,
			  void (*on_failed)(void *ctx, const struct err *why), void *ctx)
{
	struct writer *w = heap_alloc(sizeof(*w));

	w->loop = l;
	w->store = s;
	w->on_failed = on_failed;
	w->ctx = ctx;
	loop_on_turn_end(l, on_turn_end, w);
	return w;
}

void writer_free(struct writer *w)
{
	if (!w)
		return;
	while (w->open || w->after.n)
		writer_flush(w);
	timer_close(w->quiet);
	loop_on_turn_end(w->loop, NULL, NULL);
	free(w->after.at);
	free(w->spare.at);
	free(w);
}

void writer_check(struct writer *w, bool done, const struct err *e)
{
	if (done || w->failed)
		return;
	w->failed = true;
	w->error = *e;
	err_wrap(&w->error, "writing the ledger");
}

static struct store *open_row(struct writer *w)
{
	struct err e;

	w->stats.rows++;
	if (!w->open && !w->failed) {
		w->open = true;
		writer_check(w, store_begin(w->store, &e), &e);
	}
	return w->store;
}

struct store *writer_store(struct writer *w)
{
	w->urgent = true;
	return open_row(w);
}

struct store *writer_store_later(struct writer *w, size_t bytes)
{
	w->later_rows++;
	w->later_bytes += bytes;
	return open_row(w);
}

const struct err *writer_error(const struct writer *w)
{
	return w->failed ? &w->error : NULL;
}

struct writer_stats writer_stats(const struct writer *w)
{
	return w->stats;
}

void writer_after(struct writer *w, void (*fn)(void *ctx), void *ctx)
{
	struct consequences *after = &w->after;

	if (after->n == after->cap) {
		after->cap = after->cap ? after->cap * 2 : 64;
		after->at = heap_grow(after->at, after->cap * sizeof(after->at[0]));
	}
	after->at[after->n++] = (struct consequence){fn, ctx};
	if (!w->open)
		w->urgent = true;
}

/* The end of all: what waits for a commit waits in vain. */
static void give_up(struct writer *w)
{
	w->after.n = 0;
	if (w->told)
		return;
	w->told = true;
	w->on_failed(w->ctx, &w->error);
}

static void commit_store(struct writer *w)
{
	time_us start = clock_monotonic(), took;
	struct err e;

	writer_check(w, store_commit(w->store, &e), &e);
	took = clock_monotonic() - start;
	w->stats.commits++;
	w->stats.committing += took;
	if (took > w->stats.longest_commit)
		w->stats.longest_commit = took;
	w->committed_at = start + took;
	watch_for_quiet(w);
}

static void commit(struct writer *w)
{
	bool open = w->open;

	w->open = w->urgent = false;
	w->later_rows = w->later_bytes = 0;
	timer_close(w->limit);
	w->limit = NULL;
	if (open && !w->failed)
		commit_store(w);
	if (!w->failed)
		return;
	if (open)
		store_rollback(w->store);
	give_up(w);
}

static void let_happen(struct writer *w)
{
	struct consequences now = w->after;

	w->after = w->spare;
	w->happening = true;
	for (size_t i = 0; i < now.n; i++)
		now.at[i].fn(now.at[i].ctx);
	w->happening = false;
	now.n = 0;
	w->spare = now;
}

/* Consequences may write and queue more: round after round until what is left may wait.  One that flushes gets its commit;
 * what follows from it comes in the next round. */
void writer_flush(struct writer *w)
{
	do {
		commit(w);
		if (w->happening)
			w->urgent = w->after.n > 0;
		else
			let_happen(w);
	} while (w->urgent && !w->happening);
}
