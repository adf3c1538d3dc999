/* owner_client.c -- a connection for what is waited for, and one for each word said in between. */
#include "cli/owner_client.h"

#include "api/api.h"
#include "http/client.h"
#include "view/event_document.h"

struct aside { /* a request whose answer nobody waits for */
	struct aside *next;
	struct owner_client *owner;
	struct http_client *http;
};

struct owner_client {
	struct session *session;
	struct http_client *http; /* NULL: no connection, or none any more */
	struct aside *asides;
	const struct owner_follow *following; /* NULL: an answer is waited for */
	struct buf body;                      /* of the answer */
	int status;
	int64_t last; /* event that was told */
	enum run_state state;
	bool waiting, stopped, gone, strange, serves;
	bool heard, ended; /* something on this connection; the run's end */
};

/* ---- waiting ---- */

static void wake(struct owner_client *o)
{
	o->waiting = false;
	loop_stop(o->session->loop);
}

static void wait(struct owner_client *o)
{
	o->waiting = true;
	while (o->waiting && !o->stopped)
		loop_run(o->session->loop);
}

void owner_client_stop(struct owner_client *o)
{
	o->stopped = true;
	wake(o);
}

bool owner_client_was_stopped(const struct owner_client *o)
{
	return o->stopped;
}

bool owner_client_has_gone(const struct owner_client *o)
{
	return o->gone;
}

bool owner_client_serves(const struct owner_client *o)
{
	return o->serves;
}

/* ---- what comes ---- */

static void on_answer(void *ctx, int status, sv body)
{
	struct owner_client *o = ctx;

	o->status = status;
	buf_clear(&o->body);
	buf_add(&o->body, body);
	wake(o);
}

static void take_end(struct owner_client *o, const struct value *document)
{
	o->ended = run_state_parse(value_text(document, "status"), &o->state);
	wake(o);
}

static void on_event(void *ctx, const struct told_event *told)
{
	struct owner_client *o = ctx;
	AUTO_ARENA a = arena_new();
	const struct value *document;
	struct event_row event;
	struct err ignored;

	o->heard = true;
	if (o->ended || !json_read(a, told->data, &document, &ignored))
		return;
	if (sv_eq(told->event, SV("end"))) {
		take_end(o, document);
	} else if (event_document_read(a, document, &event)) {
		o->last = event.id;
		o->following->on_event(o->following->ctx, &event);
	}
}

static void on_end(void *ctx, bool strange)
{
	struct owner_client *o = ctx;

	o->http = NULL;
	o->strange = strange;
	wake(o);
}

/* ---- what goes ---- */

static bool connect_now(struct owner_client *o, struct err *e)
{
	struct http_client_events events = {
		.on_answer = on_answer, .on_event = on_event, .on_end = on_end, .ctx = o};
	struct stream *s;

	o->heard = false;
	if (o->http)
		return true;
	if (!session_call_owner(o->session, &s, e)) {
		o->gone = true;
		return false;
	}
	o->http = http_client_new(s, &events);
	return true;
}

static bool not_answered(struct owner_client *o, struct err *e)
{
	if (o->stopped)
		return err_set(e, ERR_CANCELED, "it is not known whether it was done");
	if (o->strange) {
		err_set(e, ERR_CONFLICT,
			"the plait that runs here speaks otherwise than this one (%s)",
			PLAIT_VERSION);
		return err_hint(e, "let both be the same version: end the running one, or call it "
				   "with its own version of the command");
	}
	o->gone = true;
	err_set(e, ERR_UNAVAILABLE, "the plait that was to do this went away");
	return err_hint(e, "run the command again");
}

static bool send_and_wait(struct owner_client *o, const struct http_question *q, struct err *e)
{
	if (!connect_now(o, e))
		return false;
	o->status = 0;
	o->strange = false;
	http_client_ask(o->http, q);
	wait(o);
	return !o->stopped || not_answered(o, e);
}

