#include "base/time.h"
#include "code/workspace.h"
#include "engine/engine.h"
#include "fake_executor.h"
#include "fake_plan.h"
#include "scratch.h"

struct world {
	struct arena *arena;
	struct loop *loop;
	struct store *store;
	struct fake_executor *executor;
	struct engine *engine;
	struct settings settings;
	struct run_plan *again; /* what replan answers with; NULL: it cannot */
	struct code_location code;
	time_us now;
	int ids, idle;
	sv told; /* kinds of events, joined */
	enum run_state ended;
	bool has_ended;
};

static time_us now(void *ctx)
{
	return ((struct world *)ctx)->now;
}

static double chance(void *ctx)
{
	return 0.5;
}

static sv new_id(void *ctx, struct arena *a)
{
	return arena_fmt(a, "id-%04d", ++((struct world *)ctx)->ids);
}

static bool find_code(void *ctx, sv location, struct engine_code *ret, struct err *e)
{
	struct world *w = ctx;

	*ret = (struct engine_code){.location = &w->code};
	return true;
}

static bool replan(void *ctx, const struct engine_rerun *what, struct engine_submission *ret,
		   struct err *e)
{
	struct world *w = ctx;

	if (!w->again)
		return err_set(e, ERR_NOT_FOUND, "nothing to plan");
	ret->plan = w->again;
	return true;
}

static void on_idle(void *ctx)
{
	((struct world *)ctx)->idle++;
}

static void on_event(void *ctx, const struct event_row *event)
{
	struct world *w = ctx;

	w->told = arena_fmt(w->arena, SV_FMT "%s" SV_FMT, SV_ARG(w->told), w->told.n ? " " : "",
			    SV_ARG(event->kind));
}

static void on_end(void *ctx, enum run_state state)
{
	struct world *w = ctx;

	w->ended = state;
	w->has_ended = true;
}

static struct world *world_new(uint32_t processors)
{
	static const struct world empty;
	struct arena *a = arena_new();
	struct world *w = NEW(a, struct world, 1);
	struct engine_world *faked = NEW(a, struct engine_world, 1);
	struct err e;

	*w = empty;
	w->arena = a;
	w->loop = loop_new();
	w->now = 1000 * TIME_SECOND;
	w->settings = settings_default();
	w->executor = fake_executor_new(a);
	*faked = (struct engine_world){now, chance, new_id, w};
	CHECK_OK(store_open(scratch_file(a, "ledger.db"), STORE_WRITE, &w->store, &e), &e);
	w->engine = engine_new(&(struct engine_request){
		.loop = w->loop,
		.store = w->store,
		.executor = &w->executor->base,
		.settings = &w->settings,
		.processors = processors,
		.kept_beyond = 1,
		.world = faked,
		.find_code = find_code,
		.replan = replan,
		.on_idle = on_idle,
		.ctx = w,
	});
	return w;
}

static void world_free(struct world *w)
{
	engine_free(w->engine);
	store_close(w->store);
	loop_free(w->loop);
	arena_free(w->arena);
}

static sv submit(struct world *w, struct run_plan *plan, struct run_tags tags)
{
	struct engine_submission what = {
		.plan = plan,
		.tags = tags,
		.listener = {.on_event = on_event, .on_end = on_end, .ctx = w},
	};
	struct err e;
	sv run;

	CHECK_OK(engine_submit(w->engine, &what, &run, &e), &e);
	return arena_sv(w->arena, run);
}

static struct run_tags tag(struct world *w, const char *name, const char *value)
{
	struct run_tags tags = {0};

	*LIST_ADD(w->arena, &tags) = (struct run_tag){sv_of(name), sv_of(value)};
	return tags;
}

static struct fake_attempt *at(struct world *w, const char *step)
{
	return fake_attempt_of(w->executor, step);
}

static void pass_time(struct world *w, time_us span)
{
	w->now += span;
	engine_ring(w->engine);
	engine_turn(w->engine);
}

static const char CHAIN[] = "one a\n"
			    "two b < a\n";
static const struct run_tags NO_TAGS;

