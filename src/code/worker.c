/* worker.c -- a worker's life, to its end and a little beyond.
 *
 *	IDLE <-> BUSY -> LEAVING | FORGOTTEN -> GONE
 *	  `---------------^
 *
 * What is to be done about it later (kill it when it does not leave, end it when the host has nothing to add, remove its
 * emptied control group) is one thing at a time, and has one timer. */
#include <signal.h>

#include "base/time.h"
#include "code/worker_parts.h"
#include "sys/cgroup.h"
#include "sys/clock.h"

#define LEAVE_LIMIT (5 * TIME_SECOND)  /* for a worker whose step is done to end */
#define HUSK_WAIT   (TIME_SECOND / 20) /* before an emptied control group is removed */
#define LAST_WORD   TIME_SECOND        /* for a host to tell how a process that is gone has ended */

static void look_after(void *ctx);

static void be_looked_after(struct worker_life *w, time_us after)
{
	timer_close(w->later);
	w->later = timer_start(w->keeper->loop, after, look_after, w);
}

static void enter(struct worker_life *w, enum worker_state state)
{
	w->state = state;
	w->since = clock_monotonic();
	timer_close(w->later);
	w->later = NULL;
}

static void close_channel(struct worker_life *w)
{
	channel_close(w->channel);
	w->channel = NULL;
}

static void close_watch(struct worker_life *w)
{
	process_watch_close(w->watch);
	w->watch = NULL;
}

/* ---- leaving ---- */

static void tell_retired(struct worker_life *w, bool lost)
{
	w->keeper->on_retired(w->keeper->ctx, w, lost);
}

/* The end of its socket is its order to end. */
static void leave(struct worker_life *w, bool lost)
{
	close_channel(w);
	enter(w, WORKER_LEAVING);
	be_looked_after(w, LEAVE_LIMIT);
	tell_retired(w, lost);
}

void worker_dismiss(struct worker_life *w)
{
	leave(w, false);
}

void worker_leave(struct worker *base)
{
	struct worker_life *w = (struct worker_life *)base;

	if (w->ended) { /* seen from afar; looked after already */
		w->state = WORKER_LEAVING;
		tell_retired(w, false);
		return;
	}
	leave(w, false);
}

void worker_forget(struct worker *base)
{
	struct worker_life *w = (struct worker_life *)base;

	close_channel(w);
	w->state = WORKER_FORGOTTEN; /* whose end may have been seen: it is still looked after */
}

/* ---- its end ---- */

static void release(struct worker_life *w)
{
	w->keeper->on_freed(w->keeper->ctx, w);
	timer_close(w->later);
	channel_close(w->channel);
	process_watch_close(w->watch);
	arena_free(w->arena);
	free(w->cgroup);
	free(w);
}

static void kill_rest(struct worker_life *w)
{
	if (!w->cgroup || !cgroup_kill(sv_of(w->cgroup)))
		process_signal_group(w->base.pid, SIGKILL);
	process_kill(&w->strays);
}

void worker_free(struct worker_life *w)
{
	if (w->state == WORKER_LEAVING && (w->used || w->talked))
		kill_rest(w); /* its step is done; nobody will see its end */
	if (w->cgroup)
		cgroup_remove(sv_of(w->cgroup));
	release(w);
}

/* What was killed takes a moment to go, and the group cannot be removed before. */
static void remove_husk(struct worker_life *w)
{
	bool removed = !w->cgroup || cgroup_remove(sv_of(w->cgroup));

	if (removed || clock_monotonic() - w->since >= LEAVE_LIMIT)
		release(w);
	else
		be_looked_after(w, HUSK_WAIT);
}

/* What it left behind goes too. */
void worker_end(struct worker_life *w, const struct worker_exit *how)
{
	enum worker_state was = w->state;

	enter(w, WORKER_GONE);
	kill_rest(w);
	if (was == WORKER_BUSY)
		w->on.on_exit(w->on.ctx, how);
	if (was == WORKER_BUSY || was == WORKER_IDLE)
		tell_retired(w, was == WORKER_IDLE);
	close_channel(w);
	close_watch(w);
	remove_husk(w);
}

static void look_after(void *ctx)
{
	struct worker_life *w = ctx;
	bool leaving = w->state == WORKER_LEAVING;

	timer_close(w->later);
	w->later = NULL;
	if (w->state == WORKER_GONE) {
		remove_husk(w);
	} else if (w->ended || (leaving && !process_lives(w->base.pid, sv_of(w->base.started)))) {
		worker_end(w, &(struct worker_exit){.unknown = true});
	} else if (leaving) {
		worker_signal(&w->base, SIGKILL);
		be_looked_after(w, LEAVE_LIMIT);
	}
}

