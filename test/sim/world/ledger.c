/* ledger.c -- a mirror of runs, steps, versions and pointers with two faces, now and kept; every write is checked against it. */
#include "ledger.h"

#include "code.h"
#include "codec/json.h"
#include "engine/step_report.h"
#include "machine.h"
#include "watch.h"

struct ledger ledger;

void ledger_make(void)
{
	size_t n = code.first->nodes_count + 1;

	ledger = (struct ledger){
		.current = NEW(world.arena, sv, n),
		.current_kept = NEW(world.arena, sv, n),
	};
}

struct sim_run *ledger_run(sv id)
{
	struct sim_run *r = ledger.runs;

	while (r && !sv_eq(r->id, id))
		r = r->next;
	return r;
}

struct sim_step *ledger_step(sv run, int64_t index)
{
	struct sim_run *r = ledger_run(run);

	HOLDS_OF(r && index >= 0 && (size_t)index < r->plan->steps_count,
		 "step %lld of run " SV_FMT " is unknown", (long long)index, SV_ARG(run));
	return &r->steps[index];
}

const struct sim_version *ledger_version(sv id, bool kept)
{
	size_t n = kept ? ledger.versions_kept : ledger.versions.n;

	for (size_t i = n; i-- > 0;)
		if (sv_eq(ledger.versions.at[i].id, id))
			return &ledger.versions.at[i];
	return NULL;
}

bool sim_step_active(const struct sim_step *s)
{
	return s->claimed || s->now.state == STEP_RUNNING;
}

bool sim_run_in_progress(const struct sim_run *r)
{
	return r->now.there && (r->now.state == RUN_STARTED || r->now.state == RUN_CANCELING);
}

static bool made_in(const struct sim_run *r, uint32_t node)
{
	return r->made[asset_graph_find(code.first, r->plan->graph->nodes[node].key)].p;
}

bool sim_step_inputs_done(const struct sim_step *s)
{
	for (size_t i = 0; i < s->plan->waits_for_count; i++)
		if (s->run->steps[s->plan->waits_for[i]].now.state != STEP_SUCCESS)
			return false;
	for (size_t i = 0; i < s->plan->inputs_count; i++)
		if (s->plan->inputs[i].in_run && !made_in(s->run, s->plan->inputs[i].node))
			return false;
	return true;
}

/* ---- runs ---- */

static void read_tags(struct sim_run *r, const struct run_row *row)
{
	r->parent = row->parent.p ? arena_sv(world.arena, row->parent) : row->parent;
	r->priority = row->priority;
	r->retry_number = row->retry_number;
	r->team = ledger.coming.team;
	r->max_runtime = ledger.coming.max_runtime;
	r->max_retries = ledger.coming.max_retries;
	r->retry_all = ledger.coming.retry_all;
	r->most_running = ledger.coming.most_running;
}

static struct sim_run *add_run(const struct run_row *row)
{
	struct sim_run *r = NEW(world.arena, struct sim_run, 1);
	const struct run_plan *plan = ledger.coming.plan;

	HOLDS(plan && row->state == RUN_QUEUED);
	*r = (struct sim_run){
		.next = ledger.runs,
		.id = arena_sv(world.arena, row->id),
		.number = ledger.runs_count++,
		.plan = plan,
		.steps = NEW(world.arena, struct sim_step, plan->steps_count),
		.made = NEW(world.arena, sv, code.first->nodes_count + 1),
	};
	read_tags(r, row);
	for (uint32_t i = 0; i < plan->steps_count; i++)
		r->steps[i] = (struct sim_step){
			.run = r,
			.index = i,
			.plan = &plan->steps[i],
			.location = code_location_find(
				plan->graph->locations[plan->steps[i].location].name),
		};
	r->now = (struct sim_run_facts){.there = true, .state = RUN_QUEUED};
	ledger.coming.plan = NULL;
	return ledger.runs = r;
}

static void count_rerun(const struct sim_run *r)
{
	struct sim_run *parent = r->parent.p ? ledger_run(r->parent) : NULL;

	if (parent && parent->now.there)
		HOLDS_OF(!parent->reruns++, "run " SV_FMT " is run again twice",
			 SV_ARG(parent->id));
}

static void on_put_run(const void *what)
{
	const struct run_row *row = what;
	struct sim_run *r = ledger_run(row->id);
	enum run_state was;

	if (!r || !r->now.there) {
		r = add_run(row);
		count_rerun(r);
		return;
	}
	was = r->now.state;
	if (was == row->state)
		return;
	HOLDS_OF(run_state_may_move(was, row->state), "run " SV_FMT ": %s -> %s", SV_ARG(r->id),
		 run_state_word(was), run_state_word(row->state));
	tell("run " SV_FMT ": %s -> %s", SV_ARG(r->id), run_state_word(was),
	     run_state_word(row->state));
	if (was == RUN_QUEUED && row->state == RUN_STARTED)
		watch_run_start(r);
	r->now.state = row->state;
	if (row->state == RUN_STARTED)
		r->started_at = row->started_at;
	if (run_state_ended(row->state))
		watch_run_end(r, row->state);
}

