/* order_book.c -- a heap of ready steps for each lane, counts for each location, lane and state; all of it moved by one
 * function. */
#include "plan/order_book.h"

#include "base/intern.h"

static bool needs_inputs_done(enum step_state state)
{
	return state == STEP_READY || state == STEP_STARTING || state == STEP_RUNNING ||
	       state == STEP_RETRYING || state == STEP_SUCCESS;
}

/* Runs, or is about to: holds a slot. */
static bool active(enum step_state state)
{
	return state == STEP_STARTING || state == STEP_RUNNING;
}

static bool is_unbegun(enum step_state state)
{
	return state == STEP_WAITING || state == STEP_READY || state == STEP_RETRYING;
}

static bool is_imminent(const struct order_book *b, uint32_t step)
{
	enum step_state state = b->steps[step].state;

	return state == STEP_READY || (state == STEP_WAITING && b->entries[step].holding == 0);
}

struct steps_below order_book_below(const struct order_book *b, uint32_t step)
{
	return (struct steps_below){&b->dependents[b->starts[step]],
				    b->starts[step + 1] - b->starts[step]};
}

/* ---- what is counted ---- */

/* After a change of a step's state or of what it waits for. */
static void count_imminent(struct order_book *b, uint32_t step, bool was)
{
	struct book_lane *lane = &b->lanes.at[b->entries[step].lane];
	bool now = is_imminent(b, step);

	if (was == now)
		return;
	b->imminent[b->plan->steps[step].location] += now ? 1 : -1u;
	lane->expected += now ? 1 : -1u;
	if (b->slots && now)
		slots_expect(b->slots, lane->slot);
	else if (b->slots)
		slots_unexpect(b->slots, lane->slot);
}

static void count_unbegun(struct order_book *b, struct book_lane *lane, bool now)
{
	lane->unbegun += now ? 1 : -1u;
	if (b->slots && now)
		slots_begin_later(b->slots, lane->slot);
	else if (b->slots)
		slots_begin_no_later(b->slots, lane->slot);
}

static void count_holding(struct order_book *b, uint32_t step, bool holds)
{
	struct steps_below below = order_book_below(b, step);

	for (size_t i = 0; i < below.n; i++) {
		uint32_t other = below.at[i];
		bool was = is_imminent(b, other);

		assert(holds || b->entries[other].holding > 0);
		b->entries[other].holding += holds ? 1 : -1u;
		count_imminent(b, other, was);
	}
}

static void hold_slot(struct order_book *b, struct book_lane *lane, bool above)
{
	lane->held++;
	if (b->slots && above)
		slots_take_above(b->slots, lane->slot);
	else if (b->slots)
		slots_take(b->slots, lane->slot);
}

static void give_slot(struct order_book *b, struct book_lane *lane)
{
	assert(lane->held > 0);
	lane->held--;
	if (b->slots)
		slots_give(b->slots, lane->slot);
}

static void queue(struct order_book *b, struct book_lane *lane, uint32_t step)
{
	if (b->entries[step].queued)
		return;
	b->entries[step].queued = true;
	/* ~ turns the order round and cannot overflow, as a minus can */
	step_heap_push(b->arena, &lane->ready, ~b->plan->steps[step].options.priority, step);
}

/* ---- moving ---- */

/* The only place where a state changes. */
static void set_state(struct order_book *b, uint32_t step, enum step_state to, sv reason,
		      bool above)
{
	struct order_step *s = &b->steps[step];
	struct book_lane *lane = &b->lanes.at[b->entries[step].lane];
	enum step_state from = s->state;
	bool was_imminent = is_imminent(b, step);
	bool held_up = !active(from) && from != STEP_SUCCESS,
	     holds_up = !active(to) && to != STEP_SUCCESS;

	assert(!needs_inputs_done(to) || s->unfinished == 0);
	assert(b->in_state[from] > 0);
	b->in_state[from]--;
	b->in_state[to]++;
	s->state = to;
	s->reason = reason;
	if (active(from) && !active(to))
		give_slot(b, lane);
	if (!active(from) && active(to))
		hold_slot(b, lane, above);
	if (to == STEP_READY)
		queue(b, lane, step);
	if (to == STEP_RETRYING)
		step_heap_push(b->arena, &b->wakes, s->retry_at, step);
	count_imminent(b, step, was_imminent);
	if (is_unbegun(from) != is_unbegun(to))
		count_unbegun(b, lane, is_unbegun(to));
	if (held_up != holds_up)
		count_holding(b, step, holds_up);
}

void order_book_move(struct order_book *b, uint32_t step, enum step_state to, sv reason)
{
	assert(step_state_may_move(b->steps[step].state, to));
	set_state(b, step, to, reason, false);
}

void order_book_restore(struct order_book *b, uint32_t step, enum step_state to, sv reason)
{
	set_state(b, step, to, reason, true);
}

bool order_book_is_active(const struct order_book *b, uint32_t step)
{
	return active(b->steps[step].state);
}

/* ---- who comes next ---- */