/* ---- without its host ---- */

static void on_watched_end(void *ctx)
{
	struct worker_life *w = ctx;

	close_watch(w);
	w->ended = true;
	be_looked_after(w, w->base.alone ? 0 : LAST_WORD);
}

/* From now on its end is noticed without the host. */
static void watch(struct worker_life *w)
{
	if (w->watch || w->ended || w->state == WORKER_GONE)
		return;
	w->watch = process_watch_start(w->keeper->loop, w->base.pid, sv_of(w->base.started),
				       on_watched_end, w);
	if (!w->watch)
		on_watched_end(w);
}

void worker_orphan(struct worker_life *w)
{
	w->base.alone = true;
	if (w->state == WORKER_IDLE)
		worker_dismiss(w);
	watch(w);
}

/* ---- its socket ---- */

static void on_line(void *ctx, sv line)
{
	struct worker_life *w = ctx;

	if (w->state == WORKER_BUSY) {
		w->on.on_line(w->on.ctx, line);
	} else if (w->state == WORKER_IDLE) {
		w->talked = true; /* it has nothing to say: something else runs in it */
		worker_signal(&w->base, SIGKILL);
		leave(w, true);
	}
}

static void on_end(void *ctx)
{
	struct worker_life *w = ctx;

	close_channel(w);
	if (w->state == WORKER_BUSY) {
		watch(w);
		w->on.on_silent(w->on.ctx);
	} else if (w->state == WORKER_IDLE) {
		leave(w, true);
	}
}

/* ---- lent ---- */

void worker_lend(struct worker_life *w, const struct worker_listener *listener)
{
	enter(w, WORKER_BUSY);
	w->on = *listener;
}

void worker_send(struct worker *base, sv line)
{
	struct worker_life *w = (struct worker_life *)base;

	w->used = true;
	w->keeper->on_step(w->keeper->ctx);
	if (w->channel)
		channel_send(w->channel, line);
}

/* Told to stop, a step sees to its own processes first; what it leaves is killed when it has ended, and then nobody knows
 * whose they were. */
static void note_strays(struct worker_life *w)
{
	if (!w->arena)
		w->arena = arena_new();
	process_strays(w->arena, w->base.pid, &w->strays);
}

void worker_signal(struct worker *base, int number)
{
	struct worker_life *w = (struct worker_life *)base;

	if (number == SIGKILL && w->cgroup && cgroup_kill(sv_of(w->cgroup)))
		return;
	if (number == SIGKILL)
		process_kill_strays(base->pid);
	else
		note_strays(w);
	/* A worker that was just forked may not lead its group yet. */
	if (!process_signal_group(base->pid, number) &&
	    process_lives(base->pid, sv_of(base->started)))
		process_signal(base->pid, number);
}

void worker_give_back(struct worker *base)
{
	struct worker_life *w = (struct worker_life *)base;

	if (!w->channel || base->alone) {
		worker_leave(base);
		return;
	}
	enter(w, WORKER_IDLE);
	w->keeper->on_idle(w->keeper->ctx);
}

/* ---- its beginning ---- */

/* By its pid and its start time. */
static bool is_named(const struct host_worker *made)
{
	return made->pid > 1 && made->started.n &&
	       made->started.n < sizeof(((struct worker *)0)->started);
}

static void enter_cgroup(struct worker_life *w)
{
	AUTO_ARENA a = arena_new();
	sv folder;

	if (cgroup_enter(a, w->keeper->cgroups, w->base.pid, &folder))
		w->cgroup = strdup(folder.p);
}

/* It cannot be spoken to.  It is kept until it has ended, so that its end is not taken for that of another one. */
static void send_away(struct worker_life *w)
{
	enter(w, WORKER_LEAVING);
	be_looked_after(w, LEAVE_LIMIT);
	if (process_lives(w->base.pid, sv_of(w->base.started)))
		worker_signal(&w->base, SIGKILL);
}

struct worker_life *worker_new(const struct worker_keeper *keeper, const struct host_worker *made)
{
	struct worker_life *w;

	if (!is_named(made)) {
		channel_close(made->channel);
		return NULL;
	}
	w = heap_alloc(sizeof(*w));
	*w = (struct worker_life){
		.base.pid = made->pid,
		.base.method = sv_eq(made->method, SV("spawn")) ? "spawn" : "fork",
		.keeper = keeper,
		.channel = made->channel,
		.since = clock_monotonic(),
	};
	memcpy(w->base.started, made->started.p, made->started.n);
	if (keeper->cgroups.p)
		enter_cgroup(w);
	if (w->channel)
		channel_listen_to(w->channel, &(struct channel_events){on_line, on_end, w});
	else
		send_away(w);
	return w;
}
