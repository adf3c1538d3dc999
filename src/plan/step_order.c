/* step_order.c -- a count of unfinished inputs for each step, a heap of ready ones for each lane, and one of those
 * that wait to be tried again.  One function writes states, and keeps the heaps, the counts and the slots held in step
 * with them. */
#include "plan/step_order.h"

#include "base/intern.h"
#include "plan/step_heap.h"

/* What only this file knows of a step. */
struct inner_step {
	uint32_t lane;
	uint32_t holding; /* steps it waits for that are neither done nor running */
	bool queued;      /* it has an entry in its lane's heap, which may be out of date */
};

/* Ready steps with the same location and pool. */
struct order_lane {
	struct step_heap ready; /* those that moved on are dropped when they come to the top */
	uint32_t slot;          /* the lane's number in `slots` */
	uint32_t held;          /* slots that its steps hold */
	uint32_t expected;      /* slots that its steps will want soon */
	uint32_t unbegun;       /* steps that will want one at all */
};

struct step_order {
	struct arena *arena;
	const struct run_plan *plan;
	struct slots *slots;
	struct order_step *steps;
	struct inner_step *inner;
	size_t *starts; /* who waits for step i: dependents[starts[i]] up to dependents[starts[i + 1]] */
	uint32_t *dependents;
	LIST(struct order_lane) lanes;
	struct step_heap wakes; /* exactly those that are retrying, by time */
	uint32_t *imminent;     /* per location */
	size_t in_state[STEP_STATE_COUNT];
	struct node_set left_out;
	sv cancel_reason;
	bool canceled, resuming;
};

static const char *asset_text(const struct step_order *o, uint32_t step)
{
	const struct plan_step *s = &o->plan->steps[step];
	const struct asset_graph *g = o->plan->graph;

	return arena_fmt(o->arena, "\"" SV_FMT "\" (" SV_FMT ")", SV_ARG(g->nodes[s->nodes[0]].key),
			 SV_ARG(g->locations[s->location].name))
		.p;
}

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

static bool is_imminent(const struct step_order *o, uint32_t step)
{
	enum step_state state = o->steps[step].state;

	return state == STEP_READY || (state == STEP_WAITING && o->inner[step].holding == 0);
}

/* After a change of a step's state or of what it waits for. */
static void count_imminent(struct step_order *o, uint32_t step, bool was)
{
	struct order_lane *lane = &o->lanes.at[o->inner[step].lane];
	bool now = is_imminent(o, step);

	if (was == now)
		return;
	o->imminent[o->plan->steps[step].location] += now ? 1 : -1u;
	lane->expected += now ? 1 : -1u;
	if (o->slots && now)
		slots_expect(o->slots, lane->slot);
	else if (o->slots)
		slots_unexpect(o->slots, lane->slot);
}

static void count_unbegun(struct step_order *o, struct order_lane *lane, bool now)
{
	lane->unbegun += now ? 1 : -1u;
	if (o->slots && now)
		slots_begin_later(o->slots, lane->slot);
	else if (o->slots)
		slots_begin_no_later(o->slots, lane->slot);
}

static void count_holding(struct step_order *o, uint32_t step, bool holds)
{
	for (size_t d = o->starts[step]; d < o->starts[step + 1]; d++) {
		uint32_t below = o->dependents[d];
		bool was = is_imminent(o, below);

		assert(holds || o->inner[below].holding > 0);
		o->inner[below].holding += holds ? 1 : -1u;
		count_imminent(o, below, was);
	}
}

static void hold_slot(struct step_order *o, struct order_lane *lane)
{
	lane->held++;
	if (o->slots && o->resuming)
		slots_take_above(o->slots, lane->slot);
	else if (o->slots)
		slots_take(o->slots, lane->slot);
}

static void give_slot(struct step_order *o, struct order_lane *lane)
{
	assert(lane->held > 0);
	lane->held--;
	if (o->slots)
		slots_give(o->slots, lane->slot);
}

static void queue(struct step_order *o, struct order_lane *lane, uint32_t step)
{
	if (o->inner[step].queued)
		return;
	o->inner[step].queued = true;
	/* ~ turns the order round and cannot overflow, as a minus can */
	step_heap_push(o->arena, &lane->ready, ~o->plan->steps[step].options.priority, step);
}

