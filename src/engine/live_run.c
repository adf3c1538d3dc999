/* live_run.c -- the story of a run: queued, begun, moved on by what ends, ended. */
#include "engine/live_run.h"

#include "base/time.h"
#include "engine/engine_parts.h"
#include "engine/run_rows.h"

static const sv NONE = {NULL, 0};

void live_run_tell(struct live_run *r, const char *kind, sv body)
{
	run_tell(&r->teller, &(struct run_event){.kind = kind, .step = -1, .body = body});
}

static void move(struct live_run *r, enum run_state to)
{
	assert(run_state_may_move(r->state, to));
	r->state = to;
	run_rows_put(r);
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

static void tell_end(struct live_run *r, sv rerun)
{
	AUTO_ARENA a = arena_new();

	for (size_t i = 0; i < COUNT_OF(END_EVENTS); i++)
		if (END_EVENTS[i].state == r->state)
			live_run_tell(r, END_EVENTS[i].event, run_rows_end_body(a, r, rerun));
}

static void end(struct live_run *r, enum run_state outcome)
{
	struct engine *en = r->engine;

	alarm_clear(en->alarms, &r->limit);
	alarm_clear(en->alarms, &r->grace);
	r->ended_at = engine_now(en);
	move(r, outcome);
	engine_leave(en, r);
	tell_end(r, outcome == RUN_FAILURE ? engine_rerun(en, r) : NONE);
	engine_bury(en, r);
}

static void end_if_done(struct live_run *r)
{
	enum run_state outcome;

	if (run_state_ended(r->state) || !step_order_done(r->order))
		return;
	outcome = step_order_outcome(r->order);
	end(r, r->overdue && outcome == RUN_CANCELED ? RUN_FAILURE : outcome);
}

/* ---- what follows from a step ---- */

/* Steps whose state follows from another's: skipped or canceled, each with its row and event. */
static void record_changes(struct live_run *r, const struct step_changes *changes, uint32_t except)
{
	AUTO_ARENA a = arena_new();

	for (size_t i = 0; i < changes->n; i++) {
		struct live_step *s = &r->steps[changes->at[i]];
		const struct order_step *now = step_order_at(r->order, s->index);

		if (!step_state_ended(now->state) || s->index == except)
			continue;
		s->ended_at = engine_now(r->engine);
		run_rows_put_step(s, false);
		live_step_tell(s, now->state == STEP_SKIPPED ? "step_skipped" : "step_canceled",
			       NONE, run_reason_body(a, now->reason));
	}
}

static void follow_up(struct live_step *s, const struct step_changes *changes)
{
	struct live_run *r = s->run;

	run_rows_put_step(s, false);
	record_changes(r, changes, s->index);
	end_if_done(r);
}

void live_run_step_ended(struct live_step *s, enum step_state state, sv reason)
{
	AUTO_ARENA a = arena_new();
	struct step_changes changes = {0};

	step_order_ended(s->run->order, s->index, state, reason, a, &changes);
	follow_up(s, &changes);
}

void live_run_step_retries(struct live_step *s, time_us at, sv reason)
{
	AUTO_ARENA a = arena_new();
	struct step_changes changes = {0};

	step_order_retry(s->run->order, s->index, at, reason, a, &changes);
	follow_up(s, &changes);
}

void live_run_step_unbegun(struct live_step *s, sv reason)
{
	AUTO_ARENA a = arena_new();
	struct step_changes changes = {0};

	step_order_unbegun(s->run->order, s->index, reason, a, &changes);
	if (step_order_at(s->run->order, s->index)->state == STEP_CANCELED)
		live_step_tell(s, "step_canceled", NONE,
			       run_reason_body(a, step_order_at(s->run->order, s->index)->reason));
	follow_up(s, &changes);
}

void live_run_wake(struct live_run *r)
{
	AUTO_ARENA a = arena_new();
	struct step_changes changes = {0};

	step_order_wake(r->order, engine_now(r->engine), a, &changes);
}

/* ---- canceling ---- */

static void signal_steps(struct live_run *r, bool hard)
{
	for (size_t i = 0; i < r->plan->steps_count; i++)
		live_step_cancel(&r->steps[i], hard);
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

	if (r->state == RUN_STARTED) {
		move(r, RUN_CANCELING);
		live_run_tell(r, "run_canceling", run_reason_body(a, r->cancel_reason));
	}
	if (!r->canceling_at)
		r->canceling_at = engine_now(r->engine);
	alarm_set(r->engine->alarms, &r->grace, r->canceling_at + CANCEL_GRACE);
	step_order_cancel(r->order, r->cancel_reason, a, &changes);
	record_changes(r, &changes, NO_ID);
}

void live_run_cancel(struct live_run *r, sv reason, bool hard)
{
	if (run_state_ended(r->state))
		return;
	if (!r->cancel_reason.p)
		r->cancel_reason = arena_sv(r->arena, reason);
	if (!step_order_canceled(r->order))
		begin_cancel(r);
	signal_steps(r, hard);
	end_if_done(r);
	engine_settle(r->engine);
}

static void on_overdue(void *ctx)
{
	AUTO_ARENA a = arena_new();
	struct live_run *r = ctx;

	r->overdue = true;
	live_run_cancel(
		r,
		arena_fmt(a, SV_FMT " of " SV_FMT " (%s)", SV_ARG(LIVE_RUN_OVERDUE),
			  SV_ARG(time_duration(a, r->options.max_runtime)),
			  run_tag_value(r->what.tags.at, r->what.tags.n, "dagster/max_runtime").p
				  ? "dagster/max_runtime"
				  : "max_runtime_seconds"),
		false);
}

void live_run_abandon(struct live_run *r)
{
	alarm_clear(r->engine->alarms, &r->limit);
	alarm_clear(r->engine->alarms, &r->grace);
	for (size_t i = 0; i < r->plan->steps_count; i++)
		live_step_abandon(&r->steps[i]);
}

/* ---- the beginning ---- */

static void set_limit(struct live_run *r)
{
	if (r->options.max_runtime)
		alarm_set(r->engine->alarms, &r->limit, r->started_at + r->options.max_runtime);
}

void live_run_waits(struct live_run *r, sv reason)
{
	AUTO_ARENA a = arena_new();

	r->waiting_reason = arena_sv(r->arena, reason);
	run_rows_put(r);
	live_run_tell(r, "run_waiting", run_reason_body(a, reason));
}

void live_run_begin(struct live_run *r)
{
	r->started_at = engine_now(r->engine);
	move(r, RUN_STARTED);
	live_run_tell(r, "run_started", SV("{}"));
	set_limit(r);
	end_if_done(r);
}

/* Its steps were asked to end before that was recorded; asked twice, they would not tidy up. */
static void begin_cancel_again(struct live_run *r)
{
	begin_cancel(r);
	for (size_t i = 0; i < r->plan->steps_count; i++)
		live_step_canceled(&r->steps[i]);
}

void live_run_resume(struct live_run *r, const struct step_changes *changes)
{
	record_changes(r, changes, NO_ID);
	if (r->state == RUN_STARTED)
		set_limit(r);
	if (r->state == RUN_CANCELING)
		begin_cancel_again(r);
	end_if_done(r);
}

static sv own(struct arena *a, sv text)
{
	return text.p ? arena_sv(a, text) : text;
}

/* What is kept of a submission beyond its plan. */
static void own_submission(struct live_run *r, const struct engine_submission *what)
{
	struct arena *a = r->arena;

	r->what = *what;
	r->what.selection = own(a, what->selection);
	r->what.location = own(a, what->location);
	r->what.parent = own(a, what->parent);
	r->what.root = own(a, what->root);
	r->what.tags = (struct run_tags){0};
	for (size_t i = 0; i < what->tags.n; i++)
		*LIST_ADD(a, &r->what.tags) = (struct run_tag){own(a, what->tags.at[i].name),
							       own(a, what->tags.at[i].value)};
}

static void make_steps(struct live_run *r)
{
	r->steps = NEW(r->arena, struct live_step, r->plan->steps_count);
	for (size_t i = 0; i < r->plan->steps_count; i++) {
		const struct plan_step *step = &r->plan->steps[i];

		r->steps[i] = (struct live_step){
			.run = r,
			.index = (uint32_t)i,
			.manifest = r->plan->graph->locations[step->location].manifest,
			.step = step->step,
			.options = &step->options,
		};
	}
}

struct live_run *live_run_bare(struct engine *en, const struct engine_submission *what, sv id)
{
	struct arena *a = arena_new();
	struct live_run *r = NEW(a, struct live_run, 1);

	*r = (struct live_run){
		.engine = en,
		.arena = a,
		.plan = what->plan,
		.id = arena_sv(a, id),
		.state = RUN_QUEUED,
		.limit = {.fn = on_overdue, .ctx = r},
		.grace = {.fn = on_grace_over, .ctx = r},
		.order = step_order_new(what->plan, en->slots),
		.made = NEW(a, const struct version_row *, what->plan->graph->nodes_count + 1),
	};
	own_submission(r, what);
	r->options = run_options_read(a, r->what.tags.at, r->what.tags.n, &en->settings,
				      &r->problems);
	r->teller = (struct run_teller){.writer = en->writer,
					.store = en->request.store,
					.world = &en->world,
					.run = r->id};
	r->dispatch = (struct dispatch_run){
		.order = r->order,
		.priority = r->options.priority,
		.created = en->created++,
		.most_running = what->most_running,
		.owner = r,
	};
	make_steps(r);
	return r;
}

struct live_run *live_run_new(struct engine *en, const struct engine_submission *what)
{
	AUTO_ARENA a = arena_new();
	struct live_run *r = live_run_bare(en, what, en->world.new_id(en->world.ctx, a));

	r->created_at = engine_now(en);
	run_teller_listen(&r->teller, -1, &what->listener);
	run_rows_put(r);
	for (size_t i = 0; i < r->plan->steps_count; i++)
		run_rows_put_step(&r->steps[i], true);
	run_teller_stored(&r->teller);
	live_run_tell(r, "run_created", run_rows_created_body(a, r));
	return r;
}

void live_run_free(struct live_run *r)
{
	if (!r)
		return;
	live_run_abandon(r);
	live_step_free_attempts(r);
	run_teller_close(&r->teller);
	step_order_free(r->order);
	if (r->what.release)
		r->what.release(r->what.release_ctx);
	arena_free(r->what.arena);
	arena_free(r->arena);
}
