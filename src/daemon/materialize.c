/* materialize.c -- plan, then run here or ask the owner to. */
#include "daemon/materialize.h"

#include <signal.h>

#include "codec/json.h"
#include "daemon/callers.h"
#include "daemon/locations.h"
#include "daemon/wire.h"
#include "exec/local.h"

enum { TICK = 100000 }; /* microseconds */

/* ---- running here ---- */

struct local {
	struct session *session;
	struct engine *engine;
	const struct run_listener *listener;
	sv run;
	enum run_state state;
	unsigned signals;
};

static void on_local_end(void *ctx, enum run_state state)
{
	struct local *l = ctx;

	l->state = state;
}

static void on_local_event(void *ctx, const struct event_row *event)
{
	struct local *l = ctx;

	if (l->listener->on_event)
		l->listener->on_event(l->listener->ctx, event);
}

/* Its own run; once that has ended, those that it stays for. */
static void on_local_signal(void *ctx, int number)
{
	struct local *l = ctx;
	sv reason = number == SIGINT   ? SV("canceled with Ctrl-C")
		    : number == SIGHUP ? SV("canceled: its terminal was closed")
				       : SV("canceled: plait was told to end");
	bool hard = l->signals++ > 0;
	struct err e;

	if (!l->run.p || !engine_cancel(l->engine, l->run, reason, hard, &e))
		engine_cancel_all(l->engine, reason, hard);
}

/* Runs of other commands are waited for too: without this process nobody would go on with them now. */
static void stop_when_idle(void *ctx)
{
	struct local *l = ctx;

	loop_stop(l->session->loop);
}

static void stop_when_failed(void *ctx, const struct err *why)
{
	stop_when_idle(ctx);
}

static bool find_code(void *ctx, sv name, struct engine_code *ret, struct err *e)
{
	struct local *l = ctx;
	const struct location_state *state = session_location(l->session, name);

	if (!state) {
		err_set(e, ERR_NOT_FOUND, "there is no code location '" SV_FMT "' any more",
			SV_ARG(name));
		return err_hint(e, "plait location list names those of this workspace");
	}
	*ret = (struct engine_code){
		.location = state->code,
		.manifest = state->manifest,
		.broken = state->error.p,
		.most_steps = state->code->max_concurrent_steps,
	};
	return true;
}

static const struct code_location *find_location(void *ctx, sv name)
{
	const struct location_state *state = session_location(ctx, name);

	return state ? state->code : NULL;
}

static void on_code_changed(void *ctx, sv location)
{
	struct local *l = ctx;

	locations_doubt(l->session, location);
}

static bool run_here(struct local *l, struct arena *a, const struct run_request *request,
		     sv *ret_run, struct err *e)
{
	struct engine_submission what = {
		.listener = {.on_event = on_local_event, .on_end = on_local_end, .ctx = l}};
	sv run;

	if (!engine_take_over(l->engine, l->session->heard.on_recovered, l->session->heard.ctx,
			      e) ||
	    !run_request_submission(l->session, request, &what, e) ||
	    !engine_submit(l->engine, &what, &run, e))
		return false;
	*ret_run = l->run = arena_sv(a, run);
	while (!engine_is_idle(l->engine) && !engine_error(l->engine))
		loop_run(l->session->loop);
	if (engine_error(l->engine)) {
		*e = *engine_error(l->engine);
		return false;
	}
	return true;
}

/* ---- running there ---- */

struct distant {
	struct session *session;
	struct arena *arena;
	const struct run_listener *listener;
	sv run;
	enum run_state state;
	bool ended, failed;
	struct err error;
	unsigned signals;
};

static void leave(struct distant *d)
{
	d->ended = true;
	loop_stop(d->session->loop);
}

static void take_event(struct distant *d, const struct value *line)
{
	AUTO_ARENA a = arena_new();
	struct event_row event;

	wire_read_event(a, line, &event);
	if (d->listener->on_event)
		d->listener->on_event(d->listener->ctx, &event);
}

static void on_distant_line(void *ctx, sv text)
{
	struct distant *d = ctx;
	AUTO_ARENA a = arena_new();
	const struct value *line;

	if (!json_read(a, text, &line, &d->error)) {
		d->failed = true;
		leave(d);
	} else if (value_get(line, "event")) {
		take_event(d, line);
	} else if (value_get(line, "end")) {
		d->failed = !run_state_parse(value_text(line, "end"), &d->state);
		leave(d);
	} else if (value_bool(line, "ok", false)) {
		d->run = arena_sv(d->arena, value_text(line, "run"));
	} else {
		wire_read_error(line, &d->error);
		d->failed = true;
		leave(d);
	}
}

