/* step_order.c -- a count of unfinished inputs for each step, and a heap of ready ones so that they start in plan order.
 * One function moves states; nothing else writes them. */
#include "plan/step_order.h"

struct step_order {
	struct arena *arena;
	const struct run_plan *plan;
	struct order_step *steps;
	size_t *starts; /* who waits for step i: dependents[starts[i]] up to dependents[starts[i + 1]] */
	uint32_t *dependents;
	uint32_t *
		heap; /* ready steps, smallest index on top; those that moved on are dropped when met */
	size_t heap_n;
	size_t in_state[STEP_STATE_COUNT];
	struct node_set left_out;
	bool canceled;
};

static const char *asset_text(const struct step_order *o, uint32_t step)
{
	const struct plan_step *s = &o->plan->steps[step];
	const struct asset_graph *g = o->plan->graph;

	return arena_fmt(o->arena, "\"" SV_FMT "\" (" SV_FMT ")", SV_ARG(g->nodes[s->nodes[0]].key),
			 SV_ARG(g->locations[s->location].name))
		.p;
}

static void heap_push(struct step_order *o, uint32_t step)
{
	size_t at = o->heap_n++;

	for (; at && o->heap[(at - 1) / 2] > step; at = (at - 1) / 2)
		o->heap[at] = o->heap[(at - 1) / 2];
	o->heap[at] = step;
}

static void heap_pop(struct step_order *o)
{
	uint32_t last = o->heap[--o->heap_n];
	size_t at = 0, child;

	for (; (child = 2 * at + 1) < o->heap_n; at = child) {
		child += child + 1 < o->heap_n && o->heap[child + 1] < o->heap[child];
		if (o->heap[child] >= last)
			break;
		o->heap[at] = o->heap[child];
	}
	o->heap[at] = last;
}

static bool needs_inputs_done(enum step_state state)
{
	return state == STEP_READY || state == STEP_STARTING || state == STEP_RUNNING ||
	       state == STEP_SUCCESS;
}

/* The only place where a state changes. */
static void move(struct step_order *o, uint32_t step, enum step_state to, sv reason)
{
	struct order_step *s = &o->steps[step];

	assert(step_state_may_move(s->state, to));
	assert(!needs_inputs_done(to) || s->unfinished == 0);
	assert(o->in_state[s->state] > 0);
	o->in_state[s->state]--;
	o->in_state[to]++;
	s->state = to;
	s->reason = reason;
	if (to == STEP_READY)
		heap_push(o, step);
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

struct step_order *step_order_new(const struct run_plan *plan, struct slots *slots)
{
	struct arena *arena = arena_new();
	struct step_order *o = NEW(arena, struct step_order, 1);

	o->arena = arena;
	o->plan = plan;
	o->steps = NEW(arena, struct order_step, plan->steps_count);
	o->heap = NEW(arena, uint32_t, plan->steps_count);
	o->left_out = node_set_new(arena, plan->graph);
	o->in_state[STEP_WAITING] = plan->steps_count;
	find_dependents(o);
	for (uint32_t i = 0; i < plan->steps_count; i++) {
		o->steps[i].unfinished = (uint32_t)plan->steps[i].waits_for_count;
		if (o->steps[i].unfinished)
			o->steps[i].reason = waiting_reason(o, &plan->steps[i]);
		else
			move(o, i, STEP_READY, SV("waits for no other step"));
	}
	return o;
}

void step_order_free(struct step_order *o)
{
	if (o)
		arena_free(o->arena);
}

const struct order_step *step_order_at(const struct step_order *o, uint32_t step)
{
	return &o->steps[step];
}

bool step_order_next(struct step_order *o, uint32_t *ret_step)
{
	while (o->heap_n && o->steps[o->heap[0]].state != STEP_READY)
		heap_pop(o);
	if (!o->heap_n)
		return false;
	*ret_step = o->heap[0];
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

static void skip_for_left_out(struct step_order *o, uint32_t below, uint32_t node, struct arena *a,
			      struct step_changes *changes)
{
	sv because = arena_fmt(o->arena,
			       "needs \"" SV_FMT "\", which its step did not make this time",
			       SV_ARG(o->plan->graph->nodes[node].key));

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
	assert(o->steps[step].state == STEP_STARTING || o->steps[step].state == STEP_RUNNING);
	move(o, step, end, arena_sv(o->arena, reason));
	*LIST_ADD(a, changes) = step;
	if (end == STEP_SUCCESS)
		release_below(o, step, a, changes);
	else
		skip_all_below(o, step, a, changes);
}

void step_order_cancel(struct step_order *o, sv reason, struct arena *a,
		       struct step_changes *changes)
{
	sv copy = arena_sv(o->arena, reason);

	o->canceled = true;
	for (uint32_t i = 0; i < o->plan->steps_count; i++) {
		if (o->steps[i].state != STEP_WAITING && o->steps[i].state != STEP_READY)
			continue;
		move(o, i, STEP_CANCELED, copy);
		*LIST_ADD(a, changes) = i;
	}
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
