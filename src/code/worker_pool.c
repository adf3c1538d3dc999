/* worker_pool.c -- counting workers, and looking after those that nobody else does.
 *
 *	asked for -> IDLE <-> BUSY -> LEAVING | FORGOTTEN -> gone
 *
 * A request for workers stays in `asked` until all of them have come.  Everything that is to happen later (ending what is too
 * many, killing what does not leave, giving up on what never comes) has a `due` time, and one timer serves the earliest. */
#include "code/worker_pool.h"

#include <signal.h>

#include "base/time.h"
#include "sys/cgroup.h"
#include "sys/clock.h"
#include "sys/process.h"

#define LINGER       (10 * TIME_SECOND) /* of an idle worker that is not wanted any more */
#define LEAVE_LIMIT  (5 * TIME_SECOND)  /* for a worker whose step is done to end */
#define MAKING_LIMIT (60 * TIME_SECOND) /* for a host to make a worker */
#define HUSK_WAIT    (TIME_SECOND / 20) /* before an emptied control group is removed */
#define LAST_WORD    TIME_SECOND /* for a host to tell how a process that is gone has ended */

enum { EARLY_MOST = 16, STILLBORN_MOST = 3 };

/* One request to the host. */
struct asked {
	struct asked *next; /* a later one */
	struct worker_pool *pool;
	uint32_t missing;
	bool answered;
	time_us at;
};

struct worker_pool {
	struct arena *arena;
	struct loop *loop;
	struct host *host; /* NULL: none */
	sv name;
	sv cgroups; /* our own group; p NULL: none are made */
	struct worker *workers;
	struct asked *asked;
	time_us making_limit;
	uint32_t wanted;
	bool fresh_only;
	uint32_t stillborn;        /* in a row */
	bool unreachable;          /* the last of them lived, but its socket did not come */
	int64_t early[EARLY_MOST]; /* ended before the host said that it had made them */
	size_t early_next;
	struct timer *chores;
	time_us chores_at;
	struct worker_pool_listener on;
};

static void fill(struct worker_pool *p);

/* ---- telling ---- */

static void tell_idle(struct worker_pool *p)
{
	if (p->on.on_idle)
		p->on.on_idle(p->on.ctx);
}

static void tell_none(struct worker_pool *p, const struct err *why, bool host_gone)
{
	if (p->on.on_none)
		p->on.on_none(p->on.ctx, why, host_gone);
}

static void tell_retired(const struct worker *w)
{
	if (w->pool->on.on_retired)
		w->pool->on.on_retired(w->pool->on.ctx, w);
}

void worker_pool_listen(struct worker_pool *p, const struct worker_pool_listener *listener)
{
	p->on = listener ? *listener : (struct worker_pool_listener){0};
}

/* ---- what is due later ---- */

static void do_chores(void *ctx);

static void be_called(struct worker_pool *p, time_us at)
{
	time_us now = clock_monotonic();

	if (p->chores && p->chores_at <= at)
		return;
	timer_close(p->chores);
	p->chores_at = at;
	p->chores = timer_start(p->loop, at > now ? at - now : 0, do_chores, p);
}

static void set_due(struct worker *w, time_us at)
{
	w->due = at;
	be_called(w->pool, at);
}

static void enter(struct worker *w, enum worker_state state)
{
	w->state = state;
	w->since = clock_monotonic();
	w->due = 0;
}

/* ---- a worker's end ---- */

static void unlist(struct worker *w)
{
	struct worker **at = &w->pool->workers;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
}

static void free_worker(struct worker *w)
{
	if (w->cgroup)
		cgroup_remove(sv_of(w->cgroup));
	channel_close(w->channel);
	process_watch_close(w->watch);
	arena_free(w->arena);
	free(w->cgroup);
	free(w);
}

static void kill_rest(struct worker *w)
{
	if (!w->cgroup || !cgroup_kill(sv_of(w->cgroup)))
		process_signal_group(w->pid, SIGKILL);
	process_kill(&w->strays);
}