static void on_distant_end(void *ctx)
{
	struct distant *d = ctx;

	if (d->ended)
		return;
	d->failed = true;
	d->session->owner_left = !d->run.p;
	err_set(&d->error, ERR_UNAVAILABLE, "the command that ran this for us went away");
	err_hint(&d->error, "plait run list says what became of the run");
	leave(d);
}

static void on_distant_signal(void *ctx, int number)
{
	struct distant *d = ctx;

	channel_send(d->session->owner_channel, d->signals++ > 0
							? SV("{\"op\":\"cancel\",\"hard\":true}")
							: SV("{\"op\":\"cancel\"}"));
}

static bool run_there(struct distant *d, const struct run_request *request, struct err *e)
{
	struct channel *owner = d->session->owner_channel;

	channel_listen_to(owner, &(struct channel_events){.on_line = on_distant_line,
							  .on_end = on_distant_end,
							  .ctx = d});
	channel_send(owner, wire_write_request(d->arena, request));
	while (!d->ended)
		loop_run(d->session->loop);
	*e = d->error;
	return !d->failed;
}

/* ---- either ---- */

enum { SIGNALS = 3 };

static void start_signals(struct session *s, void (*on_signal)(void *ctx, int number), void *ctx,
			  struct signal_watch *ret[SIGNALS])
{
	static const int numbers[SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

	for (size_t i = 0; i < SIGNALS; i++)
		ret[i] = signal_watch_start(s->loop, numbers[i], on_signal, ctx);
}

static void stop_signals(struct signal_watch *watches[SIGNALS])
{
	for (size_t i = 0; i < SIGNALS; i++)
		signal_watch_close(watches[i]);
}

/* Ticks for whoever draws clocks; nothing else here waits for time. */
struct ticker {
	struct loop *loop;
	const struct run_listener *listener;
	struct timer *timer;
};

static void on_tick(void *ctx)
{
	struct ticker *t = ctx;

	timer_close(t->timer);
	t->timer = timer_start(t->loop, TICK, on_tick, t);
	t->listener->on_tick(t->listener->ctx);
}

static void start_ticks(struct ticker *t)
{
	if (t->listener->on_tick)
		t->timer = timer_start(t->loop, TICK, on_tick, t);
}

bool materialize_run(struct session *s, struct arena *a, const struct run_request *request,
		     const struct run_listener *listener, sv *ret_run, enum run_state *ret_state,
		     struct err *e)
{
	struct ticker ticker = {.loop = s->loop, .listener = listener};
	struct signal_watch *signals[SIGNALS];
	bool done;

	if (!s->owner && !s->owner_channel)
		return err_set(e, ERR_CONFLICT, SV_FMT, SV_ARG(s->owner_in_charge));
	start_ticks(&ticker);
	if (s->owner) {
		struct local l = {.session = s, .listener = listener};

		struct executor *executor = local_executor_new(&(struct local_request){
			.loop = s->loop,
			.hosts = s->hosts,
			.state = s->state,
			.find_location = find_location,
			.ctx = s,
		});
		l.engine = engine_new(&(struct engine_request){
			.loop = s->loop,
			.store = s->store,
			.executor = executor,
			.state = s->state,
			.find_code = find_code,
			.on_code_changed = on_code_changed,
			.on_idle = stop_when_idle,
			.on_failed = stop_when_failed,
			.ctx = &l,
		});
		struct callers *callers = callers_new(s, l.engine);
		start_signals(s, on_local_signal, &l, signals);
		done = run_here(&l, a, request, ret_run, e);
		*ret_state = l.state;
		stop_signals(signals);
		engine_free(l.engine);
		executor_close(executor);
		s->writer = NULL;
		callers_free(callers);
		timer_close(ticker.timer);
		return done;
	}
	struct distant d = {.session = s, .arena = a, .listener = listener};
	start_signals(s, on_distant_signal, &d, signals);
	done = run_there(&d, request, e);
	*ret_run = d.run;
	*ret_state = d.state;
	stop_signals(signals);
	timer_close(ticker.timer);
	return done;
}
