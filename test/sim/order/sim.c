/* sim.c -- from a seed to a workspace, the runs that are asked for in it, and the limits they meet. */
#include "sim.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/time.h"
#include "fake_code.h"

enum { MOST_ASSETS = 24 };

const char *const pool_names[POOLS] = {"p0", "p1", "p2"};

/* ---- chance ---- */

/* splitmix64 */
static uint64_t chance(struct sim *s)
{
	uint64_t z = s->random += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

uint32_t below(struct sim *s, uint32_t limit)
{
	return (uint32_t)(chance(s) % limit);
}

bool percent(struct sim *s, uint32_t chance_in_100)
{
	return below(s, 100) < chance_in_100;
}

/* ---- telling ---- */

void sim_tell(const struct sim *s, const char *what, const struct live *r, uint32_t step)
{
	if (!s->loud)
		return;
	printf("%10.3f %-9s", (double)s->now / (double)TIME_SECOND, what);
	if (r)
		printf(" run %u " SV_FMT, r->number, SV_ARG(step == NO_ID ? SV("") : r->plan->steps[step].name));
	printf("\n");
}

void sim_broken(const struct sim *s, const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: seed %llu: not so: %s\nreplay: sim_step_order %llu\n\n%s\n", file, line,
		(unsigned long long)s->seed, what, (unsigned long long)s->seed, s->text.p ? s->text.p : "");
	exit(1);
}

/* For asserts of the code under test, which end the program themselves. */
static char last_words[80];

static void on_abort(int number)
{
	ssize_t written = write(STDERR_FILENO, last_words, strlen(last_words));

	(void)written; /* nothing more can be done */
	signal(number, SIG_DFL);
	raise(number);
}

static void prepare_last_words(uint64_t seed)
{
	snprintf(last_words, sizeof(last_words), "replay: sim_step_order %llu\n", (unsigned long long)seed);
	signal(SIGABRT, on_abort);
	signal(SIGSEGV, on_abort);
}

/* ---- how far a run is ---- */

enum step_state live_state(const struct live *r, uint32_t step)
{
	return step_order_at(r->order, step)->state;
}

bool live_is_active(const struct live *r, uint32_t step)
{
	return live_state(r, step) == STEP_STARTING || live_state(r, step) == STEP_RUNNING;
}

bool live_is_running(const struct live *r)
{
	return r->started && !r->over;
}

bool live_is_queued(const struct live *r)
{
	return r->submitted && !r->started && !r->over;
}

/* ---- the world ---- */

/* Assets k0, k1, …; each depends on some before it, so that the assets have no circle (steps may). */
static struct asset_graph *random_graph(struct sim *s)
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
			if (percent(s, density)) {
				uint32_t dep = below(s, i); /* a statement each: compilers differ in which argument they take first */

				buf_addf(&out, " k%u%s", dep, percent(s, 50) ? "!" : "");
			}
		if (percent(s, 3))
			buf_add(&out, SV(" nowhere"));
		buf_addc(&out, '\n');
	}
	s->text = arena_sv(s->arena, buf_sv(&out));
	return fake_graph(s->arena, s->text.p);
}

static void random_options(struct sim *s, struct live *r)
{
	for (size_t i = 0; i < r->plan->steps_count; i++) {
		struct step_options *o = &r->plan->steps[i].options;

		o->priority = percent(s, 30) ? (int64_t)below(s, 5) - 2 : 0;
		if (percent(s, 30))
			o->pool = sv_of(pool_names[below(s, POOLS)]);
		o->isolation = percent(s, 30) ? ISOLATION_WORKER : ISOLATION_PROCESS;
		if (percent(s, 50))
			continue;
		o->retry.most = below(s, MOST_RETRIES);
		o->retry.delay = below(s, 2) ? 0 : below(s, 10) * TIME_SECOND;
		o->retry.backoff = (enum retry_backoff)below(s, 3);
		o->retry.jitter = (enum retry_jitter)below(s, 3);
	}
}

/* False when there is nothing to run: an empty choice, or steps in a circle that must not be taken apart. */
static bool make_plan(struct sim *s, struct live *r)
{
	struct findings findings = workspace_check(s->arena, s->graph);
	struct known_version *known = NEW(s->arena, struct known_version, s->graph->nodes_count);
	struct plan_request request = {&r->selected, SV("random"), known};
	uint32_t chance = below(s, 101);
	struct err e;

	r->selected = node_set_new(s->arena, s->graph);
	for (uint32_t i = 0; i < s->graph->nodes_count; i++) {
		if (percent(s, chance))
			node_set_add(&r->selected, i);
		known[i].found_outside = percent(s, 50);
		if (!known[i].found_outside)
			known[i].id = SV("v");
	}
	if (run_plan_make(s->arena, s->graph, &findings, &request, &r->plan, &e))
		return true;
	HOLDS(s, e.kind == ERR_INVALID || e.kind == ERR_CONFLICT);
	HOLDS(s, e.kind != ERR_CONFLICT || strstr(e.text, "circle"));
	return false;
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
	s->settings.max_concurrent_runs = percent(s, 30) ? -1 : (int64_t)1 + below(s, 4);
	s->settings.pool_default_limit = percent(s, 50) ? -1 : (int64_t)below(s, 3);
	s->settings.pools_per_run = percent(s, 30);
	s->settings.tag_limits = limits;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (percent(s, 30)) {
			limits[s->settings.tag_limits_count] = kinds[i];
			limits[s->settings.tag_limits_count++].most = 1 + below(s, 2);
		}
	s->most_steps = 1 + below(s, 8);
	s->kept_beyond = percent(s, 50) ? 0 : below(s, 4);
	for (size_t i = 0; i < LOCATIONS; i++)
		s->location_limits[i] = percent(s, 60) ? -1 : (int64_t)1 + below(s, 3);
	for (size_t i = 0; i < POOLS; i++)
		s->pool_limits[i] = (int64_t)below(s, 5) - 2;
}

static void make_runs(struct sim *s)
{
	static const char *const teams[] = {"t0", "t1"};
	uint32_t most = 1 + below(s, MOST_RUNS);

	for (uint32_t i = 0; i < most; i++) {
		struct live *r = &s->runs[s->runs_count];

		*r = (struct live){.number = s->runs_count};
		if (!make_plan(s, r)) {
			s->totals->refused++;
			continue;
		}
		random_options(s, r);
		r->run.created = s->runs_count;
		r->run.priority = percent(s, 30) ? (int64_t)below(s, 3) - 1 : 0;
		r->run.most_running = percent(s, 30) ? 1 + below(s, 3) : 0;
		if (percent(s, 60))
			r->tag = (struct run_tag){SV("team"), sv_of(teams[below(s, COUNT_OF(teams))])};
		s->runs_count++;
	}
}

struct sim sim_of(struct arena *a, uint64_t seed, bool loud, struct totals *totals)
{
	struct sim s = {.arena = a, .seed = seed, .random = seed * 0x2545f4914f6cdd1d, .loud = loud, .totals = totals};

	prepare_last_words(seed);
	s.graph = random_graph(&s);
	if (loud)
		printf("%s\n", s.text.p);
	random_settings(&s);
	make_runs(&s);
	return s;
}
