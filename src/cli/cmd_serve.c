/* cmd_serve.c -- `plait serve`: a line for what happens, for people or for programs. */
#include "daemon/serve.h"

#include <unistd.h>

#include "base/time.h"
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "cli/state.h"
#include "cli/text.h"
#include "sys/clock.h"
#include "view/failure.h"

struct serving {
	struct cli *c;
};

/* ---- for programs: an object a line ---- */

static struct json line_begin(struct serving *v, sv kind, time_us at)
{
	struct json j = {.out = &v->c->out.buf};

	json_open(&j, '{');
	document_time(&j, "at", at);
	json_member_text(&j, "kind", kind);
	return j;
}

static void line_end(struct serving *v, struct json *j)
{
	json_close(j);
	page_line(&v->c->out);
	page_flush(&v->c->out, STDOUT_FILENO);
}

static void event_json(struct serving *v, const struct event_row *event)
{
	struct json j = line_begin(v, event->kind, event->at);

	json_member_text(&j, "run", event->run);
	document_number(&j, "step", event->step);
	document_number(&j, "attempt", event->attempt > 0 ? event->attempt : -1);
	document_json(&j, "body", event->body);
	line_end(v, &j);
}

/* ---- for people ---- */

static void begin(struct serving *v, time_us at)
{
	page_addf(&v->c->out, STYLE_DIM, SV_FMT " ", SV_ARG(text_clock(v->c->arena, at)));
}

static void flush(struct serving *v)
{
	page_line(&v->c->out);
	page_flush(&v->c->out, STDOUT_FILENO);
}

static void say(struct serving *v, enum style style, sv text)
{
	begin(v, clock_now());
	page_add(&v->c->out, style, text);
	flush(v);
}

/* What is worth saying of an event besides its kind: what was asked for, how it ended, why. */
static sv words_of(struct arena *a, sv kind, const struct value *body)
{
	struct failure why = failure_of(a, value_get(body, "error"));
	sv reason = value_text(body, "reason"), selection = value_text(body, "selection");
	time_us took = value_int(body, "duration_us", -1);

	if (sv_eq(kind, SV("run_created")))
		return arena_fmt(
			a, SV_FMT ", " SV_FMT, SV_ARG(selection.n ? selection : SV("*")),
			SV_ARG(text_count(a, (int64_t)value_list(body, "steps")->n, "step")));
	if (sv_eq(kind, SV("run_failed")) || sv_eq(kind, SV("run_canceled")))
		return arena_fmt(
			a, "%lld succeeded, %lld failed, %lld skipped, %lld canceled in " SV_FMT,
			(long long)value_int(body, "succeeded", 0),
			(long long)value_int(body, "failed", 0),
			(long long)value_int(body, "skipped", 0),
			(long long)value_int(body, "canceled", 0),
			SV_ARG(time_duration(a, took > 0 ? took : 0)));
	if (why.message.p)
		return failure_sentence(a, &why);
	if (reason.n)
		return reason;
	return took >= 0 ? time_duration(a, took) : value_text(body, "message");
}

static void event_line(struct serving *v, const struct event_row *event, sv step, enum style style,
		       const char *word)
{
	AUTO_ARENA a = arena_new();
	const struct value *body = NULL;
	struct err e;

	if (!event->body.n || !json_read(a, event->body, &body, &e))
		body = NULL;
	page_addf(&v->c->out, STYLE_DIM, SV_FMT " run " SV_FMT "  ",
		  SV_ARG(text_clock(a, event->at)), SV_ARG(text_short_id(event->run)));
	page_addf(&v->c->out, style, "%-9s ", word);
	if (step.n)
		page_addf(&v->c->out, STYLE_PLAIN, SV_FMT ": ", SV_ARG(step));
	page_add(&v->c->out, STYLE_PLAIN, text_line(a, words_of(a, event->kind, body)));
	while (v->c->out.buf.n && v->c->out.buf.p[v->c->out.buf.n - 1] == ' ')
		v->c->out.buf.n--;
	flush(v);
}

static const struct shown {
	const char *kind;
	enum style style;
	const char *word;
} shown[] = {
	{"run_created", STYLE_PLAIN, "asked"},         {"run_waiting", STYLE_DIM, "queued"},
	{"run_started", STYLE_BUSY, "started"},        {"run_canceling", STYLE_WARN, "canceling"},
	{"run_succeeded", STYLE_GOOD, "succeeded"},    {"run_failed", STYLE_BAD, "failed"},
	{"run_canceled", STYLE_WARN, "canceled"},      {"run_retry_failed", STYLE_BAD, "no retry"},
	{"step_failed", STYLE_BAD, "failed at"},       {"step_up_for_retry", STYLE_WARN, "retries"},
	{"step_code_changed", STYLE_WARN, "new code"},
};

static sv step_name(struct serving *v, struct arena *a, const struct event_row *event)
{
	struct step_rows steps = {0};
	struct err e;

	if (event->step < 0 || !store_list_steps(v->c->session->store, a, event->run, &steps, &e))
		return (sv){0};
	for (size_t i = 0; i < steps.n; i++)
		if (steps.at[i].index == event->step)
			return steps.at[i].name;
	return (sv){0};
}

