/* take_over.c -- the runs that an earlier plait left open are gone on with: the plan and what is known of each step from
 * the ledger, the attempts that were running from their processes and message files.  A run that cannot be made whole
 * ends, with the reason, and holds nobody up. */
#include <signal.h>

#include "codec/json.h"
#include "engine/engine_parts.h"
#include "engine/live_attempt.h"
#include "engine/run_rows.h"
#include "engine/stored_plan.h"
#include "engine/views.h"
#include "sys/path.h"
#include "sys/process.h"

enum { PAGE = 1000 };

static const sv NONE = {NULL, 0};

struct taking {
	struct engine *engine;
	struct arena *arena; /* for as long as this run is being taken */
	const struct run_row *row;
	struct step_rows steps;
	struct stored_plan stored;
	struct live_run *run;
	size_t *heard; /* by step: events of its newest attempt's messages that are in the ledger */
	size_t running, to_go;
};

/* ---- what the events say ---- */

static bool take_made(struct taking *t, const struct event_row *event, struct err *e)
{
	AUTO_ARENA a = arena_new();
	uint32_t node = asset_graph_find(t->stored.plan->graph, event->asset);
	struct version_row version;
	const struct value *body;

	if (node == NO_ID || !json_read(a, event->body, &body, e))
		return err_set(e, ERR_CORRUPT, "event %lld cannot be read", (long long)event->id);
	if (!store_get_version(t->engine->request.store, a, value_text(body, "version"), &version,
			       e))
		return err_wrap(e, "the version that event %lld tells of", (long long)event->id);
	live_run_made(t->run, node, &version);
	return true;
}

static bool take_event(struct taking *t, const struct event_row *event, struct err *e)
{
	if (sv_eq(event->kind, SV("run_canceling")))
		t->run->canceling_at = event->at;
	if (event->step < 0 || (size_t)event->step >= t->steps.n)
		return true;
	if (sv_eq(event->kind, SV("materialization")))
		return take_made(t, event, e);
	if (event->attempt == t->steps.at[event->step].attempt && step_report_tells(event->kind))
		t->heard[event->step]++;
	return true;
}

static bool take_events(struct taking *t, struct err *e)
{
	struct event_query query = {.run = t->run->id, .step = -1, .most = PAGE};
	size_t read;

	do {
		AUTO_ARENA a = arena_new();
		struct event_rows page = {0};

		if (!store_list_events(t->engine->request.store, a, &query, &page, e))
			return false;
		for (size_t i = 0; i < page.n; i++)
			if (!take_event(t, &page.at[i], e))
				return false;
		read = page.n;
		if (read)
			query.after = page.at[read - 1].id;
	} while (read == PAGE);
	t->run->teller.last = query.after;
	return true;
}

/* ---- what the rows say ---- */

static void take_step(struct taking *t, size_t i)
{
	struct live_step *s = &t->run->steps[i];
	const struct step_row *row = &t->steps.at[i];

	s->manifest = t->stored.manifests[i];
	s->step = t->stored.steps[i];
	s->attempt_number = row->attempt;
	s->process = (struct attempt_process){
		.pid = row->pid,
		.pid_started = row->pid_started.p ? row->pid_started : SV(""),
		.messages = row->messages.p || !row->directory.p
				    ? row->messages
				    : path_join(t->run->arena, row->directory,
						SV("messages.jsonl")),
		.offset = (uint64_t)row->messages_from,
		.method = row->method.p ? row->method.p : "fork",
	};
	s->directory = row->directory;
	s->started_at = row->started_at;
	s->ended_at = row->ended_at;
	s->max_rss_kib = row->max_rss_kib;
	s->user_us = row->user_us;
	s->system_us = row->system_us;
	t->running += row->state == STEP_RUNNING;
	t->to_go += row->state != STEP_RUNNING && !step_state_ended(row->state);
}

/* What a successful step did not make it left out, as it might. */
static void take_left_out(struct taking *t, size_t i)
{
	const struct plan_step *step = &t->stored.plan->steps[i];

	if (t->steps.at[i].state != STEP_SUCCESS)
		return;
	for (size_t n = 0; n < step->nodes_count; n++)
		if (!t->run->made[step->nodes[n]])
			step_order_left_out(t->run->order, step->nodes[n]);
}

static bool take_states(struct taking *t, struct step_changes *changes, struct err *e)
{
	struct step_known *known = NEW(t->arena, struct step_known, t->steps.n);

	for (size_t i = 0; i < t->steps.n; i++) {
		take_step(t, i);
		take_left_out(t, i);
		known[i] = (struct step_known){
			.state = t->steps.at[i].state,
			.retries = (uint32_t)t->steps.at[i].retries,
			.retry_at = t->steps.at[i].wake_at,
			.reason = t->steps.at[i].reason,
		};
	}
	return step_order_resume(t->run->order, known, t->arena, changes, e);
}

static sv own(struct arena *a, sv text)
{
	return text.p ? arena_sv(a, text) : text;
}

static void take_run(struct taking *t)
{
	const struct run_row *row = t->row;
	struct live_run *r = t->run;

	r->state = row->state;
	r->created_at = row->created_at;
	r->started_at = row->started_at;
	r->waiting_reason = own(r->arena, row->reason);
	r->cancel_reason = row->state == RUN_CANCELING ? own(r->arena, row->error) : NONE;
	r->overdue = r->cancel_reason.p && sv_starts(r->cancel_reason, LIVE_RUN_OVERDUE);
}

static void follow_attempts(struct taking *t)
{
	for (size_t i = 0; i < t->steps.n; i++)
		if (t->steps.at[i].state == STEP_RUNNING)
			live_step_follow(&t->run->steps[i], t->heard[i]);
}

