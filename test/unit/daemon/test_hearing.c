/* Every run is heard, from its beginning to its end and once, whether it was open already, is told of, or follows another. */
#include "check.h"
#include "fake_executor.h"
#include "fake_plan.h"
#include "scratch.h"

#include "base/time.h"
#include "code/workspace.h"
#include "daemon/hearing.h"

static struct err e;

enum { CROWD = 1000, MANY = 100 };

struct world {
	struct arena *arena;
	struct loop *loop;
	struct store *store;
	struct fake_executor *executor;
	struct engine *engine;
	struct hearing *hearing;
	struct run_plan *again; /* what replan answers with; NULL: it cannot */
	struct settings settings;
	struct code_location code;
	int ids;
	sv told; /* RUN:KIND of events and RUN=STATE of ends, joined */
	int events, ends;
};

static time_us now(void *ctx)
{
	return 1000 * TIME_SECOND;
}

static double chance(void *ctx)
{
	return 0.5;
}

static sv new_id(void *ctx, struct arena *a)
{
	return arena_fmt(a, "id-%04d", ++((struct world *)ctx)->ids);
}

static bool find_code(void *ctx, sv location, struct engine_code *ret, struct err *err)
{
	*ret = (struct engine_code){.location = &((struct world *)ctx)->code};
	return true;
}

static bool replan(void *ctx, const struct engine_rerun *what, struct engine_submission *ret, struct err *err)
{
	struct world *w = ctx;

	if (!w->again)
		return err_set(err, ERR_NOT_FOUND, "nothing to plan");
	ret->plan = w->again;
	return true;
}

static void on_event(void *ctx, const struct event_row *event)
{
	struct world *w = ctx;

	if (++w->events <= MANY)
		w->told = arena_fmt(w->arena, SV_FMT SV_FMT ":" SV_FMT " ", SV_ARG(w->told), SV_ARG(event->run),
				    SV_ARG(event->kind));
}

static void on_end(void *ctx, sv run, enum run_state state)
{
	struct world *w = ctx;

	w->ends++;
	if (w->events <= MANY)
		w->told = arena_fmt(w->arena, SV_FMT SV_FMT "=%s ", SV_ARG(w->told), SV_ARG(run), run_state_word(state));
}

static struct world *world_new(void)
{
	struct arena *a = arena_new();
	struct world *w = NEW(a, struct world, 1);
	struct engine_world *faked = NEW(a, struct engine_world, 1);

	*w = (struct world){.arena = a, .loop = loop_new(), .executor = fake_executor_new(a), .told = SV(""), .settings = settings_default()};
	w->settings.max_concurrent_runs = -1;
	*faked = (struct engine_world){now, chance, new_id, w};
	CHECK_OK(store_open(scratch_file(a, "ledger.db"), STORE_WRITE, &w->store, &e), &e);
	w->engine = engine_new(&(struct engine_request){
		.loop = w->loop,
		.store = w->store,
		.executor = &w->executor->base,
		.settings = &w->settings,
		.processors = 4 * CROWD,
		.world = faked,
		.find_code = find_code,
		.replan = replan,
		.ctx = w,
	});
	return w;
}

static void hear(struct world *w)
{
	w->hearing = hearing_new(&(struct hearing_request){
		.engine = w->engine, .store = w->store, .on_event = on_event, .on_end = on_end, .ctx = w});
}

static void world_free(struct world *w)
{
	hearing_free(w->hearing);
	engine_free(w->engine);
	store_close(w->store);
	loop_free(w->loop);
	arena_free(w->arena);
}

static sv submit(struct world *w, const char *lines, const char *retries)
{
	struct run_tag tag = {SV("dagster/max_retries"), sv_of(retries)};
	struct engine_submission what = {.plan = fake_plan(w->arena, lines)};
	sv run;

	if (retries)
		*LIST_ADD(w->arena, &what.tags) = tag;
	CHECK_OK(engine_submit(w->engine, &what, &run, &e), &e);
	return arena_sv(w->arena, run);
}

static struct fake_attempt *at(struct world *w, const char *step)
{
	return fake_attempt_of(w->executor, step);
}

static void make(struct world *w, const char *step)
{
	fake_make(at(w, step), step);
	engine_turn(w->engine);
}

