/* writer.c -- lazily opened transactions, when they must end, and queues of consequences.
 *
 * While one commit is flushed by a thread the loop goes on and fills the next: the more comes, the more each flush serves. */
#include "engine/writer.h"

#include "sys/clock.h"

static const time_us LONGEST_WAIT = 2000, QUIET = 20000;

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
	struct consequences spare; /* where what comes next is queued while others happen */
	bool happening;
	struct work *flushing;       /* what is committed and not on disk yet; NULL: nothing */
	struct consequences flushed; /* wait for that */
	struct err flush_error;
	bool flush_failed;
};

static void watch_for_quiet(struct writer *w);
static void begin_flush(struct writer *w);
static bool can_leave_flush(const struct writer *w);

static void on_waited(void *ctx)
{
	((struct writer *)ctx)->urgent = true; /* this turn's end sees to it */
}

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

static bool has_too_much(const struct writer *w)
{
	return w->later_rows > WRITER_LATER_ROWS || w->later_bytes > WRITER_LATER_BYTES;
}

static void on_turn_end(void *ctx)
{
	struct writer *w = ctx;

	if (has_too_much(w) || (w->urgent && !w->flushing && !can_leave_flush(w)))
		writer_flush(w);
	else if (w->flushing)
		return; /* its end brings a turn, too */
	else if (w->urgent)
		begin_flush(w);
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
	while (w->open || w->after.n || w->flushing)
		writer_flush(w);
	timer_close(w->quiet);
	loop_on_turn_end(w->loop, NULL, NULL);
	free(w->after.at);
	free(w->flushed.at);
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

static void count_commit(struct writer *w, time_us start)
{
	time_us took = clock_monotonic() - start;

	w->stats.commits++;
	w->stats.committing += took;
	if (took > w->stats.longest_commit)
		w->stats.longest_commit = took;
	w->committed_at = start + took;
	watch_for_quiet(w);
}

static void commit(struct writer *w, bool (*how)(struct store *s, struct err *e))
{
	time_us start = clock_monotonic();
	bool open = w->open;
	struct err e;

	w->open = w->urgent = false;
	w->later_rows = w->later_bytes = 0;
	timer_close(w->limit);
	w->limit = NULL;
	if (open && !w->failed) {
		writer_check(w, how(w->store, &e), &e);
		count_commit(w, start);
	}
	if (!w->failed)
		return;
	if (open)
		store_rollback(w->store);
	give_up(w);
}

/* Of the queue `which`, which is empty and may be added to from now on. */
static void let_happen(struct writer *w, struct consequences *which)
{
	struct consequences now = *which;

	*which = w->spare;
	w->spare = (struct consequences){0};
	w->happening = true;
	for (size_t i = 0; i < now.n; i++)
		now.at[i].fn(now.at[i].ctx);
	w->happening = false;
	now.n = 0;
	if (w->spare.at)
		free(now.at);
	else
		w->spare = now;
}

/* ---- flushing beside the loop ---- */

static bool can_leave_flush(const struct writer *w)
{
	return w->open && !w->happening && !w->failed && store_flushes_apart(w->store);
}

static void flush_in_thread(void *ctx)
{
	struct writer *w = ctx;

	w->flush_failed = !store_flush(w->store, &w->flush_error);
}

/* What was left to the thread is on disk, or lost; waits for it where it is not done. */
static void end_flush(void *ctx)
{
	struct writer *w = ctx;
	struct work *flushing = w->flushing;

	if (!flushing)
		return;
	w->flushing = NULL;
	work_close(flushing);
	writer_check(w, !w->flush_failed, &w->flush_error);
	if (w->failed) {
		w->flushed.n = 0;
		give_up(w);
		return;
	}
	let_happen(w, &w->flushed);
}

static void begin_flush(struct writer *w)
{
	struct consequences none = w->flushed;

	commit(w, store_commit_unflushed);
	if (w->failed)
		return;
	w->flushed = w->after;
	w->after = none;
	w->flush_failed = false;
	w->flushing = work_start(w->loop, flush_in_thread, end_flush, w);
}

/* Consequences may write and queue more: round after round until what is left may wait.  One that flushes gets its commit;
 * what follows from it comes in the next round. */
void writer_flush(struct writer *w)
{
	do {
		if (!w->happening)
			end_flush(w);
		commit(w, store_commit);
		if (w->happening)
			w->urgent = w->after.n > 0;
		else
			let_happen(w, &w->after);
	} while (w->urgent && !w->happening);
}
