/* plait.c -- its wires to the world are cut when it is killed: what the rest of it does on its way out reaches nobody. */
#include "plait.h"

#include "../../contract/faulty_store.h"
#include "code.h"
#include "engine/engine.h"
#include "engine/views.h"
#include "engine/writer.h"
#include "links.h"

struct plait plait;

static struct store *inner;

struct ear { /* somebody listens to a run: from its beginning, over the lives of plait */
	struct ear *next;
	struct sim_run *run; /* NULL: not submitted yet */
	size_t heard;
	bool ended, live;
};
static struct ear *ears;

/* ---- dying ---- */

void plait_kill(const char *where)
{
	if (plait.dead || !plait.engine)
		return;
	tell("plait is killed at %s", where);
	plait.dead = links.dead = true;
	plait.deaths++;
	fake_executor_die(&plait.executor);
}

static bool on_executor_call(const char *what)
{
	if (plait.kills && permille(plait.kills) && plait.engine)
		plait_kill(what);
	return plait.dead;
}

static void excuse_all(void)
{
	for (struct sim_run *r = ledger.runs; r; r = r->next) {
		r->rerun_refused = true; /* it says so */
		for (size_t i = 0; sim_run_in_progress(r) && i < r->plan->steps_count; i++)
			r->steps[i].excused = true;
	}
}

static bool before_call(void *ctx, const char *call, const void *row, struct err *e)
{
	world.events++;
	if (plait.kills && plait.engine && permille(plait.kills))
		plait_kill(call);
	if (plait.dead)
		return err_set(e, ERR_UNAVAILABLE, "plait is dead");
	if (plait.faults && permille(plait.faults)) {
		tell("the ledger fails at %s", call);
		if (strncmp(call, "get_", 4) == 0 || strncmp(call, "list_", 5) == 0)
			excuse_all(); /* what cannot be read cannot be started */
		else
			plait.executor.doomed = true;
		return err_set(e, ERR_UNAVAILABLE, "injected fault at %s", call);
	}
	if (plait.faults && permille(10)) { /* a slow disk */
		world.now += some_time(5 * TIME_SECOND);
		limits.awake = world.now;
	}
	if (strcmp(call, "commit") == 0)
		ledger_check_commit();
	return true;
}

static void after_call(void *ctx, const char *call, const void *row)
{
	ledger_note(ctx, call, row);
	if (strcmp(call, "commit") == 0 && plait.kills && plait.engine && percent(2))
		plait_kill("the end of commit");
}

/* ---- listening ---- */

static void skip_quiet(struct ear *ear)
{
	while (ear->heard < ear->run->events.n && ear->run->events.at[ear->heard].quiet)
		ear->heard++;
}

static void on_event(void *ctx, const struct event_row *event)
{
	struct ear *ear = ctx;

	if (plait.dead)
		return;
	if (!ear->run)
		ear->run = ledger_run(event->run);
	if (ear->run->events.at[ear->heard].id != event->id)
		skip_quiet(ear);
	HOLDS_OF(ear->heard < ear->run->kept.events, "an event is told before it is on disk");
	HOLDS_OF(ear->run->events.at[ear->heard].id == event->id, "event %lld is told, not %lld",
		 (long long)event->id, (long long)ear->run->events.at[ear->heard].id);
	ear->heard++;
	world.events++;
}

static void on_end(void *ctx, enum run_state state)
{
	struct ear *ear = ctx;

	if (plait.dead)
		return;
	skip_quiet(ear);
	HOLDS(!ear->ended && ear->run->kept.state == state && run_state_ended(state));
	HOLDS_OF(ear->heard >= ear->run->kept.events, "the end is told before the last event");
	ear->ended = true;
}

static void on_stored(void *ctx, sv run)
{
	HOLDS(plait.dead || ledger_run(run)->kept.there);
}

static struct ear *ear_new(void)
{
	struct ear *ear = NEW(world.arena, struct ear, 1);