/* What was killed takes a moment to go, and the group cannot be removed before. */
static void keep_husk(struct worker *w)
{
	channel_close(w->channel);
	w->channel = NULL;
	process_watch_close(w->watch);
	w->watch = NULL;
	w->next = w->pool->workers;
	w->pool->workers = w;
	enter(w, WORKER_GONE);
	set_due(w, w->since + HUSK_WAIT);
}

/* Its process is gone: what it left behind goes too. */
static void end_worker(struct worker *w, const struct worker_exit *how)
{
	enum worker_state state = w->state;
	struct worker_pool *p = w->pool;

	unlist(w);
	kill_rest(w);
	if (state == WORKER_BUSY)
		w->on.on_exit(w->on.ctx, how);
	if (state == WORKER_BUSY || state == WORKER_IDLE)
		tell_retired(w);
	if (state == WORKER_IDLE && !w->used)
		p->stillborn++;
	if (w->cgroup && !cgroup_remove(sv_of(w->cgroup)))
		keep_husk(w);
	else
		free_worker(w);
	if (state == WORKER_IDLE)
		fill(p);
}

/* The end of its socket is its order to end.  Nobody waits for it. */
static void dismiss(struct worker *w)
{
	channel_close(w->channel);
	w->channel = NULL;
	tell_retired(w);
	enter(w, WORKER_LEAVING);
	set_due(w, w->since + LEAVE_LIMIT);
}

static void on_watched_end(void *ctx)
{
	struct worker *w = ctx;

	process_watch_close(w->watch);
	w->watch = NULL;
	w->ended = true;
	set_due(w, clock_monotonic() + (w->alone ? 0 : LAST_WORD));
}

/* From now on its end is noticed without the host. */
static void watch(struct worker *w)
{
	if (w->watch || w->ended || w->state == WORKER_GONE)
		return;
	w->watch = process_watch_start(w->pool->loop, w->pid, sv_of(w->started), on_watched_end, w);
	if (!w->watch)
		on_watched_end(w);
}

/* ---- its socket ---- */

static void on_line(void *ctx, sv line)
{
	struct worker *w = ctx;

	if (w->state == WORKER_BUSY)
		w->on.on_line(w->on.ctx, line);
	else if (w->state == WORKER_IDLE) {
		dismiss(w); /* it has nothing to say: something else runs in it */
		worker_signal(w, SIGKILL);
		fill(w->pool);
	}
}

static void on_end(void *ctx)
{
	struct worker *w = ctx;
	struct worker_pool *p = w->pool;

	channel_close(w->channel);
	w->channel = NULL;
	if (w->state == WORKER_BUSY) {
		watch(w);
		w->on.on_silent(w->on.ctx);
	} else if (w->state == WORKER_IDLE) {
		p->stillborn += !w->used;
		dismiss(w);
		fill(p);
	}
}

/* ---- lending ---- */

struct worker *worker_pool_take(struct worker_pool *p, bool fresh,
				const struct worker_listener *listener)
{
	struct worker *best = NULL;

	for (struct worker *w = p->workers; w; w = w->next) {
		if (w->state != WORKER_IDLE || (fresh && w->used))
			continue;
		if (!best || w->used > best->used)
			best = w;
	}
	if (!best)
		return NULL;
	enter(best, WORKER_BUSY);
	best->on = *listener;
	return best;
}

void worker_send(struct worker *w, sv line)
{
	w->used = true;
	w->pool->stillborn = 0;
	if (w->channel)
		channel_send(w->channel, line);
}

/* Told to stop, a step sees to its own processes first; what it leaves is killed when it has ended, and then nobody knows
 * whose they were. */
static void note_strays(struct worker *w)
{
	if (!w->arena)
		w->arena = arena_new();
	process_strays(w->arena, w->pid, &w->strays);
}

void worker_signal(struct worker *w, int number)
{
	if (number == SIGKILL && w->cgroup && cgroup_kill(sv_of(w->cgroup)))
		return;
	if (number == SIGKILL)
		process_kill_strays(w->pid);
	else
		note_strays(w);
	/* A worker that was just forked may not lead its group yet. */
	if (!process_signal_group(w->pid, number) && process_lives(w->pid, sv_of(w->started)))
		process_signal(w->pid, number);
}

