/* live_step.c -- from ready to ended: claimed, recorded, handed over, followed, judged. */
#include "engine/live_step.h"

#include "base/time.h"
#include "codec/json.h"
#include "engine/code_change.h"
#include "engine/live_attempt.h"
#include "engine/run_rows.h"
#include "model/failure.h"

static const sv NONE = {NULL, 0};

const struct plan_step *live_step_plan(const struct live_step *s)
{
	return &s->run->plan->steps[s->index];
}

sv live_step_location(const struct live_step *s)
{
	return s->run->plan->graph->locations[live_step_plan(s)->location].name;
}

static struct engine *engine_of(const struct live_attempt *t)
{
	return t->step->run->engine;
}

/* ---- events ---- */

static void tell(struct live_step *s, const char *kind, sv asset, sv body, bool may_wait)
{
	run_tell(&s->run->teller, &(struct run_event){
					  .kind = kind,
					  .step = s->index,
					  .attempt = s->attempt_number,
					  .asset = asset,
					  .body = body,
					  .may_wait = may_wait,
				  });
}

void live_step_tell(struct live_step *s, const char *kind, sv asset, sv body)
{
	tell(s, kind, asset, body, false);
}

/* ---- attempts come and go ---- */

static void on_limit(void *ctx);

static struct live_attempt *attempt_new(struct live_step *s)
{
	struct arena *a = arena_new();
	struct live_attempt *t = NEW(a, struct live_attempt, 1);

	*t = (struct live_attempt){
		.arena = a,
		.step = s,
		.report = {.arena = a},
		.limit = {.fn = on_limit, .ctx = t},
	};
	return s->attempt = t;
}

static void free_attempt(void *ctx)
{
	struct live_attempt *t = ctx;

	for (struct live_attempt **at = &t->step->run->ended; *at; at = &(*at)->next)
		if (*at == t) {
			*at = t->next;
			break;
		}
	arena_free(t->arena);
}

/* Its step is free for another one; what was told of it may still be on its way. */
void live_attempt_retire(struct live_attempt *t)
{
	struct live_step *s = t->step;

	attempt_release(t->attempt);
	t->attempt = NULL;
	alarm_clear(engine_of(t)->alarms, &t->limit);
	s->attempt = NULL;
	s->error = NONE;
	t->next = s->run->ended;
	s->run->ended = t;
	writer_after(engine_of(t)->writer, free_attempt, t);
}

void live_step_abandon(struct live_step *s)
{
	struct live_attempt *t = s->attempt;

	if (!t)
		return;
	attempt_release(t->attempt);
	t->attempt = NULL;
	alarm_clear(engine_of(t)->alarms, &t->limit);
}

void live_step_free_attempts(struct live_run *r)
{
	for (size_t i = 0; i < r->plan->steps_count; i++)
		if (r->steps[i].attempt)
			arena_free(r->steps[i].attempt->arena);
	while (r->ended) {
		struct live_attempt *next = r->ended->next;

		arena_free(r->ended->arena);
		r->ended = next;
	}
}

/* ---- its life ---- */

static void on_ended(void *ctx, const struct attempt_end *how)
{
	struct live_attempt *t = ctx;

	t->step->ended_at = engine_now(engine_of(t));
	t->step->max_rss_kib = how->max_rss_kib;
	t->step->user_us = how->user_us;
	t->step->system_us = how->system_us;
	live_attempt_judge_gone(t, how);
}

static void on_message(void *ctx, sv line, uint64_t end_offset)
{
	struct live_attempt *t = ctx;
	struct live_step *s = t->step;
	AUTO_ARENA a = arena_new();
	struct report_event event = step_report_take(a, &t->report, line);

	if (event.kind && t->heard)
		t->heard--;
	else if (event.kind)
		tell(s, event.kind, event.asset, event.body, true);
	if (!t->report.closed)
		return;
	s->ended_at = engine_now(engine_of(t));
	s->max_rss_kib = t->report.max_rss_kib;
	s->user_us = t->report.user_us;
	s->system_us = t->report.system_us;
	if (s->options->isolation == ISOLATION_WORKER)
		engine_kept_worked(engine_of(t), s->user_us + s->system_us);
	live_attempt_judge_closed(t);
}

void live_step_canceled(struct live_step *s)
{
	if (s->attempt)
		s->attempt->cancel_asked = true;
}

