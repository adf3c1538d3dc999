/* engine.c -- who may start now: runs out of the queue, steps out of the runs.  Everything else about a run is live_run.c's. */
#include "engine/engine.h"

#include "engine/engine_parts.h"
#include "engine/rerun.h"
#include "exec/executor.h"
#include "sys/clock.h"
#include "sys/ids.h"
#include "sys/process.h"

/* A step that takes less of a processor waits mostly for the disk; one that takes more is to have a processor. */
static const time_us SHORT_WORK = 5000;

/* ---- the real world ---- */

static time_us real_now(void *ctx)
{
	return clock_now();
}

static double real_random(void *ctx)
{
	return ids_random();
}

static sv real_new_id(void *ctx, struct arena *a)
{
	return ids_new(a);
}

static const struct engine_world REAL_WORLD = {
	.now = real_now, .random = real_random, .new_id = real_new_id};

/* ---- what may start ---- */

static void start_runs(struct engine *en)
{
	struct queued_run *next;

	while (run_queue_next(en->queue, &next)) {
		struct live_run *r = run_queue_owner(next);

		dispatch_add(en->dispatch, &r->dispatch);
		live_run_begin(r);
	}
}

static void start_steps(struct engine *en)
{
	struct dispatch_run *run;
	uint32_t step;

	while (dispatch_next(en->dispatch, &run, &step)) {
		struct live_run *r = run->owner;

		live_step_start(&r->steps[step]);
	}
}

/* Workers that are made beside the work of the steps before. */
static void tell_expected(struct engine *en)
{
	struct slots_expected x;

	while (slots_next_expected(en->slots, &x))
		executor_want(en->request.executor, x.location, x.soon, x.later);
}

static void on_wake(void *ctx)
{
	struct engine *en = ctx;

	for (struct live_run *r = en->runs; r; r = r->next)
		if (r->state == RUN_STARTED)
			live_run_wake(r);
	engine_settle(en);
}

static void set_wake(struct engine *en)
{
	time_us next = dispatch_next_wake(en->dispatch);

	if (!next)
		alarm_clear(en->alarms, &en->wake);
	else if (en->wake.at != next || !en->wake.place)
		alarm_set(en->alarms, &en->wake, next);
}

/* A slot for each step that is starting or running, and for nothing else; none of those in a run that waits. */
static void check(const struct engine *en)
{
	size_t held = 0;

	for (const struct live_run *r = en->runs; r; r = r->next) {
		size_t busy = step_order_count(r->order, STEP_STARTING) +
			      step_order_count(r->order, STEP_RUNNING);

		assert(!busy || r->state == RUN_STARTED || r->state == RUN_CANCELING);
		held += busy;
	}
	assert(held == slots_taken(en->slots));
}

void engine_settle(struct engine *en)
{
	en->again = true;
	if (en->settling || en->failed)
		return;
	en->settling = true;
	while (en->again && !en->held) {
		en->again = false;
		start_runs(en);
		start_steps(en);
	}
	tell_expected(en);
	set_wake(en);
	check(en);
	en->settling = false;
}

void engine_kept_worked(struct engine *en, time_us work)
{
	en->kept_work += (work - en->kept_work) / 8;
	slots_kept_beyond(en->slots, en->kept_work < SHORT_WORK ? en->request.kept_beyond : 0);
}

/* ---- runs come and go ---- */

static bool holds(const struct sv_list *list, sv text)
{
	for (size_t i = 0; i < list->n; i++)
		if (sv_eq(list->at[i], text))
			return true;
	return false;
}

static void queue_up(struct engine *en, struct live_run *r)
{
	AUTO_ARENA a = arena_new();
	const struct run_plan *plan = r->plan;
	struct sv_list assets = {0}, pools = {0};
	struct run_entry entry = {
		.id = r->id,
		.created = r->dispatch.created,
		.priority = r->options.priority,
		.tags = r->what.tags.at,
		.tags_count = r->what.tags.n,
		.owner = r,
	};

	for (size_t i = 0; i < plan->steps_count; i++) {
		sv pool = plan->steps[i].options.pool;

		for (size_t n = 0; n < plan->steps[i].nodes_count; n++)
			*LIST_ADD(a, &assets) = plan->graph->nodes[plan->steps[i].nodes[n]].key;
		if (pool.p && !holds(&pools, pool))
			*LIST_ADD(a, &pools) = pool;
	}
	entry.assets = assets.at;
	entry.assets_count = assets.n;
	entry.pools = pools.at;
	entry.pools_count = pools.n;
	r->queued = run_queue_add(en->queue, &entry, r->state != RUN_QUEUED);
}

static void limit_locations(struct engine *en, const struct live_run *r)
{
	struct engine_code code;
	struct err e;

	for (size_t i = 0; i < r->plan->steps_count; i++) {
		uint32_t location = r->plan->steps[i].location;
		sv name = r->plan->graph->locations[location].name;

		if (i && r->plan->steps[i - 1].location == location)
			continue;
		if (en->request.find_code(en->request.ctx, name, &code, &e))
			slots_limit_location(en->slots, name,
					     code.most_steps ? code.most_steps : -1);
	}
}

