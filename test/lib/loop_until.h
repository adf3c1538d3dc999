/* loop_until.h -- running a loop until something is so, with a limit. */
#pragma once
#include "check.h"
#include "sys/loop.h"

struct loop_until {
	struct loop *loop;
	bool (*so)(void *ctx);
	void *ctx;
};

static inline void loop_until_turn_end(void *ctx)
{
	struct loop_until *u = ctx;

	if (u->so(u->ctx))
		loop_stop(u->loop);
}

static inline void loop_until_late(void *ctx)
{
	CHECK(!"it was not so within 20 s");
}

static inline void loop_until(struct loop *l, bool (*so)(void *ctx), void *ctx)
{
	struct loop_until u = {l, so, ctx};
	struct timer *limit = timer_start(l, 20000000, loop_until_late, NULL);

	loop_on_turn_end(l, loop_until_turn_end, &u);
	while (!so(ctx))
		loop_run(l);
	loop_on_turn_end(l, NULL, NULL);
	timer_close(limit);
}

static inline void loop_until_set(void *ctx)
{
	*(bool *)ctx = true;
}

static inline bool loop_until_is_set(void *ctx)
{
	return *(bool *)ctx;
}

/* Lets it run for a while. */
static inline void loop_for(struct loop *l, time_us span)
{
	bool over = false;
	struct timer *t = timer_start(l, span, loop_until_set, &over);

	loop_until(l, loop_until_is_set, &over);
	timer_close(t);
}
