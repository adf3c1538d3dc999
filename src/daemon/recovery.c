/* recovery.c -- reads what the steps of an unfinished run left in their message files, and closes the books.
 *
 * A step that closed its messages cleanly had finished: its outputs are complete on disk and are published now, once.
 * A step that still lives is ended: its run is no longer driven by anybody. */
#include "daemon/recovery.h"

#include <signal.h>

#include "base/time.h"
#include "codec/json.h"
#include "daemon/publish.h"
#include "daemon/run_tell.h"
#include "model/limits.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/process.h"

#define DYING_TIME (5 * TIME_SECOND)
#define SWEEP_AGE  (24 * 3600 * TIME_SECOND)

static const sv NONE = {NULL, 0};

struct tally {
	size_t finished; /* by themselves, before or after plait went */
	size_t stopped, failed, never;
};

struct recovering {
	struct session *session;
	struct arena *arena;
	struct run_row *run;
	struct tally tally;
	struct publish_views views; /* to look after once all is committed */
	struct sv_list begun;       /* versions that this state directory's steps were to make */
	bool begun_read;
};

/* ---- one step ---- */

static bool append(struct recovering *r, const struct step_row *row, const char *kind, sv asset,
		   sv body, struct err *e)
{
	struct event_row event = {
		.run = r->run->id,
		.step = row ? row->index : -1,
		.attempt = row ? row->attempt : 0,
		.kind = sv_of(kind),
		.asset = asset,
		.body = body,
		.at = clock_now(),
	};

	return store_append_event(r->session->store, &event, e);
}

/* Takes every whole line; those past row->offset were not recorded yet and become events now. */
static bool read_report(struct recovering *r, struct step_row *row, struct step_report *report,
			struct err *e)
{
	sv path = path_join(r->arena, row->directory, SV("messages.jsonl")), text;
	size_t at, start = 0;

	if (!file_read_from(r->arena, path, 0, LIMIT_MANIFEST_BYTES, &text, e))
		return false;
	while (sv_find(sv_from(text, start), '\n', &at)) {
		AUTO_ARENA a = arena_new();
		struct report_event event = step_report_take(a, report, (sv){text.p + start, at});

		start += at + 1;
		if (event.kind && (int64_t)start > row->offset &&
		    !append(r, row, event.kind, event.asset, event.body, e))
			return false;
	}
	row->offset = (int64_t)start;
	return true;
}

/* Who the process is: the row knows, or the step itself has said so.  True when it had to be ended.  The mark comes before
 * the look: a step that opens later sees it and goes no further (doc/formats/step.md). */
static bool end_process(struct recovering *r, struct step_row *row)
{
	struct step_report first = {.arena = r->arena};
	struct step_row quiet = *row;
	struct err e;

	if (!file_replace_fast(path_join(r->arena, row->directory, SV("abandoned")), SV(""), &e))
		return false;     /* its folder is gone, and so is its context: it cannot start */
	quiet.offset = INT64_MAX; /* only looks */
	if (!row->pid && read_report(r, &quiet, &first, &e)) {
		row->pid = first.pid;
		row->pid_started = first.pid_started;
	}
	if (!process_lives(row->pid, row->pid_started))
		return false;
	process_signal_group(row->pid, SIGKILL);
	process_wait_gone(row->pid, row->pid_started, DYING_TIME);
	return true;
}

static sv version_named_by(struct arena *a, const struct value *spec, sv asset)
{
	const struct value *outputs = value_map(value_map(value_map(spec, "extras"), "plait"),
						"outputs");

	for (size_t i = 0; i < outputs->n; i++)
		if (sv_eq(outputs->keys[i], asset))
			return arena_sv(a, value_text(&outputs->items[i], "version"));
	return NONE;
}

/* The ids its versions were to have, and its code versions, from the step.json it was started with. */
static bool read_assets(struct recovering *r, const struct step_row *row,
			struct publish_request *request, struct err *e)
{
	struct publish_asset *assets = NEW(r->arena, struct publish_asset, row->assets.n + 1);
	const struct value *spec;
	sv text;

	if (!file_read(r->arena, path_join(r->arena, row->directory, SV("step.json")),
		       LIMIT_MESSAGE_BYTES, &text, e) ||
	    !json_read(r->arena, text, &spec, e))
		return false;
	for (size_t i = 0; i < row->assets.n; i++) {
		const struct value *codes = value_map(spec, "code_version_by_asset_key");

		assets[i].key = row->assets.at[i];
		assets[i].version = version_named_by(r->arena, spec, assets[i].key);
		for (size_t n = 0; n < codes->n; n++)
			if (sv_eq(codes->keys[n], assets[i].key) &&
			    codes->items[n].type == VALUE_TEXT)
				assets[i].code_version = codes->items[n].text;
	}
	request->assets = assets;
	request->assets_count = row->assets.n;
	return true;
}

