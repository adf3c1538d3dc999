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
#include "base/time.h"
#include "plan/dispatch.h"
#include "plan/retry.h"
#include "plan/run_queue.h"
#include "sim_world.h"

enum { HISTORIES = 24000, MOST_ASSETS = 24, MOST_RUNS = 5, MOST_EVENTS = 20000, POOLS = 3, MOST_RETRIES = 3, LOCATIONS = 5 };

static const char *const pool_names[POOLS] = {"p0", "p1", "p2"};

struct live {
	uint32_t number;
	struct node_set selected, left_out;
	struct run_plan *plan;
	struct step_order *order;
	enum step_state *last; /* each step's state as of the event before */
	unsigned *ends;        /* how often each step ended */
	unsigned *failures;    /* how often each was sent back to be tried again */
	struct run_tag tag;
	struct dispatch_run run;
	struct queued_run *queued;
	bool submitted, started, canceled, over;
};

struct sim {
	struct arena *arena;
	struct sim_world w;
	bool loud;
	struct asset_graph *graph;
	struct live runs[MOST_RUNS];
	uint32_t runs_count;
	struct settings settings;
	uint32_t most_steps, kept_beyond;
	int64_t location_limits[LOCATIONS], pool_limits[POOLS]; /* -1: none; pools: -2: the default */
	struct slots *slots;
	struct dispatch *dispatch;
	struct run_queue *queue;
	time_us now;
	uint32_t failing, canceling, killing;
	struct step_changes changes; /* of the event at hand */
};

struct totals {
	size_t histories, refused, runs, steps, events, retries, takeovers, outcomes[RUN_STATE_COUNT];
};

