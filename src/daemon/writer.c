/* writer.c -- lazily opened transactions and a queue of consequences. */
#include "daemon/writer.h"

struct consequence {
	void (*fn)(void *ctx);
	void *ctx;
};

struct writer {
	struct loop *loop;
	struct store *store;
	bool open, failed, told;
	void (*on_failed)(void *ctx, const struct err *why);
	void *ctx;
	struct err error;
	struct consequence *after;
	size_t after_count, after_cap;
};

static void on_turn_end(void *ctx)
{
	writer_flush(ctx);
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
	writer_flush(w);
	loop_on_turn_end(w->loop, NULL, NULL);
	free(w->after);
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

struct store *writer_store(struct writer *w)
{
	struct err e;

	if (!w->open && !w->failed) {
		w->open = true;
		writer_check(w, store_begin(w->store, &e), &e);
	}
	return w->store;
}

const struct err *writer_error(const struct writer *w)
{
	return w->failed ? &w->error : NULL;
}

void writer_after(struct writer *w, void (*fn)(void *ctx), void *ctx)
{
	if (w->after_count == w->after_cap) {
		w->after_cap = w->after_cap ? w->after_cap * 2 : 64;
		w->after = heap_grow(w->after, w->after_cap * sizeof(w->after[0]));
	}
	w->after[w->after_count++] = (struct consequence){fn, ctx};
}

/* The end of all: what waits for a commit waits in vain. */
static void give_up(struct writer *w)
{
	w->after_count = 0;
	if (w->told)
		return;
	w->told = true;
	w->on_failed(w->ctx, &w->error);
}

static void commit(struct writer *w)
{
	bool open = w->open;
	struct err e;

	w->open = false;
	if (open && !w->failed)
		writer_check(w, store_commit(w->store, &e), &e);
	if (!w->failed)
		return;
	if (open)
		store_rollback(w->store);
	give_up(w);
}

/* Consequences may write and queue more: round after round until nothing is left. */
void writer_flush(struct writer *w)
{
	while (w->open || w->after_count) {
		commit(w);
		size_t count = w->after_count;

		for (size_t i = 0; i < count; i++)
			w->after[i].fn(w->after[i].ctx);
		memmove(w->after, w->after + count, (w->after_count - count) * sizeof(w->after[0]));
		w->after_count -= count;
	}
}