	ear->next = ears;
	return ears = ear;
}

static void listen(struct ear *ear)
{
	struct engine_listener listener = {.on_event = on_event, .on_end = on_end, .ctx = ear};
	struct engine_listening *l;
	struct err e;
	int64_t after = ear->heard ? ear->run->events.at[ear->heard - 1].id : 0;

	ear->live = engine_listen(plait.engine, ear->run->id, after, &listener, &l, &e);
	HOLDS_OF(ear->live || plait.dead || e.kind == ERR_UNAVAILABLE,
		 "listening to run " SV_FMT ": %s", SV_ARG(ear->run->id), e.text);
}

static void listen_again(void)
{
	for (struct ear *ear = ears; ear && !plait.dead; ear = ear->next) {
		ear->live = false;
		if (!ear->ended && ear->run && ear->run->kept.there)
			listen(ear);
	}
}

/* ---- what the engine asks for ---- */

static time_us world_now(void *ctx)
{
	return world.now;
}

static double world_random(void *ctx)
{
	return (double)below(1000) / 1000;
}

static sv world_id(void *ctx, struct arena *a)
{
	return arena_fmt(a, "id%08llu", (unsigned long long)++world.ids);
}

static const struct engine_world engine_world = {
	.now = world_now, .random = world_random, .new_id = world_id};

static bool find_code(void *ctx, sv location, struct engine_code *ret, struct err *e)
{
	struct sim_location *l = code_location_find(location);

	HOLDS(l);
	*ret = (struct engine_code){
		.location = &l->code,
		.manifest = l->manifests[l->current],
		.error = l->broken ? SV("{}") : (sv){NULL, 0},
		.most_steps = l->most_steps,
	};
	return true;
}

static void add_known(struct known_version *known)
{
	for (size_t i = 0; i < code.graph->nodes_count; i++) {
		uint32_t node = asset_graph_find(code.first, code.graph->nodes[i].key);

		known[i].id = ledger.current_kept[node];
		known[i].found_outside = !known[i].id.p;
	}
}

static struct run_plan *plan_of(const struct node_set *selected)
{
	struct known_version *known = NEW(world.arena, struct known_version,
					  code.graph->nodes_count + 1);

	add_known(known);
	return code_plan(selected, known);
}

/* The engine frees it: a copy of the plan that must not be looked at afterwards. */
static void lend_plan(struct run_plan *plan, struct engine_submission *ret)
{
	struct plan_step *steps;

	ret->arena = arena_new();
	ret->plan = NEW(ret->arena, struct run_plan, 1);
	*ret->plan = *plan;
	ret->plan->steps = steps = NEW(ret->arena, struct plan_step, plan->steps_count);
	memcpy(steps, plan->steps, plan->steps_count * sizeof(*steps));
}

static bool replan(void *ctx, const struct engine_rerun *what, struct engine_submission *ret,
		   struct err *e)
{
	struct sim_run *r = ledger_run(what->parent);
	struct node_set selected = node_set_new(world.arena, code.graph);
	struct run_plan *plan = NULL;
	size_t wanted = 0;

	for (size_t i = 0; i < r->plan->steps_count; i++)
		if (r->retry_all || r->steps[i].now.state != STEP_SUCCESS)
			wanted += r->plan->steps[i].nodes_count;
	HOLDS_OF(plait.dead || wanted == what->assets->n,
		 "%zu assets are to be made again, not %zu", what->assets->n, wanted);
	for (size_t i = 0; i < what->assets->n; i++)
		node_set_add(&selected, asset_graph_find(code.graph, what->assets->at[i]));
	if (percent(95))
		plan = plan_of(&selected);
	if (!plan) {
		r->rerun_refused = true;
		return err_set(e, ERR_CONFLICT, "it cannot be planned");
	}
	ledger.coming.plan = plan;
	ledger.coming.team = r->team;
	ledger.coming.max_runtime = r->max_runtime;
	ledger.coming.max_retries = r->max_retries;
	ledger.coming.retry_all = r->retry_all;
	ledger.coming.most_running = r->most_running;
	lend_plan(plan, ret);
	return true;
}