#define HOLDS(s, condition)                                                        \
	do {                                                                       \
		if (!(condition))                                                  \
			sim_broken(&(s)->w, __FILE__, __LINE__, #condition);       \
	} while (0)

/* ---- the world ---- */

static void random_options(struct sim *s, struct live *r)
{
	for (size_t i = 0; i < r->plan->steps_count; i++) {
		struct step_options *o = &r->plan->steps[i].options;

		o->priority = percent(&s->w, 30) ? (int64_t)below(&s->w, 5) - 2 : 0;
		if (percent(&s->w, 30))
			o->pool = sv_of(pool_names[below(&s->w, POOLS)]);
		o->isolation = percent(&s->w, 30) ? ISOLATION_WORKER : ISOLATION_PROCESS;
		if (percent(&s->w, 50))
			continue;
		o->retry.most = below(&s->w, MOST_RETRIES);
		o->retry.delay = below(&s->w, 2) ? 0 : below(&s->w, 10) * TIME_SECOND;
		o->retry.backoff = (enum retry_backoff)below(&s->w, 3);
		o->retry.jitter = (enum retry_jitter)below(&s->w, 3);
	}
}

/* False when there is nothing to run: an empty choice, or steps in a circle that must not be taken apart. */
static bool make_plan(struct sim *s, struct live *r)
{
	struct findings findings = workspace_check(s->arena, s->graph);
	struct known_version *known = NEW(s->arena, struct known_version, s->graph->nodes_count);
	struct plan_request request = {&r->selected, SV("random"), known};
	uint32_t chance = below(&s->w, 101);
	struct err e;

	r->selected = node_set_new(s->arena, s->graph);
	for (uint32_t i = 0; i < s->graph->nodes_count; i++) {
		if (percent(&s->w, chance))
			node_set_add(&r->selected, i);
		known[i].found_outside = percent(&s->w, 50);
		if (!known[i].found_outside)
			known[i].id = SV("v");
	}
	if (run_plan_make(s->arena, s->graph, &findings, &request, &r->plan, &e))
		return true;
	HOLDS(s, e.kind == ERR_INVALID || e.kind == ERR_CONFLICT);
	HOLDS(s, e.kind != ERR_CONFLICT || strstr(e.text, "circle"));
	return false;
}

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
static void check_plan(struct sim *s, const struct live *r)
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


static void random_settings(struct sim *s)
{
	static const struct tag_limit kinds[] = {
		{.name = {"team", 4}},
		{.name = {"team", 4}, .value = {"t0", 2}},
		{.name = {"team", 4}, .per_value = true},
	};
	struct tag_limit *limits = NEW(s->arena, struct tag_limit, COUNT_OF(kinds));

	s->settings = settings_default();
	s->settings.max_concurrent_runs = percent(&s->w, 30) ? -1 : (int64_t)1 + below(&s->w, 4);
	s->settings.pool_default_limit = percent(&s->w, 50) ? -1 : (int64_t)below(&s->w, 3);
	s->settings.pools_per_run = percent(&s->w, 30);
	s->settings.tag_limits = limits;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (percent(&s->w, 30)) {
			limits[s->settings.tag_limits_count] = kinds[i];
			limits[s->settings.tag_limits_count++].most = 1 + below(&s->w, 2);
		}
	s->most_steps = 1 + below(&s->w, 8);
	s->kept_beyond = percent(&s->w, 50) ? 0 : below(&s->w, 4);
	for (size_t i = 0; i < LOCATIONS; i++)
		s->location_limits[i] = percent(&s->w, 60) ? -1 : (int64_t)1 + below(&s->w, 3);
	for (size_t i = 0; i < POOLS; i++)
		s->pool_limits[i] = (int64_t)below(&s->w, 5) - 2;
}

static sv location_name(struct sim *s, size_t i)
{
	return arena_fmt(s->arena, "l%zu", i);
}

/* A server begins: empty slots and queue, with the limits as they are. */
static void begin_server(struct sim *s)
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

static void end_server(struct sim *s)
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

/* ---- the slow and simple account ---- */

static enum step_state state_of(const struct live *r, uint32_t step)
{
	return step_order_at(r->order, step)->state;
}

static bool is_active(const struct live *r, uint32_t step)
{
	return state_of(r, step) == STEP_STARTING || state_of(r, step) == STEP_RUNNING;
}

static bool is_running(const struct live *r)
{
	return r->started && !r->over;
}

static int64_t limit_of_pool(const struct sim *s, sv pool)
{
	for (size_t i = 0; i < POOLS; i++)
		if (sv_eq(pool, sv_of(pool_names[i])) && s->pool_limits[i] != -2)
			return s->pool_limits[i];
	return s->settings.pool_default_limit;
}

/* Active steps over all runs: all, of a location, of a pool. */
static int64_t count_active(const struct sim *s, uint32_t location, sv pool)
{
	int64_t n = 0;

	for (uint32_t i = 0; i < s->runs_count; i++)
		for (uint32_t k = 0; is_running(&s->runs[i]) && k < s->runs[i].plan->steps_count; k++) {
			const struct plan_step *p = &s->runs[i].plan->steps[k];

			n += is_active(&s->runs[i], k) && (location == NO_ID || p->location == location) &&
			     (!pool.p || (p->options.pool.p && sv_eq(pool, p->options.pool)));
		}
	return n;
}

static int64_t count_kept(const struct sim *s)
{
	int64_t n = 0;

	for (uint32_t i = 0; i < s->runs_count; i++)
		for (uint32_t k = 0; is_running(&s->runs[i]) && k < s->runs[i].plan->steps_count; k++)
			n += is_active(&s->runs[i], k) &&
			     s->runs[i].plan->steps[k].options.isolation == ISOLATION_WORKER;
	return n;
}

/* With one more of this isolation no more run than may: kept ones beyond count for nothing. */
static bool room_over_all(const struct sim *s, enum isolation isolation)
{
	int64_t kept = count_kept(s) + (isolation == ISOLATION_WORKER),
		all = count_active(s, NO_ID, (sv){0}) + 1;

	return all - (kept < s->kept_beyond ? kept : s->kept_beyond) <= s->most_steps;
}

static int64_t limit_of_location(const struct sim *s, uint32_t location)
{
	return s->location_limits[s->graph->locations[location].name.p[1] - '0'];
}

static bool within(int64_t count, int64_t limit)
{
	return limit < 0 || count < limit;
}

static bool may_start(const struct sim *s, const struct live *r, uint32_t step)
{
	const struct plan_step *p = &r->plan->steps[step];
	size_t own = 0;

	for (uint32_t i = 0; i < r->plan->steps_count; i++)
		own += is_active(r, i);
	return state_of(r, step) == STEP_READY && (!r->run.most_running || own < r->run.most_running) &&
	       room_over_all(s, p->options.isolation) &&
	       within(count_active(s, p->location, (sv){0}), limit_of_location(s, p->location)) &&
	       (s->settings.pools_per_run || !p->options.pool.p ||
		within(count_active(s, NO_ID, p->options.pool), limit_of_pool(s, p->options.pool)));
}

/* -1: x comes first. */
static int compare_runs(const struct live *x, const struct live *y)
{
	if (x->run.priority != y->run.priority)
		return x->run.priority > y->run.priority ? -1 : 1;
	return x->run.created < y->run.created ? -1 : x->run.created > y->run.created;
}

static bool comes_first(const struct sim *s, const struct live *r, uint32_t step, const struct live *other, uint32_t its)
{
	const struct plan_step *x = &r->plan->steps[step], *y = &other->plan->steps[its];
	int order = compare_runs(r, other);
	int64_t with_x, with_y;

	if (order)
		return order < 0;
	if (x->options.priority != y->options.priority)
		return x->options.priority > y->options.priority;
	with_x = count_active(s, x->location, (sv){0});
	with_y = count_active(s, y->location, (sv){0});
	return with_x != with_y ? with_x < with_y : step < its;
}

static struct live *best_step(struct sim *s, uint32_t *ret_step)
{
	struct live *best = NULL;

	for (uint32_t i = 0; i < s->runs_count; i++) {
		struct live *r = &s->runs[i];

		for (uint32_t k = 0; is_running(r) && k < r->plan->steps_count; k++)
			if (may_start(s, r, k) && (!best || comes_first(s, r, k, best, *ret_step))) {
				best = r;
				*ret_step = k;
			}
	}
	return best;
}

static bool writes_same(const struct live *x, const struct live *y)
{
	for (uint32_t i = 0; i < x->plan->steps_count; i++)
		for (size_t n = 0; n < x->plan->steps[i].nodes_count; n++)
			for (uint32_t k = 0; k < y->plan->steps_count; k++)
				for (size_t m = 0; m < y->plan->steps[k].nodes_count; m++)
					if (x->plan->steps[i].nodes[n] == y->plan->steps[k].nodes[m])
						return true;
	return false;
}

static bool uses_pool(const struct live *r, sv pool)
{
	for (uint32_t i = 0; i < r->plan->steps_count; i++)
		if (r->plan->steps[i].options.pool.p && sv_eq(pool, r->plan->steps[i].options.pool))
			return true;
	return false;
}

static bool tag_fits(const struct tag_limit *l, const struct live *r, const struct live *other)
{
	if (!sv_eq(l->name, r->tag.name) || !sv_eq(l->name, other->tag.name))
		return false;
	if (l->value.p)
		return sv_eq(l->value, r->tag.value) && sv_eq(l->value, other->tag.value);
	return !l->per_value || sv_eq(r->tag.value, other->tag.value);
}

static bool tag_limit_allows(const struct sim *s, const struct tag_limit *l, const struct live *r)
{
	int64_t n = 0;

	for (uint32_t i = 0; i < s->runs_count; i++)
		n += is_running(&s->runs[i]) && tag_fits(l, r, &s->runs[i]);
	return !tag_fits(l, r, r) || n < l->most;
}

static bool pools_allow(const struct sim *s, const struct live *r)
{
	for (size_t p = 0; s->settings.pools_per_run && p < POOLS; p++) {
		sv pool = sv_of(pool_names[p]);
		int64_t n = 0;

		for (uint32_t i = 0; i < s->runs_count; i++)
			n += is_running(&s->runs[i]) && uses_pool(&s->runs[i], pool);
		if (uses_pool(r, pool) && !within(n, limit_of_pool(s, pool)))
			return false;
	}
	return true;
}

static bool run_may_start(const struct sim *s, const struct live *r)
{
	int64_t n = 0;

	for (uint32_t i = 0; i < s->runs_count; i++) {
		n += is_running(&s->runs[i]);
		if (is_running(&s->runs[i]) && writes_same(r, &s->runs[i]))
			return false;
	}
	for (size_t i = 0; i < s->settings.tag_limits_count; i++)
		if (!tag_limit_allows(s, &s->settings.tag_limits[i], r))
			return false;
	return within(n, s->settings.max_concurrent_runs) && pools_allow(s, r);
}

static bool is_queued(const struct live *r)
{
	return r->submitted && !r->started && !r->over;
}

static struct live *best_run(struct sim *s)
{
	struct live *best = NULL;

	for (uint32_t i = 0; i < s->runs_count; i++) {
		struct live *r = &s->runs[i];

		if (is_queued(r) && run_may_start(s, r) && (!best || compare_runs(r, best) < 0))
			best = r;
	}
	return best;
}

/* ---- what must hold after every event ---- */

/* Whether something that `step` needs did not come to be, directly. */
static bool lacks_input(const struct live *r, uint32_t step)
{
	const struct plan_step *p = &r->plan->steps[step];

	for (size_t w = 0; w < p->waits_for_count; w++) {
		enum step_state state = state_of(r, p->waits_for[w]);

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
		if (state_of(r, p->waits_for[w]) != STEP_SUCCESS && !(or_active && is_active(r, p->waits_for[w])))
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
	if (state == STEP_READY || is_active(r, step) || state == STEP_RETRYING || state == STEP_SUCCESS)
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
			     (state_of(r, i) == STEP_READY || (state_of(r, i) == STEP_WAITING && inputs_done(r, i, true)));
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

/* `told`: the event was about that run and came with a list of changes, which must be all of them, each once. */
static void check_world(struct sim *s, struct live *told)
{
	for (uint32_t n = 0; n < s->runs_count; n++) {
		struct live *r = &s->runs[n];
		size_t changed = 0;

		if (!r->order)
			continue;
		check_run(s, r);
		for (uint32_t i = 0; i < r->plan->steps_count; i++)
			changed += state_of(r, i) != r->last[i];
		HOLDS(s, r != told || changed == s->changes.n);
		for (size_t c = 0; r == told && c < s->changes.n; c++) {
			uint32_t step = s->changes.at[c];

			HOLDS(s, state_of(r, step) != r->last[step]); /* fails too where a step is told twice */
			r->last[step] = state_of(r, step);
		}
		for (uint32_t i = 0; i < r->plan->steps_count; i++)
			r->last[i] = state_of(r, i);
	}
	HOLDS(s, slots_taken(s->slots) == count_active(s, NO_ID, (sv){0}));
	s->changes.n = 0;
}

static uint32_t unbegun_in(const struct live *r, uint32_t location)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < r->plan->steps_count; i++)
		n += r->plan->steps[i].location == location &&
		     (state_of(r, i) == STEP_WAITING || state_of(r, i) == STEP_READY || state_of(r, i) == STEP_RETRYING);
	return n;
}

static void check_expected(struct sim *s)
{
	struct slots_expected x;

	while (slots_next_expected(s->slots, &x)) {
		uint32_t location = asset_graph_location(s->graph, x.location), soon = 0, later = 0, most = s->most_steps;

		for (uint32_t i = 0; i < s->runs_count; i++)
			if (s->runs[i].order) {
				soon += step_order_imminent(s->runs[i].order, location);
				later += unbegun_in(&s->runs[i], location);
			}
		if (limit_of_location(s, location) >= 0 && limit_of_location(s, location) < most)
			most = (uint32_t)limit_of_location(s, location);
		HOLDS(s, x.soon == (soon < most ? soon : most));
		HOLDS(s, x.later == (later < most ? later : most));
	}
}

/* Who waits has a reason, and it says whether the time has come. */
static void check_reasons(struct sim *s)
{
	static const char soon[] = "it is about to start";

	for (uint32_t n = 0; n < s->runs_count; n++) {
		struct live *r = &s->runs[n];
		AUTO_ARENA a = arena_new();

		if (is_queued(r)) {
			sv reason = run_queue_reason(a, s->queue, r->queued);

			HOLDS(s, reason.n && sv_eq(reason, sv_of(soon)) == run_may_start(s, r));
		}
		for (uint32_t i = 0; is_running(r) && i < r->plan->steps_count; i++) {
			sv reason;

			if (state_of(r, i) != STEP_READY)
				continue;
			reason = dispatch_reason(a, s->dispatch, &r->run, i);
			HOLDS(s, reason.n && sv_eq(reason, sv_of(soon)) == may_start(s, r, i));
		}
	}
}

/* ---- events ---- */

static void tell(const struct sim *s, const char *what, const struct live *r, uint32_t step)
{
	if (!s->loud)
		return;
	printf("%10.3f %-9s", (double)s->now / (double)TIME_SECOND, what);
	if (r)
		printf(" run %u " SV_FMT, r->number, SV_ARG(step == NO_ID ? SV("") : r->plan->steps[step].name));
	printf("\n");
}

static void queue_run(struct sim *s, struct live *r)
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

static struct live *unsubmitted(struct sim *s)
{
	for (uint32_t i = 0; i < s->runs_count; i++)
		if (!s->runs[i].submitted)
			return &s->runs[i];
	return NULL;
}

static void submit(struct sim *s, struct live *r)
{
	tell(s, "submit", r, NO_ID);
	r->submitted = true;
	queue_run(s, r);
}

static void make_order(struct sim *s, struct live *r)
{
	r->order = step_order_new(r->plan, s->slots);
	r->run.order = r->order;
	dispatch_add(s->dispatch, &r->run);
}

static void start_run(struct sim *s, struct live *r)
{
	tell(s, "begin", r, NO_ID);
	r->started = true;
	r->left_out = node_set_new(s->arena, s->graph);
	r->last = NEW(s->arena, enum step_state, r->plan->steps_count);
	r->ends = NEW(s->arena, unsigned, r->plan->steps_count);
	r->failures = NEW(s->arena, unsigned, r->plan->steps_count);
	make_order(s, r);
	check_world(s, NULL);
}

static void check_outcome(struct sim *s, struct live *r, struct totals *t)
{
	enum run_state want = RUN_SUCCESS, got = step_order_outcome(r->order);
	bool failed = false, canceled = false;

	for (uint32_t i = 0; i < r->plan->steps_count; i++) {
		failed |= state_of(r, i) == STEP_FAILURE;
		canceled |= state_of(r, i) == STEP_CANCELED;
		HOLDS(s, r->ends[i] == 1);
	}
	if (canceled && (r->canceled || !failed))
		want = RUN_CANCELED;
	else if (failed)
		want = RUN_FAILURE;
	HOLDS(s, got == want);
	t->outcomes[got]++;
	t->steps += r->plan->steps_count;
}

/* Its last step has ended. */
static void finish_run(struct sim *s, struct live *r, struct totals *t)
{
	tell(s, "over", r, NO_ID);
	check_outcome(s, r, t);
	dispatch_remove(s->dispatch, &r->run);
	run_queue_end(s->queue, r->queued);
	step_order_free(r->order);
	r->order = NULL;
	r->over = true;
}

static struct live *any_active(struct sim *s, uint32_t *ret_step)
{
	uint32_t n = (uint32_t)count_active(s, NO_ID, (sv){0}), pick;

	if (!n)
		return NULL;
	pick = below(&s->w, n);
	for (uint32_t i = 0;; i++)
		for (uint32_t k = 0; is_running(&s->runs[i]) && k < s->runs[i].plan->steps_count; k++)
			if (is_active(&s->runs[i], k) && pick-- == 0) {
				*ret_step = k;
				return &s->runs[i];
			}
}

static bool decide_retry(struct sim *s, struct live *r, uint32_t step, struct retry_decision *ret)
{
	const struct retry_policy *policy = &r->plan->steps[step].options.retry;
	bool asked = percent(&s->w, 20), allowed = percent(&s->w, 70);
	int64_t most = below(&s->w, MOST_RETRIES);
	struct retry_wish wish = {allowed, most, below(&s->w, 3) * TIME_SECOND};
	uint32_t done = step_order_at(r->order, step)->retries;

	*ret = retry_decide(s->arena, policy, asked ? &wish : NULL, done, (double)below(&s->w, 1000) / 1000);
	HOLDS(s, !ret->again || done < (asked ? (uint32_t)wish.most : policy->most));
	HOLDS(s, !ret->again || (ret->wait >= 0 && ret->reason.n && (!asked || wish.allowed)));
	return ret->again;
}

static void fail_step(struct sim *s, struct live *r, uint32_t step, struct totals *t)
{
	struct retry_decision d;

	if (!decide_retry(s, r, step, &d)) {
		tell(s, "failure", r, step);
		step_order_ended(r->order, step, STEP_FAILURE, SV("the dice said so"), s->arena, &s->changes);
		return;
	}
	tell(s, "retry", r, step);
	if (!r->canceled)
		r->failures[step]++;
	t->retries++;
	step_order_retry(r->order, step, s->now + d.wait, d.reason, s->arena, &s->changes);
	HOLDS(s, state_of(r, step) == (r->canceled ? STEP_CANCELED : STEP_RETRYING));
	HOLDS(s, r->canceled || step_order_at(r->order, step)->retry_at == s->now + d.wait);
}

static void end_step(struct sim *s, struct live *r, uint32_t step, struct totals *t)
{
	const struct plan_step *p = &r->plan->steps[step];
	uint32_t dice = below(&s->w, 100);

	if (dice < s->failing) {
		fail_step(s, r, step, t);
	} else if (dice < s->failing + 2) {
		tell(s, "canceled", r, step);
		step_order_ended(r->order, step, STEP_CANCELED, SV("the dice said so"), s->arena, &s->changes);
	} else if (dice < s->failing + 6) {
		tell(s, "unbegun", r, step);
		step_order_unbegun(r->order, step, SV("the dice said so"), s->arena, &s->changes);
	} else {
		if (percent(&s->w, 4)) {
			uint32_t node = p->nodes[below(&s->w, (uint32_t)p->nodes_count)];

			node_set_add(&r->left_out, node);
			step_order_left_out(r->order, node);
		}
		tell(s, "success", r, step);
		step_order_ended(r->order, step, STEP_SUCCESS, SV("the dice said so"), s->arena, &s->changes);
	}
	HOLDS(s, s->changes.n && s->changes.at[0] == step);
	check_world(s, r);
}

static void cancel_run(struct sim *s, struct live *r)
{
	tell(s, "cancel", r, NO_ID);
	r->canceled = true;
	if (!r->started) {
		run_queue_end(s->queue, r->queued);
		r->over = true;
		return;
	}
	step_order_cancel(r->order, SV("the dice said so"), s->arena, &s->changes);
	check_world(s, r);
}

/* Time goes by up to the next wake, or less far; nobody wakes early, and at its time everybody. */
static void pass_time(struct sim *s)
{
	time_us wake = dispatch_next_wake(s->dispatch);

	HOLDS(s, wake > 0);
	if (wake > s->now)
		s->now = percent(&s->w, 70) ? wake : percent(&s->w, 50) ? wake - 1 : s->now + (wake - s->now) / 2;
	tell(s, "wake", NULL, NO_ID);
	for (uint32_t i = 0; i < s->runs_count; i++) {
		struct live *r = &s->runs[i];

		if (!is_running(r))
			continue;
		step_order_wake(r->order, s->now, s->arena, &s->changes);
		for (size_t c = 0; c < s->changes.n; c++) {
			const struct order_step *woken = step_order_at(r->order, s->changes.at[c]);

			HOLDS(s, woken->state == STEP_READY && woken->retry_at <= s->now);
		}
		for (uint32_t k = 0; k < r->plan->steps_count; k++)
			HOLDS(s, state_of(r, k) != STEP_RETRYING || step_order_at(r->order, k)->retry_at > s->now);
		check_world(s, r);
	}
}

/* ---- a server that is killed, and the next ---- */

static void take_over(struct sim *s, struct live *r)
{
	struct step_known *known = NEW(s->arena, struct step_known, r->plan->steps_count);
	struct step_order *before = r->order;
	struct err e;

	for (uint32_t i = 0; i < r->plan->steps_count; i++) {
		const struct order_step *step = step_order_at(before, i);

		known[i] = (struct step_known){step->state, step->retries, step->retry_at, step->reason};
		if (percent(&s->w, 50) && (step->state == STEP_READY || step->state == STEP_STARTING))
			known[i].state = STEP_WAITING; /* the ledger need not know */
	}
	make_order(s, r);
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
		HOLDS(s, state_of(r, i) == was);
	}
}

