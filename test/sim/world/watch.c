/* watch.c -- the properties, each computed from what was seen from outside: rows, calls of the executor, processes. */
#include "watch.h"

#include "code.h"
#include "codec/json.h"

struct limits limits;

/* ---- who runs now ---- */

struct counts {
	uint32_t all, kept, locations[MOST_LOCATIONS], pools[2];
};

static int pool_of(const struct sim_step *s)
{
	sv pool = s->plan->options.pool;

	return pool.p ? pool.p[1] - '0' : -1;
}

static void count_run(const struct sim_run *r, struct counts *c)
{
	for (size_t i = 0; i < r->plan->steps_count; i++) {
		const struct sim_step *s = &r->steps[i];

		if (!sim_step_active(s))
			continue;
		c->all++;
		c->kept += s->plan->options.isolation == ISOLATION_WORKER;
		c->locations[s->location - code.locations]++;
		if (pool_of(s) >= 0)
			c->pools[pool_of(s)]++;
	}
}

static struct counts count_all(void)
{
	struct counts c = {0};

	for (const struct sim_run *r = ledger.runs; r; r = r->next)
		if (sim_run_in_progress(r))
			count_run(r, &c);
	return c;
}

static int64_t pool_limit(int pool)
{
	return limits.pools[pool] >= 0 ? limits.pools[pool] : limits.settings.pool_default_limit;
}

/* Some of the steps in kept workers are not counted. */
static bool full_in_all(const struct sim_step *s, const struct counts *c)
{
	uint32_t beyond = c->kept < limits.kept_beyond ? c->kept : limits.kept_beyond;

	return c->all - beyond >= limits.processors &&
	       (s->plan->options.isolation != ISOLATION_WORKER || c->kept >= limits.kept_beyond);
}

/* The limit that keeps this step from starting; NULL: none. */
static const char *full(const struct sim_step *s, const struct counts *c)
{
	struct counts own = {0};
	int pool = pool_of(s);

	if (full_in_all(s, c))
		return "in all";
	if (s->location->most_steps &&
	    c->locations[s->location - code.locations] >= s->location->most_steps)
		return "location";
	if (pool >= 0 && !limits.settings.pools_per_run && pool_limit(pool) >= 0 &&
	    c->pools[pool] >= pool_limit(pool))
		return "pool";
	if (!s->run->most_running)
		return NULL;
	count_run(s->run, &own);
	return own.all >= s->run->most_running ? "run" : NULL;
}

static bool startable(const struct sim_step *s)
{
	return s->run->now.state == RUN_STARTED && !sim_step_active(s) &&
	       (s->now.state == STEP_WAITING || s->now.state == STEP_READY) &&
	       sim_step_inputs_done(s);
}

/* ---- a step starts ---- */

static bool comes_before(const struct sim_step *x, const struct sim_step *y)
{
	if (x->run != y->run)
		return x->run->priority != y->run->priority ? x->run->priority > y->run->priority
							    : x->run->number < y->run->number;
	return x->plan->options.priority > y->plan->options.priority;
}

static void check_order(const struct sim_step *s, const struct counts *c)
{
	for (const struct sim_run *r = ledger.runs; r; r = r->next)
		for (size_t i = 0; sim_run_in_progress(r) && i < r->plan->steps_count; i++) {
			const struct sim_step *other = &r->steps[i];

			HOLDS_OF(!startable(other) || !comes_before(other, s) || full(other, c),
				 "step %u of run " SV_FMT " should have started before",
				 other->index, SV_ARG(r->id));
		}
}

/* User code that has finished is never run again; two processes never run one step. */
static void check_jobs(const struct sim_step *s)
{
	for (const struct job *j = s->jobs; j; j = j->next) {
		HOLDS_OF(j->end != JOB_WELL || j->cut || j->overlong, "attempt %lld had finished",
			 (long long)j->attempt);
		HOLDS_OF(j->end != JOB_RUNS, "attempt %lld still runs", (long long)j->attempt);
	}
}

void watch_claim(const struct sim_step *s)
{
	struct counts c = count_all();
	const char *reached = full(s, &c);

	HOLDS_OF(s->run->now.state == RUN_STARTED, "the run is %s",
		 run_state_word(s->run->now.state));
	HOLDS(!sim_step_active(s));
	HOLDS(s->now.state == STEP_WAITING || s->now.state == STEP_READY ||
	      s->now.state == STEP_RETRYING);
	HOLDS(s->now.state != STEP_RETRYING || s->now.wake_at <= world.now);
	HOLDS(sim_step_inputs_done(s));
	HOLDS_OF(!reached, "the limit is reached: %s", reached);
	check_jobs(s);
	if (s->now.state != STEP_RETRYING)
		check_order(s, &c);
}

