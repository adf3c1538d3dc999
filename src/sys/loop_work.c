/* loop_work.c -- functions that block, in libuv's threads. */
#include "sys/loop_parts.h"

struct work {
	struct work *next; /* under way */
	struct loop *loop;
	uv_work_t uv;
	uv_sem_t returned;
	void (*fn)(void *ctx);
	void (*done)(void *ctx);
	void *ctx;
	bool told, closed,
		forgotten; /* `done` was called; work_close was; libuv has nothing more to say */
};

static void unlist(struct work *w)
{
	for (struct work **at = &w->loop->works; *at; at = &(*at)->next)
		if (*at == w) {
			*at = w->next;
			break;
		}
}

static void free_when_over(struct work *w)
{
	if (!w->closed || !w->forgotten)
		return;
	uv_sem_destroy(&w->returned);
	free(w);
}

static void on_thread(uv_work_t *uv)
{
	struct work *w = uv->data;

	w->fn(w->ctx);
	uv_sem_post(&w->returned);
}

/* `done` may close it. */
static void tell(struct work *w)
{
	unlist(w);
	w->told = true;
	w->done(w->ctx);
}

static void on_done(uv_work_t *uv, int status)
{
	struct work *w = uv->data;

	w->forgotten = true;
	if (w->told || w->closed)
		free_when_over(w);
	else
		tell(w);
}

struct work *work_start(struct loop *l, void (*fn)(void *ctx), void (*done)(void *ctx), void *ctx)
{
	struct work *w = heap_alloc(sizeof(*w));

	*w = (struct work){.next = l->works, .loop = l, .fn = fn, .done = done, .ctx = ctx};
	w->uv.data = w;
	l->works = w;
	if (uv_sem_init(&w->returned, 0) < 0 ||
	    uv_queue_work(&l->uv, &w->uv, on_thread, on_done) < 0)
		abort();
	return w;
}

void work_close(struct work *w)
{
	if (!w)
		return;
	if (!w->told) {
		unlist(w);
		uv_sem_wait(&w->returned);
	}
	w->closed = true;
	free_when_over(w);
}

bool work_settle(struct loop *l)
{
	struct work *w = l->works;

	if (!w)
		return false;
	uv_sem_wait(&w->returned);
	tell(w);
	return true;
}