static void kill_server(struct sim *s, struct totals *t)
{
	struct step_order *before[MOST_RUNS];
	struct slots *slots = s->slots;

	tell(s, "KILL", NULL, NO_ID);
	t->takeovers++;
	for (uint32_t i = 0; i < s->runs_count; i++) {
		before[i] = s->runs[i].order;
		if (is_running(&s->runs[i]))
			run_queue_end(s->queue, s->runs[i].queued);
	}
	dispatch_free(s->dispatch);
	run_queue_free(s->queue);
	begin_server(s);
	for (uint32_t i = 0; i < s->runs_count; i++) {
		struct live *r = &s->runs[i];

		if (r->submitted && !r->over)
			queue_run(s, r);
		if (is_running(r))
			take_over(s, r);
		step_order_free(before[i]);
	}
	HOLDS(s, slots_taken(slots) == 0);
	slots_free(slots);
	check_world(s, NULL);
}

/* Somebody set a pool's limit to none; now they think better of it. */
static bool raise_limits(struct sim *s)
{
	bool raised = false;

	for (size_t i = 0; i < POOLS; i++) {
		sv pool = sv_of(pool_names[i]);

		if (limit_of_pool(s, pool) != 0)
			continue;
		s->pool_limits[i] = 1;
		slots_limit_pool(s->slots, pool, 1);
		run_queue_limit_pool(s->queue, pool, 1);
		raised = true;
	}
	return raised;
}