/* ---- steps ---- */

#define TO(state) (1u << STEP_##state)
/* As the ledger sees it: nothing tells there that a step became ready or is starting. */
static const unsigned moves[STEP_STATE_COUNT] = {
	[STEP_WAITING] = TO(READY) | TO(RUNNING) | TO(RETRYING) | TO(FAILURE) | TO(SKIPPED) |
			 TO(CANCELED),
	[STEP_READY] = TO(WAITING) | TO(RUNNING) | TO(RETRYING) | TO(FAILURE) | TO(SKIPPED) |
		       TO(CANCELED),
	[STEP_RUNNING] = TO(READY) | TO(RETRYING) | TO(SUCCESS) | TO(FAILURE) | TO(CANCELED),
	[STEP_RETRYING] = TO(READY) | TO(RUNNING) | TO(RETRYING) | TO(FAILURE) | TO(CANCELED),
};
#undef TO

static void take_facts(struct sim_step *s, const struct step_row *row)
{
	bool same = s->now.attempt == row->attempt;

	s->now = (struct sim_step_facts){
		.state = row->state,
		.attempt = row->attempt,
		.retries = row->retries,
		.wake_at = row->wake_at,
		.pid = row->pid,
		.pid_started = row->pid_started.p ? arena_sv(world.arena, row->pid_started)
						  : row->pid_started,
		.messages = row->messages.p ? arena_sv(world.arena, row->messages) : row->messages,
		.from = (uint64_t)row->messages_from,
		.ends = s->now.ends,
		.heard = same ? s->now.heard : 0,
		.versions = s->now.versions,
	};
}

static void on_put_step(const void *what)
{
	const struct step_row *row = what;
	struct sim_step *s = ledger_step(row->run, row->index);

	HOLDS(row->state == STEP_WAITING || row->state == STEP_READY);
	HOLDS(!s->run->kept.there); /* with its run or never */
	HOLDS(row->waits_for.n == s->plan->waits_for_count &&
	      row->assets.n == s->plan->nodes_count);
	take_facts(s, row);
}

static void on_move_step(const void *what)
{
	const struct step_row *row = what;
	struct sim_step *s = ledger_step(row->run, row->index);
	enum step_state was = s->now.state;

	HOLDS_OF(was == row->state ? !step_state_ended(was) : moves[was] >> row->state & 1,
		 "step %u of run " SV_FMT ": %s -> %s", s->index, SV_ARG(s->run->id),
		 step_state_word(was), step_state_word(row->state));
	HOLDS(row->attempt >= s->now.attempt && row->retries >= s->now.retries);
	tell("step " SV_FMT "/%u.%lld: %s -> %s (" SV_FMT ")", SV_ARG(row->run), s->index,
	     (long long)row->attempt, step_state_word(was), step_state_word(row->state),
	     SV_ARG(row->reason));
	if (row->state == STEP_RETRYING)
		watch_retry(s, row);
	if (row->state == STEP_FAILURE)
		watch_failure(s, row);
	take_facts(s, row);
	if (row->state != STEP_RUNNING)
		s->claimed = false;
	if (step_state_ended(row->state))
		watch_step_end(s, row->state);
}

/* ---- events ---- */

static const struct {
	const char *kind;
	enum step_state says;
} ends[] = {
	{"step_succeeded", STEP_SUCCESS},
	{"step_failed", STEP_FAILURE},
	{"step_skipped", STEP_SKIPPED},
	{"step_canceled", STEP_CANCELED},
};

static bool holds_text(sv text, sv part)
{
	return memmem(text.p, text.n, part.p, part.n) != NULL;
}

static bool is_quiet(const struct event_row *row)
{
	return holds_text(row->body, SV("could not be moved"));
}

/* The next thing that this attempt's process said, and nothing else. */
static void on_said(struct sim_step *s, const struct event_row *row)
{
	struct job *j = s->jobs;

	while (j && j->attempt != row->attempt)
		j = j->next;
	HOLDS(j && s->now.state == STEP_RUNNING && s->now.attempt == row->attempt);
	HOLDS(s->now.heard < j->serials.n);
	HOLDS_OF(holds_text(row->body, j->serials.at[s->now.heard]),
		 "event %s is not message " SV_FMT, row->body.p,
		 SV_ARG(j->serials.at[s->now.heard]));
	s->now.heard++;
}

static void on_step_event(struct sim_run *r, const struct event_row *row)
{
	static const char *const said[] = {"log", "check", "output", "input", "custom"};
	struct sim_step *s = &r->steps[row->step];

	for (size_t i = 0; i < COUNT_OF(ends); i++)
		s->now.ends += sv_eq(row->kind, sv_of(ends[i].kind));
	for (size_t i = 0; i < COUNT_OF(said); i++)
		if (sv_eq(row->kind, sv_of(said[i])) && !is_quiet(row))
			on_said(s, row);
}