/* ---- a step is handed over ---- */

static sv version_in(const struct value *map, sv key)
{
	AUTO_ARENA a = arena_new();

	return value_text(value_get(map, arena_cstr(a, key)), "version");
}

static void check_inputs(const struct sim_step *s, const struct value *ours)
{
	const struct value *inputs = value_map(ours, "inputs");

	for (size_t i = 0; i < s->plan->inputs_count; i++) {
		const struct plan_input *in = &s->plan->inputs[i];
		sv key = s->run->plan->graph->nodes[in->node].key, want = in->version;

		if (in->in_run)
			want = s->run->made[asset_graph_find(code.first, key)];
		HOLDS_OF(sv_eq(version_in(inputs, key), want),
			 "input " SV_FMT " is version " SV_FMT ", not " SV_FMT, SV_ARG(key),
			 SV_ARG(version_in(inputs, key)), SV_ARG(want));
		HOLDS(!want.p || ledger_version(want, true));
	}
}

static struct sv_list read_given(const struct sim_step *s, const struct value *ours)
{
	struct sv_list given = {0};

	for (size_t i = 0; i < s->plan->nodes_count; i++) {
		sv id = version_in(value_map(ours, "outputs"),
				   s->run->plan->graph->nodes[s->plan->nodes[i]].key);

		HOLDS(id.n && !ledger_version(id, false));
		*LIST_ADD(world.arena, &given) = arena_sv(world.arena, id);
	}
	return given;
}

struct sv_list watch_go(struct sim_step *s, int64_t attempt, const struct attempt_process *process,
			sv context)
{
	AUTO_ARENA a = arena_new();
	const struct value *root, *ours;
	struct err e;

	HOLDS_OF(s->kept.state == STEP_RUNNING && s->kept.attempt == attempt,
		 "the ledger does not know yet that it runs");
	HOLDS(s->kept.pid == process->pid && sv_starts(s->kept.pid_started, process->pid_started));
	HOLDS(s->kept.from == process->offset && sv_eq(s->kept.messages, process->messages));
	HOLDS(s->run->kept.state == RUN_STARTED);
	for (size_t i = 0; i < s->plan->waits_for_count; i++)
		HOLDS(s->run->steps[s->plan->waits_for[i]].kept.state == STEP_SUCCESS);
	check_jobs(s);
	HOLDS_OF(json_read(a, context, &root, &e), "%s", e.text);
	ours = value_map(value_map(root, "extras"), "plait");
	HOLDS(sv_eq(value_text(root, "run_id"), s->run->id));
	HOLDS(value_int(ours, "attempt", 0) == attempt);
	HOLDS(value_int(root, "retry_number", -1) == s->kept.retries);
	HOLDS(sv_eq(value_text(ours, "messages"), process->messages));
	check_inputs(s, ours);
	return read_given(s, ours);
}

/* ---- a run starts ---- */

static bool writes_same(const struct sim_run *x, const struct sim_run *y)
{
	for (size_t i = 0; i < x->plan->steps_count; i++)
		for (size_t n = 0; n < x->plan->steps[i].nodes_count; n++) {
			sv key = x->plan->graph->nodes[x->plan->steps[i].nodes[n]].key;

			for (size_t k = 0; k < y->plan->steps_count; k++)
				for (size_t m = 0; m < y->plan->steps[k].nodes_count; m++)
					if (sv_eq(key,
						  y->plan->graph->nodes[y->plan->steps[k].nodes[m]]
							  .key))
						return true;
		}
	return false;
}

static bool wants_pool(const struct sim_run *r, int pool)
{
	for (size_t i = 0; i < r->plan->steps_count; i++)
		if (pool_of(&r->steps[i]) == pool)
			return true;
	return false;
}

static bool limit_counts(const struct tag_limit *l, const struct sim_run *r,
			 const struct sim_run *other)
{
	if (!r->team.p || !other->team.p ||
	    (l->value.p && (!sv_eq(l->value, r->team) || !sv_eq(l->value, other->team))))
		return false;
	return !l->per_value || sv_eq(r->team, other->team);
}