static void test_the_end_of_a_step_starts_the_next(void)
{
	struct world *w = world_new(4);

	submit(w, fake_plan(w->arena, CHAIN), NO_TAGS);
	engine_turn(w->engine);
	CHECK(!at(w, "b"));
	fake_make(at(w, "a"), "a");
	CHECK(at(w, "b")->ready);
	CHECK(!at(w, "b")->context.p); /* handed over after the commit */
	engine_turn(w->engine);
	fake_make(at(w, "b"), "b");
	engine_turn(w->engine);
	CHECK(w->has_ended);
	CHECK_INT(RUN_SUCCESS, w->ended);
	CHECK_INT(1, w->idle);
	CHECK_SV(SV("run_created run_started step_started materialization step_succeeded "
		    "step_started materialization step_succeeded run_succeeded"),
		 w->told);
	world_free(w);
}

static void test_a_step_is_on_disk_before_it_is_handed_over(void)
{
	struct world *w = world_new(4);
	struct step_rows rows = {0};
	struct store *reader;
	struct err e;
	sv run;

	w->executor->late = true;
	run = submit(w, fake_plan(w->arena, CHAIN), NO_TAGS);
	engine_turn(w->engine);
	CHECK_OK(store_open(scratch_file(w->arena, "ledger.db"), STORE_READ, &reader, &e), &e);
	CHECK_OK(store_list_steps(reader, w->arena, run, &rows, &e), &e);
	CHECK_INT(STEP_READY, rows.at[0].state);
	fake_ready(at(w, "a"));
	CHECK(!at(w, "a")->context.p);
	engine_turn(w->engine);
	CHECK(at(w, "a")->context.p != NULL);
	CHECK_OK(store_list_steps(reader, w->arena, run, &rows, &e), &e);
	CHECK_INT(STEP_RUNNING, rows.at[0].state);
	CHECK_INT(1, rows.at[0].pid);
	store_close(reader);
	world_free(w);
}

static void test_no_more_steps_than_processors_run(void)
{
	struct world *w = world_new(2);

	submit(w, fake_plan(w->arena, "one a\none b\none c\n"), NO_TAGS);
	engine_turn(w->engine);
	CHECK(at(w, "a") && at(w, "b") && !at(w, "c"));
	fake_fail(at(w, "a"), "no");
	CHECK(at(w, "c") != NULL);
	world_free(w);
}

static void test_short_steps_may_go_beyond_the_processors(void)
{
	struct world *w = world_new(1);
	struct run_plan *plan = fake_plan(w->arena, "one a\none b\none c\none d\n");

	for (size_t i = 0; i < plan->steps_count; i++)
		plan->steps[i].options.isolation = ISOLATION_WORKER;
	submit(w, plan, NO_TAGS);
	engine_turn(w->engine);
	CHECK(at(w, "a") && at(w, "b") && !at(w, "c"));
	fake_make(at(w, "a"), "a");
	CHECK(at(w, "c") && !at(w, "d"));
	engine_turn(w->engine);
	fake_say(at(w, "b"), "closed", "{\"plait\":{\"user_us\":900000,\"system_us\":100000}}");
	CHECK(!at(w, "d"));
	fake_make(at(w, "c"), "c");
	CHECK(at(w, "d") != NULL);
	world_free(w);
}

static void test_a_run_waits_for_one_that_writes_its_assets(void)
{
	struct world *w = world_new(4);
	struct run_plan *plan = fake_plan(w->arena, "one a\n");
	sv first = submit(w, plan, NO_TAGS), second = submit(w, plan, NO_TAGS);
	sv reason = engine_waiting_reason(w->arena, w->engine, second);

	CHECK_CONTAINS(first.p, reason.p);
	CHECK(!engine_waiting_reason(w->arena, w->engine, first).p);
	engine_turn(w->engine);
	CHECK_CONTAINS("run_waiting", w->told.p);
	fake_make(at(w, "a"), "a");
	engine_turn(w->engine);
	CHECK(!engine_waiting_reason(w->arena, w->engine, second).p);
	fake_make(at(w, "a"), "a");
	engine_turn(w->engine);
	CHECK(engine_is_idle(w->engine));
	world_free(w);
}