/* ---- driving ---- */

static bool start_next_run(struct sim *s)
{
	struct live *want = best_run(s);
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
	struct live *want = best_step(s, &want_step);
	struct dispatch_run *run;
	bool may = dispatch_next(s->dispatch, &run, &step);

	HOLDS(s, may == (want != NULL));
	if (!may)
		return false;
	HOLDS(s, run == &want->run && step == want_step);
	tell(s, "start", want, step);
	step_order_started(run->order, step);
	check_world(s, NULL);
	return true;
}

static void finish_runs(struct sim *s, struct totals *t)
{
	for (uint32_t i = 0; i < s->runs_count; i++)
		if (is_running(&s->runs[i]) && step_order_done(s->runs[i].order))
			finish_run(s, &s->runs[i], t);
}

static bool step_event(struct sim *s, struct totals *t)
{
	uint32_t step = NO_ID;
	struct live *r = any_active(s, &step);

	if (!r)
		return false;
	if (state_of(r, step) == STEP_STARTING && percent(&s->w, 80)) {
		tell(s, "running", r, step);
		step_order_running(r->order, step);
		check_world(s, NULL);
	} else {
		end_step(s, r, step, t);
	}
	return true;
}

/* One event.  False when nothing can happen any more. */
static bool happen(struct sim *s, struct totals *t)
{
	struct live *r = unsubmitted(s), *any = &s->runs[below(&s->w, s->runs_count)];

	if (percent(&s->w, 5))
		check_reasons(s);
	if (below(&s->w, 1000) < s->killing) {
		kill_server(s, t);
		return true;
	}
	if (any->submitted && !any->over && !any->canceled && below(&s->w, 1000) < s->canceling) {
		cancel_run(s, any);
		return true;
	}
	if (r && percent(&s->w, 20)) {
		submit(s, r);
		return true;
	}
	if (percent(&s->w, 50) && start_next_run(s))
		return true;
	if (percent(&s->w, 50) && start_next_step(s))
		return true;
	if (dispatch_next_wake(s->dispatch) && percent(&s->w, 20)) {
		pass_time(s);
		return true;
	}
	if (step_event(s, t) || start_next_step(s) || start_next_run(s))
		return true;
	if (dispatch_next_wake(s->dispatch)) {
		pass_time(s);
		return true;
	}
	if (r) {
		submit(s, r);
		return true;
	}
	check_reasons(s);
	return raise_limits(s);
}