void engine_enter(struct engine *en, struct live_run *r)
{
	r->next = en->runs;
	en->runs = r;
	limit_locations(en, r);
	queue_up(en, r);
	if (r->state != RUN_QUEUED)
		dispatch_add(en->dispatch, &r->dispatch);
}

void engine_leave(struct engine *en, struct live_run *r)
{
	dispatch_remove(en->dispatch, &r->dispatch);
	run_queue_end(en->queue, r->queued);
	r->queued = NULL;
}

/* Round after round: attempts whose last words were told along with the run's end are gone by now. */
static void free_run(void *ctx)
{
	struct live_run *r = ctx;
	struct engine *en = r->engine;

	for (struct live_run **at = &en->runs; *at; at = &(*at)->next)
		if (*at == r) {
			*at = r->next;
			break;
		}
	live_run_free(r);
	if (!en->runs && en->request.on_idle)
		en->request.on_idle(en->request.ctx);
}

static void on_all_told(void *ctx)
{
	struct live_run *r = ctx;

	run_teller_end(&r->teller, r->state);
	writer_after(r->engine->writer, free_run, r);
}

void engine_bury(struct engine *en, struct live_run *r)
{
	writer_after(en->writer, on_all_told, r);
}

static struct live_run *find_run(const struct engine *en, sv id)
{
	struct live_run *r = en->runs;

	while (r && !sv_eq(r->id, id))
		r = r->next;
	return r;
}

bool engine_submit(struct engine *en, const struct engine_submission *what, sv *ret_run,
		   struct err *e)
{
	AUTO_ARENA a = arena_new();
	struct live_run *r;

	if (en->failed) {
		if (what->release)
			what->release(what->release_ctx);
		arena_free(what->arena);
		*e = en->error;
		return false;
	}
	r = live_run_new(en, what);
	engine_enter(en, r);
	*ret_run = r->id;
	engine_settle(en);
	if (r->state == RUN_QUEUED && r->queued)
		live_run_waits(r, run_queue_reason(a, en->queue, r->queued));
	return true;
}

/* ---- running again ---- */

static bool may_rerun(const struct engine *en, const struct live_run *r)
{
	if (!en->request.replan || r->what.retry_number >= r->options.max_retries)
		return false;
	return r->options.retry_on_step_failure || r->overdue;
}

static bool submit_rerun(struct engine *en, struct live_run *r, struct arena *a, sv *ret_run,
			 struct err *e)
{
	struct step_rows steps = {0};
	struct sv_list assets;
	struct engine_rerun again = {.parent = r->id, .assets = &assets};
	struct engine_submission what = {
		.most_running = r->what.most_running,
		.parent = r->id,
		.root = r->what.root.p ? r->what.root : r->id,
		.retry_number = r->what.retry_number + 1,
	};

	if (!store_list_steps(en->request.store, a, r->id, &steps, e))
		return false;
	assets = rerun_assets(a, &steps, r->options.retry_all_steps);
	if (!en->request.replan(en->request.ctx, &again, &what, e))
		return false;
	for (size_t i = 0; i < r->what.tags.n; i++)
		*LIST_ADD(a, &what.tags) = r->what.tags.at[i];
	rerun_tag(a, &what);
	return engine_submit(en, &what, ret_run, e);
}

sv engine_rerun(struct engine *en, struct live_run *r)
{
	AUTO_ARENA a = arena_new();
	sv run = {NULL, 0};
	struct err e;

	if (!may_rerun(en, r))
		return run;
	if (submit_rerun(en, r, a, &run, &e))
		return arena_sv(r->arena, run);
	live_run_tell(r, "run_retry_failed", run_reason_body(a, sv_of(e.text)));
	return (sv){NULL, 0};
}

/* ---- asking and canceling ---- */

bool engine_cancel(struct engine *en, sv run, sv reason, bool hard, struct err *e)
{
	struct live_run *r = find_run(en, run);

	if (!r || run_state_ended(r->state))
		return err_set(e, ERR_NOT_FOUND, "no run " SV_FMT " is open", SV_ARG(run));
	live_run_cancel(r, reason, hard);
	return true;
}

sv engine_waiting_reason(struct arena *a, const struct engine *en, sv run)
{
	const struct live_run *r = find_run(en, run);

	if (!r || r->state != RUN_QUEUED || !r->queued)
		return (sv){NULL, 0};
	return run_queue_reason(a, en->queue, r->queued);
}

sv engine_step_reason(struct arena *a, const struct engine *en, sv run, uint32_t step,
		      enum step_state *ret)
{
	const struct live_run *r = find_run(en, run);

