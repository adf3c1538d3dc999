/* follow.c -- one conversation, or a second one where the first was cut off. */
#include "cli/follow.h"

#include <unistd.h>

#include "cli/cli_json.h"
#include "cli/failure_text.h"
#include "cli/progress.h"
#include "cli/run_show.h"
#include "cli/text.h"
#include "sys/clock.h"
#include "sys/terminal.h"

enum { LEAST_COLUMNS = 60 }; /* narrower, lines would wrap and a frame could not be wiped */

struct following {
	struct cli *c;
	const struct follow *what;
	struct ask_request ask; /* what is asked for: at first what->ask */
	struct progress *progress;
	struct ask_outcome asked;
	bool taken, told_end;
};

static struct progress_look look_of(const struct cli *c)
{
	struct progress_look look = {.fd = c->json ? STDERR_FILENO : STDOUT_FILENO,
				     .color = c->json ? c->notes.color : c->out.color,
				     .verbose = c->verbose,
				     .now = clock_now};
	const char *terminal = c->world->getenv("TERM");
	bool clever = terminal && !sv_eq(sv_of(terminal), SV("dumb"));

	if (terminal_is(look.fd) && terminal_size(look.fd, &look.width, &look.height) && clever &&
	    look.width >= LEAST_COLUMNS)
		look.kind = PROGRESS_LIVE;
	else
		look.kind = c->json ? PROGRESS_QUIET : PROGRESS_PLAIN;
	if (c->quiet)
		look.kind = PROGRESS_QUIET;
	return look;
}

/* As openapi.yaml has them; NULL: nothing to tell. */
static void warn_locations(struct cli *c, const struct value *locations)
{
	for (size_t i = 0; locations && i < locations->n && !c->quiet && !c->json; i++) {
		const struct value *location = &locations->items[i];
		struct failure why = failure_of(c->arena, value_get(location, "error"));
		sv name = value_text(location, "name"), health = value_text(location, "health");

		if (sv_eq(health, SV("ok")))
			continue;
		page_addf(&c->notes, STYLE_WARN,
			  "location '" SV_FMT "' does not load%s: " SV_FMT "\n", SV_ARG(name),
			  sv_eq(health, SV("stale")) ? "; its last good definitions serve" : "",
			  SV_ARG(failure_sentence(c->arena, &why)));
		page_addf(&c->notes, STYLE_DIM, "  hint: plait location show '" SV_FMT "'\n",
			  SV_ARG(name));
	}
	page_flush(&c->notes, STDERR_FILENO);
}

/* Where it runs here, locations were told of when the session was opened. */
static void on_taken(void *ctx, sv run, const struct value *locations)
{
	struct following *f = ctx;

	if (f->taken)
		return;
	f->taken = true;
	warn_locations(f->c, locations);
	if (f->what->on_taken)
		f->what->on_taken(f->what->ctx, run);
}

static void on_told(void *ctx, sv sentence)
{
	struct following *f = ctx;

	progress_hide(f->progress);
	cli_note(f->c, SV_FMT, SV_ARG(sentence));
}

/* Its last words, once. */
static void tell_end(struct following *f)
{
	const struct run_view *run = progress_view(f->progress);

	if (f->told_end)
		return;
	f->told_end = true;
	progress_end(f->progress);
	if (!f->c->json && !f->asked.left && (!f->c->quiet || run->state != RUN_SUCCESS))
		progress_summary(&f->c->out, run);
	page_flush(&f->c->out, STDOUT_FILENO);
}

static void on_waiting(void *ctx)
{
	struct following *f = ctx;

	tell_end(f);
	cli_note(f->c, "other runs are going on here (plait run list) and are waited for; Ctrl-C "
		       "leaves them to the next plait");
}

/* ---- when who ran it for us is gone ---- */

static bool server_gone(const struct following *f, struct err *e)
{
	sv run = text_short_id(f->asked.run);

	err_set(e, ERR_UNAVAILABLE, "the server went away");
	if (!f->asked.run.p)
		return err_hint(e, "plait run list says whether it took the request; plait serve "
				   "starts a server");
	return err_hint(e,
			"run " SV_FMT " is not lost: its running steps go on, and the next plait "
			"serve goes on with it; then plait run watch " SV_FMT " follows it",
			SV_ARG(run), SV_ARG(run));
}

static void ask_to_follow(struct ask_request *ask, sv run, int64_t after)
{
	ask->what = ASK_FOLLOW;
	ask->run = run;
	ask->after = after;
}

/* A command that ended before it took our request, or in the middle of it, leaves the state to whoever comes first. */
static bool again(struct following *f, struct err *e)
{
	struct cli *c = f->c;

	if (f->asked.run.p)
		ask_to_follow(&f->ask, f->asked.run, f->asked.last);
	session_close(c->session);
	c->session = NULL;
	return cli_open(c, &(struct cli_opening){.aim = SESSION_RUN}, e);
}