static void on_failed(void *ctx, const struct err *why)
{
	plait.failed = true;
}

/* ---- its life ---- */

static void put_manifests(void)
{
	struct writer *w = engine_writer(plait.engine);
	struct err e;

	for (uint32_t i = 0; i < code.locations_count; i++) {
		struct sim_location *l = &code.locations[i];

		WRITE(w,
		      store_put_manifest(writer_store(w), l->manifests[l->current]->id, l->name,
					 l->texts[l->current], world.now, &e),
		      &e);
	}
}

static void note_limits(void)
{
	AUTO_ARENA a = arena_new();
	struct pool_rows pools = {0};
	struct err e;

	limits.pools[0] = limits.pools[1] = -1;
	HOLDS(store_list_pools(inner, a, &pools, &e));
	for (size_t i = 0; i < pools.n; i++)
		limits.pools[pools.at[i].name.p[1] - '0'] = pools.at[i].slots;
}

static void on_told(void *ctx, sv sentence)
{
	tell("  plait says: " SV_FMT, SV_ARG(sentence));
}

void plait_start(void *ctx)
{
	struct engine_request request = {
		.executor = &plait.executor.base,
		.settings = &limits.settings,
		.processors = limits.processors,
		.kept_beyond = limits.kept_beyond,
		.world = &engine_world,
		.find_code = find_code,
		.replan = replan,
		.on_failed = on_failed,
	};
	struct faulty_watch watch = {before_call, after_call, NULL};
	struct views_told told = {0};
	struct err e;

	if (plait.engine)
		return;
	plait.starts++;
	tell("plait starts");
	limits.awake = world.now;
	note_limits();
	plait.dead = plait.failed = links.dead = false;
	plait.loop = request.loop = fake_loop_new();
	plait.store = request.store = faulty_store_watched(inner, &watch);
	fake_executor_make(&plait.executor, on_executor_call);
	plait.executor.calm = !plait.kills && !plait.faults;
	for (struct sim_run *r = ledger.runs; r; r = r->next)
		for (size_t i = 0; i < r->plan->steps_count; i++)
			r->steps[i].claimed = false;
	plait.engine = engine_new(&request);
	put_manifests();
	if (!views_mend(plait.store, SV("/"), &told, &e) ||
	    !engine_take_over(plait.engine, on_told, NULL, &e)) {
		HOLDS_OF(plait.dead || e.kind == ERR_UNAVAILABLE, "taking over: %s", e.text);
		plait.failed = true;
	} else {
		listen_again();
	}
}

static void clean_up(void)
{
	if (!plait.dead) {
		plait.failures++;
		tell("plait gives up");
	}
	engine_free(plait.engine);
	plait.engine = NULL;
	if (!plait.dead)
		fake_executor_die(&plait.executor);
	store_rollback(inner);
	ledger_note(NULL, "rollback", NULL);
	store_close(plait.store);
	fake_loop_free(plait.loop);
	for (struct sim_run *r = ledger.runs; r; r = r->next)
		for (size_t i = 0; i < r->plan->steps_count; i++)
			r->steps[i].claimed = false;
	ledger.coming.plan = NULL;
	soon(some_time(60 * TIME_SECOND), plait_start, NULL);
}

/* Whoever waits can be told what for. */
static void check_reasons(void)
{
	AUTO_ARENA a = arena_new();
	enum step_state state;

	for (const struct sim_run *r = ledger.runs; r; r = r->next) {
		if (!r->now.there || run_state_ended(r->now.state))
			continue;
		HOLDS((r->now.state == RUN_QUEUED) ==
		      (engine_waiting_reason(a, plait.engine, r->id).p != NULL));
		for (uint32_t i = 0; i < r->plan->steps_count; i++) {
			sv reason = engine_step_reason(a, plait.engine, r->id, i, &state);

			HOLDS(state != STEP_READY || r->now.state != RUN_STARTED || reason.p);
		}
	}
}