static bool limit_applies(const struct tag_limit *l, const struct sim_run *r)
{
	return r->team.p && (!l->value.p || sv_eq(l->value, r->team));
}

/* Why a queued run may not start; NULL: it may. */
static const char *held_up(const struct sim_run *r)
{
	int64_t runs = 0, teams[4] = {0}, pools[2] = {0};

	for (const struct sim_run *o = ledger.runs; o; o = o->next) {
		if (o == r || !sim_run_in_progress(o))
			continue;
		if (writes_same(r, o))
			return "it writes what another one writes";
		runs++;
		for (size_t i = 0; i < limits.settings.tag_limits_count; i++)
			teams[i] += limit_counts(&limits.settings.tag_limits[i], r, o);
		for (int i = 0; i < 2; i++)
			pools[i] += wants_pool(o, i);
	}
	if (limits.settings.max_concurrent_runs >= 0 && runs >= limits.settings.max_concurrent_runs)
		return "so many runs are in progress";
	for (size_t i = 0; i < limits.settings.tag_limits_count; i++)
		if (limit_applies(&limits.settings.tag_limits[i], r) &&
		    teams[i] >= limits.settings.tag_limits[i].most)
			return "so many with its tag are in progress";
	for (int i = 0; i < 2 && limits.settings.pools_per_run; i++)
		if (wants_pool(r, i) && pool_limit(i) >= 0 && pools[i] >= pool_limit(i))
			return "so many of its pool are in progress";
	return NULL;
}

void watch_run_start(const struct sim_run *r)
{
	const char *why = held_up(r);

	HOLDS_OF(!why, "run " SV_FMT " starts although %s", SV_ARG(r->id), why);
}

/* ---- ends ---- */

static bool was_canceled(const struct sim_run *r)
{
	return r->cancel_asked || (r->max_runtime && world.now >= r->started_at + r->max_runtime);
}

static struct job *newest(const struct sim_step *s)
{
	return s->jobs && s->jobs->attempt == s->now.attempt ? s->jobs : NULL;
}

/* All that its process has said is told before its end is. */
static void check_heard(const struct sim_step *s, const struct job *j)
{
	size_t said = j->end == JOB_WELL || j->end == JOB_BADLY ? j->serials_at_close
								: j->serials.n;

	HOLDS_OF(j->cut || s->now.heard == said, "attempt %lld said %zu things, %u are told",
		 (long long)j->attempt, said, s->now.heard);
}

static bool lacks_input(const struct sim_step *s)
{
	for (size_t i = 0; i < s->plan->waits_for_count; i++) {
		enum step_state state = s->run->steps[s->plan->waits_for[i]].now.state;

		if (step_state_ended(state) && state != STEP_SUCCESS)
			return true;
	}
	for (size_t i = 0; i < s->plan->inputs_count; i++) {
		sv key = s->run->plan->graph->nodes[s->plan->inputs[i].node].key;

		if (s->plan->inputs[i].in_run && !s->run->made[asset_graph_find(code.first, key)].p)
			return true;
	}
	return false;
}

static int64_t retries_allowed(const struct sim_step *s, const struct job *j)
{
	if (j && j->end == JOB_BADLY && j->wish.said && !j->cut)
		return !j->wish.allowed ? 0 : j->wish.most < 0 ? 1 : j->wish.most;
	return s->plan->options.retry.most;
}

/* What an earlier plait was about to start, and did not, has not failed: it is simply started. */
static void check_began(const struct sim_step *s, const struct job *j)
{
	HOLDS_OF(s->now.state != STEP_RUNNING || s->claimed || (j && (j->opened || j->cut)),
		 "an attempt of an earlier plait that never began has failed");
}

static void check_failure(const struct sim_step *s, const struct job *j)
{
	if (s->excused || s->location->broken || was_canceled(s->run))
		return;
	HOLDS_OF(!j || j->end != JOB_WELL || j->cut || j->overlong,
		 "its process had finished well");
	HOLDS_OF((j && j->overlong) || s->now.retries >= retries_allowed(s, j),
		 "it was to be tried again: %lld of %lld retries are done",
		 (long long)s->now.retries, (long long)retries_allowed(s, j));
}

