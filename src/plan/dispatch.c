/* dispatch.c -- runs in the order in which they are asked. */
#include "plan/dispatch.h"

#include "base/buf.h"

struct dispatch {
	struct slots *slots;
	struct dispatch_run **runs; /* higher priority first, then older */
	size_t n, cap;
};

enum { HOLDERS_NAMED = 3 };

struct dispatch *dispatch_new(struct slots *slots)
{
	struct dispatch *d = heap_alloc(sizeof(*d));

	d->slots = slots;
	return d;
}

void dispatch_free(struct dispatch *d)
{
	if (!d)
		return;
	free(d->runs);
	free(d);
}

static bool comes_before(const struct dispatch_run *x, const struct dispatch_run *y)
{
	return x->priority != y->priority ? x->priority > y->priority : x->created < y->created;
}

void dispatch_add(struct dispatch *d, struct dispatch_run *run)
{
	size_t at = d->n;

	if (d->n == d->cap) {
		d->cap = d->cap ? d->cap * 2 : 16;
		d->runs = heap_grow(d->runs, d->cap * sizeof(*d->runs));
	}
	for (; at && comes_before(run, d->runs[at - 1]); at--)
		d->runs[at] = d->runs[at - 1];
	d->runs[at] = run;
	d->n++;
}

void dispatch_remove(struct dispatch *d, struct dispatch_run *run)
{
	size_t at = 0;

	while (at < d->n && d->runs[at] != run)
		at++;
	if (at == d->n)
		return;
	d->n--;
	for (; at < d->n; at++)
		d->runs[at] = d->runs[at + 1];
}

static size_t running(const struct step_order *o)
{
	return step_order_count(o, STEP_STARTING) + step_order_count(o, STEP_RUNNING);
}

static bool run_is_full(const struct dispatch_run *run)
{
	return run->most_running && running(run->order) >= run->most_running;
}

bool dispatch_next(struct dispatch *d, struct dispatch_run **ret_run, uint32_t *ret_step)
{
	if (slots_all_taken(d->slots))
		return false;
	for (size_t i = 0; i < d->n; i++)
		if (!run_is_full(d->runs[i]) && step_order_next(d->runs[i]->order, ret_step)) {
			*ret_run = d->runs[i];
			return true;
		}
	return false;
}

time_us dispatch_next_wake(const struct dispatch *d)
{
	time_us first = 0;

	for (size_t i = 0; i < d->n; i++) {
		time_us at = step_order_next_wake(d->runs[i]->order);

		if (at && (!first || at < first))
			first = at;
	}
	return first;
}

/* ---- reasons ---- */

static void name_step(struct buf *out, const struct run_plan *plan, uint32_t step)
{
	const struct plan_step *s = &plan->steps[step];

	buf_addf(out, "\"" SV_FMT "\" (" SV_FMT ")", SV_ARG(plan->graph->nodes[s->nodes[0]].key),
		 SV_ARG(plan->graph->locations[s->location].name));
}

/* Adds the steps of a run that hold a place in the limit that `lane` waits for; counts those that are not named. */
static void name_holders(const struct dispatch *d, const struct step_order *o, uint32_t lane,
			 struct buf *out, size_t *count)
{
	const struct run_plan *plan = step_order_plan(o);
	size_t left = running(o);

	for (uint32_t i = 0; i < plan->steps_count && left; i++) {
		enum step_state state = step_order_at(o, i)->state;

		if (state != STEP_STARTING && state != STEP_RUNNING)
			continue;
		left--;
		if (!slots_shares_reason(d->slots, lane, step_order_lane(o, i)))
			continue;
		if ((*count)++ >= HOLDERS_NAMED)
			continue;
		buf_add(out, *count == 1 ? SV("; held by ") : SV(", "));
		name_step(out, plan, i);
	}
}

sv dispatch_reason(struct arena *a, const struct dispatch *d, const struct dispatch_run *run,
		   uint32_t step)
{
	uint32_t lane = step_order_lane(run->order, step);
	sv reason = slots_reason(a, d->slots, lane);
	AUTO_BUF out = {0};
	size_t count = 0;

	if (run_is_full(run))
		return arena_fmt(a, "%zu of %u steps of this run run already", running(run->order),
				 run->most_running);
	if (!reason.p)
		return SV("it is about to start");
	buf_add(&out, reason);
	for (size_t i = 0; i < d->n; i++)
		name_holders(d, d->runs[i]->order, lane, &out, &count);
	if (count > HOLDERS_NAMED)
		buf_addf(&out, " and %zu more", count - HOLDERS_NAMED);
	return arena_sv(a, buf_sv(&out));
}