static bool converse(struct following *f, struct err *e)
{
	sv run = {0};

	f->ask.listener = (struct run_listener){
		.on_event = progress_event, .on_tick = progress_tick, .ctx = f->progress};
	f->ask.on_taken = on_taken;
	f->ask.on_told = on_told;
	f->ask.on_waiting = on_waiting;
	f->ask.ctx = f;
	while (!ask_and_follow(f->c->session, f->c->arena, &f->ask, &f->asked, e)) {
		if (!f->asked.run.p)
			f->asked.run = run;
		run = f->asked.run;
		if (!f->asked.owner_gone)
			return false;
		if (f->asked.served)
			return server_gone(f, e);
		if (!again(f, e))
			return false;
	}
	return true;
}

/* ---- its end ---- */

static bool print_run(struct cli *c, sv run, struct err *e)
{
	struct run_record record;
	struct store *store;

	if (!cli_store(c, &store, e) || !run_record_read(c->arena, store, run, &record, e))
		return false;
	run_show_json(c, &record);
	return true;
}

/* The run that settings or --retries have it run again as; p NULL: none, or none that is known yet. */
static sv retry_of(struct cli *c, sv run)
{
	struct run_record record;
	struct store *store;
	struct err e;

	if (!cli_store(c, &store, &e) || !run_record_read(c->arena, store, run, &record, &e) ||
	    !record.children.n)
		return (sv){0};
	return record.children.at[0];
}

static void tell_retry(struct cli *c, sv retry)
{
	sv id = text_short_id(retry);

	cli_note(c,
		 "it was run again: plait run show " SV_FMT
		 " tells how; while it is open, plait run watch " SV_FMT,
		 SV_ARG(id), SV_ARG(id));
}

static int status_of(const struct ask_outcome *asked)
{
	if (asked->left)
		return err_exit_status(ERR_CANCELED);
	if (asked->state == RUN_SUCCESS)
		return 0;
	return err_exit_status(asked->state == RUN_CANCELED ? ERR_CANCELED : ERR_FAILED);
}

static void say_how_to_return(struct cli *c, sv run)
{
	sv id = text_short_id(run);

	if (run.p)
		cli_note(c,
			 "run " SV_FMT " goes on.  plait run watch " SV_FMT
			 " follows it again; plait run cancel " SV_FMT " ends it",
			 SV_ARG(id), SV_ARG(id), SV_ARG(id));
}

/* One run from now, or its beginning, to its end. */
static bool follow_one(struct following *f, struct err *e)
{
	struct progress_look look = look_of(f->c);
	bool done;

	f->asked = (struct ask_outcome){0};
	f->told_end = false;
	f->progress = progress_new(f->c->arena, &look);
	done = converse(f, e);
	if (done && !f->asked.left)
		tell_end(f);
	else if (!f->told_end)
		progress_end(f->progress);
	return done;
}

bool follow_run(struct cli *c, const struct follow *what, struct err *e)
{
	struct following f = {.c = c, .what = what, .ask = what->ask};
	sv retry = {0};

	if (!follow_one(&f, e))
		return false;
	while (!f.asked.left && f.asked.state == RUN_FAILURE &&
	       (retry = retry_of(c, f.asked.run)).p && what->retries) {
		cli_note(c, "it is run again by itself, as run " SV_FMT,
			 SV_ARG(text_short_id(retry)));
		ask_to_follow(&f.ask, retry, 0);
		if (!follow_one(&f, e))
			return false;
	}
	c->status = status_of(&f.asked);
	if (f.asked.left)
		say_how_to_return(c, f.asked.run);
	else if (retry.p && f.asked.state == RUN_FAILURE)
		tell_retry(c, retry);
	return !c->json || print_run(c, f.asked.run, e);
}

/* ---- a run that is left to a server ---- */

static bool needs_server(struct err *e)
{
	err_set(e, ERR_UNAVAILABLE, "--detach needs a running server, and none runs here");
	return err_hint(e, "start one (plait serve, in another terminal or as a service), or leave "
			   "--detach out: then this command runs it itself");
}

static void print_queued(struct cli *c, sv run)
{
	if (c->json) {
		struct json j = cli_json(c);

		json_open(&j, '{');
		json_member_text(&j, "run", run);
		json_close(&j);
		cli_json_end(&j, c);
		return;
	}
	page_addf(&c->out, STYLE_PLAIN, SV_FMT "\n", SV_ARG(run));
	cli_note(c, "plait run watch " SV_FMT " follows it", SV_ARG(text_short_id(run)));
}

static bool leave(struct cli *c, struct owner_client *owner, const struct owner_call *call,
		  struct err *e)
{
	const struct value *answer, *locations;

	if (!owner_client_greet(owner, e))
		return false;
	if (!owner_client_serves(owner))
		return needs_server(e);
	if (!owner_client_ask(owner, c->arena, call, &answer, e) ||
	    !owner_client_ask(owner, c->arena,
			      &(struct owner_call){HTTP_GET, SV("/api/v1/locations"), {0}},
			      &locations, e))
		return false;
	warn_locations(c, locations);
	print_queued(c, value_text(answer, "run"));
	return true;
}

bool follow_detach(struct cli *c, const struct owner_call *call, struct err *e)
{
	struct owner_client *owner;
	bool left;

	if (c->session->owner)
		return needs_server(e);
	owner = owner_client_new(c->session);
	left = leave(c, owner, call, e);
	owner_client_free(owner);
	return left;
}
