/* sim_step_order.c -- random workspaces, several runs with random selections, priorities and tags, random limits, random fates,
 * servers that are killed: 24,000 histories go through queue, dispatch, slots and step orders as the daemon drives them.
 * After every event a slow and simple account of the same world says what must hold:
 *
 *	no step starts before all it waits for is done; no limit is ever exceeded; nobody who may start is passed over,
 *	and of those the right one comes first; every step ends exactly once; nothing waits for ever; a failure skips exactly
 *	what depends on it; a retry comes at its time and no more often than is allowed; who waits has a reason;
 *	the changes told are the changes made; a server that takes over finds the same world.
 *
 *	sim_step_order               the usual 24,000 histories
 *	sim_step_order SEED          that history, with its world and its events
 *	sim_step_order SEED COUNT    so many, from there on */
#include <stdio.h>

#include "base/time.h"
#include "order/account.h"
#include "order/server.h"
#include "order/watch.h"
#include "plan/retry.h"

enum { HISTORIES = 24000, MOST_EVENTS = 20000 };

/* ---- what happens to a run ---- */

static struct live *unsubmitted(struct sim *s)
{
	for (uint32_t i = 0; i < s->runs_count; i++)
		if (!s->runs[i].submitted)
			return &s->runs[i];
	return NULL;
}

static void submit(struct sim *s, struct live *r)
{
	sim_tell(s, "submit", r, NO_ID);
	r->submitted = true;
	server_queue(s, r);
}

static void start_run(struct sim *s, struct live *r)
{
	sim_tell(s, "begin", r, NO_ID);
	r->started = true;
	r->left_out = node_set_new(s->arena, s->graph);
	r->last = NEW(s->arena, enum step_state, r->plan->steps_count);
	r->ends = NEW(s->arena, unsigned, r->plan->steps_count);
	r->failures = NEW(s->arena, unsigned, r->plan->steps_count);
	server_order(s, r);
	watch_world(s, NULL);
}

static void cancel_run(struct sim *s, struct live *r)
{
	sim_tell(s, "cancel", r, NO_ID);
	r->canceled = true;
	if (!r->started) {
		run_queue_end(s->queue, r->queued);
		r->over = true;
		return;
	}
	step_order_cancel(r->order, SV("the dice said so"), s->arena, &s->changes);
	watch_world(s, r);
}

/* Its last step has ended. */
static void finish_run(struct sim *s, struct live *r)
{
	sim_tell(s, "over", r, NO_ID);
	watch_outcome(s, r);
	dispatch_remove(s->dispatch, &r->run);
	run_queue_end(s->queue, r->queued);
	step_order_free(r->order);
	r->order = NULL;
	r->over = true;
}

static void finish_runs(struct sim *s)
{
	for (uint32_t i = 0; i < s->runs_count; i++)
		if (live_is_running(&s->runs[i]) && step_order_done(s->runs[i].order))
			finish_run(s, &s->runs[i]);
}

/* ---- what happens to a step ---- */

static struct live *any_active(struct sim *s, uint32_t *ret_step)
{
	uint32_t n = (uint32_t)account_active(s, NO_ID, (sv){0}), pick;

	if (!n)
		return NULL;
	pick = below(s, n);
	for (uint32_t i = 0;; i++)
		for (uint32_t k = 0; live_is_running(&s->runs[i]) && k < s->runs[i].plan->steps_count; k++)
			if (live_is_active(&s->runs[i], k) && pick-- == 0) {
				*ret_step = k;
				return &s->runs[i];
			}
}

static bool decide_retry(struct sim *s, struct live *r, uint32_t step, struct retry_decision *ret)
{
	const struct retry_policy *policy = &r->plan->steps[step].options.retry;
	bool asked = percent(s, 20), allowed = percent(s, 70);
	int64_t most = below(s, MOST_RETRIES);
	struct retry_wish wish = {allowed, most, below(s, 3) * TIME_SECOND};
	uint32_t done = step_order_at(r->order, step)->retries;

	*ret = retry_decide(s->arena, policy, asked ? &wish : NULL, done, (double)below(s, 1000) / 1000);
	HOLDS(s, !ret->again || done < (asked ? (uint32_t)wish.most : policy->most));
	HOLDS(s, !ret->again || (ret->wait >= 0 && ret->reason.n && (!asked || wish.allowed)));
	return ret->again;
}

