/* leavings.c -- a queue, and at most one thread, which is at its first. */
#include "engine/leavings.h"

#include "sys/file.h"

struct request {
	struct request *next;
	struct arena *arena;
	struct sv_list folders;
};

struct leavings {
	struct loop *loop;
	struct request *first;
	struct work *work; /* NULL: there is none */
};

static void begin(struct leavings *l);

struct leavings *leavings_new(struct loop *loop)
{
	struct leavings *l = heap_alloc(sizeof(*l));

	l->loop = loop;
	return l;
}

static void remove_first(void *ctx)
{
	const struct request *r = ((const struct leavings *)ctx)->first;

	for (size_t i = 0; i < r->folders.n; i++)
		folder_remove(r->folders.at[i]);
}

static void forget_first(struct leavings *l)
{
	struct request *done = l->first;

	work_close(l->work);
	l->work = NULL;
	l->first = done->next;
	arena_free(done->arena);
}

static void on_removed(void *ctx)
{
	forget_first(ctx);
	begin(ctx);
}

static void begin(struct leavings *l)
{
	if (l->first && !l->work)
		l->work = work_start(l->loop, remove_first, on_removed, l);
}

void leavings_remove(struct leavings *l, const struct sv_list *folders)
{
	struct arena *a = arena_new();
	struct request *r = NEW(a, struct request, 1), **at = &l->first;

	*r = (struct request){.arena = a};
	for (size_t i = 0; i < folders->n; i++)
		*LIST_ADD(a, &r->folders) = arena_sv(a, folders->at[i]);
	while (*at)
		at = &(*at)->next;
	*at = r;
	begin(l);
}

void leavings_free(struct leavings *l)
{
	if (!l)
		return;
	while (l->first) {
		if (!l->work)
			remove_first(l);
		forget_first(l); /* waits for the thread */
	}
	free(l);
}