static void on_event(void *ctx, const struct event_row *event)
{
	struct serving *v = ctx;
	AUTO_ARENA a = arena_new();

	for (size_t i = 0; i < COUNT_OF(shown); i++) {
		if (!sv_eq(event->kind, sv_of(shown[i].kind)))
			continue;
		if (v->c->json)
			event_json(v, event);
		else
			event_line(v, event, step_name(v, a, event), shown[i].style, shown[i].word);
	}
}

/* ---- the server itself ---- */

static void on_ready(void *ctx, sv socket)
{
	struct serving *v = ctx;
	const struct session *s = v->c->session;

	if (v->c->json) {
		struct json j = line_begin(v, SV("ready"), clock_now());

		json_member_int(&j, "pid", getpid());
		json_member_text(&j, "socket", socket);
		json_member_text(&j, "workspace", s->workspace->file);
		json_member_int(&j, "locations", (int64_t)s->code->locations_count);
		line_end(v, &j);
		return;
	}
	say(v, STYLE_GOOD,
	    arena_fmt(
		    v->c->arena, "plait serves " SV_FMT " (" SV_FMT ", pid %d) on " SV_FMT,
		    SV_ARG(s->workspace->file),
		    SV_ARG(text_count(v->c->arena, (int64_t)s->code->locations_count, "location")),
		    (int)getpid(), SV_ARG(socket)));
}

static void on_told(void *ctx, sv sentence)
{
	struct serving *v = ctx;

	if (v->c->json) {
		struct json j = line_begin(v, SV("taken_over"), clock_now());

		json_member_text(&j, "message", sentence);
		line_end(v, &j);
	} else {
		say(v, STYLE_WARN, sentence);
	}
}

static void on_ending(void *ctx, bool waits)
{
	struct serving *v = ctx;

	if (v->c->json) {
		struct json j = line_begin(v, SV("ending"), clock_now());

		json_member_bool(&j, "waits", waits);
		line_end(v, &j);
	} else if (waits) {
		say(v, STYLE_WARN,
		    SV("ends when the steps that run now are done; again: at once, and they go "
		       "on"));
	}
}

static void on_compiled(void *ctx, const struct location_state *state)
{
	struct serving *v = ctx;
	AUTO_ARENA a = arena_new();
	struct failure why = failure_read(a, state->error);
	sv name = state->code->name;

	if (v->c->json) {
		struct json j = line_begin(v, SV("compiled"), clock_now());

		json_member_text(&j, "location", name);
		json_member_bool(&j, "loads", !state->error.p);
		document_json(&j, "error", state->error);
		line_end(v, &j);
	} else if (state->error.p) {
		say(v, STYLE_BAD,
		    arena_fmt(a, "code of " SV_FMT " does not load%s: " SV_FMT, SV_ARG(name),
			      state->manifest ? "; its last good definitions serve" : "",
			      SV_ARG(failure_sentence(a, &why))));
	} else {
		say(v, STYLE_PLAIN,
		    arena_fmt(
			    a, "code of " SV_FMT " compiled: " SV_FMT ", " SV_FMT, SV_ARG(name),
			    SV_ARG(text_count(a, (int64_t)state->manifest->assets_count, "asset")),
			    SV_ARG(time_duration(a, state->compile_time))));
	}
}

static void last_words(struct serving *v, const struct serve_report *left)
{
	struct arena *a = v->c->arena;

	if (v->c->json) {
		struct json j = line_begin(v, SV("ended"), clock_now());

		json_member_int(&j, "steps", (int64_t)left->steps);
		json_member_int(&j, "runs", (int64_t)left->runs);
		json_member_text(&j, "run", left->run);
		line_end(v, &j);
		return;
	}
	sv steps = !left->steps ? SV("")
				: arena_fmt(a, "; " SV_FMT " %s on",
					    SV_ARG(text_count(a, (int64_t)left->steps, "step")),
					    left->steps == 1 ? "goes" : "go");
	sv runs = !left->runs ? SV("")
		  : left->runs == 1
			  ? arena_fmt(a, "; the next plait serve goes on with run " SV_FMT,
				      SV_ARG(text_short_id(left->run)))
			  : arena_fmt(a, "; the next plait serve goes on with " SV_FMT,
				      SV_ARG(text_count(a, (int64_t)left->runs, "run")));
	say(v, STYLE_PLAIN, arena_fmt(a, "ended" SV_FMT SV_FMT, SV_ARG(steps), SV_ARG(runs)));
}

bool cmd_serve(struct cli *c, struct err *e)
{
	struct serving v = {.c = c};
	struct serve_request request = {
		.drain = option_given(&c->args, OPT_DRAIN),
		.listener = {.on_ready = on_ready,
			     .on_told = on_told,
			     .on_event = on_event,
			     .on_ending = on_ending,
			     .ctx = &v},
	};
	struct serve_report left;

	if (!cli_open(c, &(struct cli_opening){.aim = SESSION_SERVE}, e))
		return false;
	request.session = c->session;
	session_hear(c->session,
		     &(struct session_listener){.on_compile_end = on_compiled, .ctx = &v});
	if (!serve(&request, c->arena, &left, e))
		return false;
	last_words(&v, &left);
	return true;
}