	*ret = STEP_WAITING;
	if (!r || step >= r->plan->steps_count)
		return (sv){NULL, 0};
	*ret = step_order_at(r->order, step)->state;
	if (r->state != RUN_STARTED || *ret != STEP_READY)
		return (sv){NULL, 0};
	return dispatch_reason(a, en->dispatch, &r->dispatch, step);
}

bool engine_listen(struct engine *en, sv run, int64_t after, const struct engine_listener *listener,
		   struct engine_listening **ret, struct err *e)
{
	AUTO_ARENA a = arena_new();
	struct live_run *r = find_run(en, run);
	struct run_teller ended = {.writer = en->writer, .store = en->request.store, .run = run};
	struct run_row row;

	if (r && !run_state_ended(r->state)) {
		*ret = run_teller_listen(&r->teller, after, listener);
		return true;
	}
	if (!store_get_run(en->request.store, a, run, &row, e))
		return false;
	if (!run_state_ended(row.state))
		return err_set(e, ERR_CONFLICT, "run " SV_FMT " was not taken over", SV_ARG(run));
	*ret = run_teller_replay(&ended, row.state, after, listener);
	return true;
}

/* ---- the engine ---- */

static void on_ledger_failed(void *ctx, const struct err *why)
{
	struct engine *en = ctx;

	en->failed = true;
	en->error = *why;
	err_hint(&en->error, "what was recorded before stands; mend the cause and run the command "
			     "again: it goes on with what is open");
	for (struct live_run *r = en->runs; r; r = r->next)
		live_run_abandon(r);
	if (en->request.on_failed)
		en->request.on_failed(en->request.ctx, &en->error);
}

static void limit_pools(struct engine *en)
{
	AUTO_ARENA a = arena_new();
	struct pool_rows pools = {0};
	struct err e;

	slots_forget_pools(en->slots);
	slots_default_pool(en->slots, en->settings.pool_default_limit);
	slots_pools_per_run(en->slots, en->settings.pools_per_run);
	if (!store_list_pools(en->request.store, a, &pools, &e))
		return; /* whoever writes next meets the fault */
	for (size_t i = 0; i < pools.n; i++) {
		slots_limit_pool(en->slots, pools.at[i].name, pools.at[i].slots);
		run_queue_limit_pool(en->queue, pools.at[i].name, pools.at[i].slots);
	}
}

/* The queue is made anew; who is in it keeps its age. */
void engine_limits_changed(struct engine *en, const struct settings *settings)
{
	struct run_queue *old = en->queue;

	if (settings)
		en->settings = *settings;
	en->queue = run_queue_new(&en->settings);
	limit_pools(en);
	for (struct live_run *r = en->runs; r; r = r->next) {
		limit_locations(en, r);
		if (r->queued)
			queue_up(en, r);
	}
	run_queue_free(old);
	engine_settle(en);
}

void engine_code_changed(struct engine *en)
{
	engine_settle(en);
}

static void on_alarm(void *ctx)
{
	engine_ring(ctx);
}

struct engine *engine_new(const struct engine_request *request)
{
	struct arena *a = arena_new();
	struct engine *en = NEW(a, struct engine, 1);

	*en = (struct engine){
		.arena = a,
		.request = *request,
		.world = request->world ? *request->world : REAL_WORLD,
		.settings = request->settings ? *request->settings : settings_default(),
		.wake = {.fn = on_wake, .ctx = en},
		.slots = slots_new(request->processors ? request->processors
						       : process_processors()),
		.boot = process_boot(a),
	};
	slots_kept_beyond(en->slots, request->kept_beyond);
	en->writer = writer_new(request->loop, request->store, on_ledger_failed, en);
	en->alarms = alarms_new(request->loop, en->world.now, en->world.ctx, on_alarm, en);
	en->leavings = leavings_new(request->loop);
	en->dispatch = dispatch_new(en->slots);
	en->queue = run_queue_new(&en->settings);
	limit_pools(en);
	return en;
}

void engine_hold(struct engine *en)
{
	en->held = true;
}

void engine_turn(struct engine *en)
{
	writer_flush(en->writer);
}

time_us engine_next_alarm(const struct engine *en)
{
	return alarms_next(en->alarms);
}

void engine_ring(struct engine *en)
{
	if (!en->failed)
		alarms_ring(en->alarms);
}

struct writer *engine_writer(struct engine *en)
{
	return en->writer;
}

bool engine_is_idle(const struct engine *en)
{
	return !en->runs;
}

const struct err *engine_error(const struct engine *en)
{
	return en->failed ? &en->error : NULL;
}

void engine_free(struct engine *en)
{
	if (!en)
		return;
	writer_free(en->writer);
	while (en->runs) {
		struct live_run *next = en->runs->next;

		dispatch_remove(en->dispatch, &en->runs->dispatch);
		live_run_free(en->runs);
		en->runs = next;
	}
	leavings_free(en->leavings);
	dispatch_free(en->dispatch);
	run_queue_free(en->queue);
	slots_free(en->slots);
	alarms_free(en->alarms);
	arena_free(en->arena);
}
