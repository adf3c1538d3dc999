/* talk_runs.c -- what is asked of runs, and what follows one. */
#include "daemon/callers_parts.h"

#include "daemon/locations.h"
#include "engine/writer.h"

/* ---- what follows a run ---- */

static void cut(struct talk *t)
{
	AUTO_BUF out = {0};
	AUTO_ARENA a = arena_new();
	struct json j = json_begin(&out, '{');

	json_member_int(&j, "id", t->id);
	json_member_int(&j, "cut", t->last);
	caller_hear(t->caller, json_finish(a, &j));
	t->cut = true;
}

static void on_event(void *ctx, const struct event_row *event)
{
	struct talk *t = ctx;
	AUTO_ARENA a = arena_new();

	if (!t->caller || !t->follow || t->cut)
		return;
	if (caller_is_deaf(t->caller)) {
		cut(t);
		return;
	}
	if (t->caller->voice.on_event)
		t->caller->voice.on_event(t->caller->voice.ctx, event);
	else
		caller_hear(t->caller, wire_write_event(a, t->id, event));
	t->last = event->id;
}

static void on_end(void *ctx, enum run_state state)
{
	struct talk *t = ctx;
	AUTO_BUF out = {0};
	AUTO_ARENA a = arena_new();
	struct json j = json_begin(&out, '{');

	json_member_int(&j, "id", t->id);
	json_member_text(&j, "end", sv_of(run_state_word(state)));
	if (t->follow && !t->cut)
		caller_hear(t->caller, json_finish(a, &j));
	talk_end(t);
}

/* ---- runs ---- */

static bool cancel(struct talk *t, struct err *e)
{
	return engine_cancel(t->all->request.engine, t->run,
			     t->reason.n ? t->reason : SV("canceled by who started it"), t->hard,
			     e);
}

static void on_stored(void *ctx, sv run)
{
	struct talk *t = ctx;
	struct callers *all = t->all;
	AUTO_BUF out = {0};
	struct json j = wire_begin_reply(&out, t->id);

	json_member_text(&j, "run", run);
	wire_write_locations(&j, all->request.session->code, true);
	talk_answer(t, &j);
	if (all->request.on_run)
		all->request.on_run(all->request.ctx, run);
}

static bool make_submission(struct talk *t, struct engine_submission *what, struct err *e)
{
	struct session *s = t->all->request.session;
	struct run_request request;
	sv run = value_text(t->line, "run");

	if (!wire_read_request(t->arena, t->line, &request, e))
		return false;
	if (!run.p)
		return run_request_submission(s, &request, what, e);
	return run_request_retry(s, run, value_bool(t->line, "all", false), &request.tags, what, e);
}

/* The code is up to date now, whatever the caller knows of it. */
static void on_code_for_run(void *ctx, const struct err *failed)
{
	struct talk *t = ctx;
	struct engine_submission what = {0};
	sv run;
	struct err e;

	callers_note_code(t->all);
	if (failed) {
		talk_refuse(t, failed);
		return;
	}
	if (!t->caller && t->follow) {
		talk_end(t); /* nobody waits for it any more */
		return;
	}
	writer_flush(engine_writer(t->all->request.engine)); /* a plan reads what is there */
	if (!make_submission(t, &what, &e)) {
		talk_refuse(t, &e);
		return;
	}
	what.listener = (struct engine_listener){
		.on_stored = on_stored, .on_event = on_event, .on_end = on_end, .ctx = t};
	if (!engine_submit(t->all->request.engine, &what, &run, &e)) {
		talk_refuse(t, &e);
		return;
	}
	t->run = arena_sv(t->arena, run);
	if (t->canceled && !cancel(t, &e))
		talk_answer_error(t, &e);
}

static void start_run(struct talk *t, bool follow)
{
	struct err e;

	if (!follow && !t->all->request.serves) {
		err_set(&e, ERR_UNAVAILABLE,
			"no server runs here, only a command that ends when "
			"its runs have");
		err_hint(&e, "start one (plait serve), or run it without --detach");
		talk_refuse(t, &e);
		return;
	}
	t->follow = follow;
	locations_renew(t->all->request.session, &(struct locations_request){0}, on_code_for_run,
			t);
}

void talk_materialize(struct talk *t)
{
	start_run(t, value_bool(t->line, "follow", true));
}

void talk_launch(struct talk *t)
{
	start_run(t, false);
}

void talk_retry(struct talk *t)
{
	struct err e;

	if (value_text(t->line, "run").p) {
		start_run(t, value_bool(t->line, "follow", true));
		return;
	}
	err_set(&e, ERR_INVALID, "\"run\" is missing: the id of the run to retry");
	talk_refuse(t, &e);
}

void talk_attach(struct talk *t)
{
	struct engine_listener listener = {.on_event = on_event, .on_end = on_end, .ctx = t};
	AUTO_BUF out = {0};
	struct json j = wire_begin_reply(&out, t->id);
	struct err e;

	t->run = value_text(t->line, "run");
	t->last = value_int(t->line, "after", 0);
	t->follow = true;
	if (!engine_listen(t->all->request.engine, t->run, t->last, &listener, &t->listening, &e)) {
		talk_refuse(t, &e);
		return;
	}
	json_member_text(&j, "run", t->run);
	talk_answer(t, &j);
}

/* What the caller asked for with request `of`, whose run may not be there yet. */
static struct talk *find_talk(const struct talk *t, int64_t of)
{
	for (struct talk *other = t->all->talks; other; other = other->next)
		if (other->caller == t->caller && other->id == of && other != t)
			return other;
	return NULL;
}

static bool cancel_request(struct talk *t, bool hard, struct err *e)
{
	struct talk *meant = find_talk(t, value_int(t->line, "of", -1));

	if (!meant)
		return err_set(e, ERR_NOT_FOUND, "nothing is under way that could be canceled");
	meant->canceled = true;
	meant->hard = hard;
	meant->reason = arena_sv(meant->arena, value_text(t->line, "reason"));
	return !meant->run.p || cancel(meant, e);
}

static bool cancel_run(struct talk *t, sv run, bool hard, struct err *e)
{
	sv reason = value_text(t->line, "reason");

	return engine_cancel(t->all->request.engine, run, reason.n ? reason : SV("canceled"), hard,
			     e);
}

void talk_cancel(struct talk *t)
{
	sv run = value_text(t->line, "run");
	bool hard = value_bool(t->line, "hard", false);
	struct err e;

	if (run.p ? !cancel_run(t, run, hard, &e) : !cancel_request(t, hard, &e)) {
		talk_refuse(t, &e);
	} else if (run.p && value_bool(t->line, "follow", false)) {
		talk_attach(t);
	} else {
		talk_answer_ok(t);
		talk_end(t);
	}
}
