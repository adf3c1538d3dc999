/* ask_here.c -- of our own engine.  Others may call meanwhile: from the first of them on, the API answers at our socket. */
#include "api/api.h"
#include "base/time.h"
#include "cli/ask_parts.h"
#include "sys/stream.h"

#define GOODBYE (2 * TIME_SECOND) /* for those who are being told of ends */

/* ---- our own run ---- */

static void on_end(void *ctx, enum run_state state)
{
	struct asking *k = ctx;

	k->ret->state = state;
	ask_finish(k);
}

static void follow(struct asking *k, sv run)
{
	struct engine_listener listener = {.on_event = ask_event, .on_end = on_end, .ctx = k};
	struct engine_listening *listening; /* ends with the engine */
	struct err e;

	if (engine_listen(owner_engine(k->owner), run, k->what->after, &listener, &listening, &e))
		ask_taken(k, run, NULL);
	else
		ask_fail(k, &e);
}

static void on_run(void *ctx, const struct answer *answer)
{
	struct asking *k = ctx;

	if (answer->failed)
		ask_fail(k, answer->failed);
	else
		follow(k, answer->run);
}

void ask_cancel_here(struct asking *k)
{
	struct err ignored; /* it has ended meanwhile */

	if (!engine_cancel(owner_engine(k->owner), k->ret->run, sv_of(k->reason), k->signals > 1,
			   &ignored))
		return;
}

static void begin(struct asking *k)
{
	const struct ask_request *what = k->what;
	struct requests *requests = owner_requests(k->owner);
	struct asker us = {.fn = on_run, .ctx = k};
	struct err e;

	switch (what->what) {
	case ASK_RUN: requests_run(requests, what->request, &us); return;
	case ASK_RETRY:
		requests_retry(requests, what->run, what->whole, &what->request->tags, &us);
		return;
	case ASK_CANCEL:
		if (!engine_cancel(owner_engine(k->owner), what->run,
				   SV("canceled with plait run cancel"), what->hard, &e)) {
			ask_fail(k, &e);
			return;
		}
		break;
	case ASK_FOLLOW: break;
	}
	follow(k, what->run);
}

/* ---- others ---- */

static void on_told(void *ctx, sv sentence)
{
	struct asking *k = ctx;

	if (k->what->on_told)
		k->what->on_told(k->what->ctx, sentence);
}

static void on_any_event(void *ctx, const struct event_row *event)
{
	struct asking *k = ctx;

	api_tell_event(k->api, event);
}

static void on_any_end(void *ctx, sv run, enum run_state state)
{
	struct asking *k = ctx;

	api_tell_end(k->api, run, state);
}

static void on_caller(void *ctx, struct stream *caller)
{
	struct asking *k = ctx;
	struct api_request request = {.session = k->session, .owner = k->owner, .closed = true};
	AUTO_ARENA a = arena_new();
	struct err e;

	if (!api_open(&request, &k->api, &e)) { /* our own run goes on all the same */
		stream_close(caller);
		session_stop_listening(k->session);
		on_told(k, session_unreached(a, &e));
		return;
	}
	api_take(k->api, caller);
	owner_hear(k->owner,
		   &(struct owner_hears){.on_event = on_any_event, .on_end = on_any_end, .ctx = k});
}

static void on_code(void *ctx)
{
	struct asking *k = ctx;

	if (k->api)
		api_tell_code(k->api);
}

static void on_report(void *ctx, sv asset)
{
	struct asking *k = ctx;

	if (k->api)
		api_tell_report(k->api, asset);
}

static void on_drained(void *ctx)
{
	struct asking *k = ctx;

	k->drained = true;
	loop_stop(k->session->loop);
}

/* They hear the ends of their runs; what nobody has begun with is left to whoever comes next. */
static void part(struct asking *k)
{
	if (!k->api)
		return;
	engine_hold(owner_engine(k->owner));
	requests_refuse(owner_requests(k->owner), "the command that runs things here is ending");
	api_drain(k->api, GOODBYE, on_drained, k);
	while (!k->drained)
		loop_run(k->session->loop);
}

/* ---- from its beginning to its end ---- */

static void on_idle(void *ctx)
{
	struct asking *k = ctx;

	loop_stop(k->session->loop);
}

static void on_failed(void *ctx, const struct err *why)
{
	struct asking *k = ctx;

	k->ended = false; /* whatever came of the run, the ledger does not have it */
	ask_fail(k, why);
}

static bool waits_for_others(const struct asking *k)
{
	return !k->failed && !k->ret->left && k->signals == 0 &&
	       !engine_is_idle(owner_engine(k->owner));
}

/* Runs of other commands are waited for too: without this process nobody would go on with them now. */
void ask_here(struct asking *k)
{
	struct owner_request request = {
		.session = k->session,
		.on_told = on_told,
		.on_code = on_code,
		.on_report = on_report,
		.on_idle = on_idle,
		.on_failed = on_failed,
		.ctx = k,
	};
	struct err e;

	if (!owner_open(&request, &k->owner, &e)) {
		ask_fail(k, &e);
		return;
	}
	session_take_callers(k->session, on_caller, k);
	begin(k);
	while (!k->ended)
		loop_run(k->session->loop);
	if (waits_for_others(k) && k->what->on_waiting)
		k->what->on_waiting(k->what->ctx);
	while (waits_for_others(k))
		loop_run(k->session->loop);
	part(k);
	session_take_callers(k->session, NULL, NULL);
	api_close(k->api);
	owner_close(k->owner);
}