void worker_give_back(struct worker *w)
{
	struct worker_pool *p = w->pool;

	if (!w->channel || !p->host || w->alone) {
		worker_leave(w);
		return;
	}
	enter(w, WORKER_IDLE);
	tell_idle(p);
	fill(p); /* and it may be one too many */
}

void worker_leave(struct worker *w)
{
	if (w->ended) { /* seen from afar; due already */
		tell_retired(w);
		w->state = WORKER_LEAVING;
		return;
	}
	if (w->used && !w->cgroup)
		process_kill_strays(w->pid);
	dismiss(w);
}

void worker_forget(struct worker *w)
{
	time_us due = w->due;

	channel_close(w->channel);
	w->channel = NULL;
	enter(w, WORKER_FORGOTTEN);
	w->due = due;
}

/* ---- having enough ---- */

static uint32_t idle_count(const struct worker_pool *p, bool fresh_only)
{
	uint32_t n = 0;

	for (const struct worker *w = p->workers; w; w = w->next)
		n += w->state == WORKER_IDLE && !(fresh_only && w->used);
	return n;
}

static uint32_t making_count(const struct worker_pool *p)
{
	uint32_t n = 0;

	for (const struct asked *r = p->asked; r; r = r->next)
		n += r->missing;
	return n;
}

static void forget_request(struct asked *r)
{
	struct asked **at = &r->pool->asked;

	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	free(r);
}

static void forget_requests(struct worker_pool *p)
{
	for (struct asked *r = p->asked, *next; r; r = next) {
		next = r->next;
		free(r);
	}
	p->asked = NULL;
}

static void on_reply(void *ctx, const struct host_reply *reply)
{
	struct asked *r = ctx;
	struct worker_pool *p = r->pool;
	struct err e;
	sv hint;

	r->answered = true;
	if (reply->gone)
		return; /* worker_pool_host_gone follows */
	if (reply->error && r->missing) {
		err_set(&e, ERR_UNAVAILABLE,
			"location '" SV_FMT "': making a process for its step: " SV_FMT,
			SV_ARG(p->name), SV_ARG(value_text(reply->error, "message")));
		hint = value_text(reply->error, "hint");
		if (hint.p)
			err_hint(&e, SV_FMT, SV_ARG(hint));
		else
			err_hint(&e, "the system may be short of memory or of processes: free -h; "
				     "ulimit -u");
		forget_request(r);
		tell_none(p, &e, false);
	} else if (!r->missing) {
		forget_request(r);
	}
}

static void ask(struct worker_pool *p, uint32_t count)
{
	struct asked *r = heap_alloc(sizeof(*r)), **at = &p->asked;

	*r = (struct asked){.pool = p, .missing = count, .at = clock_monotonic()};
	while (*at)
		at = &(*at)->next;
	*at = r;
	be_called(p, r->at + p->making_limit);
	host_fork(p->host, count, on_reply, r);
}

static void see_stillborn(struct worker_pool *p)
{
	struct err e;

	p->stillborn = 0;
	p->wanted = 0;
	if (p->unreachable) {
		err_set(&e, ERR_LIMIT,
			"location '" SV_FMT "': the sockets of its step processes do not arrive",
			SV_ARG(p->name));
		err_hint(&e, "too many open files? raise ulimit -n");
	} else {
		err_set(&e, ERR_UNAVAILABLE,
			"location '" SV_FMT "': its step processes end as soon as they are made",
			SV_ARG(p->name));
		err_hint(&e, "the host's log tells more: plait location show " SV_FMT " names it",
			 SV_ARG(p->name));
	}
	tell_none(p, &e, false);
}

