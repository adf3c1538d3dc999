/* server.c -- beginning, dying, taking over. */
#include "server.h"

#include "account.h"
#include "watch.h"

static sv location_name(struct sim *s, size_t i)
{
	return arena_fmt(s->arena, "l%zu", i);
}

/* Empty slots and queue, with the limits as they are. */
void server_begin(struct sim *s)
{
	s->slots = slots_new(s->most_steps);
	slots_kept_beyond(s->slots, s->kept_beyond);
	s->dispatch = dispatch_new(s->slots);
	s->queue = run_queue_new(&s->settings);
	slots_default_pool(s->slots, s->settings.pool_default_limit);
	slots_pools_per_run(s->slots, s->settings.pools_per_run);
	for (size_t i = 0; i < LOCATIONS; i++)
		slots_limit_location(s->slots, location_name(s, i), s->location_limits[i]);
	for (size_t i = 0; i < POOLS; i++)
		if (s->pool_limits[i] != -2) {
			slots_limit_pool(s->slots, sv_of(pool_names[i]), s->pool_limits[i]);
			run_queue_limit_pool(s->queue, sv_of(pool_names[i]), s->pool_limits[i]);
		}
}

void server_end(struct sim *s)
{
	for (uint32_t i = 0; i < s->runs_count; i++) {
		struct live *r = &s->runs[i];

		if (r->submitted && !r->over && r->started)
			run_queue_end(s->queue, r->queued);
		step_order_free(r->order);
		r->order = NULL;
	}
	HOLDS(s, slots_taken(s->slots) == 0);
	dispatch_free(s->dispatch);
	run_queue_free(s->queue);
	slots_free(s->slots);
}

void server_queue(struct sim *s, struct live *r)
{
	sv *assets = NEW(s->arena, sv, s->graph->nodes_count), *pools = NEW(s->arena, sv, r->plan->steps_count);
	struct run_entry e = {.id = arena_fmt(s->arena, "r%u", r->number), .created = r->run.created,
			      .priority = r->run.priority, .tags = &r->tag, .tags_count = r->tag.name.n > 0,
			      .assets = assets, .pools = pools, .owner = r};

	for (uint32_t i = 0; i < r->plan->steps_count; i++) {
		for (size_t n = 0; n < r->plan->steps[i].nodes_count; n++)
			assets[e.assets_count++] = s->graph->nodes[r->plan->steps[i].nodes[n]].key;
		if (r->plan->steps[i].options.pool.p)
			pools[e.pools_count++] = r->plan->steps[i].options.pool;
	}
	r->queued = run_queue_add(s->queue, &e, r->started);
}

void server_order(struct sim *s, struct live *r)
{
	r->order = step_order_new(r->plan, s->slots);
	r->run.order = r->order;
	dispatch_add(s->dispatch, &r->run);
}

/* Its order is made anew from what the ledger would know, and must be as it was. */
static void take_over(struct sim *s, struct live *r)
{
	struct step_known *known = NEW(s->arena, struct step_known, r->plan->steps_count);
	struct step_order *before = r->order;
	struct err e;

	for (uint32_t i = 0; i < r->plan->steps_count; i++) {
		const struct order_step *step = step_order_at(before, i);

		known[i] = (struct step_known){step->state, step->retries, step->retry_at, step->reason};
		if (percent(s, 50) && (step->state == STEP_READY || step->state == STEP_STARTING))
			known[i].state = STEP_WAITING; /* the ledger need not know */
	}
	server_order(s, r);
	for (uint32_t i = 0; i < s->graph->nodes_count; i++)
		if (node_set_has(&r->left_out, i))
			step_order_left_out(r->order, i);
	HOLDS(s, step_order_resume(r->order, known, s->arena, &s->changes, &e));
	s->changes.n = 0;
	if (r->canceled)
		step_order_cancel(r->order, SV("the dice said so"), s->arena, &s->changes);
	s->changes.n = 0;
	for (uint32_t i = 0; i < r->plan->steps_count; i++) {
		enum step_state was = step_order_at(before, i)->state;

		if (was == STEP_STARTING)
			was = r->canceled ? STEP_CANCELED : STEP_READY;
		HOLDS(s, live_state(r, i) == was);
	}
}

void server_kill(struct sim *s)
{
	struct step_order *before[MOST_RUNS];
	struct slots *slots = s->slots;

	sim_tell(s, "KILL", NULL, NO_ID);
	s->totals->takeovers++;
	for (uint32_t i = 0; i < s->runs_count; i++) {
		before[i] = s->runs[i].order;
		if (live_is_running(&s->runs[i]))
			run_queue_end(s->queue, s->runs[i].queued);
	}
	dispatch_free(s->dispatch);
	run_queue_free(s->queue);
	server_begin(s);
	for (uint32_t i = 0; i < s->runs_count; i++) {
		struct live *r = &s->runs[i];

		if (r->submitted && !r->over)
			server_queue(s, r);
		if (live_is_running(r))
			take_over(s, r);
		step_order_free(before[i]);
	}
	HOLDS(s, slots_taken(slots) == 0);
	slots_free(slots);
	watch_world(s, NULL);
}

/* Somebody set a pool's limit to none; now they think better of it. */
bool server_raise_limits(struct sim *s)
{
	bool raised = false;

	for (size_t i = 0; i < POOLS; i++) {
		sv pool = sv_of(pool_names[i]);

		if (account_pool_limit(s, pool) != 0)
			continue;
		s->pool_limits[i] = 1;
		slots_limit_pool(s->slots, pool, 1);
		run_queue_limit_pool(s->queue, pool, 1);
		raised = true;
	}
	return raised;
}