bool owner_client_ask(struct owner_client *o, struct arena *a, const struct owner_call *call,
		      const struct value **ret, struct err *e)
{
	struct http_question q = {.method = call->method, .path = call->path, .json = call->json};

	if (!send_and_wait(o, &q, e))
		return false;
	if (!o->status)
		return not_answered(o, e);
	if (o->status >= 200 && o->status < 300)
		return json_read(a, buf_sv(&o->body), ret, e);
	http_read_problem(o->status, buf_sv(&o->body), e);
	return false;
}

bool owner_client_greet(struct owner_client *o, struct err *e)
{
	AUTO_ARENA a = arena_new();
	const struct value *info;
	int64_t theirs;

	if (!owner_client_ask(o, a, &(struct owner_call){HTTP_GET, SV("/server_info"), {0}}, &info,
			      e))
		return false;
	o->serves = value_bool(info, "serves", false);
	theirs = value_int(info, "api", 0);
	if (theirs == API_VERSION)
		return true;
	err_set(e, ERR_CONFLICT,
		"the plait that runs here is %s plait " SV_FMT " than this one (%s)",
		theirs > API_VERSION ? "a newer" : "an older", SV_ARG(value_text(info, "plait")),
		PLAIT_VERSION);
	return err_hint(e, "let both be the same version: end the running one, or call it with "
			   "its own version of the command");
}

/* ---- following ---- */

static sv stream_path(struct arena *a, sv run)
{
	return arena_fmt(a, "/api/v1/runs/" SV_FMT "/events/stream", SV_ARG(run));
}

static bool follow_once(struct owner_client *o, struct err *e)
{
	AUTO_ARENA a = arena_new();
	struct http_question q = {
		.method = HTTP_GET,
		.path = stream_path(a, o->following->run),
		.last_event = arena_fmt(a, "%lld", (long long)o->last),
	};

	if (!send_and_wait(o, &q, e))
		return false;
	if (!o->status)
		return true;
	http_read_problem(o->status, buf_sv(&o->body), e);
	return false;
}

/* Who reads slowly is cut off, and comes back; who hears nothing at all has nobody there. */
bool owner_client_follow(struct owner_client *o, const struct owner_follow *what,
			 enum run_state *ret, struct err *e)
{
	o->following = what;
	o->last = what->after;
	o->ended = false;
	do {
		if (!follow_once(o, e))
			return false;
	} while (!o->ended && o->heard && !o->strange);
	http_client_close(o->http);
	o->http = NULL;
	*ret = o->state;
	return o->ended || not_answered(o, e);
}

/* ---- words in between ---- */

static void drop(struct aside *w)
{
	for (struct aside **at = &w->owner->asides; *at; at = &(*at)->next)
		if (*at == w) {
			*at = w->next;
			break;
		}
	http_client_close(w->http);
	free(w);
}

static void on_aside_answer(void *ctx, int status, sv body)
{
	drop(ctx);
}

static void on_aside_end(void *ctx, bool strange)
{
	struct aside *w = ctx;

	w->http = NULL;
	drop(w);
}

void owner_client_tell(struct owner_client *o, const struct owner_call *call)
{
	struct aside *w = heap_alloc(sizeof(*w));
	struct http_question q = {.method = call->method, .path = call->path, .json = call->json};
	struct stream *s;
	struct err ignored;

	*w = (struct aside){.next = o->asides, .owner = o};
	o->asides = w;
	if (!session_call_owner(o->session, &s, &ignored)) {
		drop(w); /* whoever waits hears of it */
		return;
	}
	w->http = http_client_new(s, &(struct http_client_events){.on_answer = on_aside_answer,
								  .on_end = on_aside_end,
								  .ctx = w});
	http_client_ask(w->http, &q);
}

/* ---- life ---- */

struct owner_client *owner_client_new(struct session *s)
{
	struct owner_client *o = heap_alloc(sizeof(*o));

	o->session = s;
	return o;
}

void owner_client_free(struct owner_client *o)
{
	if (!o)
		return;
	for (struct aside *w = o->asides, *next; w; w = next) {
		next = w->next;
		http_client_close(w->http);
		free(w);
	}
	http_client_close(o->http);
	buf_free(&o->body);
	free(o);
}