/* The only place where a state changes. */
static void set_state(struct step_order *o, uint32_t step, enum step_state to, sv reason)
{
	struct order_step *s = &o->steps[step];
	struct order_lane *lane = &o->lanes.at[o->inner[step].lane];
	enum step_state from = s->state;
	bool was_imminent = is_imminent(o, step);
	bool held_up = !active(from) && from != STEP_SUCCESS,
	     holds_up = !active(to) && to != STEP_SUCCESS;

	assert(!needs_inputs_done(to) || s->unfinished == 0);
	assert(o->in_state[from] > 0);
	o->in_state[from]--;
	o->in_state[to]++;
	s->state = to;
	s->reason = reason;
	if (active(from) && !active(to))
		give_slot(o, lane);
	if (!active(from) && active(to))
		hold_slot(o, lane);
	if (to == STEP_READY)
		queue(o, lane, step);
	if (to == STEP_RETRYING)
		step_heap_push(o->arena, &o->wakes, s->retry_at, step);
	count_imminent(o, step, was_imminent);
	if (is_unbegun(from) != is_unbegun(to))
		count_unbegun(o, lane, is_unbegun(to));
	if (held_up != holds_up)
		count_holding(o, step, holds_up);
}

static void move(struct step_order *o, uint32_t step, enum step_state to, sv reason)
{
	assert(step_state_may_move(o->steps[step].state, to));
	set_state(o, step, to, reason);
}

static void find_dependents(struct step_order *o)
{
	const struct run_plan *plan = o->plan;
	size_t *next;

	o->starts = NEW(o->arena, size_t, plan->steps_count + 2);
	next = o->starts + 1;
	for (size_t i = 0; i < plan->steps_count; i++)
		for (size_t w = 0; w < plan->steps[i].waits_for_count; w++)
			next[plan->steps[i].waits_for[w] + 1]++;
	for (size_t i = 0; i < plan->steps_count; i++)
		next[i + 1] += next[i];
	o->dependents = NEW(o->arena, uint32_t, next[plan->steps_count]);
	for (uint32_t i = 0; i < plan->steps_count; i++)
		for (size_t w = 0; w < plan->steps[i].waits_for_count; w++)
			o->dependents[next[plan->steps[i].waits_for[w]]++] = i;
}

static sv waiting_reason(const struct step_order *o, const struct plan_step *s)
{
	if (s->waits_for_count == 1)
		return arena_fmt(o->arena, "waits for %s", asset_text(o, s->waits_for[0]));
	return arena_fmt(o->arena, "waits for %s and %zu more", asset_text(o, s->waits_for[0]),
			 s->waits_for_count - 1);
}

/* Steps of one location and one pool share a lane; those of kept workers have another. */
static void make_lanes(struct step_order *o)
{
	const struct run_plan *plan = o->plan;
	AUTO_ARENA scratch = arena_new();
	struct intern *pools = intern_new(scratch), *keys = intern_new(scratch);

	for (uint32_t i = 0; i < plan->steps_count; i++) {
		sv pool = plan->steps[i].options.pool;
		bool kept = plan->steps[i].options.isolation == ISOLATION_WORKER;
		uint32_t key[] = {plan->steps[i].location, pool.p ? intern_add(pools, pool) : NO_ID,
				  kept};
		uint32_t lane = intern_add(keys, (sv){(const char *)key, sizeof(key)});

		o->inner[i].lane = lane;
		if (lane < o->lanes.n)
			continue;
		LIST_ADD(o->arena, &o->lanes)->slot = NO_ID;
		if (o->slots)
			o->lanes.at[lane].slot = (kept ? slots_kept_lane : slots_lane)(
				o->slots, plan->graph->locations[key[0]].name, pool);
	}
}

struct step_order *step_order_new(const struct run_plan *plan, struct slots *slots)
{
	struct arena *arena = arena_new();
	struct step_order *o = NEW(arena, struct step_order, 1);

	o->arena = arena;
	o->plan = plan;
	o->slots = slots;
	o->steps = NEW(arena, struct order_step, plan->steps_count);
	o->inner = NEW(arena, struct inner_step, plan->steps_count);
	o->imminent = NEW(arena, uint32_t, plan->graph->locations_count);
	o->left_out = node_set_new(arena, plan->graph);
	o->in_state[STEP_WAITING] = plan->steps_count;
	make_lanes(o);
	find_dependents(o);
	for (uint32_t i = 0; i < plan->steps_count; i++) {
		o->steps[i].unfinished = (uint32_t)plan->steps[i].waits_for_count;
		o->inner[i].holding = o->steps[i].unfinished;
		count_imminent(o, i, false);
		count_unbegun(o, &o->lanes.at[o->inner[i].lane], true);
		if (o->steps[i].unfinished)
			o->steps[i].reason = waiting_reason(o, &plan->steps[i]);
		else
			move(o, i, STEP_READY, SV("waits for no other step"));
	}
	return o;
}

