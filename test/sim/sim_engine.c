/* sim_engine.c -- thousands of histories of the whole engine: the real queue, plans, live runs, writer, publishing and taking over,
 * in a seeded world (test/sim/world) of processes, files, links, clocks and ledgers that fail, stall and are killed at any call.
 * What must hold is looked at when something starts, when a transaction is committed and when a turn ends: doc/simulation.md.
 *
 *	sim_engine                the usual histories
 *	sim_engine SEED           that history, with its world and its events
 *	sim_engine SEED COUNT     so many, from there on
 *
 * A history that fails is told again with its world and its events. */
#include <signal.h>
#include <stdarg.h>
#include <unistd.h>

#include "world/code.h"
#include "world/disk.h"
#include "world/links.h"
#include "world/plait.h"

enum { HISTORIES = 1500, MOST_TURNS = 200000, MOST_HANGS = 20 };

struct totals {
	uint64_t histories, events, turns, runs, steps, jobs, commits, rows, starts, deaths,
		failures, reboots;
	uint64_t followed, followed_alive, reruns, retries;
	uint64_t states[STEP_STATE_COUNT], run_states[RUN_STATE_COUNT];
};

/* ---- when something does not hold ---- */

static char seed_text[24];

/* Again from the start, aloud. */
static void tell_again(void)
{
	const char *const argv[] = {"sim_engine", seed_text, NULL};

	disk_remove();
	if (!world.loud)
		execv("/proc/self/exe", (char *const *)argv);
}

void world_broken(const char *file, int line, const char *fmt, ...)
{
	va_list args;

	fflush(NULL);
	fprintf(stderr, "%s:%d: seed %s: not so: ", file, line, seed_text);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\nreplay: sim_engine %s\n", seed_text);
	tell_again();
	_exit(1);
}

static void on_abort(int number)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	tell_again();
	signal(number, SIG_DFL);
	raise(number);
}

/* ---- what happens besides ---- */

static void do_submit(void *ctx)
{
	plait_submit();
}

static void do_cancel(void *ctx)
{
	plait_cancel_some();
}

static void do_kill(void *ctx)
{
	plait_kill("leisure");
}

static void do_reboot(void *ctx)
{
	tell("the machine is restarted");
	plait.reboots++;
	plait_kill("the restart of the machine");
	machine_reboot();
}

static void do_kill_process(void *ctx)
{
	struct process *alive[64];
	uint32_t n = 0;

	for (struct process *p = machine.processes; p && n < COUNT_OF(alive); p = p->next)
		if (p->alive && !p->stranger)
			alive[n++] = p;
	if (n)
		process_exit(alive[below(n)], 0, SIGKILL);
}

static void do_kill_host(void *ctx)
{
	if (plait.engine && !plait.dead)
		fake_executor_host_dies(&plait.executor,
					&code.locations[below(code.locations_count)]);
}

static void do_listen(void *ctx)
{
	plait_listen();
}

static void do_limits(void *ctx)
{
	plait_change_limits();
}

static void do_code(void *ctx)
{
	plait_change_code();
}

static void do_calm(void *ctx)
{
	tell("from here on nothing goes wrong by itself");
	plait_calm();
}

static const struct {
	void (*fn)(void *ctx);
	uint32_t chance, most; /* percent of the histories that have any; how often then */
	bool rough;
} deeds[] = {
	{do_submit, 100, 5, false}, {do_cancel, 30, 3, false},      {do_listen, 40, 3, false},
	{do_limits, 35, 6, false},  {do_code, 15, 2, false},        {do_kill, 45, 4, true},
	{do_reboot, 15, 2, true},   {do_kill_process, 30, 3, true}, {do_kill_host, 30, 3, true},
};

#define ROUGH_TIME (120 * TIME_SECOND)

static void plan_history(void)
{
	bool rough = percent(80);

	for (size_t i = 0; i < COUNT_OF(deeds); i++)
		if (percent(deeds[i].chance) && (rough || !deeds[i].rough))
			for (uint32_t n = 1 + below(deeds[i].most); n; n--)
				soon(percent(50) ? some_time(10 * TIME_SECOND)
						 : some_time(ROUGH_TIME),
				     deeds[i].fn, NULL);
	if (rough && percent(40))
		plait.kills = 1 + below(5);
	if (rough && percent(40))
		plait.faults = 1 + below(4);
	links.rough = rough;
	soon(ROUGH_TIME, do_calm, NULL);
}

