/* live_run.c -- the story of a run: created, started, driven by what ends, ended. */
#include "daemon/live_run.h"

#include "base/time.h"
#include "codec/json.h"
#include "daemon/live_step.h"
#include "sys/clock.h"
#include "sys/ids.h"
#include "sys/process.h"

#define CANCEL_GRACE (10 * TIME_SECOND)

static const sv NONE = {NULL, 0};

static void tell(struct live_run *r, const char *kind, sv body)
{
	run_tell(&r->teller, &(struct run_event){.kind = kind, .step = -1, .body = body});
}

/* ---- rows and bodies ---- */

static sv request_text(struct live_run *r, struct arena *a)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "selection", r->request.selection);
	json_member_text(&j, "location", r->request.location);
	json_member_int(&j, "most_running", r->request.most_running);
	return json_finish(a, &j);
}

static void record_run(struct live_run *r, sv error)
{
	AUTO_ARENA a = arena_new();
	struct err e;
	struct run_row row = {
		.id = r->id,
		.state = r->state,
		.request = request_text(r, a),
		.error = error,
		.created_at = r->created_at,
		.started_at = r->started_at,
		.ended_at = r->ended_at,
	};

	WRITE(r->writer, store_put_run(writer_store(r->writer), &row, &e), &e);
}

static void move(struct live_run *r, enum run_state to)
{
	assert(run_state_may_move(r->state, to));
	r->state = to;
}

static void write_step(struct json *j, const struct run_plan *plan, size_t i)
{
	const struct plan_step *step = &plan->steps[i];

	json_open(j, '{');
	json_member_int(j, "index", (int64_t)i);
	json_member_text(j, "name", step->name);
	json_member_text(j, "location", plan->graph->locations[step->location].name);
	json_key(j, "assets");
	json_open(j, '[');
	for (size_t n = 0; n < step->nodes_count; n++)
		json_text(j, plan->graph->nodes[step->nodes[n]].key);
	json_close(j);
	json_key(j, "waits_for");
	json_open(j, '[');
	for (size_t n = 0; n < step->waits_for_count; n++)
		json_int(j, step->waits_for[n]);
	json_close(j);
	json_member_text(j, "reason", step->reason);
	json_close(j);
}

static sv created_body(struct live_run *r, struct arena *a)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "selection", r->request.selection);
	json_key(&j, "steps");
	json_open(&j, '[');
	for (size_t i = 0; i < r->plan->steps_count; i++)
		write_step(&j, r->plan, i);
	json_close(&j);
	json_member_texts(&j, "warnings", &r->plan->warnings);
	return json_finish(a, &j);
}

/* ---- the end ---- */

static const struct {
	enum run_state state;
	const char *event;
} END_EVENTS[] = {
	{RUN_SUCCESS, "run_succeeded"},
	{RUN_FAILURE, "run_failed"},
	{RUN_CANCELED, "run_canceled"},
};

static sv end_body(struct live_run *r, struct arena *a)
{
	size_t counts[STEP_STATE_COUNT] = {0};

	for (size_t i = 0; i < r->plan->steps_count; i++)
		counts[step_order_at(r->order, (uint32_t)i)->state]++;
	return arena_fmt(a,
			 "{\"duration_us\":%lld,\"succeeded\":%zu,\"failed\":%zu,\"skipped\":%zu,"
			 "\"canceled\":%zu}",
			 (long long)(r->ended_at - r->started_at), counts[STEP_SUCCESS],
			 counts[STEP_FAILURE], counts[STEP_SKIPPED], counts[STEP_CANCELED]);
}

static void on_all_told(void *ctx)
{
	struct live_run *r = ctx;

	r->request.on_end(r->request.ctx, r, r->state);
}

static void finish(struct live_run *r)
{
	AUTO_ARENA a = arena_new();
	enum run_state outcome = step_order_outcome(r->order);

	timer_close(r->grace);
	r->grace = NULL;
	r->ended_at = clock_now();
	move(r, outcome);
	record_run(r, r->cancel_reason);
	for (size_t i = 0; i < COUNT_OF(END_EVENTS); i++)
		if (END_EVENTS[i].state == outcome)
			tell(r, END_EVENTS[i].event, end_body(r, a));
	writer_after(r->writer, on_all_told, r);
}

/* ---- driving ---- */

static bool may_start_more(const struct live_run *r)
{
	uint32_t most = r->request.most_running ? r->request.most_running : process_processors();

	return step_order_count(r->order, STEP_STARTING) +
		       step_order_count(r->order, STEP_RUNNING) <
	       most;
}

static void drive(struct live_run *r)
{
	uint32_t step;

	if (r->abandoned)
		return;
	while (may_start_more(r) && step_order_next(r->order, &step))
		live_step_start(&r->steps[step]);
	if (step_order_done(r->order) && !run_state_ended(r->state))
		finish(r);
}