void step_order_free(struct step_order *o)
{
	if (!o)
		return;
	for (size_t i = 0; o->slots && i < o->lanes.n; i++) {
		for (; o->lanes.at[i].held; o->lanes.at[i].held--)
			slots_give(o->slots, o->lanes.at[i].slot);
		for (; o->lanes.at[i].expected; o->lanes.at[i].expected--)
			slots_unexpect(o->slots, o->lanes.at[i].slot);
		for (; o->lanes.at[i].unbegun; o->lanes.at[i].unbegun--)
			slots_begin_no_later(o->slots, o->lanes.at[i].slot);
	}
	arena_free(o->arena);
}

const struct order_step *step_order_at(const struct step_order *o, uint32_t step)
{
	return &o->steps[step];
}

const struct run_plan *step_order_plan(const struct step_order *o)
{
	return o->plan;
}

/* The first ready step of a lane, NO_ID when there is none. */
static uint32_t first_ready(struct step_order *o, struct order_lane *lane)
{
	while (lane->ready.n && o->steps[lane->ready.at[0].step].state != STEP_READY) {
		o->inner[lane->ready.at[0].step].queued = false;
		step_heap_pop(&lane->ready);
	}
	return lane->ready.n ? lane->ready.at[0].step : NO_ID;
}

/* How many steps of its location run, of whatever run. */
static uint32_t beside(const struct step_order *o, uint32_t step)
{
	if (!o->slots)
		return 0;
	return slots_of_location(o->slots, o->lanes.at[o->inner[step].lane].slot);
}

static bool comes_before(const struct step_order *o, uint32_t a, uint32_t b)
{
	int64_t first = o->plan->steps[a].options.priority,
		second = o->plan->steps[b].options.priority;
	uint32_t with_a = beside(o, a), with_b = beside(o, b);

	if (first != second)
		return first > second;
	return with_a != with_b ? with_a < with_b : a < b;
}

bool step_order_next(struct step_order *o, uint32_t *ret_step)
{
	uint32_t best = NO_ID;

	if (o->in_state[STEP_READY] == 0)
		return false;
	for (size_t i = 0; i < o->lanes.n; i++) {
		uint32_t step = first_ready(o, &o->lanes.at[i]);

		if (step == NO_ID || (o->slots && !slots_may_take(o->slots, o->lanes.at[i].slot)))
			continue;
		if (best == NO_ID || comes_before(o, step, best))
			best = step;
	}
	if (best == NO_ID)
		return false;
	*ret_step = best;
	return true;
}

void step_order_started(struct step_order *o, uint32_t step)
{
	move(o, step, STEP_STARTING, SV("its process is being started"));
}

void step_order_running(struct step_order *o, uint32_t step)
{
	move(o, step, STEP_RUNNING, SV("its process runs"));
}

void step_order_left_out(struct step_order *o, uint32_t node)
{
	node_set_add(&o->left_out, node);
}

/* The asset that `step` reads and that was left out; NO_ID when there is none. */
static uint32_t left_out_input(const struct step_order *o, uint32_t step)
{
	const struct plan_step *s = &o->plan->steps[step];

	for (size_t i = 0; i < s->inputs_count; i++)
		if (s->inputs[i].in_run && node_set_has(&o->left_out, s->inputs[i].node))
			return s->inputs[i].node;
	return NO_ID;
}

/* A wave of skips over waiting steps.  `changes` is its queue: entries from `from` on are looked at. */
static void skip_below(struct step_order *o, size_t from, sv because, struct arena *a,
		       struct step_changes *changes)
{
	for (size_t next = from; next < changes->n; next++) {
		uint32_t step = changes->at[next];
		sv reason = {0};

		for (size_t d = o->starts[step]; d < o->starts[step + 1]; d++) {
			uint32_t below = o->dependents[d];

			if (o->steps[below].state != STEP_WAITING)
				continue;
			if (!reason.p && o->steps[step].state == STEP_SKIPPED)
				reason = arena_fmt(o->arena, "needs %s, which was skipped: " SV_FMT,
						   asset_text(o, step), SV_ARG(because));
			move(o, below, STEP_SKIPPED, reason.p ? reason : because);
			*LIST_ADD(a, changes) = below;
		}
	}
}