void plait_end_turn(void)
{
	static uint64_t commits;

	if (!plait.engine)
		return;
	if (!plait.dead)
		fake_loop_end_turn(plait.loop);
	if (plait.dead || plait.failed) {
		clean_up();
		return;
	}
	if (plait.executor.doomed)
		return; /* it will notice with the next commit */
	watch_turn();
	if (percent(3))
		check_reasons();
	fake_executor_check_limits(&plait.executor);
	if (commits != ledger.commits)
		links_check();
	commits = ledger.commits;
}

void plait_make(struct store *ledger_store)
{
	inner = ledger_store;
	ears = NULL;
	plait = (struct plait){0};
}

void plait_calm(void)
{
	plait.kills = plait.faults = 0;
	plait.executor.calm = true;
	links.rough = false;
}

void plait_end(void)
{
	if (!plait.engine)
		return;
	engine_free(plait.engine);
	plait.engine = NULL;
	fake_executor_die(&plait.executor);
	store_close(plait.store);
	fake_loop_free(plait.loop);
}

/* ---- what people do ---- */

static bool listens_to_people(void)
{
	return plait.engine && !plait.dead && !plait.failed && !plait.executor.doomed;
}

static void add_tag(struct engine_submission *s, const char *name, sv value)
{
	*LIST_ADD(world.arena, &s->tags) = (struct run_tag){sv_of(name), value};
}

static sv number(int64_t n)
{
	return arena_fmt(world.arena, "%lld", (long long)n);
}

static void choose_tags(struct engine_submission *s)
{
	ledger.coming.team = (sv){NULL, 0};
	ledger.coming.max_runtime = limits.settings.max_runtime;
	ledger.coming.max_retries = limits.settings.max_run_retries;
	ledger.coming.retry_all = false;
	ledger.coming.most_running = s->most_running = percent(30) ? 1 + below(3) : 0;
	if (percent(30))
		add_tag(s, "dagster/priority", number((int64_t)below(7) - 3));
	if (percent(50))
		add_tag(s, "team", ledger.coming.team = percent(50) ? SV("red") : SV("blue"));
	if (percent(15)) {
		ledger.coming.max_runtime = (1 + below(60)) * TIME_SECOND;
		add_tag(s, "dagster/max_runtime", number(ledger.coming.max_runtime / TIME_SECOND));
	}
	if (percent(25)) {
		ledger.coming.max_retries = below(3);
		add_tag(s, "dagster/max_retries", number(ledger.coming.max_retries));
	}
	if (percent(15)) {
		ledger.coming.retry_all = true;
		add_tag(s, "dagster/retry_strategy", SV("ALL_STEPS"));
	}
}

static void choose_assets(struct node_set *selected)
{
	uint32_t chance = 20 + below(81);

	*selected = node_set_new(world.arena, code.graph);
	for (uint32_t i = 0; i < code.graph->nodes_count; i++)
		if (percent(chance))
			node_set_add(selected, i);
}

void plait_submit(void)
{
	struct engine_submission s = {0};
	struct node_set selected;
	struct run_plan *plan;
	struct err e;
	sv run;

	choose_assets(&selected);
	plan = plan_of(&selected);
	if (!listens_to_people() || !plan)
		return;
	choose_tags(&s);
	ledger.coming.plan = plan;
	lend_plan(plan, &s);
	s.listener = (struct engine_listener){on_stored, on_event, on_end, ear_new()};
	if (engine_submit(plait.engine, &s, &run, &e)) {
		tell("submitted: run " SV_FMT ", %zu steps", SV_ARG(run), plan->steps_count);
		if (!plait.dead && !plait.failed)
			ears->run = ledger_run(run);
	}
	ledger.coming.plan = NULL;
}