/* Asks for what is missing; sees to what is too many. */
static void fill(struct worker_pool *p)
{
	uint32_t here = idle_count(p, p->fresh_only), making;

	if (!p->host)
		return;
	if (p->stillborn >= STILLBORN_MOST) {
		see_stillborn(p);
		return;
	}
	making = making_count(p);
	if (here + making < p->wanted)
		ask(p, p->wanted - here - making);
	if (idle_count(p, false) <= p->wanted)
		return;
	for (struct worker *w = p->workers; w; w = w->next)
		if (w->state == WORKER_IDLE && !w->due)
			set_due(w, w->since + LINGER);
}

void worker_pool_want(struct worker_pool *p, uint32_t idle, bool fresh_only)
{
	p->wanted = idle;
	p->fresh_only = fresh_only;
	fill(p);
}

void worker_pool_retire(struct worker_pool *p)
{
	p->wanted = 0;
	for (struct worker *w = p->workers; w; w = w->next)
		if (w->state == WORKER_IDLE)
			dismiss(w);
}

/* ---- chores ---- */

static void remove_husk(struct worker *w)
{
	time_us now = clock_monotonic();

	if (now - w->since < LEAVE_LIMIT && !cgroup_remove(sv_of(w->cgroup))) {
		set_due(w, now + HUSK_WAIT);
		return;
	}
	unlist(w);
	free_worker(w);
}

static void look_after(struct worker *w)
{
	struct worker_pool *p = w->pool;
	bool leaving = w->state == WORKER_LEAVING;

	w->due = 0;
	if (w->state == WORKER_GONE) {
		remove_husk(w);
	} else if (w->ended || (leaving && !process_lives(w->pid, sv_of(w->started)))) {
		end_worker(w, &(struct worker_exit){.unknown = true});
	} else if (leaving) {
		worker_signal(w, SIGKILL);
		set_due(w, clock_monotonic() + LEAVE_LIMIT);
	} else if (w->state == WORKER_IDLE && idle_count(p, false) > p->wanted) {
		dismiss(w);
	}
}

static void give_up_asking(struct worker_pool *p)
{
	struct err e;

	err_set(&e, ERR_TIMEOUT,
		"location '" SV_FMT "': its host made no process for a step within %lld s",
		SV_ARG(p->name), (long long)(p->making_limit / TIME_SECOND));
	err_hint(&e,
		 "is the machine overloaded, or does something in the code hold up a fork? The "
		 "host's log: "
		 "plait location show " SV_FMT,
		 SV_ARG(p->name));
	p->wanted = 0;
	for (struct asked *r = p->asked; r; r = r->next)
		r->missing = 0; /* told now, not again when the host is gone */
	tell_none(p, &e, false);
	if (p->host)
		host_kill(p->host);
}

static struct worker *first_due(struct worker_pool *p, const struct worker *except)
{
	struct worker *first = NULL;

	for (struct worker *w = p->workers; w; w = w->next)
		if (w != except && w->due && (!first || w->due < first->due))
			first = w;
	return first;
}

/* One at a time: looking after one may end it, and change much else. */
static void do_chores(void *ctx)
{
	struct worker_pool *p = ctx;
	time_us now = clock_monotonic();
	struct worker *w = first_due(p, NULL), *next = first_due(p, w);

	timer_close(p->chores);
	p->chores = NULL;
	if (p->asked && p->asked->at + p->making_limit <= now)
		give_up_asking(p);
	else if (p->asked)
		be_called(p, p->asked->at + p->making_limit);
	if (next)
		be_called(p, next->due);
	if (w && w->due <= now)
		look_after(w);
	else if (w)
		be_called(p, w->due);
}

/* ---- what the host tells ---- */

static bool ended_early(struct worker_pool *p, int64_t pid)
{
	for (size_t i = 0; i < EARLY_MOST; i++)
		if (pid && p->early[i] == pid) {
			p->early[i] = 0;
			return true;
		}
	return false;
}

/* One of those asked for has come, or will not. */
static void count_arrival(struct worker_pool *p)
{
	for (struct asked *r = p->asked; r; r = r->next) {
		if (!r->missing)
			continue;
		if (--r->missing == 0 && r->answered)
			forget_request(r);
		return;
	}
}