void live_step_cancel(struct live_step *s, bool hard)
{
	struct live_attempt *t = s->attempt;

	if (!t)
		return;
	t->cancel_asked = true;
	if (t->attempt)
		attempt_cancel(t->attempt, hard);
}

static void on_limit(void *ctx)
{
	struct live_attempt *t = ctx;
	bool hard = t->overdue;

	t->overdue = true;
	if (t->attempt)
		attempt_cancel(t->attempt, hard);
	if (!hard)
		alarm_set(engine_of(t)->alarms, &t->limit, engine_now(engine_of(t)) + CANCEL_GRACE);
}

static void set_limit(struct live_attempt *t, time_us from, time_us limit)
{
	if (limit)
		alarm_set(engine_of(t)->alarms, &t->limit, from + limit);
	else
		alarm_clear(engine_of(t)->alarms, &t->limit);
}

static void refuse_now(void *ctx)
{
	struct live_attempt *t = ctx;

	if (t->step->attempt == t)
		live_attempt_fail(t, t->refusal, t->refusal_hint, true);
}

/* From within a claim nothing can end yet. */
static void refuse(struct live_attempt *t, const struct err *why)
{
	t->refusal = arena_sv(t->arena, sv_of(why->text));
	t->refusal_hint = why->hint[0] ? arena_sv(t->arena, sv_of(why->hint)) : NONE;
	t->step->ended_at = engine_now(engine_of(t));
	writer_after(engine_of(t)->writer, refuse_now, t);
}

/* Its row is on disk: whoever comes after a crash finds the process, or knows that it never began. */
static void hand_over(void *ctx)
{
	struct live_attempt *t = ctx;

	if (!t->attempt || t->cancel_asked || t->overdue)
		return; /* on_ended follows */
	t->gone = true;
	attempt_go(t->attempt, t->context);
	set_limit(t, t->step->started_at, t->step->options->timeout);
}

static struct step_context context_of(struct live_attempt *t, const struct engine_code *code)
{
	struct live_step *s = t->step;

	return (struct step_context){
		.state = engine_of(t)->request.state,
		.plan = s->run->plan,
		.step = s->index,
		.manifest = s->manifest,
		.location = code->location,
		.run = s->run->id,
		.run_tags = s->run->what.tags.at,
		.run_tags_count = s->run->what.tags.n,
		.attempt = s->attempt_number,
		.retries = step_order_at(s->run->order, s->index)->retries,
		.isolation = t->step->options->isolation,
		.messages = s->process.messages,
		.inputs = t->inputs,
		.inputs_count = live_step_plan(s)->inputs_count,
		.versions = t->versions,
	};
}

static void note_process(struct live_step *s, const struct attempt_process *process)
{
	struct arena *a = s->run->arena;

	s->process = (struct attempt_process){
		.pid = process->pid,
		.pid_started = arena_fmt(a, SV_FMT " " SV_FMT, SV_ARG(process->pid_started),
					 SV_ARG(s->run->engine->boot)),
		.messages = arena_sv(a, process->messages),
		.offset = process->offset,
		.method = arena_cstr(a, sv_of(process->method)),
	};
}

/* With the versions that it may leave behind: whatever becomes of it, the ledger knows them as ours (engine/views.h). */
static sv started_body(struct live_attempt *t, const struct attempt_process *process)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_int(&j, "pid", process->pid);
	json_member_text(&j, "method", sv_of(process->method));
	json_key(&j, "versions");
	json_open(&j, '[');
	for (size_t i = 0; i < live_step_plan(t->step)->nodes_count; i++)
		json_text(&j, t->versions[i]);
	json_close(&j);
	return json_finish(t->arena, &j);
}

static void on_ready(void *ctx, const struct attempt_process *process)
{
	struct live_attempt *t = ctx;
	struct live_step *s = t->step;
	struct engine_request *request = &engine_of(t)->request;
	struct engine_code code;
	struct step_context context;
	struct err e;

	if (t->cancel_asked || t->overdue)
		return; /* on_ended follows */
	if (!request->find_code(request->ctx, live_step_location(s), &code, &e)) {
		refuse(t, &e);
		return;
	}
	t->ready = true;
	note_process(s, process);
	alarm_clear(engine_of(t)->alarms, &t->limit);
	s->started_at = engine_now(engine_of(t));
	context = context_of(t, &code);
	t->context = step_context_write(t->arena, &context, &t->files);
	step_order_running(s->run->order, s->index);
	run_rows_put_step(s, false);
	live_step_tell(s, "step_started", NONE, started_body(t, process));
	writer_after(engine_of(t)->writer, hand_over, t);
}