static struct sim_run *any_run(void)
{
	uint64_t pick = ledger.runs_count ? below((uint32_t)ledger.runs_count) : 0;
	struct sim_run *r = ledger.runs;

	while (r && pick--)
		r = r->next;
	return r && r->now.there ? r : NULL;
}

static void cancel(struct sim_run *r, bool hard)
{
	bool open = !run_state_ended(r->now.state);
	struct err e;

	if (!listens_to_people())
		return;
	tell("cancel run " SV_FMT "%s", SV_ARG(r->id), hard ? ", hard" : "");
	r->cancel_asked |= open;
	if (!engine_cancel(plait.engine, r->id, SV("enough"), hard, &e))
		HOLDS_OF(!open && e.kind == ERR_NOT_FOUND, "canceling run " SV_FMT ": %s",
			 SV_ARG(r->id), e.text);
}

void plait_cancel_some(void)
{
	struct sim_run *r = any_run();

	if (r)
		cancel(r, percent(25));
}

bool plait_cancel_all(void)
{
	bool any = false;

	for (struct sim_run *r = ledger.runs; r; r = r->next)
		if (r->now.there && !run_state_ended(r->now.state)) {
			cancel(r, percent(50));
			any = true;
		}
	return any;
}

void plait_listen(void)
{
	struct sim_run *r = any_run();

	if (!listens_to_people() || !r || !r->kept.there)
		return;
	ear_new()->run = r;
	listen(ears);
}

void plait_change_limits(void)
{
	struct writer *w;
	struct pool_row row = {percent(50) ? SV("p0") : SV("p1"),
			       percent(50) ? -1 : 1 + (int64_t)below(2)};
	struct err e;

	if (!listens_to_people())
		return;
	w = engine_writer(plait.engine);
	WRITE(w, store_put_pool(writer_store(w), &row, &e), &e);
	if (plait.dead || writer_error(w))
		return;
	tell("pool " SV_FMT " has %lld slots", SV_ARG(row.name), (long long)row.slots);
	code.locations[below(code.locations_count)].most_steps = below(4);
	limits.settings.max_concurrent_runs = percent(50) ? -1 : 1 + (int64_t)below(3);
	note_limits();
	engine_limits_changed(plait.engine, &limits.settings);
}

void plait_change_code(void)
{
	uint32_t location = below(code.locations_count);
	struct sim_location *l = &code.locations[location];

	if (!listens_to_people())
		return;
	for (struct sim_run *r = ledger.runs; r; r = r->next)
		for (size_t i = 0; i < r->plan->steps_count; i++)
			r->steps[i].excused |= r->steps[i].location == l;
	l->broken = percent(20);
	code_change(location, below(CODE_VERSIONS));
	tell("the code of " SV_FMT " changes to version %u%s", SV_ARG(l->name), l->current,
	     l->broken ? ", broken" : "");
	put_manifests();
	engine_code_changed(plait.engine);
}

void plait_check_end(void)
{
	HOLDS(plait.engine && !plait.dead && !plait.failed && !plait.executor.doomed);
	for (const struct sim_run *r = ledger.runs; r; r = r->next)
		HOLDS_OF(!r->now.there ||
				 (run_state_ended(r->kept.state) && r->now.state == r->kept.state),
			 "run " SV_FMT " is %s for ever", SV_ARG(r->id),
			 run_state_word(r->now.state));
	HOLDS(engine_is_idle(plait.engine));
	HOLDS(fake_executor_is_empty(&plait.executor));
	for (const struct ear *ear = ears; ear; ear = ear->next)
		HOLDS_OF(!ear->live || ear->ended, "run " SV_FMT ": its end is not told",
			 SV_ARG(ear->run->id));
	links_check();
}