/* The first ready step of a lane, NO_ID when there is none. */
static uint32_t first_ready(struct order_book *b, struct book_lane *lane)
{
	while (lane->ready.n && b->steps[lane->ready.at[0].step].state != STEP_READY) {
		b->entries[lane->ready.at[0].step].queued = false;
		step_heap_pop(&lane->ready);
	}
	return lane->ready.n ? lane->ready.at[0].step : NO_ID;
}

/* How many steps of its location run, of whatever run. */
static uint32_t beside(const struct order_book *b, uint32_t step)
{
	if (!b->slots)
		return 0;
	return slots_of_location(b->slots, b->lanes.at[b->entries[step].lane].slot);
}

static bool comes_before(const struct order_book *b, uint32_t step, uint32_t other)
{
	int64_t its = b->plan->steps[step].options.priority,
		the_others = b->plan->steps[other].options.priority;
	uint32_t with_it = beside(b, step), with_other = beside(b, other);

	if (its != the_others)
		return its > the_others;
	return with_it != with_other ? with_it < with_other : step < other;
}

bool order_book_next(struct order_book *b, uint32_t *ret_step)
{
	uint32_t best = NO_ID;

	if (b->in_state[STEP_READY] == 0)
		return false;
	for (size_t i = 0; i < b->lanes.n; i++) {
		uint32_t step = first_ready(b, &b->lanes.at[i]);

		if (step == NO_ID || (b->slots && !slots_may_take(b->slots, b->lanes.at[i].slot)))
			continue;
		if (best == NO_ID || comes_before(b, step, best))
			best = step;
	}
	if (best == NO_ID)
		return false;
	*ret_step = best;
	return true;
}

bool order_book_wake(struct order_book *b, time_us now, uint32_t *ret_step)
{
	if (!b->wakes.n || b->wakes.at[0].key > now)
		return false;
	*ret_step = b->wakes.at[0].step;
	step_heap_pop(&b->wakes);
	return true;
}

/* ---- the book ---- */

static void find_dependents(struct order_book *b)
{
	const struct run_plan *plan = b->plan;
	size_t *next;

	b->starts = NEW(b->arena, size_t, plan->steps_count + 2);
	next = b->starts + 1;
	for (size_t i = 0; i < plan->steps_count; i++)
		for (size_t w = 0; w < plan->steps[i].waits_for_count; w++)
			next[plan->steps[i].waits_for[w] + 1]++;
	for (size_t i = 0; i < plan->steps_count; i++)
		next[i + 1] += next[i];
	b->dependents = NEW(b->arena, uint32_t, next[plan->steps_count]);
	for (uint32_t i = 0; i < plan->steps_count; i++)
		for (size_t w = 0; w < plan->steps[i].waits_for_count; w++)
			b->dependents[next[plan->steps[i].waits_for[w]]++] = i;
}

/* Steps of one location and one pool share a lane; those of kept workers have another. */
static void make_lanes(struct order_book *b)
{
	const struct run_plan *plan = b->plan;
	AUTO_ARENA scratch = arena_new();
	struct intern *pools = intern_new(scratch), *keys = intern_new(scratch);

	for (uint32_t i = 0; i < plan->steps_count; i++) {
		sv pool = plan->steps[i].options.pool;
		bool kept = plan->steps[i].options.isolation == ISOLATION_WORKER;
		uint32_t key[] = {plan->steps[i].location, pool.p ? intern_add(pools, pool) : NO_ID,
				  kept};
		uint32_t lane = intern_add(keys, (sv){(const char *)key, sizeof(key)});

		b->entries[i].lane = lane;
		if (lane < b->lanes.n)
			continue;
		LIST_ADD(b->arena, &b->lanes)->slot = NO_ID;
		if (b->slots)
			b->lanes.at[lane].slot = (kept ? slots_kept_lane : slots_lane)(
				b->slots, plan->graph->locations[key[0]].name, pool);
	}
}

void order_book_open(struct order_book *b, struct arena *a, const struct run_plan *plan,
		     struct slots *slots)
{
	*b = (struct order_book){
		.arena = a,
		.plan = plan,
		.slots = slots,
		.steps = NEW(a, struct order_step, plan->steps_count),
		.entries = NEW(a, struct book_entry, plan->steps_count),
		.imminent = NEW(a, uint32_t, plan->graph->locations_count),
		.in_state = {[STEP_WAITING] = plan->steps_count},
	};
	make_lanes(b);
	find_dependents(b);
	for (uint32_t i = 0; i < plan->steps_count; i++) {
		b->steps[i].unfinished = (uint32_t)plan->steps[i].waits_for_count;
		b->entries[i].holding = b->steps[i].unfinished;
		count_imminent(b, i, false);
		count_unbegun(b, &b->lanes.at[b->entries[i].lane], true);
	}
}

void order_book_close(struct order_book *b)
{
	for (size_t i = 0; b->slots && i < b->lanes.n; i++) {
		struct book_lane *lane = &b->lanes.at[i];

		for (; lane->held; lane->held--)
			slots_give(b->slots, lane->slot);
		for (; lane->expected; lane->expected--)
			slots_unexpect(b->slots, lane->slot);
		for (; lane->unbegun; lane->unbegun--)
			slots_begin_no_later(b->slots, lane->slot);
	}
}
