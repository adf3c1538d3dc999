/* agenda.c -- a heap of what will happen, by time, then by when it was written down.  A turn takes what is due at one moment, all or
 * some of it, so that commits have company; then the loop's turn ends. */
#include "world.h"

#include <stdarg.h>

#include "sys/loop.h"

struct world world;

struct due {
	time_us at;
	uint64_t order;
	void (*fn)(void *ctx);
	void *ctx;
};

void world_begin(uint64_t seed, bool loud)
{
	world = (struct world){
		.arena = arena_new(),
		.seed = seed,
		.random = seed * 0x2545f4914f6cdd1d,
		.loud = loud,
		.now = 1700000000 * TIME_SECOND,
	};
}

void world_end(void)
{
	free(world.agenda);
	arena_free(world.arena);
	world.arena = NULL;
}

/* ---- chance ---- */

/* splitmix64 */
uint64_t chance_u64(void)
{
	uint64_t z = world.random += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

uint32_t below(uint32_t limit)
{
	return (uint32_t)(chance_u64() % limit);
}

bool percent(uint32_t chance)
{
	return below(100) < chance;
}

bool permille(uint32_t chance)
{
	return below(1000) < chance;
}

time_us some_time(time_us most)
{
	uint32_t dice = below(10);
	time_us limit = dice < 3 ? 0 : dice < 8 ? most / 50 : most;

	return (time_us)below((uint32_t)(limit / 1000) + 1) * 1000;
}

/* ---- the heap ---- */

static bool before(const struct due *x, const struct due *y)
{
	return x->at != y->at ? x->at < y->at : x->order < y->order;
}

static void rise(size_t at, struct due *d)
{
	for (; at > 1 && before(d, world.agenda[at / 2]); at /= 2)
		world.agenda[at] = world.agenda[at / 2];
	world.agenda[at] = d;
}

static void sink(size_t at, struct due *d)
{
	for (size_t child; (child = 2 * at) <= world.due; at = child) {
		child += child < world.due && before(world.agenda[child + 1], world.agenda[child]);
		if (!before(world.agenda[child], d))
			break;
		world.agenda[at] = world.agenda[child];
	}
	world.agenda[at] = d;
}

static struct due *first(void)
{
	return world.due ? world.agenda[1] : NULL;
}

static void drop_first(void)
{
	struct due *last = world.agenda[world.due--];

	if (world.due)
		sink(1, last);
}

struct due *soon(time_us after, void (*fn)(void *ctx), void *ctx)
{
	struct due *d = NEW(world.arena, struct due, 1);

	*d = (struct due){world.now + after, world.entries++, fn, ctx};
	if (world.due + 2 > world.agenda_cap) {
		world.agenda_cap = world.agenda_cap ? world.agenda_cap * 2 : 256;
		world.agenda = heap_grow(world.agenda, world.agenda_cap * sizeof(struct due *));
	}
	rise(++world.due, d);
	return d;
}

void forget(struct due *d)
{
	if (d)
		d->fn = NULL;
}

static void happen(struct due *d)
{
	void (*fn)(void *ctx) = d->fn;

	drop_first();
	world.now = d->at > world.now ? d->at : world.now; /* a call may have taken time */
	d->fn = NULL;
	world.events++;
	fn(d->ctx);
}

static bool skip_forgotten(void)
{
	while (first() && !first()->fn)
		drop_first();
	return first();
}

bool world_turn(void)
{
	if (!skip_forgotten())
		return false;
	do
		happen(first());
	while (skip_forgotten() && first()->at <= world.now && percent(70));
	return true;
}

/* ---- the loop ---- */

struct loop {
	void (*turn_end)(void *ctx);
	void *ctx;
	struct timer *timers;
};

struct timer {
	struct loop *loop;
	struct timer *next, **at;
	struct due *due;
};

struct loop *fake_loop_new(void)
{
	return heap_alloc(sizeof(struct loop));
}

void fake_loop_end_turn(struct loop *l)
{
	if (l->turn_end)
		l->turn_end(l->ctx);
}

/* These stand in for the functions of sys/loop.c and sys/clock.c: see meson.build. */
time_us __wrap_clock_monotonic(void);
void __wrap_loop_on_turn_end(struct loop *l, void (*fn)(void *ctx), void *ctx);
struct timer *__wrap_timer_start(struct loop *l, time_us after, void (*fn)(void *ctx), void *ctx);
void __wrap_timer_close(struct timer *t);

time_us __wrap_clock_monotonic(void)
{
	return world.now;
}

void __wrap_loop_on_turn_end(struct loop *l, void (*fn)(void *ctx), void *ctx)
{
	l->turn_end = fn;
	l->ctx = ctx;
}

struct timer *__wrap_timer_start(struct loop *l, time_us after, void (*fn)(void *ctx), void *ctx)
{
	struct timer *t = heap_alloc(sizeof(*t));

	if (after > 2000 && percent(10))
		after -= 1000; /* the loop counts in milliseconds */
	*t = (struct timer){l, l->timers, &l->timers, soon(after, fn, ctx)};
	if (t->next)
		t->next->at = &t->next;
	return l->timers = t;
}

void __wrap_timer_close(struct timer *t)
{
	if (!t)
		return;
	forget(t->due);
	*t->at = t->next;
	if (t->next)
		t->next->at = t->at;
	free(t);
}

void fake_loop_free(struct loop *l)
{
	while (l->timers)
		__wrap_timer_close(l->timers);
	free(l);
}

/* ---- telling ---- */

void tell(const char *fmt, ...)
{
	time_us since = world.now - 1700000000 * TIME_SECOND;
	va_list args;

	if (!world.loud)
		return;
	printf("%6lld.%03lld  ", (long long)(since / TIME_SECOND),
	       (long long)(since % TIME_SECOND / 1000));
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}