#define BEGUN(run) run ":run_created " run ":run_started " run ":step_started "
#define MADE(run) run ":materialization " run ":step_succeeded " run ":run_succeeded " run "=success "

static void test_open_runs_are_heard_from_their_beginning(void)
{
	struct world *w = world_new();

	submit(w, "one a\n", NULL);
	engine_turn(w->engine);
	hear(w);
	engine_turn(w->engine);
	CHECK_SV(SV(BEGUN("id-0001")), w->told);
	make(w, "a");
	engine_turn(w->engine);
	CHECK_SV(SV(BEGUN("id-0001") MADE("id-0001")), w->told);
	world_free(w);
}

static void test_a_run_is_told_of_and_heard_once(void)
{
	struct world *w = world_new();
	sv run;

	hear(w);
	run = submit(w, "one a\n", NULL);
	engine_turn(w->engine);
	for (int i = 0; i < 3; i++)
		hearing_note_run(w->hearing, run);
	make(w, "a");
	engine_turn(w->engine);
	CHECK_SV(SV(BEGUN("id-0001") MADE("id-0001")), w->told);
	CHECK_INT(1, w->ends);
	world_free(w);
}

static void test_a_run_that_nobody_knows_is_none(void)
{
	struct world *w = world_new();

	hear(w);
	hearing_note_run(w->hearing, SV("nobody"));
	engine_turn(w->engine);
	CHECK_SV(SV(""), w->told);
	submit(w, "one a\n", NULL);
	engine_turn(w->engine);
	hearing_note_run(w->hearing, SV("id-0001")); /* the others are heard all the same */
	engine_turn(w->engine);
	CHECK_SV(SV(BEGUN("id-0001")), w->told);
	world_free(w);
}

static void test_the_retry_that_follows_is_heard_too(void)
{
	struct world *w = world_new();

	w->again = fake_plan(w->arena, "one again\n");
	hear(w);
	hearing_note_run(w->hearing, submit(w, "one a\n", "1"));
	engine_turn(w->engine);
	hearing_note_run(w->hearing, SV("id-0001"));
	fake_fail(at(w, "a"), "no");
	for (int i = 0; i < 3; i++)
		engine_turn(w->engine);
	CHECK_CONTAINS("id-0001:run_failed id-0001=failure ", w->told.p);
	make(w, "again");
	engine_turn(w->engine);
	CHECK_INT(2, w->ends);
	CHECK_CONTAINS("run_succeeded id-0", w->told.p);
	hearing_note_run(w->hearing, SV("id-0001")); /* told again of what has ended: its retry has, too */
	for (int i = 0; i < 3; i++)
		engine_turn(w->engine);
	CHECK_INT(3, w->ends);
	world_free(w);
}

static void test_who_let_go_hears_nothing(void)
{
	struct world *w = world_new();
	int events;

	submit(w, "one a\n", NULL);
	engine_turn(w->engine);
	hear(w);
	engine_turn(w->engine);
	events = w->events;
	hearing_free(w->hearing);
	w->hearing = NULL;
	make(w, "a");
	engine_turn(w->engine);
	CHECK_INT(events, w->events);
	CHECK_INT(0, w->ends);
	world_free(w);
}

static void test_a_crowd_is_heard_each_once(void)
{
	struct world *w = world_new();
	static char steps[CROWD][8];

	for (int i = 0; i < CROWD; i++) {
		snprintf(steps[i], sizeof(steps[i]), "s%03d", i);
		submit(w, arena_fmt(w->arena, "one %s\n", steps[i]).p, NULL);
	}
	engine_turn(w->engine);
	hear(w);
	for (int i = 0; i < CROWD; i++)
		make(w, steps[(i * 7) % CROWD]);
	engine_turn(w->engine);
	CHECK_INT(CROWD, w->ends);
	CHECK_INT(6 * CROWD, w->events);
	world_free(w);
}

TESTS(TEST(test_open_runs_are_heard_from_their_beginning) TEST(test_a_run_is_told_of_and_heard_once)
	      TEST(test_a_run_that_nobody_knows_is_none) TEST(test_the_retry_that_follows_is_heard_too)
		      TEST(test_who_let_go_hears_nothing) TEST(test_a_crowd_is_heard_each_once))
