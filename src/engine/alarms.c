/* alarms.c -- a heap of borrowed alarms and the loop's timer for the top one. */
#include "engine/alarms.h"

struct alarms {
	struct loop *loop;
	time_us (*now)(void *ctx);
	void *now_ctx;
	void (*on_due)(void *ctx);
	void *ctx;
	struct alarm **heap; /* from 1 on */
	size_t n, cap;
	struct timer *timer;
	time_us timer_at; /* 0: not running */
};

struct alarms *alarms_new(struct loop *l, time_us (*now)(void *ctx), void *now_ctx,
			  void (*on_due)(void *ctx), void *ctx)
{
	struct alarms *as = heap_alloc(sizeof(*as));

	*as = (struct alarms){
		.loop = l, .now = now, .now_ctx = now_ctx, .on_due = on_due, .ctx = ctx};
	return as;
}

void alarms_free(struct alarms *as)
{
	if (!as)
		return;
	timer_close(as->timer);
	free(as->heap);
	free(as);
}

static void put(struct alarms *as, size_t place, struct alarm *al)
{
	as->heap[place] = al;
	al->place = place;
}

static void rise(struct alarms *as, size_t at, struct alarm *al)
{
	for (; at > 1 && as->heap[at / 2]->at > al->at; at /= 2)
		put(as, at, as->heap[at / 2]);
	put(as, at, al);
}

static void sink(struct alarms *as, size_t at, struct alarm *al)
{
	for (size_t child; (child = 2 * at) <= as->n; at = child) {
		child += child < as->n && as->heap[child + 1]->at < as->heap[child]->at;
		if (as->heap[child]->at >= al->at)
			break;
		put(as, at, as->heap[child]);
	}
	put(as, at, al);
}

static void on_timer(void *ctx)
{
	struct alarms *as = ctx;

	timer_close(as->timer);
	as->timer = NULL;
	as->timer_at = 0;
	as->on_due(as->ctx);
}

/* One that goes off too early does no harm: the next is armed then. */
static void arm(struct alarms *as)
{
	time_us at = alarms_next(as), now;

	if (!at || (as->timer_at && as->timer_at <= at))
		return;
	timer_close(as->timer);
	now = as->now(as->now_ctx);
	as->timer_at = at;
	as->timer = timer_start(as->loop, at > now ? at - now : 0, on_timer, as);
}

static void take_out(struct alarms *as, struct alarm *al)
{
	size_t at = al->place;
	struct alarm *last = as->heap[as->n--];

	al->place = 0;
	if (last == al)
		return;
	if (at > 1 && as->heap[at / 2]->at > last->at)
		rise(as, at, last);
	else
		sink(as, at, last);
}

void alarm_set(struct alarms *as, struct alarm *al, time_us at)
{
	if (al->place)
		take_out(as, al);
	al->at = at;
	if (as->n + 2 > as->cap) {
		as->cap = as->cap ? as->cap * 2 : 16;
		as->heap = heap_grow(as->heap, as->cap * sizeof(struct alarm *));
	}
	rise(as, ++as->n, al);
	arm(as);
}

void alarm_clear(struct alarms *as, struct alarm *al)
{
	if (al->place)
		take_out(as, al);
}

time_us alarms_next(const struct alarms *as)
{
	return as->n ? as->heap[1]->at : 0;
}

void alarms_ring(struct alarms *as)
{
	time_us now = as->now(as->now_ctx);

	while (as->n && as->heap[1]->at <= now) {
		struct alarm *al = as->heap[1];

		take_out(as, al);
		al->fn(al->ctx);
	}
	arm(as);
}