static void test_a_queued_run_is_canceled_at_once(void)
{
	struct world *w = world_new(4);
	struct run_plan *plan = fake_plan(w->arena, "one a\n");
	struct err e;
	sv second;

	submit(w, plan, NO_TAGS);
	second = submit(w, plan, NO_TAGS);
	CHECK_OK(engine_cancel(w->engine, second, SV("enough"), false, &e), &e);
	engine_turn(w->engine);
	CHECK(w->has_ended);
	CHECK_INT(RUN_CANCELED, w->ended);
	CHECK(!engine_cancel(w->engine, second, SV("enough"), false, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	world_free(w);
}

static void test_canceling_is_gentle_then_hard(void)
{
	struct world *w = world_new(4);
	sv run = submit(w, fake_plan(w->arena, CHAIN), NO_TAGS);
	struct err e;

	engine_turn(w->engine);
	CHECK_OK(engine_cancel(w->engine, run, SV("enough"), false, &e), &e);
	engine_turn(w->engine);
	CHECK(at(w, "a")->canceled && !at(w, "a")->killed);
	pass_time(w, 10 * TIME_SECOND);
	CHECK(at(w, "a")->killed);
	fake_die(at(w, "a"), 9);
	engine_turn(w->engine);
	CHECK_INT(RUN_CANCELED, w->ended);
	world_free(w);
}

static void test_a_retry_comes_when_it_is_due(void)
{
	struct world *w = world_new(4);
	struct run_plan *plan = fake_plan(w->arena, CHAIN);

	fake_options(plan, "a")->retry = (struct retry_policy){.most = 1, .delay = 5 * TIME_SECOND};
	submit(w, plan, NO_TAGS);
	engine_turn(w->engine);
	fake_die(at(w, "a"), 11);
	engine_turn(w->engine);
	CHECK(!at(w, "a"));
	CHECK_INT(w->now + 5 * TIME_SECOND, engine_next_alarm(w->engine));
	pass_time(w, 4 * TIME_SECOND);
	CHECK(!at(w, "a"));
	pass_time(w, TIME_SECOND);
	fake_fail(at(w, "a"), "again");
	engine_turn(w->engine);
	CHECK_INT(RUN_FAILURE, w->ended);
	CHECK_SV(SV("run_created run_started step_started step_up_for_retry step_restarted "
		    "step_started step_failed step_skipped run_failed"),
		 w->told);
	world_free(w);
}

static void test_a_retry_without_a_wait_comes_at_once(void)
{
	struct world *w = world_new(1);
	struct run_plan *plan = fake_plan(w->arena, "one a\n");

	fake_options(plan, "a")->retry = (struct retry_policy){.most = 1};
	submit(w, plan, NO_TAGS);
	engine_turn(w->engine);
	fake_fail(at(w, "a"), "once");
	pass_time(w, 1);
	fake_make(at(w, "a"), "a");
	engine_turn(w->engine);
	CHECK_INT(RUN_SUCCESS, w->ended);
	world_free(w);
}

static void test_a_step_that_takes_too_long_fails(void)
{
	struct world *w = world_new(4);
	struct run_plan *plan = fake_plan(w->arena, CHAIN);

	fake_options(plan, "a")->timeout = 3 * TIME_SECOND;
	submit(w, plan, NO_TAGS);
	engine_turn(w->engine);
	pass_time(w, 3 * TIME_SECOND);
	CHECK(at(w, "a")->canceled && !at(w, "a")->killed);
	pass_time(w, 10 * TIME_SECOND);
	CHECK(at(w, "a")->killed);
	fake_die(at(w, "a"), 9);
	engine_turn(w->engine);
	CHECK_INT(RUN_FAILURE, w->ended);
	CHECK_INT(0, engine_next_alarm(w->engine));
	world_free(w);
}

static void test_a_run_that_takes_too_long_fails(void)
{
	struct world *w = world_new(4);

	submit(w, fake_plan(w->arena, CHAIN), tag(w, "dagster/max_runtime", "60"));
	engine_turn(w->engine);
	pass_time(w, 60 * TIME_SECOND);
	CHECK(at(w, "a")->canceled);
	fake_fail(at(w, "a"), "interrupted");
	engine_turn(w->engine);
	CHECK(w->has_ended);
	CHECK_INT(RUN_FAILURE, w->ended);
	world_free(w);
}

static void test_a_failed_run_is_run_again(void)
{
	struct world *w = world_new(4);
	struct run_plan *plan = fake_plan(w->arena, CHAIN);
	struct run_rows runs = {0};
	struct err e;
	sv first;

	w->again = fake_plan(w->arena, "two b\n");
	first = submit(w, plan, tag(w, "dagster/max_retries", "1"));
	engine_turn(w->engine);
	fake_make(at(w, "a"), "a");
	engine_turn(w->engine);
	fake_fail(at(w, "b"), "no");
	engine_turn(w->engine);
	CHECK_INT(RUN_FAILURE, w->ended);
	fake_fail(at(w, "b"), "no");
	engine_turn(w->engine);
	CHECK(engine_is_idle(w->engine));
	CHECK_OK(store_list_runs(w->store, w->arena, (sv){0}, 10, &runs, &e), &e);
	CHECK_INT(2, runs.n);
	CHECK_SV(first, runs.at[0].parent);
	CHECK_SV(first, runs.at[0].root);
	CHECK_INT(1, runs.at[0].retry_number);
	CHECK_CONTAINS("\"dagster/retry_number\":\"1\"", runs.at[0].tags.p);
	world_free(w);
}

static void test_who_listens_late_hears_all_once(void)
{
	struct world *w = world_new(4);
	struct engine_listening *listening;
	struct engine_listener late = {.on_event = on_event, .on_end = on_end, .ctx = w};
	struct engine_submission what = {.plan = fake_plan(w->arena, CHAIN)};
	struct err e;
	sv run;

	CHECK_OK(engine_submit(w->engine, &what, &run, &e), &e);
	run = arena_sv(w->arena, run);
	engine_turn(w->engine);
	fake_say(at(w, "a"), "log", "{\"message\":\"m\",\"level\":\"INFO\"}");
	CHECK_OK(engine_listen(w->engine, run, 0, &late, &listening, &e), &e);
	fake_make(at(w, "a"), "a");
	engine_turn(w->engine);
	CHECK_SV(SV("run_created run_started step_started log materialization step_succeeded "
		    "step_started"),
		 w->told);
	fake_fail(at(w, "b"), "no");
	engine_turn(w->engine);
	CHECK(w->has_ended);
	w->told = SV("");
	w->has_ended = false;
	CHECK_OK(engine_listen(w->engine, run, 0, &late, &listening, &e), &e);
	engine_turn(w->engine);
	CHECK(w->has_ended);
	CHECK_SV(SV("run_created run_started step_started log materialization step_succeeded "
		    "step_started step_failed run_failed"),
		 w->told);
	world_free(w);
}

static void test_nothing_starts_once_it_is_held(void)
{
	struct world *w = world_new(4);

	submit(w, fake_plan(w->arena, CHAIN), NO_TAGS);
	engine_turn(w->engine);
	engine_hold(w->engine);
	fake_make(at(w, "a"), "a");
	engine_turn(w->engine);
	CHECK(!at(w, "b"));
	world_free(w);
}

static void test_a_worker_that_dies_before_its_step_began_fails_it(void)
{
	struct world *w = world_new(4);

	w->executor->late = true;
	submit(w, fake_plan(w->arena, CHAIN), NO_TAGS);
	engine_turn(w->engine);
	fake_die(at(w, "a"), 0);
	engine_turn(w->engine);
	CHECK_INT(RUN_FAILURE, w->ended);
	world_free(w);
}

static void test_a_worker_that_dies_before_it_is_told_is_replaced(void)
{
	struct world *w = world_new(4);

	submit(w, fake_plan(w->arena, CHAIN), NO_TAGS);
	for (int i = 0; i < 3; i++) {
		struct fake_attempt *lost = at(w, "a");

		lost->context = (sv){NULL, 0};
		fake_die(lost, 9);
		engine_turn(w->engine);
		CHECK(at(w, "a") != lost);
	}
	at(w, "a")->context = (sv){NULL, 0};
	fake_die(at(w, "a"), 9);
	engine_turn(w->engine);
	CHECK_INT(RUN_FAILURE, w->ended);
	world_free(w);
}

TESTS(TEST(test_a_worker_that_dies_before_it_is_told_is_replaced)
      TEST(test_the_end_of_a_step_starts_the_next)
      TEST(test_a_step_is_on_disk_before_it_is_handed_over)
      TEST(test_no_more_steps_than_processors_run)
      TEST(test_short_steps_may_go_beyond_the_processors)
      TEST(test_a_run_waits_for_one_that_writes_its_assets)
      TEST(test_a_queued_run_is_canceled_at_once)
      TEST(test_canceling_is_gentle_then_hard)
      TEST(test_a_retry_comes_when_it_is_due)
      TEST(test_a_retry_without_a_wait_comes_at_once)
      TEST(test_a_step_that_takes_too_long_fails)
      TEST(test_a_run_that_takes_too_long_fails)
      TEST(test_a_failed_run_is_run_again)
      TEST(test_who_listens_late_hears_all_once)
      TEST(test_nothing_starts_once_it_is_held)
      TEST(test_a_worker_that_dies_before_its_step_began_fails_it))