/* plait may have been killed between the commit of the versions and that of the step's row. */
static bool already_published(struct recovering *r, const struct publish_request *request)
{
	struct version_row version;
	struct err e;

	for (size_t i = 0; i < request->assets_count; i++)
		if (store_get_version(r->session->store, r->arena, request->assets[i].version,
				      &version, &e))
			return true;
	return false;
}

static bool publish_now(struct recovering *r, struct step_row *row,
			const struct publish_request *request, const struct step_report *report,
			struct err *e)
{
	struct publish_result result = {0};

	if (!publish_record(r->session->store, r->arena, request, report, &result, e))
		return false;
	for (size_t i = 0; i < result.made.n; i++)
		if (!append(r, row, "materialization", result.made.at[i].asset,
			    publish_made_body(r->arena, &result.made.at[i]), e))
			return false;
	row->reason = SV("it had finished when plait was killed; published by the next start");
	return true;
}

static bool publish(struct recovering *r, struct step_row *row, const struct step_report *report,
		    struct err *e)
{
	struct publish_request request = {
		.run = row->run,
		.step = row->index,
		.attempt = row->attempt,
		.location = row->location,
		.manifest_id = row->manifest_id,
		.now = row->ended_at,
		.duration = row->ended_at - row->started_at,
	};

	if (!read_assets(r, row, &request, e))
		return false;
	row->state = STEP_SUCCESS;
	r->tally.finished++;
	if (!already_published(r, &request) && !publish_now(r, row, &request, report, e))
		return false;
	return append(r, row, "step_succeeded", NONE, run_reason_body(r->arena, row->reason), e);
}

static bool settle_started(struct recovering *r, struct step_row *row, struct err *e)
{
	struct step_report report = {.arena = r->arena};
	bool ended = end_process(r, row);

	if (!read_report(r, row, &report, e))
		return false;
	row->ended_at = clock_now();
	if (report.closed && !report.exception.p)
		return publish(r, row, &report, e);
	row->state = report.closed ? STEP_FAILURE : STEP_CANCELED;
	row->error = report.exception;
	row->reason = report.closed ? report.exception_message
		      : ended       ? SV("plait was killed while it ran; the next start stopped it")
			      : SV("plait was killed while it ran, and it ended without finishing");
	if (report.closed)
		r->tally.failed++;
	else
		r->tally.stopped++;
	return append(r, row, report.closed ? "step_failed" : "step_canceled", NONE,
		      run_reason_body(r->arena, row->reason), e);
}

static bool settle_step(struct recovering *r, struct step_row *row, struct err *e)
{
	if (row->state == STEP_STARTING || row->state == STEP_RUNNING) {
		if (!settle_started(r, row, e))
			return err_wrap(e, "step '" SV_FMT "'", SV_ARG(row->name));
	} else {
		row->state = STEP_CANCELED;
		row->reason = SV("plait was killed before it started");
		row->ended_at = clock_now();
		r->tally.never++;
		if (!append(r, row, "step_canceled", NONE, run_reason_body(r->arena, row->reason),
			    e))
			return false;
	}
	return store_put_step(r->session->store, row, e);
}

/* ---- one run ---- */

static sv sentence(struct recovering *r)
{
	const struct tally *t = &r->tally;

	return arena_fmt(r->arena,
			 "plait was killed during this run; steps: %zu finished, %zu failed, "
			 "%zu stopped, %zu never started",
			 t->finished, t->failed, t->stopped, t->never);
}

static bool settle_run(struct recovering *r, struct err *e)
{
	struct step_rows steps = {0};

	if (!store_list_steps(r->session->store, r->arena, r->run->id, &steps, e))
		return false;
	for (size_t i = 0; i < steps.n; i++) {
		enum step_state state = steps.at[i].state;

		if (state == STEP_SUCCESS)
			r->tally.finished++;
		else if (state == STEP_FAILURE)
			r->tally.failed++;
		if (!step_state_ended(state) && !settle_step(r, &steps.at[i], e))
			return false;
	}
	r->run->state = RUN_INTERRUPTED;
	r->run->ended_at = clock_now();
	r->run->error = sentence(r);
	return append(r, NULL, "run_interrupted", NONE, run_reason_body(r->arena, r->run->error),
		      e) &&
	       store_put_run(r->session->store, r->run, e);
}

/* The views of all that the run made current: a crash may have come between commit and link. */
static bool mend_views(struct recovering *r, struct err *e)
{
	struct version_rows current = {0};
	struct publish_views stale = {0};

	if (!store_list_current(r->session->store, r->arena, &current, e))
		return false;
	for (size_t i = 0; i < current.n; i++)
		if (sv_eq(current.at[i].run, r->run->id))
			publish_views_of(r->arena, current.at[i].storage, current.at[i].views,
					 &r->views);
	for (size_t i = 0; i < r->views.n; i++)
		if (!view_is_current(&r->views.at[i].view))
			*LIST_ADD(r->arena, &stale) = r->views.at[i];
	return publish_move_views(&stale, e);
}

