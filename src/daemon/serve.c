/* serve.c -- an owner that stays, and listens to all of its runs. */
#include "daemon/serve.h"

#include <signal.h>

#include "daemon/code_watch.h"
#include "daemon/owner.h"
#include "sys/clock.h"

enum { SIGNALS = 3, WARM_WAIT = 300000 /* us */ };

struct server {
	const struct serve_request *request;
	struct session *session;
	struct owner *owner;
	struct code_watch *watch;
	struct timer *warming; /* when hosts are started that nobody has asked for */
	time_us since;         /* what happened before is no news */
	bool ending, closing, ended, failed;
	struct err error;
};

static void end_now(void *ctx)
{
	struct server *v = ctx;

	v->ended = true;
	loop_stop(v->session->loop);
}

/* A second time: without waiting for who is still being answered. */
static void close_down(struct server *v)
{
	const struct serve_listener *listener = &v->request->listener;
	bool again = v->closing;

	v->closing = true;
	if (listener->on_closing && !again)
		listener->on_closing(listener->ctx, end_now, v);
	else
		end_now(v);
}

/* ---- what is left ---- */

static bool count_steps(struct store *store, struct arena *a, sv run, size_t *count, struct err *e)
{
	struct step_rows steps = {0};

	if (!store_list_steps(store, a, run, &steps, e))
		return false;
	for (size_t i = 0; i < steps.n; i++)
		*count += steps.at[i].state == STEP_RUNNING || steps.at[i].state == STEP_STARTING;
	return true;
}

static bool serve_left(struct store *store, struct arena *a, struct serve_report *ret,
		       struct err *e)
{
	struct run_rows runs = {0};

	*ret = (struct serve_report){0};
	if (!store_list_open_runs(store, a, &runs, e))
		return false;
	ret->runs = runs.n;
	ret->run = runs.n ? runs.at[0].id : (sv){NULL, 0};
	for (size_t i = 0; i < runs.n; i++)
		if (!count_steps(store, a, runs.at[i].id, &ret->steps, e))
			return false;
	return true;
}

/* ---- what happens ---- */

static bool no_step_runs(struct server *v)
{
	struct serve_report left;
	AUTO_ARENA a = arena_new();
	struct err e;

	return !serve_left(v->session->store, a, &left, &e) || left.steps == 0;
}

static void end_if_drained(struct server *v)
{
	if (v->ending && !v->closing && no_step_runs(v))
		close_down(v);
}

static void on_event(void *ctx, const struct event_row *event)
{
	struct server *v = ctx;

	if (event->at >= v->since && v->request->listener.on_event)
		v->request->listener.on_event(v->request->listener.ctx, event);
	if (event->step >= 0)
		end_if_drained(v);
}

static void on_end(void *ctx, sv run, enum run_state state)
{
	struct server *v = ctx;

	if (v->request->listener.on_end)
		v->request->listener.on_end(v->request->listener.ctx, run, state);
	end_if_drained(v);
}

/* ---- ending ---- */

static void on_signal(void *ctx, int number)
{
	struct server *v = ctx;
	bool waits = v->request->drain && !v->ending && !no_step_runs(v);

	if (v->request->listener.on_ending)
		v->request->listener.on_ending(v->request->listener.ctx, waits);
	requests_refuse(owner_requests(v->owner), "the server is about to end");
	v->ending = true;
	if (waits)
		engine_hold(owner_engine(v->owner));
	else
		close_down(v);
}

static void on_code(void *ctx)
{
	struct server *v = ctx;

	if (v->request->listener.on_code)
		v->request->listener.on_code(v->request->listener.ctx);
}

static void on_report(void *ctx, sv asset)
{
	struct server *v = ctx;

	if (v->request->listener.on_report)
		v->request->listener.on_report(v->request->listener.ctx, asset);
}

static void on_told(void *ctx, sv sentence)
{
	struct server *v = ctx;

	if (v->request->listener.on_told)
		v->request->listener.on_told(v->request->listener.ctx, sentence);
}

static void on_trouble(void *ctx, const struct err *why)
{
	struct server *v = ctx;

	if (v->request->listener.on_trouble)
		v->request->listener.on_trouble(v->request->listener.ctx, why);
}

static void on_failed(void *ctx, const struct err *why)
{
	struct server *v = ctx;

	v->failed = true;
	v->error = *why;
	end_now(v);
}

/* ---- code that is being written ---- */

static void on_renewed(void *ctx)
{
	struct server *v = ctx;

	owner_look_again(v->owner);
	if (v->request->listener.on_renewed)
		v->request->listener.on_renewed(v->request->listener.ctx);
}

static void watch_code(struct server *v)
{
	v->watch = code_watch_new(&(struct code_watch_request){.session = v->session,
							       .on_renewed = on_renewed,
							       .on_trouble = on_trouble,
							       .ctx = v});
}

/* Not at once: loading the code of many locations takes all processors, and whoever waited for the server asks first. */
static void warm(void *ctx)
{
	owner_warm(((struct server *)ctx)->owner);
}

static void run_until_told(struct server *v)
{
	static const int numbers[SIGNALS] = {SIGINT, SIGTERM, SIGHUP};
	struct signal_watch *signals[SIGNALS];

	for (size_t i = 0; i < SIGNALS; i++)
		signals[i] = signal_watch_start(v->session->loop, numbers[i], on_signal, v);
	while (!v->ended)
		loop_wait(v->session->loop);
	for (size_t i = 0; i < SIGNALS; i++)
		signal_watch_close(signals[i]);
}

static bool open_up(struct server *v, struct err *e)
{
	const struct serve_listener *listener = &v->request->listener;
	struct owner_request owner = {
		.session = v->session,
		.serves = true,
		.on_told = on_told,
		.on_code = on_code,
		.on_report = on_report,
		.on_trouble = on_trouble,
		.on_failed = on_failed,
		.ctx = v,
	};

	if (!owner_open(&owner, &v->owner, e))
		return false;
	owner_hear(v->owner,
		   &(struct owner_hears){.on_event = on_event, .on_end = on_end, .ctx = v});
	return !listener->on_open || listener->on_open(listener->ctx, v->owner, e);
}

static void shut(struct server *v)
{
	if (v->request->listener.on_close)
		v->request->listener.on_close(v->request->listener.ctx);
	owner_close(v->owner);
}

bool serve(const struct serve_request *request, struct arena *a, struct serve_report *ret,
	   struct err *e)
{
	struct server v = {.request = request, .session = request->session, .since = clock_now()};

	if (!open_up(&v, e)) {
		shut(&v);
		return false;
	}
	request->listener.on_ready(request->listener.ctx, session_socket(v.session, a));
	v.warming = timer_start(v.session->loop, WARM_WAIT, warm, &v);
	if (request->watches)
		watch_code(&v);
	run_until_told(&v);
	timer_close(v.warming);
	code_watch_free(v.watch);
	shut(&v);
	*e = v.error;
	if (v.failed)
		return false;
	if (!serve_left(v.session->store, a, ret, e))
		return false;
	ret->drained = request->drain && ret->steps == 0;
	return true;
}
