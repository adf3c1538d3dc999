/* worker_pool.c -- having enough workers: asking the host for what is missing, and giving up where that leads to nothing.  What
 * becomes of each of them: worker.c.
 *
 * A request for workers stays in `asked` until all of them have come. */
#include "code/worker_pool.h"

#include "base/time.h"
#include "code/worker_parts.h"
#include "sys/cgroup.h"
#include "sys/clock.h"

#define LINGER       (10 * TIME_SECOND) /* of an idle worker that is not wanted any more */
#define MAKING_LIMIT (60 * TIME_SECOND) /* for a host to make a worker */
#define FAULT_PAUSE  (10 * TIME_SECOND) /* after workers of no use, before others are made */

enum { EARLY_MOST = 16, LOST_MOST = 3 };

/* Why a worker that had no step will never have one. */
enum loss { LOSS_ENDED, LOSS_UNREACHABLE, LOSS_TALKED };

static const struct {
	enum err_kind kind;
	const char *what, *hint; /* of its location; NULL: where its host's log is */
} losses[] = {
	[LOSS_ENDED] = {ERR_UNAVAILABLE, "its step processes end as soon as they are made", NULL},
	[LOSS_UNREACHABLE] = {ERR_LIMIT, "the sockets of its step processes do not arrive",
			      "too many open files? raise ulimit -n"},
	[LOSS_TALKED] = {ERR_UNAVAILABLE,
			 "its step processes write to plait's socket before they have a step",
			 "code that runs when it is imported must leave descriptors alone that it "
			 "did not open: look for threads, os.register_at_fork and os.write there"},
};

/* One request to the host. */
struct asked {
	struct asked *next; /* a later one */
	struct worker_pool *pool;
	struct timer *limit;
	uint32_t missing;
	bool answered;
};

struct worker_pool {
	struct arena *arena;
	struct worker_keeper keeper;
	struct host *host; /* NULL: none */
	sv name;
	struct worker_life *workers;
	struct asked *asked;
	time_us making_limit;
	uint32_t wanted;
	bool fresh_only;
	struct timer *trimming;    /* some are too many; NULL: none are */
	uint32_t lost;             /* that had no step, in a row */
	enum loss last_loss;       /* of them */
	time_us last_lost;         /* monotonic */
	time_us fault_pause;       /* from then on */
	int64_t early[EARLY_MOST]; /* ended before the host said that it had made them */
	size_t early_next;
	struct worker_pool_listener on;
};

static void fill(struct worker_pool *p);

/* ---- telling whoever takes workers ---- */

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

void worker_pool_listen(struct worker_pool *p, const struct worker_pool_listener *listener)
{
	p->on = listener ? *listener : (struct worker_pool_listener){0};
}

/* ---- having enough ---- */

static uint32_t idle_count(const struct worker_pool *p, bool fresh_only)
{
	uint32_t n = 0;

	for (const struct worker_life *w = p->workers; w; w = w->next)
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
	timer_close(r->limit);
	free(r);
}