static void read_begun_of(struct recovering *r, sv attempt)
{
	AUTO_ARENA a = arena_new();
	const struct value *spec, *outputs;
	struct err e;
	sv text;

	if (!file_read(a, path_join(a, attempt, SV("step.json")), LIMIT_MESSAGE_BYTES, &text, &e) ||
	    !json_read(a, text, &spec, &e))
		return;
	outputs = value_map(value_map(value_map(spec, "extras"), "plait"), "outputs");
	for (size_t i = 0; i < outputs->n; i++)
		*LIST_ADD(r->arena, &r->begun) = arena_sv(
			r->arena, value_text(&outputs->items[i], "version"));
}

static void read_begun(struct recovering *r)
{
	AUTO_ARENA a = arena_new();
	sv runs = path_join(a, r->session->state, SV("runs"));
	struct folder_entries run = {0};
	struct err e;

	r->begun_read = true;
	if (!folder_list(a, runs, &run, &e))
		return;
	for (size_t i = 0; i < run.n; i++) {
		sv folder = path_join(a, runs, run.at[i].name);
		struct folder_entries attempts = {0};

		if (!folder_list(a, folder, &attempts, &e))
			continue;
		for (size_t n = 0; n < attempts.n; n++)
			read_begun_of(r, path_join(a, folder, attempts.at[n].name));
	}
}

/* A base may hold versions of other ledgers: another workspace's, or one that somebody deleted. */
static bool begun_here(struct recovering *r, sv version)
{
	if (!r->begun_read)
		read_begun(r);
	for (size_t i = 0; i < r->begun.n; i++)
		if (sv_eq(r->begun.at[i], version))
			return true;
	return false;
}

static bool to_keep(void *ctx, sv version)
{
	struct recovering *r = ctx;
	struct version_row row;
	struct err e;

	return store_get_version(r->session->store, r->arena, version, &row, &e) ||
	       e.kind != ERR_NOT_FOUND || !begun_here(r, version);
}

/* Version directories that steps of ours began and no row knows: they were killed while they wrote. */
static bool sweep(struct recovering *r, struct err *e)
{
	sv last = NONE;
	size_t removed;

	for (size_t i = 0; i < r->views.n; i++) {
		if (sv_eq(r->views.at[i].base, last))
			continue;
		last = r->views.at[i].base;
		if (!view_sweep(last, to_keep, r, clock_now() - SWEEP_AGE, &removed, e))
			return false;
	}
	return true;
}

static bool recover_one(struct session *s, struct run_row *run,
			const struct session_listener *listener, struct err *e)
{
	AUTO_ARENA a = arena_new();
	struct recovering r = {.session = s, .arena = a, .run = run};

	if (!store_begin(s->store, e))
		return false;
	if (!settle_run(&r, e)) {
		store_rollback(s->store);
		return err_wrap(e,
				"closing run " SV_FMT ", which plait left open when it was killed",
				SV_ARG(run->id));
	}
	if (!store_commit(s->store, e) || !mend_views(&r, e) || !sweep(&r, e))
		return false;
	if (listener->on_recovered)
		listener->on_recovered(
			listener->ctx,
			arena_fmt(a, "run " SV_FMT ": " SV_FMT "\n  hint: plait run show " SV_FMT,
				  SV_ARG(run->id), SV_ARG(run->error), SV_ARG(run->id)));
	return true;
}

bool recovery_run(struct session *s, const struct session_listener *listener, struct err *e)
{
	AUTO_ARENA a = arena_new();
	struct run_rows open = {0};

	if (!store_list_open_runs(s->store, a, &open, e))
		return false;
	for (size_t i = 0; i < open.n; i++)
		if (!recover_one(s, &open.at[i], listener, e))
			return false;
	return true;
}

static bool is_lost(const struct view *v)
{
	struct file_facts at;

	return !file_look(v->path, &at) && file_exists(v->target);
}

bool recovery_views(struct session *s, const struct session_listener *listener, struct err *e)
{
	AUTO_ARENA a = arena_new();
	struct version_rows current = {0};
	struct publish_views views = {0}, lost = {0};
	struct err why;

	if (!store_list_current(s->store, a, &current, e))
		return false;
	for (size_t i = 0; i < current.n; i++)
		publish_views_of(a, current.at[i].storage, current.at[i].views, &views);
	for (size_t i = 0; i < views.n; i++)
		if (is_lost(&views.at[i].view))
			*LIST_ADD(a, &lost) = views.at[i];
	if (!publish_move_views(&lost, &why) && listener->on_recovered)
		listener->on_recovered(
			listener->ctx,
			arena_fmt(a, "a lost view could not be made again: %s", why.text));
	return true;
}
