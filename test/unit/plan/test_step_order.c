/* What starts, what waits, and what an end means for the others. */
#include "check.h"
#include "fake_code.h"

#include "plan/step_order.h"

struct world {
	struct arena *arena;
	struct run_plan *plan;
	struct step_order *order;
	struct step_changes changes;
};

static struct world world_of(struct arena *a, const char *lines, const char *selected)
{
	struct world w = {.arena = a};
	struct asset_graph *g = fake_graph(a, lines);
	struct node_set set = fake_set(a, g, selected);
	struct findings none = {0};
	struct plan_request request = {&set, sv_of(selected), NULL};
	struct err e;

	CHECK_OK(run_plan_make(a, g, &none, &request, &w.plan, &e), &e);
	w.order = step_order_new(w.plan, NULL);
	return w;
}

static uint32_t step_named(const struct world *w, const char *name)
{
	uint32_t i = 0;

	while (!sv_eq(w->plan->steps[i].name, sv_of(name)))
		i++;
	return i;
}

static enum step_state state_of(const struct world *w, const char *name)
{
	return step_order_at(w->order, step_named(w, name))->state;
}

static const char *reason_of(const struct world *w, const char *name)
{
	return step_order_at(w->order, step_named(w, name))->reason.p;
}

static void start(struct world *w, const char *name)
{
	step_order_started(w->order, step_named(w, name));
	step_order_running(w->order, step_named(w, name));
}

static void end(struct world *w, const char *name, enum step_state state)
{
	step_order_ended(w->order, step_named(w, name), state, SV("told so"), w->arena, &w->changes);
}

#define DIAMOND "a top\na left < top\nb right < top\nb bottom < left right\nb apart\n"
#define ALL "top left right bottom apart"

static void test_steps_start_in_plan_order(void)
{
	AUTO_ARENA a = arena_new();
	struct world w = world_of(a, DIAMOND, ALL);
	uint32_t next;

	CHECK(step_order_next(w.order, &next));
	CHECK_INT(step_named(&w, "top"), next);
	start(&w, "top");
	CHECK(step_order_next(w.order, &next));
	CHECK_INT(step_named(&w, "apart"), next);
	start(&w, "apart");
	CHECK(!step_order_next(w.order, &next));
	end(&w, "top", STEP_SUCCESS);
	CHECK_INT(3, w.changes.n);
	CHECK_INT(step_named(&w, "top"), w.changes.at[0]);
	CHECK_INT(STEP_READY, state_of(&w, "left"));
	CHECK_INT(STEP_WAITING, state_of(&w, "bottom"));
	CHECK_STR("waits for \"left\" (a) and 1 more", reason_of(&w, "bottom"));
	CHECK_INT(2, step_order_at(w.order, step_named(&w, "bottom"))->unfinished);
	step_order_free(w.order);
}

static void test_failure_skips_what_depends_on_it_and_nothing_else(void)
{
	AUTO_ARENA a = arena_new();
	struct world w = world_of(a, DIAMOND "b last < bottom\n", ALL " last");

	start(&w, "top");
	start(&w, "apart");
	end(&w, "top", STEP_SUCCESS);
	start(&w, "left");
	start(&w, "right");
	end(&w, "left", STEP_FAILURE);
	CHECK_INT(STEP_SKIPPED, state_of(&w, "bottom"));
	CHECK_STR("needs \"left\" (a), which failed", reason_of(&w, "bottom"));
	CHECK_STR("needs \"bottom\" (b), which was skipped: needs \"left\" (a), which failed", reason_of(&w, "last"));
	CHECK_INT(STEP_RUNNING, state_of(&w, "right"));
	CHECK(!step_order_done(w.order));
	end(&w, "right", STEP_SUCCESS);
	end(&w, "apart", STEP_SUCCESS);
	CHECK(step_order_done(w.order));
	CHECK_INT(RUN_FAILURE, step_order_outcome(w.order));
	step_order_free(w.order);
}

static void test_left_out_asset_skips_its_readers(void)
{
	AUTO_ARENA a = arena_new();
	struct world w = world_of(a, "a x@s\na y@s\nb reads_x < x!\nb reads_y < y!\n", "x y reads_x reads_y");

	start(&w, "s");
	step_order_left_out(w.order, asset_graph_find(w.plan->graph, SV("x")));
	end(&w, "s", STEP_SUCCESS);
	CHECK_INT(STEP_SKIPPED, state_of(&w, "reads_x"));
	CHECK_CONTAINS("did not make this time", reason_of(&w, "reads_x"));
	CHECK_INT(STEP_READY, state_of(&w, "reads_y"));
	start(&w, "reads_y");
	end(&w, "reads_y", STEP_SUCCESS);
	CHECK_INT(RUN_SUCCESS, step_order_outcome(w.order));
	step_order_free(w.order);
}

static void test_cancel_lets_running_steps_end(void)
{
	AUTO_ARENA a = arena_new();
	struct world w = world_of(a, DIAMOND, ALL);
	uint32_t next;

	start(&w, "top");
	step_order_cancel(w.order, SV("Ctrl-C"), w.arena, &w.changes);
	CHECK_INT(4, w.changes.n);
	CHECK_INT(STEP_CANCELED, state_of(&w, "apart"));
	CHECK(!step_order_next(w.order, &next));
	CHECK(!step_order_done(w.order));
	step_order_cancel(w.order, SV("again"), w.arena, &w.changes);
	CHECK_INT(4, w.changes.n);
	end(&w, "top", STEP_SUCCESS);
	CHECK(step_order_done(w.order));
	CHECK_INT(RUN_CANCELED, step_order_outcome(w.order));
	CHECK_STR("Ctrl-C", reason_of(&w, "left"));
	step_order_free(w.order);
}

TESTS(TEST(test_steps_start_in_plan_order)
	      TEST(test_failure_skips_what_depends_on_it_and_nothing_else)
		      TEST(test_left_out_asset_skips_its_readers) TEST(test_cancel_lets_running_steps_end))