static struct worker *worker_new(struct worker_pool *p, const struct host_worker *made)
{
	struct worker *w = heap_alloc(sizeof(*w));
	sv folder;

	*w = (struct worker){
		.next = p->workers,
		.pool = p,
		.pid = made->pid,
		.method = sv_eq(made->method, SV("spawn")) ? "spawn" : "fork",
		.channel = made->channel,
		.since = clock_monotonic(),
	};
	memcpy(w->started, made->started.p, made->started.n);
	if (p->cgroups.p) {
		AUTO_ARENA a = arena_new();

		if (cgroup_enter(a, p->cgroups, w->pid, &folder))
			w->cgroup = strdup(folder.p);
	}
	return p->workers = w;
}

/* It cannot be spoken to.  It stays listed until it has ended, so that its end is not taken for that of another one. */
static void send_away(struct worker *w)
{
	enter(w, WORKER_LEAVING);
	set_due(w, w->since + LEAVE_LIMIT);
	if (process_lives(w->pid, sv_of(w->started)))
		worker_signal(w, SIGKILL);
}

void worker_pool_made(struct worker_pool *p, const struct host_worker *made)
{
	bool named = made->pid > 1 && made->started.n &&
		     made->started.n < sizeof(((struct worker *)0)->started);
	struct worker *w;

	if (ended_early(p, made->pid)) { /* counted when it ended */
		channel_close(made->channel);
		return;
	}
	count_arrival(p);
	if (named && made->channel) {
		p->unreachable = false;
		w = worker_new(p, made);
		channel_listen_to(w->channel, &(struct channel_events){on_line, on_end, w});
		tell_idle(p);
	} else {
		p->unreachable = true;
		p->stillborn++;
		if (named)
			send_away(worker_new(p, made));
		else
			channel_close(made->channel);
	}
	fill(p);
}

void worker_pool_exited(struct worker_pool *p, int64_t pid, const struct worker_exit *how)
{
	for (struct worker *w = p->workers; w; w = w->next)
		if (w->pid == pid && !w->alone && w->state != WORKER_GONE) {
			end_worker(w, how);
			return;
		}
	if (pid < 2 || !making_count(p))
		return;
	p->early[p->early_next++ % EARLY_MOST] = pid;
	count_arrival(p);
	p->stillborn++;
	fill(p);
}

void worker_pool_open(struct worker_pool *p, struct host *h)
{
	p->host = h;
	p->stillborn = 0;
	fill(p);
}

void worker_pool_host_gone(struct worker_pool *p, const struct err *why)
{
	bool missed = making_count(p) > 0 || p->wanted > 0;

	if (!p->host)
		return;
	p->host = NULL;
	forget_requests(p);
	memset(p->early, 0, sizeof(p->early));
	for (struct worker *w = p->workers; w; w = w->next) {
		w->alone = true;
		if (w->state == WORKER_IDLE)
			dismiss(w);
		watch(w);
	}
	if (missed)
		tell_none(p, why, true);
}

/* ---- the pool ---- */

struct worker_pool *worker_pool_new(const struct worker_pool_request *request)
{
	struct arena *a = arena_new();
	struct worker_pool *p = NEW(a, struct worker_pool, 1);

	*p = (struct worker_pool){
		.arena = a,
		.loop = request->loop,
		.name = arena_sv(a, request->location),
		.making_limit = request->making_limit ? request->making_limit : MAKING_LIMIT,
	};
	if (request->cgroups && !cgroup_find(a, &p->cgroups))
		p->cgroups = (sv){NULL, 0};
	return p;
}

void worker_pool_free(struct worker_pool *p)
{
	if (!p)
		return;
	for (struct worker *w = p->workers, *next; w; w = next) {
		next = w->next;
		if (w->state == WORKER_LEAVING && w->used)
			kill_rest(w); /* its step is done; nobody will see its end */
		free_worker(w);
	}
	forget_requests(p);
	timer_close(p->chores);
	arena_free(p->arena);
}