void watch_step_end(const struct sim_step *s, enum step_state state)
{
	struct job *j = newest(s);

	if (j && state != STEP_SKIPPED) {
		HOLDS_OF(j->end != JOB_RUNS, "its process goes on");
		check_heard(s, j);
	}
	switch (state) {
	case STEP_SUCCESS:
		HOLDS(j && j->end == JOB_WELL && !j->overlong && sim_step_inputs_done(s));
		break;
	case STEP_SKIPPED: HOLDS(lacks_input(s)); break;
	case STEP_CANCELED:
		HOLDS(was_canceled(s->run));
		HOLDS_OF(!j || j->end != JOB_WELL || j->cut || j->overlong || s->excused,
			 "its process had finished well");
		break;
	case STEP_FAILURE: check_failure(s, j); break;
	default: HOLDS(!"an end");
	}
}

void watch_retry(const struct sim_step *s, const struct step_row *row)
{
	bool same = s->jobs && s->jobs->attempt == row->attempt;
	const struct job *j = same ? s->jobs : NULL;
	const struct retry_policy *policy = &s->plan->options.retry;
	time_us most = policy->delay << (s->now.retries + 2);

	HOLDS(s->run->now.state == RUN_STARTED);
	HOLDS(row->retries == s->now.retries + 1);
	check_began(s, j);
	HOLDS_OF(row->retries <= retries_allowed(s, j), "it was not to be tried again");
	if (j) {
		HOLDS(j->end != JOB_RUNS && (j->end != JOB_WELL || j->cut));
		check_heard(s, j);
		if (j->end == JOB_BADLY && j->wish.said)
			most = j->wish.delay > 0 ? j->wish.delay * TIME_SECOND : 0;
	}
	HOLDS_OF(row->wake_at >= world.now - TIME_SECOND * 30 && row->wake_at <= world.now + most,
		 "it is tried again in %lld us", (long long)(row->wake_at - world.now));
}

void watch_failure(const struct sim_step *s, const struct step_row *row)
{
	check_began(s, s->jobs && s->jobs->attempt == row->attempt ? s->jobs : NULL);
}

void watch_run_end(const struct sim_run *r, enum run_state state)
{
	bool failed = false, canceled = false;
	enum run_state want = RUN_SUCCESS;

	for (size_t i = 0; i < r->plan->steps_count; i++) {
		HOLDS_OF(step_state_ended(r->steps[i].now.state), "step %zu is %s", i,
			 step_state_word(r->steps[i].now.state));
		failed |= r->steps[i].now.state == STEP_FAILURE;
		canceled |= r->steps[i].now.state == STEP_CANCELED;
	}
	if (canceled && (was_canceled(r) || !failed))
		want = r->max_runtime && !r->cancel_asked ? RUN_FAILURE : RUN_CANCELED;
	else if (failed)
		want = RUN_FAILURE;
	HOLDS_OF(state == want ||
			 (r->max_runtime && r->cancel_asked && canceled && state == RUN_FAILURE),
		 "run " SV_FMT " is %s, not %s", SV_ARG(r->id), run_state_word(state),
		 run_state_word(want));
}

/* ---- the end of a turn ---- */

static void check_nobody_waits(const struct sim_run *r, const struct counts *c)
{
	for (size_t i = 0; i < r->plan->steps_count; i++) {
		const struct sim_step *s = &r->steps[i];
		bool due = s->now.state == STEP_RETRYING &&
			   s->now.wake_at < world.now - TIME_SECOND &&
			   limits.awake < world.now - TIME_SECOND && !sim_step_active(s) &&
			   r->now.state == RUN_STARTED;

		HOLDS_OF(!(startable(s) || due) || full(s, c),
			 "step %zu of run " SV_FMT " could start and does not", i, SV_ARG(r->id));
	}
}

static void check_overdue(const struct sim_run *r)
{
	time_us from = r->started_at + r->max_runtime;

	if (r->now.state == RUN_STARTED && r->max_runtime)
		HOLDS_OF(world.now <=
				 (from > limits.awake ? from : limits.awake) + 10 * TIME_SECOND,
			 "run " SV_FMT " goes on beyond its time limit", SV_ARG(r->id));
}

void watch_turn(void)
{
	struct counts c = count_all();

	for (const struct sim_run *r = ledger.runs; r; r = r->next) {
		if (sim_run_in_progress(r))
			check_nobody_waits(r, &c);
		if (r->now.there)
			check_overdue(r);
		if (r->now.there && r->now.state == RUN_QUEUED)
			HOLDS_OF(held_up(r), "run " SV_FMT " could start and does not",
				 SV_ARG(r->id));
	}
}