/* The rows' texts live as long as the run: in its plan's arena. */
static bool rebuild(struct taking *t, struct arena *plan_arena, struct err *e)
{
	struct engine_submission what = {.arena = plan_arena};
	struct sv_list warnings = run_rows_warnings(plan_arena, t->row);
	struct step_changes changes = {0};

	if (!store_list_steps(t->engine->request.store, plan_arena, t->row->id, &t->steps, e) ||
	    !stored_plan_read(t->engine->request.store, plan_arena, &t->steps, &warnings,
			      &t->stored, e)) {
		arena_free(plan_arena);
		return false;
	}
	what.plan = t->stored.plan;
	run_rows_read(plan_arena, t->row, &what);
	t->run = live_run_bare(t->engine, &what, t->row->id);
	t->heard = NEW(t->arena, size_t, t->steps.n);
	take_run(t);
	if (!take_events(t, e) || !take_states(t, &changes, e)) {
		live_run_free(t->run);
		return false;
	}
	engine_enter(t->engine, t->run);
	follow_attempts(t);
	live_run_resume(t->run, &changes);
	return true;
}

/* ---- one that cannot be gone on with ---- */

static void append(struct engine *en, sv run, const struct step_row *step, const char *kind,
		   sv reason)
{
	AUTO_ARENA a = arena_new();
	struct err e;
	struct event_row event = {
		.run = run,
		.step = step ? step->index : -1,
		.attempt = step ? step->attempt : 0,
		.kind = sv_of(kind),
		.body = run_reason_body(a, reason),
		.at = engine_now(en),
	};

	WRITE(en->writer, store_append_event(writer_store(en->writer), &event, &e), &e);
}

static void drop_step(struct engine *en, struct step_row *row, sv reason)
{
	sv rest = row->pid_started, started = NONE;
	struct err e;

	if (row->state == STEP_RUNNING && rest.p && sv_split(&rest, ' ', &started) &&
	    (!rest.n || sv_eq(rest, en->boot)) && process_lives(row->pid, started))
		process_signal_group(row->pid, SIGKILL);
	row->state = STEP_CANCELED;
	row->reason = reason;
	row->ended_at = engine_now(en);
	WRITE(en->writer, store_move_step(writer_store(en->writer), row, &e), &e);
	append(en, row->run, row, "step_canceled", reason);
}

static void drop_run(struct engine *en, const struct run_row *row, const struct err *why)
{
	AUTO_ARENA a = arena_new();
	struct step_rows steps = {0};
	struct run_row end = *row;
	struct err e;

	end.state = RUN_FAILURE;
	end.ended_at = engine_now(en);
	end.error = arena_fmt(a, "plait ended during this run, and it cannot be gone on with: %s",
			      why->text);
	if (store_list_steps(en->request.store, a, row->id, &steps, &e))
		for (size_t i = 0; i < steps.n; i++)
			if (!step_state_ended(steps.at[i].state))
				drop_step(en, &steps.at[i], end.error);
	WRITE(en->writer, store_put_run(writer_store(en->writer), &end, &e), &e);
	append(en, row->id, NULL, "run_failed", end.error);
}

/* ---- all of them ---- */

static sv sentence(struct taking *t)
{
	if (t->row->state == RUN_QUEUED)
		return arena_fmt(t->arena,
				 "run " SV_FMT " was waiting when plait ended; it is "
				 "queued again",
				 SV_ARG(t->row->id));
	return arena_fmt(t->arena,
			 "run " SV_FMT " was left by a plait that ended: %zu of its steps were "
			 "running, %zu are to go; going on with it\n  hint: plait run show " SV_FMT,
			 SV_ARG(t->row->id), t->running, t->to_go, SV_ARG(t->row->id));
}

/* Of the run's own rows; a ledger that cannot be read now is another matter. */
static bool is_for_good(const struct err *why)
{
	return why->kind == ERR_CORRUPT || why->kind == ERR_NOT_FOUND || why->kind == ERR_INVALID ||
	       why->kind == ERR_CONFLICT;
}

static bool take_one(struct engine *en, const struct run_row *row, const struct views_told *told,
		     struct err *e)
{
	AUTO_ARENA a = arena_new();
	struct taking t = {.engine = en, .arena = a, .row = row};
	struct err why;

	if (!views_mend_run(en->request.store, row->id, told, e) ||
	    (en->request.state.p &&
	     !views_sweep(en->request.store, row->id, engine_now(en), told, e)))
		return false;
	if (rebuild(&t, arena_new(), &why)) {
		if (told->fn)
			told->fn(told->ctx, sentence(&t));
		return true;
	}
	if (!is_for_good(&why)) {
		*e = why;
		return false;
	}
	drop_run(en, row, &why);
	if (told->fn)
		told->fn(told->ctx, arena_fmt(a,
					      "run " SV_FMT " was left by a plait that ended, and "
					      "cannot be gone on with: %s",
					      SV_ARG(row->id), why.text));
	return true;
}

bool engine_take_over(struct engine *en, void (*on_told)(void *ctx, sv sentence), void *ctx,
		      struct err *e)
{
	AUTO_ARENA a = arena_new();
	struct views_told told = {.fn = on_told, .ctx = ctx};
	struct run_rows open = {0};

	if (!store_list_open_runs(en->request.store, a, &open, e))
		return false;
	for (size_t i = open.n; i-- > 0;)
		if (!take_one(en, &open.at[i], &told, e))
			return false;
	engine_settle(en);
	if (!writer_error(en->writer))
		return true;
	*e = *writer_error(en->writer);
	return false;
}
