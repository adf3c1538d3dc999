/* step_order.c -- what follows from an event: whom an end releases or skips, who is sent back, what a run that is taken over
 * comes to.  The states and all that is counted by them: plan/order_book.h. */
#include "plan/order_book.h"

struct step_order {
	struct arena *arena;
	struct order_book book;
	struct node_set left_out;
	sv cancel_reason;
	bool canceled;
};

static const char *asset_text(const struct step_order *o, uint32_t step)
{
	const struct plan_step *s = &o->book.plan->steps[step];
	const struct asset_graph *g = o->book.plan->graph;

	return arena_fmt(o->arena, "\"" SV_FMT "\" (" SV_FMT ")", SV_ARG(g->nodes[s->nodes[0]].key),
			 SV_ARG(g->locations[s->location].name))
		.p;
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
	order_book_open(&o->book, arena, plan, slots);
	o->left_out = node_set_new(arena, plan->graph);
	for (uint32_t i = 0; i < plan->steps_count; i++)
		if (plan->steps[i].waits_for_count)
			o->book.steps[i].reason = waiting_reason(o, &plan->steps[i]);
		else
			order_book_move(&o->book, i, STEP_READY, SV("waits for no other step"));
	return o;
}

void step_order_free(struct step_order *o)
{
	if (!o)
		return;
	order_book_close(&o->book);
	arena_free(o->arena);
}

const struct order_step *step_order_at(const struct step_order *o, uint32_t step)
{
	return &o->book.steps[step];
}

const struct run_plan *step_order_plan(const struct step_order *o)
{
	return o->book.plan;
}

bool step_order_next(struct step_order *o, uint32_t *ret_step)
{
	return order_book_next(&o->book, ret_step);
}

void step_order_started(struct step_order *o, uint32_t step)
{
	order_book_move(&o->book, step, STEP_STARTING, SV("its process is being started"));
}

void step_order_running(struct step_order *o, uint32_t step)
{
	order_book_move(&o->book, step, STEP_RUNNING, SV("its process runs"));
}

void step_order_left_out(struct step_order *o, uint32_t node)
{
	node_set_add(&o->left_out, node);
}

/* Moves a step, and tells that it has moved. */
static void move(struct step_order *o, uint32_t step, enum step_state to, sv reason,
		 struct arena *a, struct step_changes *changes)
{
	order_book_move(&o->book, step, to, reason);
	*LIST_ADD(a, changes) = step;
}

/* The asset that `step` reads and that was left out; NO_ID when there is none. */
static uint32_t left_out_input(const struct step_order *o, uint32_t step)
{
	const struct plan_step *s = &o->book.plan->steps[step];

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
		struct steps_below below = order_book_below(&o->book, step);
		sv reason = {0};

		for (size_t i = 0; i < below.n; i++) {
			if (o->book.steps[below.at[i]].state != STEP_WAITING)
				continue;
			if (!reason.p && o->book.steps[step].state == STEP_SKIPPED)
				reason = arena_fmt(o->arena, "needs %s, which was skipped: " SV_FMT,
						   asset_text(o, step), SV_ARG(because));
			move(o, below.at[i], STEP_SKIPPED, reason.p ? reason : because, a, changes);
		}
	}
}

static void skip_all_below(struct step_order *o, uint32_t step, struct arena *a,
			   struct step_changes *changes)
{
	const char *fate = o->book.steps[step].state == STEP_CANCELED ? "was canceled" : "failed";

	if (order_book_below(&o->book, step).n == 0)
		return;
	skip_below(o, changes->n - 1,
		   arena_fmt(o->arena, "needs %s, which %s", asset_text(o, step), fate), a,
		   changes);
}

static sv left_out_reason(const struct step_order *o, uint32_t node)
{
	return arena_fmt(o->arena, "needs \"" SV_FMT "\", which its step did not make this time",
			 SV_ARG(o->book.plan->graph->nodes[node].key));
}

static void skip_for_left_out(struct step_order *o, uint32_t below, uint32_t node, struct arena *a,
			      struct step_changes *changes)
{
	sv because = left_out_reason(o, node);

	move(o, below, STEP_SKIPPED, because, a, changes);
	skip_below(o, changes->n - 1, because, a, changes);
}

static void release_below(struct step_order *o, uint32_t step, struct arena *a,
			  struct step_changes *changes)
{
	struct steps_below all = order_book_below(&o->book, step);

	for (size_t i = 0; i < all.n; i++) {
		uint32_t below = all.at[i], missing;

		o->book.steps[below].unfinished--;
		if (o->book.steps[below].state != STEP_WAITING)
			continue;
		missing = left_out_input(o, below);
		if (missing != NO_ID)
			skip_for_left_out(o, below, missing, a, changes);
		else if (o->book.steps[below].unfinished == 0)
			move(o, below, STEP_READY, SV("all it waited for is done"), a, changes);
	}
}