static void on_append_event(const void *what)
{
	const struct event_row *row = what;
	struct sim_run *r = ledger_run(row->run);

	HOLDS(r && r->now.there);
	HOLDS(!r->events.n || row->id > r->events.at[r->events.n - 1].id);
	*LIST_ADD(world.arena, &r->events) = (struct sim_event){row->id, is_quiet(row)};
	r->now.events++;
	r->now.ends += sv_eq(row->kind, SV("run_succeeded")) ||
		       sv_eq(row->kind, SV("run_failed")) || sv_eq(row->kind, SV("run_canceled"));
	if (row->step >= 0)
		on_step_event(r, row);
}

/* ---- versions ---- */

static void on_put_version(const void *what)
{
	const struct version_row *row = what;
	struct sim_step *s = ledger_step(row->run, row->step);

	HOLDS(!ledger_version(row->id, false));
	HOLDS(s->now.state == STEP_RUNNING && s->now.attempt == row->attempt);
	*LIST_ADD(world.arena, &ledger.versions) = (struct sim_version){
		arena_sv(world.arena, row->id), arena_sv(world.arena, row->asset), s, row->attempt};
	s->now.versions++;
}

static void on_move_pointer(const void *what)
{
	const struct version_row *row = what;
	const struct sim_version *v = ledger_version(row->id, false);
	uint32_t node = asset_graph_find(code.first, row->asset);

	HOLDS(v && sv_eq(v->asset, row->asset) && node != NO_ID);
	ledger.current[node] = v->id;
	v->step->run->made[node] = v->id;
}

/* ---- transactions ---- */

/* A step has succeeded, its versions are there, its end is told: all of it, or nothing. */
static void check_step(const struct sim_step *s)
{
	bool ended = step_state_ended(s->now.state);

	HOLDS_OF(s->now.ends == ended,
		 "step %u of run " SV_FMT " is %s and was said to end %u times", s->index,
		 SV_ARG(s->run->id), step_state_word(s->now.state), s->now.ends);
	if (s->now.state == STEP_SUCCESS)
		HOLDS(s->jobs && s->now.versions == s->jobs->made.n);
	else
		HOLDS(!s->now.versions);
}

void ledger_check_commit(void)
{
	for (struct sim_run *r = ledger.runs; r; r = r->next) {
		if (!r->now.there || (r->kept.there && run_state_ended(r->kept.state)))
			continue;
		for (size_t i = 0; i < r->plan->steps_count; i++)
			check_step(&r->steps[i]);
		HOLDS(r->now.ends == run_state_ended(r->now.state));
		if (r->now.state == RUN_FAILURE && limits.settings.retry_on_step_failure &&
		    r->retry_number < r->max_retries)
			HOLDS_OF(r->reruns || r->rerun_refused,
				 "run " SV_FMT " was to be run again", SV_ARG(r->id));
	}
}

static void on_commit(const void *what)
{
	ledger.open = false;
	ledger.commits++;
	ledger.versions_kept = ledger.versions.n;
	memcpy(ledger.current_kept, ledger.current, code.first->nodes_count * sizeof(sv));
	for (struct sim_run *r = ledger.runs; r; r = r->next) {
		if (r->kept.there && run_state_ended(r->kept.state) &&
		    r->kept.events == r->now.events)
			continue;
		r->kept = r->now;
		for (size_t i = 0; i < r->plan->steps_count; i++)
			r->steps[i].kept = r->steps[i].now;
	}
}

static void forget_made(struct sim_version *v)
{
	v->step->run->made[asset_graph_find(code.first, v->asset)] = (sv){0};
}

static void on_rollback(const void *what)
{
	if (!ledger.open)
		return;
	ledger.open = false;
	while (ledger.versions.n > ledger.versions_kept)
		forget_made(&ledger.versions.at[--ledger.versions.n]);
	memcpy(ledger.current, ledger.current_kept, code.first->nodes_count * sizeof(sv));
	for (struct sim_run *r = ledger.runs; r; r = r->next) {
		struct sim_run *parent = r->parent.p && !r->kept.there && r->now.there
						 ? ledger_run(r->parent)
						 : NULL;

		if (parent)
			parent->reruns--;
		r->now = r->kept;
		r->cancel_asked &= r->kept.state == RUN_CANCELING || r->kept.state == RUN_CANCELED;
		r->events.n = r->kept.events;
		for (size_t i = 0; i < r->plan->steps_count; i++)
			r->steps[i].now = r->steps[i].kept;
	}
}

static void on_begin(const void *what)
{
	ledger.open = true;
}

void ledger_note(void *ctx, const char *call, const void *row)
{
	static const struct {
		const char *call;
		void (*fn)(const void *row);
	} table[] = {
		{"append_event", on_append_event},
		{"move_step", on_move_step},
		{"put_run", on_put_run},
		{"put_step", on_put_step},
		{"put_version", on_put_version},
		{"move_pointer", on_move_pointer},
		{"begin", on_begin},
		{"commit", on_commit},
		{"rollback", on_rollback},
	};

	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (strcmp(call, table[i].call) == 0) {
			ledger.rows++;
			table[i].fn(row);
			return;
		}
}
