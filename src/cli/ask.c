/* ask.c -- signals, clocks, and what both sides have in common. */
#include "cli/ask_parts.h"

#include <signal.h>

enum {
	TICK = 100000, /* microseconds */
	SIGNALS = 3,
};

struct watching {
	struct asking *asking;
	struct timer *ticks;
	struct signal_watch *signals[SIGNALS];
};

void ask_finish(struct asking *k)
{
	k->ended = true;
	loop_stop(k->session->loop);
}

void ask_fail(struct asking *k, const struct err *why)
{
	if (k->ended)
		return;
	k->failed = true;
	k->error = *why;
	ask_finish(k);
}

void ask_event(void *asking, const struct event_row *event)
{
	struct asking *k = asking;

	k->ret->last = event->id;
	if (k->what->listener.on_event)
		k->what->listener.on_event(k->what->listener.ctx, event);
}

static void cancel(struct asking *k)
{
	if (k->there)
		ask_cancel_there(k);
	else
		ask_cancel_here(k);
}

void ask_taken(struct asking *k, sv run, const struct value *locations)
{
	k->ret->run = arena_sv(k->arena, run);
	if (k->what->on_taken)
		k->what->on_taken(k->what->ctx, k->ret->run, locations);
	if (k->signals)
		cancel(k);
}

/* ---- signals and clocks ---- */

static const char *reason_of(int number)
{
	return number == SIGINT   ? "canceled with Ctrl-C"
	       : number == SIGHUP ? "canceled: its terminal was closed"
				  : "canceled: plait was told to end";
}

static void leave(struct asking *k)
{
	k->ret->left = !k->ended;
	k->signals += k->ended; /* no longer waits for the runs of others */
	if (k->there)
		owner_client_stop(k->there);
	ask_finish(k);
}

static void on_signal(void *ctx, int number)
{
	struct asking *k = ctx;

	if (k->what->signals == ASK_LEAVES || (number == SIGHUP && k->there) || k->ended) {
		leave(k);
		return;
	}
	k->signals++;
	k->reason = reason_of(number);
	if (k->ret->run.p)
		cancel(k); /* else as soon as it is there */
}

/* For whoever draws clocks; nothing else here waits for time. */
static void on_tick(void *ctx)
{
	struct watching *w = ctx;
	const struct run_listener *listener = &w->asking->what->listener;

	timer_close(w->ticks);
	w->ticks = timer_start(w->asking->session->loop, TICK, on_tick, w);
	listener->on_tick(listener->ctx);
}

static void watch_signals(struct watching *w)
{
	static const int numbers[SIGNALS] = {SIGINT, SIGTERM, SIGHUP};
	struct loop *loop = w->asking->session->loop;

	for (size_t i = 0; i < SIGNALS; i++)
		w->signals[i] = signal_watch_start(loop, numbers[i], on_signal, w->asking);
	if (w->asking->what->listener.on_tick)
		w->ticks = timer_start(loop, TICK, on_tick, w);
}

static void unwatch(struct watching *w)
{
	for (size_t i = 0; i < SIGNALS; i++)
		signal_watch_close(w->signals[i]);
	timer_close(w->ticks);
}

bool ask_and_follow(struct session *s, struct arena *a, const struct ask_request *what,
		    struct ask_outcome *ret, struct err *e)
{
	struct asking k = {.session = s, .arena = a, .what = what, .ret = ret};
	struct watching w = {.asking = &k};

	*ret = (struct ask_outcome){.last = what->after};
	if (!s->owner && !s->owner_answers)
		return err_set(e, ERR_CONFLICT, SV_FMT, SV_ARG(s->owner_in_charge));
	if (!s->owner)
		k.there = owner_client_new(s);
	watch_signals(&w);
	if (s->owner)
		ask_here(&k);
	else
		ask_there(&k);
	unwatch(&w);
	owner_client_free(k.there);
	if (k.failed)
		*e = k.error;
	return !k.failed;
}
