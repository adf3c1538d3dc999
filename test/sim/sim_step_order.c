/* sim_step_order.c -- random workspaces, random selections, random fates: 10,000 runs are planned and driven, and what must
 * hold is looked at after every event:
 *
 *	no step starts before all it waits for is done; the limit of running steps is never exceeded;
 *	every step ends exactly once; nothing waits for ever; a failure skips exactly what depends on it;
 *	the changes told are the changes made, and each is one that the state table allows.
 *
 *	sim_step_order               the usual 10,000 histories
 *	sim_step_order SEED          that history, with its world and its events
 *	sim_step_order SEED COUNT    so many, from there on */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "fake_code.h"
#include "plan/step_order.h"

enum { HISTORIES = 10000, MOST_ASSETS = 40, MOST_EVENTS = 10000 };

struct sim {
	struct arena *arena;
	uint64_t seed, random;
	bool loud;
	sv world;
	struct asset_graph *graph;
	struct node_set selected;
	struct run_plan *plan;
	struct step_order *order;
	enum step_state *last; /* each step's state as of the event before */
	unsigned *ends;        /* how often each step ended */
	struct node_set left_out;
	uint32_t limit;
	bool canceled;
	struct step_changes changes; /* of the event at hand */
};

struct totals {
	size_t histories, circles, nothing, steps, events, outcomes[RUN_STATE_COUNT];
};

static void broken(const struct sim *s, int line, const char *what)
{
	fprintf(stderr, "%s:%d: seed %llu: not so: %s\nreplay: sim_step_order %llu\n\n%s\n", __FILE__, line,
		(unsigned long long)s->seed, what, (unsigned long long)s->seed, s->world.p ? s->world.p : "");
	exit(1);
}