static void skip_all_below(struct step_order *o, uint32_t step, struct arena *a,
			   struct step_changes *changes)
{
	const char *fate = o->steps[step].state == STEP_CANCELED ? "was canceled" : "failed";

	if (o->starts[step] == o->starts[step + 1])
		return;
	skip_below(o, changes->n - 1,
		   arena_fmt(o->arena, "needs %s, which %s", asset_text(o, step), fate), a,
		   changes);
}

static sv left_out_reason(const struct step_order *o, uint32_t node)
{
	return arena_fmt(o->arena, "needs \"" SV_FMT "\", which its step did not make this time",
			 SV_ARG(o->plan->graph->nodes[node].key));
}

static void skip_for_left_out(struct step_order *o, uint32_t below, uint32_t node, struct arena *a,
			      struct step_changes *changes)
{
	sv because = left_out_reason(o, node);

	move(o, below, STEP_SKIPPED, because);
	*LIST_ADD(a, changes) = below;
	skip_below(o, changes->n - 1, because, a, changes);
}

static void release_below(struct step_order *o, uint32_t step, struct arena *a,
			  struct step_changes *changes)
{
	for (size_t d = o->starts[step]; d < o->starts[step + 1]; d++) {
		uint32_t below = o->dependents[d], missing;

		o->steps[below].unfinished--;
		if (o->steps[below].state != STEP_WAITING)
			continue;
		missing = left_out_input(o, below);
		if (missing != NO_ID) {
			skip_for_left_out(o, below, missing, a, changes);
		} else if (o->steps[below].unfinished == 0) {
			move(o, below, STEP_READY, SV("all it waited for is done"));
			*LIST_ADD(a, changes) = below;
		}
	}
}

void step_order_ended(struct step_order *o, uint32_t step, enum step_state end, sv reason,
		      struct arena *a, struct step_changes *changes)
{
	assert(end == STEP_SUCCESS || end == STEP_FAILURE || end == STEP_CANCELED);
	assert(active(o->steps[step].state));
	move(o, step, end, arena_sv(o->arena, reason));
	*LIST_ADD(a, changes) = step;
	if (end == STEP_SUCCESS)
		release_below(o, step, a, changes);
	else
		skip_all_below(o, step, a, changes);
}

/* 0 says that nothing is due. */
static time_us later_than_never(time_us at)
{
	return at > 0 ? at : 1;
}

/* Out of a run that is being canceled nobody starts again. */
static bool is_sent_back(struct step_order *o, uint32_t step, struct arena *a,
			 struct step_changes *changes)
{
	assert(active(o->steps[step].state));
	*LIST_ADD(a, changes) = step;
	if (o->canceled)
		move(o, step, STEP_CANCELED, o->cancel_reason);
	return !o->canceled;
}

void step_order_retry(struct step_order *o, uint32_t step, time_us at, sv reason, struct arena *a,
		      struct step_changes *changes)
{
	if (!is_sent_back(o, step, a, changes))
		return;
	o->steps[step].retries++;
	o->steps[step].retry_at = later_than_never(at);
	move(o, step, STEP_RETRYING, arena_sv(o->arena, reason));
}

void step_order_unbegun(struct step_order *o, uint32_t step, sv reason, struct arena *a,
			struct step_changes *changes)
{
	if (is_sent_back(o, step, a, changes))
		move(o, step, STEP_READY, arena_sv(o->arena, reason));
}

void step_order_wake(struct step_order *o, time_us now, struct arena *a,
		     struct step_changes *changes)
{
	while (o->wakes.n && o->wakes.at[0].key <= now) {
		uint32_t step = o->wakes.at[0].step;

		step_heap_pop(&o->wakes);
		move(o, step, STEP_READY, SV("the wait before its next attempt is over"));
		*LIST_ADD(a, changes) = step;
	}
}

time_us step_order_next_wake(const struct step_order *o)
{
	return o->wakes.n ? o->wakes.at[0].key : 0;
}

void step_order_cancel(struct step_order *o, sv reason, struct arena *a,
		       struct step_changes *changes)
{
	if (!o->canceled)
		o->cancel_reason = arena_sv(o->arena, reason);
	o->canceled = true;
	for (uint32_t i = 0; i < o->plan->steps_count; i++) {
		enum step_state state = o->steps[i].state;

		if (state != STEP_WAITING && state != STEP_READY && state != STEP_RETRYING)
			continue;
		move(o, i, STEP_CANCELED, o->cancel_reason);
		*LIST_ADD(a, changes) = i;
	}
	o->wakes.n = 0;
}

