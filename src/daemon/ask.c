/* ask.c -- one conversation, here through a caller of our own, there through the owner's socket. */
#include "daemon/ask.h"

#include <signal.h>

#include "codec/json.h"
#include "daemon/owner.h"
#include "daemon/wire.h"

enum {
	TICK = 100000, /* microseconds */
	SIGNALS = 3,
	THE_REQUEST = 1, /* its id */
	CANCELING = 2,
};

struct asking {
	struct session *session;
	struct arena *arena;
	const struct ask *what;
	struct asked *ret;
	struct owner *owner;   /* here */
	struct caller *caller; /* here: our own */
	struct timer *ticks, *limit;
	unsigned signals;
	bool answered, ended, failed;
	struct err error;
};

static void finish(struct asking *k)
{
	k->ended = true;
	loop_stop(k->session->loop);
}

static void fail(struct asking *k)
{
	k->failed = true;
	finish(k);
}

static void say(struct asking *k, sv line)
{
	if (k->caller)
		caller_say(k->caller, line);
	else
		channel_send(k->session->owner_channel, line);
}

/* ---- what comes back ---- */

static void hear_event(struct asking *k, const struct event_row *event)
{
	k->ret->last = event->id;
	if (k->what->listener.on_event)
		k->what->listener.on_event(k->what->listener.ctx, event);
}

static void on_own_event(void *ctx, const struct event_row *event)
{
	hear_event(ctx, event);
}

/* We were too slow, and what we were told until now is in order: the rest comes from the ledger. */
static void attach_again(struct asking *k)
{
	AUTO_ARENA a = arena_new();
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_int(&j, "id", THE_REQUEST);
	json_member_text(&j, "op", SV("attach"));
	json_member_text(&j, "run", k->ret->run);
	json_member_int(&j, "after", k->ret->last);
	say(k, json_finish(a, &j));
}

static void take_answer(struct asking *k, const struct value *line)
{
	if (k->answered)
		return;
	k->answered = true;
	k->ret->answer = json_print(k->arena, line);
	if (value_text(line, "run").p)
		k->ret->run = arena_sv(k->arena, value_text(line, "run"));
	if (k->what->on_answer)
		k->what->on_answer(k->what->ctx, line);
	if (!k->what->follow)
		finish(k);
}

static void take_greeting(struct asking *k, const struct value *line)
{
	k->ret->served = value_bool(line, "serves", false);
	if (!wire_check_hello(line, "the plait that runs here", &k->error))
		fail(k);
}

static void on_value(void *ctx, const struct value *line)
{
	struct asking *k = ctx;
	int64_t id = value_int(line, "id", 0);

	if (k->ended || id == CANCELING)
		return;
	if (value_get(line, "ok") && !value_bool(line, "ok", false)) {
		wire_read_error(line, &k->error);
		fail(k);
	} else if (id == 0) {
		take_greeting(k, line);
	} else if (value_get(line, "event")) {
		AUTO_ARENA a = arena_new();
		struct event_row event;

		wire_read_event(a, line, &event);
		hear_event(k, &event);
	} else if (value_get(line, "cut")) {
		attach_again(k);
	} else if (value_get(line, "end")) {
		k->failed = !run_state_parse(value_text(line, "end"), &k->ret->state);
		finish(k);
	} else {
		take_answer(k, line);
	}
}

static void on_line(void *ctx, sv text)
{
	struct asking *k = ctx;
	AUTO_ARENA a = arena_new();
	const struct value *line;

	if (json_read(a, text, &line, &k->error))
		on_value(k, line);
	else
		fail(k);
}

static void on_owner_gone(void *ctx)
{
	struct asking *k = ctx;

	if (k->ended)
		return;
	k->ret->owner_gone = true;
	err_set(&k->error, ERR_UNAVAILABLE, "the plait that was to do this went away");
	err_hint(&k->error, "run the command again");
	fail(k);
}

/* ---- signals and clocks ---- */

static void cancel(struct asking *k, int number)
{
	const char *reason = number == SIGINT   ? "canceled with Ctrl-C"
			     : number == SIGHUP ? "canceled: its terminal was closed"
						: "canceled: plait was told to end";
	AUTO_ARENA a = arena_new();

	say(k, arena_fmt(a, "{\"id\":%d,\"op\":\"cancel\",\"of\":%d,\"hard\":%s,\"reason\":\"%s\"}",
			 CANCELING, THE_REQUEST, k->signals > 0 ? "true" : "false", reason));
	k->signals++;
}

