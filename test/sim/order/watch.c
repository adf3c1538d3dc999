/* watch.c -- each promise, asked of every run. */
#include "watch.h"

#include "account.h"

/* ---- plans ---- */

static bool waits_for(const struct plan_step *step, uint32_t other)
{
	for (size_t i = 0; i < step->waits_for_count; i++)
		if (step->waits_for[i] == other)
			return true;
	return false;
}

/* A step makes its own assets: those selected, or all where it cannot leave any out. */
static void check_assets(struct sim *s, const struct live *r, const struct plan_step *step)
{
	size_t own = 0;

	HOLDS(s, step->nodes_count > 0);
	for (size_t n = 0; n < step->nodes_count; n++) {
		HOLDS(s, asset_graph_step(s->graph, step->nodes[n]) == step->step);
		HOLDS(s, !step->step->can_subset || node_set_has(&r->selected, step->nodes[n]));
	}
	for (uint32_t i = 0; i < s->graph->nodes_count; i++)
		own += asset_graph_step(s->graph, i) == step->step;
	HOLDS(s, step->step->can_subset || step->nodes_count == own);
}

/* Each selected asset that can be made is made once; whatever a step reads of the run comes before it. */
void watch_plan(struct sim *s, const struct live *r)
{
	uint32_t *made_by = NEW(s->arena, uint32_t, s->graph->nodes_count);

	for (uint32_t i = 0; i < s->graph->nodes_count; i++)
		made_by[i] = NO_ID;
	for (uint32_t i = 0; i < r->plan->steps_count; i++) {
		const struct plan_step *step = &r->plan->steps[i];

		check_assets(s, r, step);
		for (size_t n = 0; n < step->nodes_count; n++) {
			HOLDS(s, made_by[step->nodes[n]] == NO_ID);
			HOLDS(s, s->graph->nodes[step->nodes[n]].location == step->location);
			made_by[step->nodes[n]] = i;
		}
		for (size_t w = 0; w < step->waits_for_count; w++) {
			HOLDS(s, step->waits_for[w] < i);
			HOLDS(s, r->plan->steps[step->waits_for[w]].level < step->level);
		}
		for (size_t n = 0; n < step->inputs_count; n++) {
			uint32_t maker = made_by[step->inputs[n].node];

			HOLDS(s, step->inputs[n].in_run == (maker != NO_ID));
			HOLDS(s, maker == NO_ID || (maker < i && waits_for(step, maker)));
		}
		HOLDS(s, (step->level == 0) == (step->waits_for_count == 0));
	}
	for (uint32_t i = 0; i < s->graph->nodes_count; i++)
		HOLDS(s, !node_set_has(&r->selected, i) || !asset_graph_executable(s->graph, i) || made_by[i] != NO_ID);
}

/* ---- steps and runs after an event ---- */

/* Whether something that `step` needs did not come to be, directly. */
static bool lacks_input(const struct live *r, uint32_t step)
{
	const struct plan_step *p = &r->plan->steps[step];

	for (size_t w = 0; w < p->waits_for_count; w++) {
		enum step_state state = live_state(r, p->waits_for[w]);

		if (step_state_ended(state) && state != STEP_SUCCESS)
			return true;
	}
	for (size_t i = 0; i < p->inputs_count; i++)
		if (p->inputs[i].in_run && node_set_has(&r->left_out, p->inputs[i].node))
			return true;
	return false;
}

/* All it waits for has succeeded; with `or_active`, or runs now. */
static bool inputs_done(const struct live *r, uint32_t step, bool or_active)
{
	const struct plan_step *p = &r->plan->steps[step];

	for (size_t w = 0; w < p->waits_for_count; w++)
		if (live_state(r, p->waits_for[w]) != STEP_SUCCESS && !(or_active && live_is_active(r, p->waits_for[w])))
			return false;
	return true;
}

static void check_step(struct sim *s, struct live *r, uint32_t step)
{
	const struct order_step *now = step_order_at(r->order, step);
	enum step_state state = now->state;

	if (state != r->last[step]) {
		HOLDS(s, step_state_may_move(r->last[step], state));
		HOLDS(s, now->reason.n > 0);
		r->ends[step] += step_state_ended(state);
	}
	HOLDS(s, r->ends[step] == step_state_ended(state));
	HOLDS(s, now->retries == r->failures[step]);
	if (state == STEP_READY || live_is_active(r, step) || state == STEP_RETRYING || state == STEP_SUCCESS)
		HOLDS(s, inputs_done(r, step, false) && !lacks_input(r, step));
	if (state == STEP_SKIPPED)
		HOLDS(s, lacks_input(r, step));
	if (state == STEP_WAITING)
		HOLDS(s, !lacks_input(r, step) && !inputs_done(r, step, false) && !r->canceled);
}