static void fail_step(struct sim *s, struct live *r, uint32_t step)
{
	struct retry_decision d;

	if (!decide_retry(s, r, step, &d)) {
		sim_tell(s, "failure", r, step);
		step_order_ended(r->order, step, STEP_FAILURE, SV("the dice said so"), s->arena, &s->changes);
		return;
	}
	sim_tell(s, "retry", r, step);
	if (!r->canceled)
		r->failures[step]++;
	s->totals->retries++;
	step_order_retry(r->order, step, s->now + d.wait, d.reason, s->arena, &s->changes);
	HOLDS(s, live_state(r, step) == (r->canceled ? STEP_CANCELED : STEP_RETRYING));
	HOLDS(s, r->canceled || step_order_at(r->order, step)->retry_at == s->now + d.wait);
}

static void end_step(struct sim *s, struct live *r, uint32_t step)
{
	const struct plan_step *p = &r->plan->steps[step];
	uint32_t dice = below(s, 100);

	if (dice < s->failing) {
		fail_step(s, r, step);
	} else if (dice < s->failing + 2) {
		sim_tell(s, "canceled", r, step);
		step_order_ended(r->order, step, STEP_CANCELED, SV("the dice said so"), s->arena, &s->changes);
	} else if (dice < s->failing + 6) {
		sim_tell(s, "unbegun", r, step);
		step_order_unbegun(r->order, step, SV("the dice said so"), s->arena, &s->changes);
	} else {
		if (percent(s, 4)) {
			uint32_t node = p->nodes[below(s, (uint32_t)p->nodes_count)];

			node_set_add(&r->left_out, node);
			step_order_left_out(r->order, node);
		}
		sim_tell(s, "success", r, step);
		step_order_ended(r->order, step, STEP_SUCCESS, SV("the dice said so"), s->arena, &s->changes);
	}
	HOLDS(s, s->changes.n && s->changes.at[0] == step);
	watch_world(s, r);
}

static bool step_event(struct sim *s)
{
	uint32_t step = NO_ID;
	struct live *r = any_active(s, &step);

	if (!r)
		return false;
	if (live_state(r, step) == STEP_STARTING && percent(s, 80)) {
		sim_tell(s, "running", r, step);
		step_order_running(r->order, step);
		watch_world(s, NULL);
	} else {
		end_step(s, r, step);
	}
	return true;
}

/* ---- what happens next ---- */

/* Time goes by up to the next wake, or less far; nobody wakes early, and at its time everybody. */
static void pass_time(struct sim *s)
{
	time_us wake = dispatch_next_wake(s->dispatch);

	HOLDS(s, wake > 0);
	if (wake > s->now)
		s->now = percent(s, 70) ? wake : percent(s, 50) ? wake - 1 : s->now + (wake - s->now) / 2;
	sim_tell(s, "wake", NULL, NO_ID);
	for (uint32_t i = 0; i < s->runs_count; i++) {
		struct live *r = &s->runs[i];

		if (!live_is_running(r))
			continue;
		step_order_wake(r->order, s->now, s->arena, &s->changes);
		for (size_t c = 0; c < s->changes.n; c++) {
			const struct order_step *woken = step_order_at(r->order, s->changes.at[c]);

			HOLDS(s, woken->state == STEP_READY && woken->retry_at <= s->now);
		}
		for (uint32_t k = 0; k < r->plan->steps_count; k++)
			HOLDS(s, live_state(r, k) != STEP_RETRYING || step_order_at(r->order, k)->retry_at > s->now);
		watch_world(s, r);
	}
}

