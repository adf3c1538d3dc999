/* serving.c -- what is said of runs, of the code and of the server itself. */
#include "cli/serving.h"

#include <unistd.h>

#include "base/time.h"
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "cli/serving_api.h"
#include "cli/text.h"
#include "daemon/serve.h"
#include "model/failure.h"
#include "sys/clock.h"
#include "sys/path.h"

#define DRAIN_LIMIT (5 * TIME_SECOND) /* for those who are being answered */

enum { ERRORS_SAID = 3 };

struct serving {
	struct cli *c;
	const struct serving_kind *kind;
	struct serving_api web;
	struct sv_list names, broken; /* locations and why they do not load; in `a` */
	struct sv_list errors;        /* between them */
	struct arena *a;
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

static const struct shown_event {
	const char *kind;
	enum style style;
	const char *word;
} shown_events[] = {
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

	if (v->web.api)
		api_tell_event(v->web.api, event);
	for (size_t i = 0; i < COUNT_OF(shown_events); i++) {
		if (!sv_eq(event->kind, sv_of(shown_events[i].kind)))
			continue;
		if (v->c->json)
			event_json(v, event);
		else
			event_line(v, event, step_name(v, a, event), shown_events[i].style,
				   shown_events[i].word);
	}
}

/* ---- the server itself ---- */

static sv what_it_has(struct serving *v, struct arena *a)
{
	const struct code_view *code = v->c->session->code;
	size_t assets = 0;

	for (size_t i = 0; i < code->locations_count; i++)
		if (code->locations[i].manifest)
			assets += code->locations[i].manifest->assets_count;
	return arena_fmt(a, SV_FMT ", " SV_FMT,
			 SV_ARG(text_count(a, (int64_t)code->locations_count, "location")),
			 SV_ARG(text_count(a, (int64_t)assets, "asset")));
}

static void ready_json(struct serving *v, sv socket)
{
	const struct session *s = v->c->session;
	struct json j = line_begin(v, SV("ready"), clock_now());

	json_member_int(&j, "pid", getpid());
	json_member_text(&j, "url", serving_api_url(&v->web));
	json_member_text(&j, "socket", socket);
	json_member_text(&j, "workspace", s->workspace->file);
	json_member_int(&j, "locations", (int64_t)s->code->locations_count);
	line_end(v, &j);
}

static void on_ready(void *ctx, sv socket)
{
	struct serving *v = ctx;
	const struct session *s = v->c->session;
	struct arena *a = v->c->arena;
	sv url = serving_api_url(&v->web);

	if (v->c->json) {
		ready_json(v, socket);
	} else {
		if (serving_api_moved(&v->web))
			say(v, STYLE_DIM,
			    arena_fmt(a, "port %d is taken: the next free one", DEFAULT_PORT));
		say(v, STYLE_GOOD,
		    arena_fmt(a, "plait serves " SV_FMT " (" SV_FMT ", pid %d) on " SV_FMT,
			      SV_ARG(s->workspace->file), SV_ARG(what_it_has(v, a)), (int)getpid(),
			      SV_ARG(url.p ? url : socket)));
	}
	if (v->kind->on_ready)
		v->kind->on_ready(v->kind->ctx, url);
}

/* ---- what the API hears ---- */

static bool on_open(void *ctx, struct owner *owner, struct err *e)
{
	struct serving *v = ctx;

	return serving_api_open(&v->web, v->c->session, owner, e);
}

static void on_end(void *ctx, sv run, enum run_state state)
{
	struct serving *v = ctx;

	if (v->web.api)
		api_tell_end(v->web.api, run, state);
}

static void on_code(void *ctx)
{
	struct serving *v = ctx;

	if (v->web.api)
		api_tell_code(v->web.api);
}

static void on_report(void *ctx, sv asset)
{
	struct serving *v = ctx;

	if (v->web.api)
		api_tell_report(v->web.api, asset);
}

static void on_closing(void *ctx, void (*done)(void *ctx), void *done_ctx)
{
	struct serving *v = ctx;

	if (v->web.api)
		api_drain(v->web.api, DRAIN_LIMIT, done, done_ctx);
	else
		done(done_ctx);
}

static void on_close(void *ctx)
{
	struct serving *v = ctx;

	api_close(v->web.api);
	v->web.api = NULL;
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

/* ---- the code ---- */

static void compiled_json(struct serving *v, const struct location_state *state)
{
	struct json j = line_begin(v, SV("compiled"), clock_now());

	json_member_text(&j, "location", state->code->name);
	json_member_bool(&j, "loads", !state->error.p);
	json_member_int(&j, "assets", state->manifest ? (int64_t)state->manifest->assets_count : 0);
	json_member_int(&j, "duration_us", state->compile_time);
	document_failure(&j, "error", state->error);
	line_end(v, &j);
}

/* " (repo/defs.py:7)"; nothing when the place is not known. */
static sv place_of(struct serving *v, struct arena *a, const struct failure *why)
{
	sv cwd = v->c->world->cwd;

	if (!why->file.n)
		return SV("");
	sv file = path_within(cwd, why->file) ? path_relative(a, cwd, why->file) : why->file;
	return why->line > 0
		       ? arena_fmt(a, " (" SV_FMT ":%lld)", SV_ARG(file), (long long)why->line)
		       : arena_fmt(a, " (" SV_FMT ")", SV_ARG(file));
}

/* For the same reason as before: heard already. */
static bool was_told(const struct serving *v, const struct location_state *state)
{
	for (size_t i = 0; i < v->names.n; i++)
		if (sv_eq(v->names.at[i], state->code->name))
			return sv_eq(v->broken.at[i], state->error);
	return false;
}

static void say_broken(struct serving *v, const struct location_state *state)
{
	AUTO_ARENA a = arena_new();
	struct failure why = failure_read(a, state->error);
	bool again = was_told(v, state);

	say(v, STYLE_BAD,
	    arena_fmt(a, SV_FMT ": %sdoes not load: " SV_FMT SV_FMT "%s", SV_ARG(state->code->name),
		      again ? "still " : "", SV_ARG(failure_sentence(a, &why)),
		      SV_ARG(place_of(v, a, &why)),
		      state->manifest ? "; its last good version serves" : ""));
	if (why.hint.n && !again)
		say(v, STYLE_DIM, arena_fmt(a, "  hint: " SV_FMT, SV_ARG(text_line(a, why.hint))));
}

static bool is_in(const struct sv_list *list, sv text)
{
	for (size_t i = 0; i < list->n; i++)
		if (sv_eq(list->at[i], text))
			return true;
	return false;
}

static void on_compiled(void *ctx, const struct location_state *state)
{
	struct serving *v = ctx;
	AUTO_ARENA a = arena_new();

	if (v->c->json)
		compiled_json(v, state);
	else if (state->error.p)
		say_broken(v, state);
	else
		say(v, v->kind->develops ? STYLE_GOOD : STYLE_PLAIN,
		    arena_fmt(
			    a, SV_FMT ": %s, " SV_FMT ", " SV_FMT, SV_ARG(state->code->name),
			    is_in(&v->names, state->code->name) ? "reloaded" : "loaded",
			    SV_ARG(text_count(a, (int64_t)state->manifest->assets_count, "asset")),
			    SV_ARG(time_duration(a, state->compile_time))));
}

static void note_code(struct serving *v)
{
	const struct code_view *code = v->c->session->code;
	struct arena *a = arena_new();
	struct sv_list names = {0}, broken = {0}, errors = {0};

	for (size_t i = 0; i < code->locations_count; i++) {
		*LIST_ADD(a, &names) = arena_sv(a, code->locations[i].code->name);
		*LIST_ADD(a, &broken) = arena_sv(a, code->locations[i].error);
	}
	for (size_t i = 0; i < code->findings.n; i++)
		if (code->findings.at[i].severity == FINDING_ERROR)
			*LIST_ADD(a, &errors) = arena_sv(a, code->findings.at[i].message);
	arena_free(v->a);
	v->a = a;
	v->names = names;
	v->broken = broken;
	v->errors = errors;
}

static void say_gone(struct serving *v, sv name)
{
	if (v->c->json) {
		struct json j = line_begin(v, SV("gone"), clock_now());

		json_member_text(&j, "location", name);
		line_end(v, &j);
	} else {
		AUTO_ARENA a = arena_new();

		say(v, STYLE_WARN,
		    arena_fmt(a, SV_FMT ": no longer in " SV_FMT, SV_ARG(name),
			      SV_ARG(path_leaf(v->c->session->workspace->file))));
	}
}

/* A folder that went, or an interpreter: nothing was compiled, and yet it is broken now, or no longer. */
static void say_state(struct serving *v, const struct location_state *state)
{
	if (!was_told(v, state) && (!state->compiled_now || state->code->problem.p))
		on_compiled(v, state);
}

/* What is wrong between the locations since they changed. */
static void say_new_errors(struct serving *v)
{
	const struct findings *all = &v->c->session->code->findings;
	AUTO_ARENA a = arena_new();
	size_t more = 0;

	for (size_t i = 0; i < all->n; i++) {
		if (all->at[i].severity != FINDING_ERROR || is_in(&v->errors, all->at[i].message))
			continue;
		if (more++ < ERRORS_SAID)
			say(v, STYLE_BAD, text_line(a, all->at[i].message));
	}
	if (more > ERRORS_SAID)
		say(v, STYLE_DIM,
		    arena_fmt(a, "  %zu more: plait location check", more - ERRORS_SAID));
}

static void on_renewed(void *ctx)
{
	struct serving *v = ctx;

	for (size_t i = 0; i < v->names.n; i++)
		if (!session_location(v->c->session, v->names.at[i]))
			say_gone(v, v->names.at[i]);
	for (size_t i = 0; i < v->c->session->code->locations_count; i++)
		say_state(v, &v->c->session->code->locations[i]);
	if (!v->c->json)
		say_new_errors(v);
	note_code(v);
}

static void on_trouble(void *ctx, const struct err *why)
{
	struct serving *v = ctx;
	sv hint = sv_of(why->hint), line;
	AUTO_ARENA a = arena_new();

	if (v->c->json) {
		struct json j = line_begin(v, SV("trouble"), clock_now());

		json_member_text(&j, "message", sv_of(why->text));
		json_member_text(&j, "hint", why->hint[0] ? sv_of(why->hint) : (sv){0});
		line_end(v, &j);
		return;
	}
	say(v, STYLE_WARN, text_line(a, sv_of(why->text)));
	if (text_next_line(&hint, &line) && line.n)
		say(v, STYLE_DIM, arena_fmt(a, "  hint: " SV_FMT, SV_ARG(line)));
}

/* ---- its end ---- */

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

bool serving_run(struct cli *c, const struct serving_kind *kind, struct err *e)
{
	struct serving v = {.c = c, .kind = kind};
	struct serve_request request = {
		.drain = kind->drain,
		.watches = kind->develops,
		.listener = {.on_open = on_open,
			     .on_ready = on_ready,
			     .on_told = on_told,
			     .on_event = on_event,
			     .on_end = on_end,
			     .on_code = on_code,
			     .on_report = on_report,
			     .on_closing = on_closing,
			     .on_close = on_close,
			     .on_renewed = on_renewed,
			     .on_trouble = on_trouble,
			     .on_ending = on_ending,
			     .ctx = &v},
	};
	struct serve_report left;
	bool served;

	if (!serving_api_read(c, &v.web, e) ||
	    !cli_open(c, &(struct cli_opening){.aim = SESSION_SERVE}, e))
		return false;
	request.session = c->session;
	note_code(&v);
	session_hear(c->session,
		     &(struct session_listener){.on_compile_end = on_compiled, .ctx = &v});
	served = serve(&request, c->arena, &left, e);
	session_hear(c->session, NULL);
	arena_free(v.a);
	if (served)
		last_words(&v, &left);
	return served;
}