static struct attempt_listener listener_of(struct live_attempt *t)
{
	return (struct attempt_listener){
		.on_ready = on_ready, .on_message = on_message, .on_ended = on_ended, .ctx = t};
}

static void claim(struct live_attempt *t)
{
	struct live_step *s = t->step;
	struct attempt_request request = {
		.location = live_step_location(s),
		.manifest_id = s->manifest->id,
		.directory = t->files.directory,
		.isolation = t->step->options->isolation,
		.listener = listener_of(t),
	};

	set_limit(t, s->started_at, engine_of(t)->settings.start_timeout);
	t->attempt = executor_claim(engine_of(t)->request.executor, &request);
}

/* What became known since the step was planned.  A location known not to load is not tried: it might hang again. */
static bool check_code(struct live_step *s, struct err *e)
{
	struct engine_request *request = &s->run->engine->request;
	sv location = live_step_location(s);
	struct engine_code code;

	if (!request->find_code(request->ctx, location, &code, e))
		return false;
	if (!code.error.p)
		return !code.manifest || sv_eq(code.manifest->id, s->manifest->id) ||
		       code_change_adopt(s, code.manifest->id, e);
	AUTO_ARENA a = arena_new();
	struct failure why = failure_to_load(a, location, code.error);

	err_set(e, ERR_UNAVAILABLE, SV_FMT, SV_ARG(why.message));
	return err_hint(e, SV_FMT, SV_ARG(why.hint));
}

static void prepare(struct live_attempt *t)
{
	const struct engine *en = engine_of(t);
	struct live_step *s = t->step;
	size_t nodes = live_step_plan(s)->nodes_count;
	struct step_context context = {
		.state = en->request.state.p ? en->request.state : SV("/"),
		.plan = s->run->plan,
		.step = s->index,
		.run = s->run->id,
		.attempt = s->attempt_number,
	};

	t->versions = NEW(t->arena, sv, nodes);
	for (size_t i = 0; i < nodes; i++)
		t->versions[i] = en->world.new_id(en->world.ctx, t->arena);
	t->files = step_files_of(t->arena, &context);
	s->directory = arena_sv(s->run->arena, t->files.directory);
}

void live_step_start(struct live_step *s)
{
	struct engine *en = s->run->engine;
	bool again = step_order_at(s->run->order, s->index)->retries > 0;
	struct live_attempt *t;
	struct err e;
	bool good;

	step_order_started(s->run->order, s->index);
	s->attempt_number++;
	s->started_at = s->ended_at = engine_now(en);
	s->process = (struct attempt_process){0};
	s->max_rss_kib = s->user_us = s->system_us = 0;
	good = check_code(s, &e);
	t = attempt_new(s);
	prepare(t);
	if (again)
		live_step_tell(s, "step_restarted", NONE,
			       arena_fmt(t->arena, "{\"retry\":%u}",
					 step_order_at(s->run->order, s->index)->retries));
	if (!good || !live_attempt_find_inputs(t, &e)) {
		live_attempt_fail_for(t, &e);
		return;
	}
	s->ended_at = 0;
	claim(t);
}

/* "STARTED BOOT", as note_process writes it. */
static bool of_this_boot(const struct live_step *s, sv *ret_started)
{
	sv rest = s->process.pid_started, boot = NONE;

	*ret_started = NONE;
	if (!sv_split(&rest, ' ', ret_started))
		return true;
	boot = rest;
	return !boot.n || sv_eq(boot, s->run->engine->boot);
}

void live_step_follow(struct live_step *s, size_t events)
{
	struct live_attempt *t = attempt_new(s);
	struct attempt_listener listener = listener_of(t);
	struct attempt_process process = s->process;

	t->followed = true;
	t->heard = events;
	t->rebooted = !of_this_boot(s, &process.pid_started);
	if (t->rebooted)
		process.pid_started = SV("another boot");
	t->attempt = executor_reattach(engine_of(t)->request.executor, &process, &listener);
	set_limit(t, s->started_at, t->step->options->timeout);
}