static void choose_limits(void)
{
	static const struct tag_limit any_team = {.name = {"team", 4}, .most = 1};
	static const struct tag_limit each_team = {
		.name = {"team", 4}, .per_value = true, .most = 1};
	static const struct tag_limit red[] = {
		{.name = {"team", 4}, .value = {"red", 3}, .most = 1},
		{.name = {"team", 4}, .per_value = true, .most = 2}};
	struct settings *s = &limits.settings;

	limits = (struct limits){.settings = settings_default(), .processors = 1 + below(6)};
	limits.kept_beyond = percent(40) ? below(4) : 0;
	s->max_concurrent_runs = percent(40) ? -1 : 1 + (int64_t)below(4);
	s->pool_default_limit = percent(50) ? -1 : 1 + (int64_t)below(2);
	s->pools_per_run = percent(20);
	s->max_run_retries = percent(20) ? below(3) : 0;
	s->retry_on_step_failure = percent(80);
	s->max_runtime = percent(10) ? (10 + below(100)) * TIME_SECOND : 0;
	s->start_timeout = (20 + below(200)) * TIME_SECOND;
	switch (below(4)) {
	case 0: s->tag_limits = &any_team, s->tag_limits_count = 1; break;
	case 1: s->tag_limits = &each_team, s->tag_limits_count = 1; break;
	case 2: s->tag_limits = red, s->tag_limits_count = 2; break;
	}
}

/* ---- a history ---- */

static void go_on(struct totals *t)
{
	for (size_t turns = 0; world_turn(); turns++) {
		plait_end_turn();
		HOLDS(turns < MOST_TURNS);
		t->turns++;
	}
}

static void count(struct totals *t)
{
	for (const struct sim_run *r = ledger.runs; r; r = r->next) {
		if (!r->kept.there)
			continue;
		t->runs++;
		t->run_states[r->kept.state]++;
		t->reruns += r->parent.p != NULL;
		for (size_t i = 0; i < r->plan->steps_count; i++) {
			t->states[r->steps[i].kept.state]++;
			t->retries += (uint64_t)r->steps[i].kept.retries;
		}
		t->steps += r->plan->steps_count;
	}
	for (const struct job *j = machine.jobs; j; j = j->all)
		t->jobs++;
	t->histories++;
	t->events += world.events;
	t->commits += ledger.commits;
	t->rows += ledger.rows;
	t->starts += plait.starts;
	t->deaths += plait.deaths;
	t->failures += plait.failures;
	t->reboots += plait.reboots;
	t->followed += machine.followed;
	t->followed_alive += machine.followed_alive;
}

/* What hangs is waited for until somebody has enough; what starts in its place may hang again. */
static void live_through(struct totals *t)
{
	soon(0, plait_start, NULL);
	go_on(t);
	HOLDS(plait.engine);
	for (int i = 0; i < MOST_HANGS && plait_cancel_all(); i++) {
		plait_end_turn();
		go_on(t);
	}
	plait_check_end();
}

static void run_history(uint64_t seed, bool loud, struct totals *t)
{
	snprintf(seed_text, sizeof(seed_text), "%llu", (unsigned long long)seed);
	world_begin(seed, loud);
	code_make();
	tell("%s", loud ? code.text.p : "");
	ledger_make();
	machine_make();
	links_make();
	plait_make(disk_clear());
	choose_limits();
	plan_history();
	live_through(t);
	count(t);
	plait_end();
	machine_end();
	world_end();
}

#define U(x) ((unsigned long long)(x))

static void print(const struct totals *t)
{
	printf("%llu histories held: %llu events, %llu turns, %llu commits, %llu rows\n",
	       U(t->histories), U(t->events), U(t->turns), U(t->commits), U(t->rows));
	printf("  plait: %llu starts, %llu times killed, %llu times its ledger failed, %llu "
	       "reboots\n",
	       U(t->starts), U(t->deaths), U(t->failures), U(t->reboots));
	printf("  %llu runs (%llu of them again), %llu steps, %llu attempts, %llu retries; %llu "
	       "taken over, %llu alive\n",
	       U(t->runs), U(t->reruns), U(t->steps), U(t->jobs), U(t->retries), U(t->followed),
	       U(t->followed_alive));
	printf("  runs:");
	for (int i = 0; i < RUN_STATE_COUNT; i++)
		if (t->run_states[i])
			printf(" %s %llu", run_state_word((enum run_state)i), U(t->run_states[i]));
	printf("; steps:");
	for (int i = 0; i < STEP_STATE_COUNT; i++)
		if (t->states[i])
			printf(" %s %llu", step_state_word((enum step_state)i), U(t->states[i]));
	printf("\n");
}

int main(int argc, char **argv)
{
	uint64_t seed = 1, count_of = argc > 1 ? 1 : HISTORIES;
	struct totals t = {0};

	if ((argc > 1 && !sv_u64(sv_of(argv[1]), &seed)) ||
	    (argc > 2 && !sv_u64(sv_of(argv[2]), &count_of))) {
		fprintf(stderr, "usage: sim_engine [SEED [COUNT]]\n");
		return 2;
	}
	signal(SIGABRT, on_abort);
	signal(SIGSEGV, on_abort);
	disk_make();
	for (uint64_t i = 0; i < count_of; i++)
		run_history(seed + i, argc == 2, &t);
	disk_remove();
	print(&t);
	return 0;
}