static bool start_next_run(struct sim *s)
{
	struct live *want = account_best_run(s);
	struct queued_run *got;
	bool may = run_queue_next(s->queue, &got);

	HOLDS(s, may == (want != NULL));
	if (!may)
		return false;
	HOLDS(s, run_queue_owner(got) == want);
	start_run(s, want);
	return true;
}

static bool start_next_step(struct sim *s)
{
	uint32_t want_step = NO_ID, step;
	struct live *want = account_best_step(s, &want_step);
	struct dispatch_run *run;
	bool may = dispatch_next(s->dispatch, &run, &step);

	HOLDS(s, may == (want != NULL));
	if (!may)
		return false;
	HOLDS(s, run == &want->run && step == want_step);
	sim_tell(s, "start", want, step);
	step_order_started(run->order, step);
	watch_world(s, NULL);
	return true;
}

/* One event.  False when nothing can happen any more. */
static bool happen(struct sim *s)
{
	struct live *r = unsubmitted(s), *any = &s->runs[below(s, s->runs_count)];

	if (percent(s, 5))
		watch_reasons(s);
	if (below(s, 1000) < s->killing) {
		server_kill(s);
		return true;
	}
	if (any->submitted && !any->over && !any->canceled && below(s, 1000) < s->canceling) {
		cancel_run(s, any);
		return true;
	}
	if (r && percent(s, 20)) {
		submit(s, r);
		return true;
	}
	if (percent(s, 50) && start_next_run(s))
		return true;
	if (percent(s, 50) && start_next_step(s))
		return true;
	if (dispatch_next_wake(s->dispatch) && percent(s, 20)) {
		pass_time(s);
		return true;
	}
	if (step_event(s) || start_next_step(s) || start_next_run(s))
		return true;
	if (dispatch_next_wake(s->dispatch)) {
		pass_time(s);
		return true;
	}
	if (r) {
		submit(s, r);
		return true;
	}
	watch_reasons(s);
	return server_raise_limits(s);
}

static void drive(struct sim *s)
{
	size_t events = 0;

	s->failing = percent(s, 40) ? 0 : below(s, 40);
	s->canceling = percent(s, 70) ? 0 : below(s, 40);
	s->killing = percent(s, 70) ? 0 : below(s, 60);
	s->now = TIME_SECOND;
	server_begin(s);
	while (happen(s)) {
		HOLDS(s, ++events < MOST_EVENTS);
		finish_runs(s);
		watch_expected(s);
	}
	for (uint32_t i = 0; i < s->runs_count; i++)
		HOLDS(s, s->runs[i].over); /* nothing waits for ever */
	HOLDS(s, run_queue_waiting(s->queue) + run_queue_started(s->queue) == 0);
	server_end(s);
	s->totals->events += events;
}

static void run_history(uint64_t seed, bool loud, struct totals *t)
{
	AUTO_ARENA a = arena_new();
	struct sim s = sim_of(a, seed, loud, t);

	t->histories++;
	t->runs += s.runs_count;
	for (uint32_t i = 0; i < s.runs_count; i++)
		watch_plan(&s, &s.runs[i]);
	if (s.runs_count)
		drive(&s);
}

int main(int argc, char **argv)
{
	uint64_t seed = 1, count = argc > 1 ? 1 : HISTORIES;
	struct totals t = {0};

	if ((argc > 1 && !sv_u64(sv_of(argv[1]), &seed)) || (argc > 2 && !sv_u64(sv_of(argv[2]), &count))) {
		fprintf(stderr, "usage: sim_step_order [SEED [COUNT]]\n");
		return 2;
	}
	for (uint64_t i = 0; i < count; i++)
		run_history(seed + i, argc == 2, &t);
	printf("%zu histories held: %zu runs, %zu steps, %zu events, %zu retries, %zu takeovers; success %zu, failure %zu, "
	       "canceled %zu; refused %zu\n",
	       t.histories, t.runs, t.steps, t.events, t.retries, t.takeovers, t.outcomes[RUN_SUCCESS],
	       t.outcomes[RUN_FAILURE], t.outcomes[RUN_CANCELED], t.refused);
	return 0;
}