static void forget_requests(struct worker_pool *p)
{
	for (struct asked *r = p->asked, *next; r; r = next) {
		next = r->next;
		timer_close(r->limit);
		free(r);
	}
	p->asked = NULL;
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

static void on_limit(void *ctx)
{
	struct worker_pool *p = ((struct asked *)ctx)->pool;
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
	for (struct asked *r = p->asked; r; r = r->next) {
		timer_close(r->limit);
		r->limit = NULL;
		r->missing = 0; /* told now, not again when the host is gone */
	}
	tell_none(p, &e, false);
	if (p->host)
		host_kill(p->host);
}

static void ask(struct worker_pool *p, uint32_t count)
{
	struct asked *r = heap_alloc(sizeof(*r)), **at = &p->asked;

	*r = (struct asked){.pool = p, .missing = count};
	while (*at)
		at = &(*at)->next;
	*at = r;
	r->limit = timer_start(p->keeper.loop, p->making_limit, on_limit, r);
	host_fork(p->host, count, on_reply, r);
}

static void note_loss(struct worker_pool *p, enum loss how)
{
	p->lost++;
	p->last_loss = how;
	p->last_lost = clock_monotonic();
}

/* Making more of them would lead to nothing. */
static bool is_at_fault(const struct worker_pool *p)
{
	return p->lost >= LOST_MOST && clock_monotonic() - p->last_lost < p->fault_pause;
}

static void tell_fault(struct worker_pool *p)
{
	const char *hint = losses[p->last_loss].hint;
	struct err e;

	p->wanted = 0;
	err_set(&e, losses[p->last_loss].kind, "location '" SV_FMT "': %s", SV_ARG(p->name),
		losses[p->last_loss].what);
	if (hint)
		err_hint(&e, "%s", hint);
	else
		err_hint(&e, "the host's log tells more: plait location show " SV_FMT " names it",
			 SV_ARG(p->name));
	tell_none(p, &e, false);
}

static struct worker_life *longest_idle(const struct worker_pool *p)
{
	struct worker_life *longest = NULL;

	for (struct worker_life *w = p->workers; w; w = w->next)
		if (w->state == WORKER_IDLE && (!longest || w->since < longest->since))
			longest = w;
	return longest;
}

static void on_trim(void *ctx);

/* What is too many ends when it has been idle for a while, and only from the loop. */
static void trim_later(struct worker_pool *p)
{
	time_us wait;

	if (p->trimming || idle_count(p, false) <= p->wanted)
		return;
	wait = longest_idle(p)->since + LINGER - clock_monotonic();
	p->trimming = timer_start(p->keeper.loop, wait > 0 ? wait : 0, on_trim, p);
}

static void on_trim(void *ctx)
{
	struct worker_pool *p = ctx;
	time_us idle_since = clock_monotonic() - LINGER;

	timer_close(p->trimming);
	p->trimming = NULL;
	while (idle_count(p, false) > p->wanted && longest_idle(p)->since <= idle_since)
		worker_dismiss(longest_idle(p));
	trim_later(p);
}

static void ask_for_missing(struct worker_pool *p)
{
	uint32_t enough = idle_count(p, p->fresh_only) + making_count(p);

	if (enough >= p->wanted)
		return;
	if (is_at_fault(p)) {
		tell_fault(p);
		return;
	}
	if (p->lost >= LOST_MOST)
		p->lost = 0;
	ask(p, p->wanted - enough);
}

/* Asks for what is missing; sees to what is too many. */
static void fill(struct worker_pool *p)
{
	if (!p->host)
		return;
	ask_for_missing(p);
	trim_later(p);
}

void worker_pool_want(struct worker_pool *p, uint32_t idle, bool fresh_only)
{
	p->wanted = idle;
	p->fresh_only = fresh_only;
	fill(p);
}

struct worker *worker_pool_take(struct worker_pool *p, bool fresh,
				const struct worker_listener *listener)
{
	struct worker_life *best = NULL;

	for (struct worker_life *w = p->workers; w; w = w->next) {
		if (w->state != WORKER_IDLE || (fresh && w->used))
			continue;
		if (!best || w->used > best->used)
			best = w;
	}
	if (!best)
		return NULL;
	worker_lend(best, listener);
	return &best->base;
}

void worker_pool_retire(struct worker_pool *p)
{
	p->wanted = 0;
	for (struct worker_life *w = p->workers; w; w = w->next)
		if (w->state == WORKER_IDLE)
			worker_dismiss(w);
}

/* ---- what its workers tell ---- */

static void on_step(void *ctx)
{
	((struct worker_pool *)ctx)->lost = 0;
}

static void on_idle(void *ctx)
{
	struct worker_pool *p = ctx;

	tell_idle(p);
	fill(p); /* and it may be one too many */
}

static void on_retired(void *ctx, const struct worker_life *w, bool lost)
{
	struct worker_pool *p = ctx;

	if (p->on.on_retired)
		p->on.on_retired(p->on.ctx, &w->base);
	if (!lost)
		return;
	if (!w->used)
		note_loss(p, w->talked ? LOSS_TALKED : LOSS_ENDED);
	fill(p);
}

static void on_freed(void *ctx, const struct worker_life *w)
{
	struct worker_life **at = &((struct worker_pool *)ctx)->workers;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
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

void worker_pool_made(struct worker_pool *p, const struct host_worker *made)
{
	struct worker_life *w;

	if (ended_early(p, made->pid)) { /* counted when it ended */
		channel_close(made->channel);
		return;
	}
	count_arrival(p);
	w = worker_new(&p->keeper, made);
	if (w) {
		w->next = p->workers;
		p->workers = w;
	}
	if (w && w->state == WORKER_IDLE)
		tell_idle(p);
	else
		note_loss(p, LOSS_UNREACHABLE);
	fill(p);
}

void worker_pool_exited(struct worker_pool *p, int64_t pid, const struct worker_exit *how)
{
	for (struct worker_life *w = p->workers; w; w = w->next)
		if (w->base.pid == pid && !w->base.alone && w->state != WORKER_GONE) {
			worker_end(w, how);
			return;
		}
	if (pid < 2 || !making_count(p))
		return;
	p->early[p->early_next++ % EARLY_MOST] = pid;
	count_arrival(p);
	note_loss(p, LOSS_ENDED);
	fill(p);
}

void worker_pool_open(struct worker_pool *p, struct host *h)
{
	p->host = h;
	p->lost = 0;
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
	for (struct worker_life *w = p->workers; w; w = w->next)
		worker_orphan(w);
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
		.keeper = {request->loop, {NULL, 0}, on_step, on_idle, on_retired, on_freed, p},
		.name = arena_sv(a, request->location),
		.making_limit = request->making_limit ? request->making_limit : MAKING_LIMIT,
		.fault_pause = request->fault_pause ? request->fault_pause : FAULT_PAUSE,
	};
	if (request->cgroups && !cgroup_find(a, &p->keeper.cgroups))
		p->keeper.cgroups = (sv){NULL, 0};
	return p;
}

void worker_pool_free(struct worker_pool *p)
{
	if (!p)
		return;
	while (p->workers)
		worker_free(p->workers);
	forget_requests(p);
	timer_close(p->trimming);
	arena_free(p->arena);
}