#define HOLDS(s, condition)                                     \
	do {                                                    \
		if (!(condition))                               \
			broken((s), __LINE__, #condition);      \
	} while (0)

/* For asserts of the code under test, which end the program themselves. */
static char last_words[80];

static void on_abort(int number)
{
	ssize_t written = write(STDERR_FILENO, last_words, strlen(last_words));

	(void)written; /* nothing more can be done */
	signal(number, SIG_DFL);
	raise(number);
}

/* splitmix64 */
static uint64_t random_u64(struct sim *s)
{
	uint64_t z = s->random += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static uint32_t below(struct sim *s, uint32_t limit)
{
	return (uint32_t)(random_u64(s) % limit);
}

static bool percent(struct sim *s, uint32_t chance)
{
	return below(s, 100) < chance;
}

/* Assets k0, k1, …; each depends on some before it, so that the assets have no circle (steps may). */
static void make_world(struct sim *s)
{
	uint32_t assets = 1 + below(s, MOST_ASSETS), locations = 1 + below(s, 5), steps = 1 + below(s, 8);
	uint32_t density = below(s, 60), shared = below(s, 50);
	AUTO_BUF out = {0};

	for (uint32_t i = 0; i < steps; i++)
		if (percent(s, 60))
			buf_addf(&out, "l%u %%shared%u\n", i % locations, i);
	for (uint32_t i = 0; i < assets; i++) {
		uint32_t step = below(s, steps);

		if (percent(s, 8))
			buf_addf(&out, "l%u =k%u", below(s, locations), i);
		else if (percent(s, shared))
			buf_addf(&out, "l%u k%u@shared%u", step % locations, i, step);
		else
			buf_addf(&out, "l%u k%u", below(s, locations), i);
		buf_add(&out, SV(" <"));
		for (uint32_t d = 0; d < i && d < 6; d++)
			if (percent(s, density))
				buf_addf(&out, " k%u%s", below(s, i), percent(s, 50) ? "!" : "");
		if (percent(s, 3))
			buf_add(&out, SV(" nowhere"));
		buf_addc(&out, '\n');
	}
	s->world = arena_sv(s->arena, buf_sv(&out));
	s->graph = fake_graph(s->arena, s->world.p);
}

/* False when there is nothing to run: an empty choice, or steps in a circle that must not be taken apart. */
static bool make_plan(struct sim *s, struct totals *t)
{
	struct findings findings = workspace_check(s->arena, s->graph);
	struct known_version *known = NEW(s->arena, struct known_version, s->graph->nodes_count);
	struct plan_request request = {&s->selected, SV("random"), known};
	uint32_t chance = below(s, 101);
	struct err e;

	s->selected = node_set_new(s->arena, s->graph);
	for (uint32_t i = 0; i < s->graph->nodes_count; i++) {
		if (percent(s, chance))
			node_set_add(&s->selected, i);
		known[i].found_outside = percent(s, 50);
		if (!known[i].found_outside)
			known[i].id = SV("v");
	}
	if (run_plan_make(s->arena, s->graph, &findings, &request, &s->plan, &e))
		return true;
	HOLDS(s, e.kind == ERR_INVALID || e.kind == ERR_CONFLICT);
	HOLDS(s, e.kind != ERR_CONFLICT || strstr(e.text, "circle"));
	t->circles += e.kind == ERR_CONFLICT;
	t->nothing += e.kind == ERR_INVALID;
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
static void check_assets(struct sim *s, const struct plan_step *step)
{
	size_t own = 0;

	HOLDS(s, step->nodes_count > 0);
	for (size_t n = 0; n < step->nodes_count; n++) {
		HOLDS(s, asset_graph_step(s->graph, step->nodes[n]) == step->step);
		HOLDS(s, !step->step->can_subset || node_set_has(&s->selected, step->nodes[n]));
	}
	for (uint32_t i = 0; i < s->graph->nodes_count; i++)
		own += asset_graph_step(s->graph, i) == step->step;
	HOLDS(s, step->step->can_subset || step->nodes_count == own);
}

/* Each selected asset that can be made is made once; whatever a step reads of the run comes before it. */
static void check_plan(struct sim *s)
{
	uint32_t *made_by = NEW(s->arena, uint32_t, s->graph->nodes_count);

	for (uint32_t i = 0; i < s->graph->nodes_count; i++)
		made_by[i] = NO_ID;
	for (uint32_t i = 0; i < s->plan->steps_count; i++) {
		const struct plan_step *step = &s->plan->steps[i];

		check_assets(s, step);
		for (size_t n = 0; n < step->nodes_count; n++) {
			HOLDS(s, made_by[step->nodes[n]] == NO_ID);
			HOLDS(s, s->graph->nodes[step->nodes[n]].location == step->location);
			made_by[step->nodes[n]] = i;
		}
		for (size_t w = 0; w < step->waits_for_count; w++) {
			HOLDS(s, step->waits_for[w] < i);
			HOLDS(s, s->plan->steps[step->waits_for[w]].level < step->level);
		}
		for (size_t n = 0; n < step->inputs_count; n++) {
			uint32_t maker = made_by[step->inputs[n].node];

			HOLDS(s, step->inputs[n].in_run == (maker != NO_ID));
			HOLDS(s, maker == NO_ID || (maker < i && waits_for(step, maker)));
		}
		HOLDS(s, (step->level == 0) == (step->waits_for_count == 0));
	}
	for (uint32_t i = 0; i < s->graph->nodes_count; i++)
		HOLDS(s, !node_set_has(&s->selected, i) || !asset_graph_executable(s->graph, i) || made_by[i] != NO_ID);
}

static enum step_state now(const struct sim *s, uint32_t step)
{
	return step_order_at(s->order, step)->state;
}

/* Whether something that `step` needs did not come to be, directly. */
static bool lacks_input(const struct sim *s, uint32_t step)
{
	const struct plan_step *p = &s->plan->steps[step];

	for (size_t w = 0; w < p->waits_for_count; w++) {
		enum step_state state = now(s, p->waits_for[w]);

		if (step_state_ended(state) && state != STEP_SUCCESS)
			return true;
	}
	for (size_t i = 0; i < p->inputs_count; i++)
		if (p->inputs[i].in_run && node_set_has(&s->left_out, p->inputs[i].node))
			return true;
	return false;
}

static bool inputs_done(const struct sim *s, uint32_t step)
{
	const struct plan_step *p = &s->plan->steps[step];

	for (size_t w = 0; w < p->waits_for_count; w++)
		if (now(s, p->waits_for[w]) != STEP_SUCCESS)
			return false;
	return true;
}

static void check_step(struct sim *s, uint32_t step)
{
	enum step_state state = now(s, step);

	if (state != s->last[step]) {
		HOLDS(s, step_state_may_move(s->last[step], state));
		HOLDS(s, step_order_at(s->order, step)->reason.n > 0);
		s->ends[step] += step_state_ended(state);
	}
	HOLDS(s, s->ends[step] == step_state_ended(state));
	if (state == STEP_READY || state == STEP_STARTING || state == STEP_RUNNING || state == STEP_SUCCESS)
		HOLDS(s, inputs_done(s, step) && !lacks_input(s, step));
	if (state == STEP_SKIPPED)
		HOLDS(s, lacks_input(s, step));
	if (state == STEP_WAITING)
		HOLDS(s, !lacks_input(s, step) && !inputs_done(s, step) && !s->canceled);
}

/* After every event.  `told`: the event came with a list of changes, which must be all of them, each once. */
static void check_world(struct sim *s, bool told)
{
	size_t running = 0, changed = 0;

	for (uint32_t i = 0; i < s->plan->steps_count; i++) {
		check_step(s, i);
		running += now(s, i) == STEP_STARTING || now(s, i) == STEP_RUNNING;
		changed += now(s, i) != s->last[i];
	}
	HOLDS(s, running <= s->limit);
	HOLDS(s, !told || changed == s->changes.n);
	for (size_t c = 0; c < s->changes.n; c++) {
		uint32_t step = s->changes.at[c];

		HOLDS(s, now(s, step) != s->last[step]); /* fails too where a step is told twice */
		s->last[step] = now(s, step);
	}
	for (uint32_t i = 0; i < s->plan->steps_count; i++)
		s->last[i] = now(s, i);
	s->changes.n = 0;
}

static void tell(const struct sim *s, const char *what, uint32_t step)
{
	if (s->loud)
		printf("%-8s " SV_FMT "\n", what, SV_ARG(step == NO_ID ? SV("") : s->plan->steps[step].name));
}

static uint32_t any_running(struct sim *s)
{
	uint32_t n = 0, pick;

	for (uint32_t i = 0; i < s->plan->steps_count; i++)
		n += now(s, i) == STEP_STARTING || now(s, i) == STEP_RUNNING;
	if (n == 0)
		return NO_ID;
	pick = below(s, n);
	for (uint32_t i = 0;; i++)
		if ((now(s, i) == STEP_STARTING || now(s, i) == STEP_RUNNING) && pick-- == 0)
			return i;
}

static void end_step(struct sim *s, uint32_t step, uint32_t failing)
{
	const struct plan_step *p = &s->plan->steps[step];
	uint32_t dice = below(s, 100);
	enum step_state end = dice < failing ? STEP_FAILURE : dice < failing + 2 ? STEP_CANCELED : STEP_SUCCESS;

	if (end == STEP_SUCCESS && percent(s, 4)) {
		uint32_t node = p->nodes[below(s, (uint32_t)p->nodes_count)];

		node_set_add(&s->left_out, node);
		step_order_left_out(s->order, node);
	}
	tell(s, step_state_word(end), step);
	step_order_ended(s->order, step, end, SV("the dice said so"), s->arena, &s->changes);
	HOLDS(s, s->changes.n && s->changes.at[0] == step);
	check_world(s, true);
}

static void cancel_run(struct sim *s)
{
	tell(s, "cancel", NO_ID);
	s->canceled = true;
	step_order_cancel(s->order, SV("the dice said so"), s->arena, &s->changes);
	check_world(s, true);
}

/* One event.  False when nothing could happen any more. */
static bool happen(struct sim *s, uint32_t failing, uint32_t canceling)
{
	uint32_t running = any_running(s), next = NO_ID;
	bool may_start = step_order_count(s->order, STEP_STARTING) + step_order_count(s->order, STEP_RUNNING) < s->limit &&
			 step_order_next(s->order, &next);

	if (running == NO_ID && !may_start)
		return false;
	if (!s->canceled && below(s, 1000) < canceling) {
		cancel_run(s);
	} else if (may_start && (running == NO_ID || percent(s, 50))) {
		HOLDS(s, !s->canceled && now(s, next) == STEP_READY);
		tell(s, "start", next);
		step_order_started(s->order, next);
		check_world(s, false);
	} else if (now(s, running) == STEP_STARTING && percent(s, 80)) {
		tell(s, "running", running);
		step_order_running(s->order, running);
		check_world(s, false);
	} else {
		end_step(s, running, failing);
	}
	return true;
}

static void check_outcome(struct sim *s)
{
	enum run_state want = RUN_SUCCESS, got = step_order_outcome(s->order);
	bool failed = false, canceled = false;

	for (uint32_t i = 0; i < s->plan->steps_count; i++) {
		failed |= now(s, i) == STEP_FAILURE;
		canceled |= now(s, i) == STEP_CANCELED;
		HOLDS(s, s->ends[i] == 1);
	}
	if (canceled && (s->canceled || !failed))
		want = RUN_CANCELED;
	else if (failed)
		want = RUN_FAILURE;
	HOLDS(s, got == want);
}

static void drive(struct sim *s, struct totals *t)
{
	uint32_t failing = percent(s, 50) ? 0 : below(s, 40), canceling = percent(s, 70) ? 0 : below(s, 100);
	size_t events = 0;

	s->limit = 1 + below(s, 8);
	s->order = step_order_new(s->plan, NULL);
	s->left_out = node_set_new(s->arena, s->graph);
	s->last = NEW(s->arena, enum step_state, s->plan->steps_count);
	s->ends = NEW(s->arena, unsigned, s->plan->steps_count);
	check_world(s, false);
	while (happen(s, failing, canceling))
		HOLDS(s, ++events < MOST_EVENTS);
	HOLDS(s, step_order_done(s->order)); /* nothing waits for ever */
	check_outcome(s);
	t->steps += s->plan->steps_count;
	t->events += events;
	t->outcomes[step_order_outcome(s->order)]++;
	step_order_free(s->order);
}

static void run_history(uint64_t seed, bool loud, struct totals *t)
{
	AUTO_ARENA a = arena_new();
	struct sim s = {.arena = a, .seed = seed, .random = seed * 0x2545f4914f6cdd1d, .loud = loud};

	t->histories++;
	snprintf(last_words, sizeof(last_words), "replay: sim_step_order %llu\n", (unsigned long long)seed);
	make_world(&s);
	if (loud)
		printf("%s\n", s.world.p);
	if (!make_plan(&s, t))
		return;
	check_plan(&s);
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
	signal(SIGABRT, on_abort);
	signal(SIGSEGV, on_abort);
	for (uint64_t i = 0; i < count; i++)
		run_history(seed + i, argc == 2, &t);
	printf("%zu histories held: %zu steps, %zu events; success %zu, failure %zu, canceled %zu; "
	       "refused %zu circles, %zu empty\n",
	       t.histories, t.steps, t.events, t.outcomes[RUN_SUCCESS], t.outcomes[RUN_FAILURE],
	       t.outcomes[RUN_CANCELED], t.circles, t.nothing);
	return 0;
}