/* ---- a run that is taken over ---- */

static bool begun(enum step_state state)
{
	return state != STEP_WAITING && state != STEP_READY && state != STEP_STARTING;
}

static bool set_known(struct step_order *o, uint32_t step, const struct step_known *known,
		      struct err *e)
{
	struct order_step *s = &o->steps[step];

	if (!begun(known->state))
		return true;
	if (s->unfinished && known->state != STEP_SKIPPED && known->state != STEP_CANCELED)
		return err_set(e, ERR_CORRUPT,
			       "step %s is recorded as %s, but not all it waits for succeeded",
			       asset_text(o, step), step_state_word(known->state));
	s->retry_at = later_than_never(known->retry_at);
	set_state(o, step, known->state, arena_sv(o->arena, known->reason));
	for (size_t d = o->starts[step]; known->state == STEP_SUCCESS && d < o->starts[step + 1];
	     d++)
		o->steps[o->dependents[d]].unfinished--;
	return true;
}

/* A step that this one waits for and that ended otherwise than well; NO_ID: none. */
static uint32_t unmade_input(const struct step_order *o, uint32_t step)
{
	const struct plan_step *s = &o->plan->steps[step];

	for (size_t i = 0; i < s->waits_for_count; i++) {
		enum step_state state = o->steps[s->waits_for[i]].state;

		if (step_state_ended(state) && state != STEP_SUCCESS)
			return s->waits_for[i];
	}
	return NO_ID;
}

/* What a waiting step is, now that the others are known; steps are asked in plan order. */
static void settle(struct step_order *o, uint32_t step, struct arena *a,
		   struct step_changes *changes)
{
	uint32_t unmade = unmade_input(o, step), left_out = left_out_input(o, step);
	enum step_state to = STEP_SKIPPED;
	sv reason;

	if (unmade != NO_ID)
		reason = arena_fmt(o->arena, "needs %s, which %s", asset_text(o, unmade),
				   o->steps[unmade].state == STEP_FAILURE   ? "failed"
				   : o->steps[unmade].state == STEP_SKIPPED ? "was skipped"
									    : "was canceled");
	else if (left_out != NO_ID)
		reason = left_out_reason(o, left_out);
	else if (o->steps[step].unfinished)
		return;
	else {
		to = STEP_READY;
		reason = SV("all it waited for is done");
	}
	move(o, step, to, reason);
	*LIST_ADD(a, changes) = step;
}

bool step_order_resume(struct step_order *o, const struct step_known *steps, struct arena *a,
		       struct step_changes *changes, struct err *e)
{
	bool done = true;

	o->resuming = true;
	for (uint32_t i = 0; i < o->plan->steps_count && done; i++) {
		o->steps[i].retries = steps[i].retries;
		done = set_known(o, i, &steps[i], e);
	}
	o->resuming = false;
	for (uint32_t i = 0; i < o->plan->steps_count && done; i++)
		if (o->steps[i].state == STEP_WAITING)
			settle(o, i, a, changes);
	return done;
}

/* ---- looking at it ---- */

uint32_t step_order_imminent(const struct step_order *o, uint32_t location)
{
	return o->imminent[location];
}

uint32_t step_order_lane(const struct step_order *o, uint32_t step)
{
	return o->lanes.at[o->inner[step].lane].slot;
}

bool step_order_canceled(const struct step_order *o)
{
	return o->canceled;
}

size_t step_order_count(const struct step_order *o, enum step_state state)
{
	return o->in_state[state];
}

bool step_order_done(const struct step_order *o)
{
	size_t ended = 0;

	for (unsigned s = 0; s < STEP_STATE_COUNT; s++)
		if (step_state_ended((enum step_state)s))
			ended += o->in_state[s];
	return ended == o->plan->steps_count;
}

/* A run that was canceled in time says so, even if a step failed on the way. */
enum run_state step_order_outcome(const struct step_order *o)
{
	assert(step_order_done(o));
	if (o->canceled && o->in_state[STEP_CANCELED])
		return RUN_CANCELED;
	if (o->in_state[STEP_FAILURE])
		return RUN_FAILURE;
	return o->in_state[STEP_CANCELED] ? RUN_CANCELED : RUN_SUCCESS;
}