/* Steps whose state follows from another's end: skipped or canceled, each with its row and event. */
static void record_changes(struct live_run *r, const struct step_changes *changes, uint32_t except)
{
	AUTO_ARENA a = arena_new();

	for (size_t i = 0; i < changes->n; i++) {
		struct live_step *s = &r->steps[changes->at[i]];
		const struct order_step *now = step_order_at(r->order, s->index);

		if (!step_state_ended(now->state) || s->index == except)
			continue;
		s->ended_at = clock_now();
		live_step_record(s);
		live_step_tell(s, now->state == STEP_SKIPPED ? "step_skipped" : "step_canceled",
			       NONE, run_reason_body(a, now->reason));
	}
}

static void on_step_ended(struct live_step *s, enum step_state state, sv reason)
{
	struct live_run *r = s->run;
	AUTO_ARENA a = arena_new();
	struct step_changes changes = {0};

	step_order_ended(r->order, s->index, state, reason, a, &changes);
	if (r->abandoned)
		return;
	live_step_record(s);
	record_changes(r, &changes, s->index);
	drive(r);
}

/* ---- canceling ---- */

static void signal_steps(struct live_run *r, bool hard)
{
	for (size_t i = 0; i < r->plan->steps_count; i++)
		if (r->steps[i].attempt) {
			r->steps[i].cancel_asked = true;
			attempt_cancel(r->steps[i].attempt, hard);
		}
}

static void on_grace_over(void *ctx)
{
	signal_steps(ctx, true);
}

/* Nothing more starts; what runs is signalled by the caller. */
static void begin_cancel(struct live_run *r)
{
	AUTO_ARENA a = arena_new();
	struct step_changes changes = {0};

	move(r, RUN_CANCELING);
	record_run(r, r->cancel_reason);
	tell(r, "run_canceling", run_reason_body(a, r->cancel_reason));
	r->grace = timer_start(r->session->loop, CANCEL_GRACE, on_grace_over, r);
	step_order_cancel(r->order, r->cancel_reason, a, &changes);
	record_changes(r, &changes, NO_ID);
}

void live_run_cancel(struct live_run *r, sv reason, bool hard)
{
	if (run_state_ended(r->state))
		return;
	if (!r->cancel_reason.p)
		r->cancel_reason = arena_sv(r->arena, reason);
	if (r->state == RUN_QUEUED)
		return; /* on_created sees to it: the run is not on disk yet */
	if (r->state == RUN_STARTED)
		begin_cancel(r);
	signal_steps(r, hard);
	drive(r);
}

void live_run_abandon(struct live_run *r)
{
	r->abandoned = true;
	signal_steps(r, true);
}

/* ---- the beginning ---- */

static void on_created(void *ctx)
{
	struct live_run *r = ctx;

	move(r, RUN_STARTED);
	r->started_at = clock_now();
	record_run(r, NONE);
	tell(r, "run_started", SV("{}"));
	if (r->cancel_reason.p)
		begin_cancel(r);
	drive(r);
}

struct live_run *live_run_start(const struct live_run_request *request)
{
	struct arena *a = arena_new();
	AUTO_ARENA scratch = arena_new();
	struct live_run *r = NEW(a, struct live_run, 1);

	*r = (struct live_run){
		.arena = a,
		.request = *request,
		.session = request->session,
		.writer = request->writer,
		.plan = request->plan,
		.order = step_order_new(request->plan, NULL),
		.steps = NEW(a, struct live_step, request->plan->steps_count),
		.id = ids_new(a),
		.state = RUN_QUEUED,
		.created_at = clock_now(),
	};
	r->teller = (struct run_teller){
		.writer = r->writer, .run = r->id, .listener = request->listener};
	record_run(r, NONE);
	for (size_t i = 0; i < r->plan->steps_count; i++) {
		r->steps[i] = (struct live_step){
			.run = r,
			.index = (uint32_t)i,
			.on_ended = on_step_ended,
		};
		live_step_record(&r->steps[i]);
	}
	tell(r, "run_created", created_body(r, scratch));
	writer_after(r->writer, on_created, r);
	return r;
}

void live_run_free(struct live_run *r)
{
	if (!r)
		return;
	timer_close(r->grace);
	for (size_t i = 0; i < r->plan->steps_count; i++) {
		attempt_close(r->steps[i].attempt);
		arena_free(r->steps[i].report.arena);
	}
	step_order_free(r->order);
	arena_free(r->arena);
}

sv live_run_id(const struct live_run *r)
{
	return r->id;
}

const struct run_plan *live_run_plan(const struct live_run *r)
{
	return r->plan;
}