static void drive(struct sim *s, struct totals *t)
{
	size_t events = 0;

	s->failing = percent(&s->w, 40) ? 0 : below(&s->w, 40);
	s->canceling = percent(&s->w, 70) ? 0 : below(&s->w, 40);
	s->killing = percent(&s->w, 70) ? 0 : below(&s->w, 60);
	s->now = TIME_SECOND;
	begin_server(s);
	while (happen(s, t)) {
		HOLDS(s, ++events < MOST_EVENTS);
		finish_runs(s, t);
		check_expected(s);
	}
	for (uint32_t i = 0; i < s->runs_count; i++)
		HOLDS(s, s->runs[i].over); /* nothing waits for ever */
	HOLDS(s, run_queue_waiting(s->queue) + run_queue_started(s->queue) == 0);
	end_server(s);
	t->events += events;
}

static void make_runs(struct sim *s, struct totals *t)
{
	static const char *const teams[] = {"t0", "t1"};
	uint32_t most = 1 + below(&s->w, MOST_RUNS);

	for (uint32_t i = 0; i < most; i++) {
		struct live *r = &s->runs[s->runs_count];

		*r = (struct live){.number = s->runs_count};
		if (!make_plan(s, r)) {
			t->refused++;
			continue;
		}
		check_plan(s, r);
		random_options(s, r);
		r->run.created = s->runs_count;
		r->run.priority = percent(&s->w, 30) ? (int64_t)below(&s->w, 3) - 1 : 0;
		r->run.most_running = percent(&s->w, 30) ? 1 + below(&s->w, 3) : 0;
		if (percent(&s->w, 60))
			r->tag = (struct run_tag){SV("team"), sv_of(teams[below(&s->w, COUNT_OF(teams))])};
		s->runs_count++;
	}
}

static void run_history(uint64_t seed, bool loud, struct totals *t)
{
	AUTO_ARENA a = arena_new();
	struct sim s = {.arena = a, .w = sim_world_of("sim_step_order", seed), .loud = loud};

	t->histories++;
	s.graph = sim_graph(a, &s.w, MOST_ASSETS);
	if (loud)
		printf("%s\n", s.w.text.p);
	random_settings(&s);
	make_runs(&s, t);
	t->runs += s.runs_count;
	if (s.runs_count)
		drive(&s, t);
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