static void check_imminent(struct sim *s, const struct live *r)
{
	for (uint32_t l = 0; l < s->graph->locations_count; l++) {
		uint32_t n = 0;

		for (uint32_t i = 0; i < r->plan->steps_count; i++)
			n += r->plan->steps[i].location == l &&
			     (live_state(r, i) == STEP_READY || (live_state(r, i) == STEP_WAITING && inputs_done(r, i, true)));
		HOLDS(s, n == step_order_imminent(r->order, l));
	}
}

static void check_run(struct sim *s, struct live *r)
{
	time_us wake = 0;

	for (uint32_t i = 0; i < r->plan->steps_count; i++) {
		const struct order_step *now = step_order_at(r->order, i);

		check_step(s, r, i);
		if (now->state == STEP_RETRYING && (!wake || now->retry_at < wake))
			wake = now->retry_at;
	}
	HOLDS(s, wake == step_order_next_wake(r->order));
	check_imminent(s, r);
}

void watch_world(struct sim *s, struct live *told)
{
	for (uint32_t n = 0; n < s->runs_count; n++) {
		struct live *r = &s->runs[n];
		size_t changed = 0;

		if (!r->order)
			continue;
		check_run(s, r);
		for (uint32_t i = 0; i < r->plan->steps_count; i++)
			changed += live_state(r, i) != r->last[i];
		HOLDS(s, r != told || changed == s->changes.n);
		for (size_t c = 0; r == told && c < s->changes.n; c++) {
			uint32_t step = s->changes.at[c];

			HOLDS(s, live_state(r, step) != r->last[step]); /* fails too where a step is told twice */
			r->last[step] = live_state(r, step);
		}
		for (uint32_t i = 0; i < r->plan->steps_count; i++)
			r->last[i] = live_state(r, i);
	}
	HOLDS(s, slots_taken(s->slots) == account_active(s, NO_ID, (sv){0}));
	s->changes.n = 0;
}

static uint32_t unbegun_in(const struct live *r, uint32_t location)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < r->plan->steps_count; i++)
		n += r->plan->steps[i].location == location &&
		     (live_state(r, i) == STEP_WAITING || live_state(r, i) == STEP_READY || live_state(r, i) == STEP_RETRYING);
	return n;
}

void watch_expected(struct sim *s)
{
	struct slots_expected x;

	while (slots_next_expected(s->slots, &x)) {
		uint32_t location = asset_graph_location(s->graph, x.location), soon = 0, later = 0, most = s->most_steps;

		for (uint32_t i = 0; i < s->runs_count; i++)
			if (s->runs[i].order) {
				soon += step_order_imminent(s->runs[i].order, location);
				later += unbegun_in(&s->runs[i], location);
			}
		if (account_location_limit(s, location) >= 0 && account_location_limit(s, location) < most)
			most = (uint32_t)account_location_limit(s, location);
		HOLDS(s, x.soon == (soon < most ? soon : most));
		HOLDS(s, x.later == (later < most ? later : most));
	}
}

/* Who waits has a reason, and it says whether the time has come. */
void watch_reasons(struct sim *s)
{
	static const char soon[] = "it is about to start";

	for (uint32_t n = 0; n < s->runs_count; n++) {
		struct live *r = &s->runs[n];
		AUTO_ARENA a = arena_new();

		if (live_is_queued(r)) {
			sv reason = run_queue_reason(a, s->queue, r->queued);

			HOLDS(s, reason.n && sv_eq(reason, sv_of(soon)) == account_run_may_start(s, r));
		}
		for (uint32_t i = 0; live_is_running(r) && i < r->plan->steps_count; i++) {
			sv reason;

			if (live_state(r, i) != STEP_READY)
				continue;
			reason = dispatch_reason(a, s->dispatch, &r->run, i);
			HOLDS(s, reason.n && sv_eq(reason, sv_of(soon)) == account_may_start(s, r, i));
		}
	}
}

void watch_outcome(struct sim *s, struct live *r)
{
	enum run_state want = RUN_SUCCESS, got = step_order_outcome(r->order);
	bool failed = false, canceled = false;

	for (uint32_t i = 0; i < r->plan->steps_count; i++) {
		failed |= live_state(r, i) == STEP_FAILURE;
		canceled |= live_state(r, i) == STEP_CANCELED;
		HOLDS(s, r->ends[i] == 1);
	}
	if (canceled && (r->canceled || !failed))
		want = RUN_CANCELED;
	else if (failed)
		want = RUN_FAILURE;
	HOLDS(s, got == want);
	s->totals->outcomes[got]++;
	s->totals->steps += r->plan->steps_count;
}