void step_order_ended(struct step_order *o, uint32_t step, enum step_state end, sv reason,
		      struct arena *a, struct step_changes *changes)
{
	assert(end == STEP_SUCCESS || end == STEP_FAILURE || end == STEP_CANCELED);
	assert(order_book_is_active(&o->book, step));
	move(o, step, end, arena_sv(o->arena, reason), a, changes);
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
static void send_back(struct step_order *o, uint32_t step, enum step_state to, sv reason,
		      struct arena *a, struct step_changes *changes)
{
	assert(order_book_is_active(&o->book, step));
	if (o->canceled)
		move(o, step, STEP_CANCELED, o->cancel_reason, a, changes);
	else
		move(o, step, to, arena_sv(o->arena, reason), a, changes);
}

void step_order_retry(struct step_order *o, uint32_t step, time_us at, sv reason, struct arena *a,
		      struct step_changes *changes)
{
	if (!o->canceled) {
		o->book.steps[step].retries++;
		o->book.steps[step].retry_at = later_than_never(at);
	}
	send_back(o, step, STEP_RETRYING, reason, a, changes);
}

void step_order_unbegun(struct step_order *o, uint32_t step, sv reason, struct arena *a,
			struct step_changes *changes)
{
	send_back(o, step, STEP_READY, reason, a, changes);
}

void step_order_wake(struct step_order *o, time_us now, struct arena *a,
		     struct step_changes *changes)
{
	uint32_t step;

	while (order_book_wake(&o->book, now, &step))
		move(o, step, STEP_READY, SV("the wait before its next attempt is over"), a,
		     changes);
}

time_us step_order_next_wake(const struct step_order *o)
{
	return o->book.wakes.n ? o->book.wakes.at[0].key : 0;
}

void step_order_cancel(struct step_order *o, sv reason, struct arena *a,
		       struct step_changes *changes)
{
	if (!o->canceled)
		o->cancel_reason = arena_sv(o->arena, reason);
	o->canceled = true;
	for (uint32_t i = 0; i < o->book.plan->steps_count; i++) {
		enum step_state state = o->book.steps[i].state;

		if (state != STEP_WAITING && state != STEP_READY && state != STEP_RETRYING)
			continue;
		move(o, i, STEP_CANCELED, o->cancel_reason, a, changes);
	}
	o->book.wakes.n = 0;
}

/* ---- a run that is taken over ---- */

static bool begun(enum step_state state)
{
	return state != STEP_WAITING && state != STEP_READY && state != STEP_STARTING;
}

static bool set_known(struct step_order *o, uint32_t step, const struct step_known *known,
		      struct err *e)
{
	struct order_step *s = &o->book.steps[step];
	struct steps_below below;

	if (!begun(known->state))
		return true;
	if (s->unfinished && known->state != STEP_SKIPPED && known->state != STEP_CANCELED)
		return err_set(e, ERR_CORRUPT,
			       "step %s is recorded as %s, but not all it waits for succeeded",
			       asset_text(o, step), step_state_word(known->state));
	s->retry_at = later_than_never(known->retry_at);
	order_book_restore(&o->book, step, known->state, arena_sv(o->arena, known->reason));
	below = order_book_below(&o->book, step);
	for (size_t i = 0; known->state == STEP_SUCCESS && i < below.n; i++)
		o->book.steps[below.at[i]].unfinished--;
	return true;
}

/* A step that this one waits for and that ended otherwise than well; NO_ID: none. */
static uint32_t unmade_input(const struct step_order *o, uint32_t step)
{
	const struct plan_step *s = &o->book.plan->steps[step];

	for (size_t i = 0; i < s->waits_for_count; i++) {
		enum step_state state = o->book.steps[s->waits_for[i]].state;

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
				   o->book.steps[unmade].state == STEP_FAILURE   ? "failed"
				   : o->book.steps[unmade].state == STEP_SKIPPED ? "was skipped"
										 : "was canceled");
	else if (left_out != NO_ID)
		reason = left_out_reason(o, left_out);
	else if (o->book.steps[step].unfinished)
		return;
	else {
		to = STEP_READY;
		reason = SV("all it waited for is done");
	}
	move(o, step, to, reason, a, changes);
}

bool step_order_resume(struct step_order *o, const struct step_known *steps, struct arena *a,
		       struct step_changes *changes, struct err *e)
{
	bool done = true;

	for (uint32_t i = 0; i < o->book.plan->steps_count && done; i++) {
		o->book.steps[i].retries = steps[i].retries;
		done = set_known(o, i, &steps[i], e);
	}
	for (uint32_t i = 0; i < o->book.plan->steps_count && done; i++)
		if (o->book.steps[i].state == STEP_WAITING)
			settle(o, i, a, changes);
	return done;
}

/* ---- looking at it ---- */

uint32_t step_order_imminent(const struct step_order *o, uint32_t location)
{
	return o->book.imminent[location];
}

uint32_t step_order_lane(const struct step_order *o, uint32_t step)
{
	return o->book.lanes.at[o->book.entries[step].lane].slot;
}

bool step_order_canceled(const struct step_order *o)
{
	return o->canceled;
}

size_t step_order_count(const struct step_order *o, enum step_state state)
{
	return o->book.in_state[state];
}

bool step_order_done(const struct step_order *o)
{
	size_t ended = 0;

	for (unsigned s = 0; s < STEP_STATE_COUNT; s++)
		if (step_state_ended((enum step_state)s))
			ended += o->book.in_state[s];
	return ended == o->book.plan->steps_count;
}

/* A run that was canceled in time says so, even if a step failed on the way. */
enum run_state step_order_outcome(const struct step_order *o)
{
	assert(step_order_done(o));
	if (o->canceled && o->book.in_state[STEP_CANCELED])
		return RUN_CANCELED;
	if (o->book.in_state[STEP_FAILURE])
		return RUN_FAILURE;
	return o->book.in_state[STEP_CANCELED] ? RUN_CANCELED : RUN_SUCCESS;
}