static void on_signal(void *ctx, int number)
{
	struct asking *k = ctx;
	bool leaves = k->what->signals == ASK_LEAVES || (number == SIGHUP && !k->owner);

	if (leaves || k->ended) {
		k->ret->left = !k->ended;
		k->signals += k->ended; /* no longer waits for the runs of others */
		finish(k);
	} else {
		cancel(k, number);
	}
}

static void start_signals(struct asking *k, struct signal_watch *ret[SIGNALS])
{
	static const int numbers[SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

	for (size_t i = 0; i < SIGNALS; i++)
		ret[i] = signal_watch_start(k->session->loop, numbers[i], on_signal, k);
}

static void stop_signals(struct signal_watch *watches[SIGNALS])
{
	for (size_t i = 0; i < SIGNALS; i++)
		signal_watch_close(watches[i]);
}

/* For whoever draws clocks; nothing else here waits for time. */
static void on_tick(void *ctx)
{
	struct asking *k = ctx;

	timer_close(k->ticks);
	k->ticks = timer_start(k->session->loop, TICK, on_tick, k);
	k->what->listener.on_tick(k->what->listener.ctx);
}

static void on_limit(void *ctx)
{
	struct asking *k = ctx;

	if (k->answered || k->ended)
		return;
	err_set(&k->error, ERR_TIMEOUT, "the plait that runs here does not answer");
	fail(k);
}

/* ---- here and there ---- */

static void on_told(void *ctx, sv sentence)
{
	struct asking *k = ctx;

	if (k->what->on_told)
		k->what->on_told(k->what->ctx, sentence);
}

static void on_idle(void *ctx)
{
	struct asking *k = ctx;

	loop_stop(k->session->loop);
}

static void on_failed(void *ctx, const struct err *why)
{
	struct asking *k = ctx;

	k->error = *why;
	fail(k);
}

/* A request with its number. */
static sv numbered(struct arena *a, sv line)
{
	return arena_fmt(a, "{\"id\":%d," SV_FMT, THE_REQUEST, SV_ARG(sv_from(line, 1)));
}

static bool waits_for_others(const struct asking *k)
{
	return !k->failed && !k->ret->left && k->signals == 0 && k->what->follow &&
	       !engine_is_idle(owner_engine(k->owner));
}

/* Runs of other commands are waited for too: without this process nobody would go on with them now. */
static void run_here(struct asking *k)
{
	struct owner_request request = {
		.session = k->session,
		.on_told = on_told,
		.on_idle = on_idle,
		.on_failed = on_failed,
		.ctx = k,
	};
	struct caller_voice voice = {.on_line = on_value, .on_event = on_own_event, .ctx = k};

	if (!owner_open(&request, &k->owner, &k->error)) {
		fail(k);
		return;
	}
	k->caller = callers_own(owner_callers(k->owner), &voice);
	say(k, numbered(k->arena, k->what->line));
	while (!k->ended)
		loop_run(k->session->loop);
	if (waits_for_others(k) && k->what->on_waiting)
		k->what->on_waiting(k->what->ctx);
	while (waits_for_others(k))
		loop_run(k->session->loop);
	owner_close(k->owner);
}

static void run_there(struct asking *k)
{
	struct channel *owner = k->session->owner_channel;

	channel_listen_to(owner, &(struct channel_events){
					 .on_line = on_line, .on_end = on_owner_gone, .ctx = k});
	channel_send(owner, wire_write_hello(k->arena));
	channel_send(owner, numbered(k->arena, k->what->line));
	while (!k->ended)
		loop_run(k->session->loop);
}

bool ask(struct session *s, struct arena *a, const struct ask *what, struct asked *ret,
	 struct err *e)
{
	struct asking k = {.session = s, .arena = a, .what = what, .ret = ret};
	struct signal_watch *signals[SIGNALS];

	*ret = (struct asked){0};
	start_signals(&k, signals);
	if (what->listener.on_tick)
		k.ticks = timer_start(s->loop, TICK, on_tick, &k);
	if (what->limit)
		k.limit = timer_start(s->loop, what->limit, on_limit, &k);
	if (s->owner)
		run_here(&k);
	else if (s->owner_channel)
		run_there(&k);
	else
		k.failed = !err_set(&k.error, ERR_CONFLICT, SV_FMT, SV_ARG(s->owner_in_charge));
	stop_signals(signals);
	timer_close(k.ticks);
	timer_close(k.limit);
	*e = k.error;
	return !k.failed;
}

sv ask_line(struct arena *a, const char *op, sv run)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "op", sv_of(op));
	json_member_text(&j, "run", run);
	return json_finish(a, &j);
}
