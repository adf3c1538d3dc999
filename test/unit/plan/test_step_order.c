/* What starts, what waits, and what an end means for the others. */
#include "check.h"
#include "fake_code.h"

#include "base/time.h"
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

static void test_a_retry_comes_at_its_time_and_counts(void)
{
	AUTO_ARENA a = arena_new();
	struct world w = world_of(a, DIAMOND, ALL);
	uint32_t top = step_named(&w, "top"), next;

	start(&w, "top");
	start(&w, "apart");
	step_order_retry(w.order, top, 100, SV("attempt 1 of 2 failed"), a, &w.changes);
	CHECK_INT(1, w.changes.n);
	CHECK_INT(top, w.changes.at[0]);
	CHECK_INT(STEP_RETRYING, state_of(&w, "top"));
	CHECK_STR("attempt 1 of 2 failed", reason_of(&w, "top"));
	CHECK_INT(STEP_WAITING, state_of(&w, "left"));
	CHECK_INT(100, step_order_next_wake(w.order));
	CHECK(!step_order_next(w.order, &next));
	step_order_wake(w.order, 99, a, &w.changes);
	CHECK_INT(1, w.changes.n);
	step_order_wake(w.order, 100, a, &w.changes);
	CHECK_INT(2, w.changes.n);
	CHECK_INT(0, step_order_next_wake(w.order));
	CHECK(step_order_next(w.order, &next));
	CHECK_INT(top, next);
	CHECK_INT(1, step_order_at(w.order, top)->retries);
	start(&w, "top");
	step_order_unbegun(w.order, top, SV("its host is gone"), a, &w.changes);
	CHECK_INT(STEP_READY, state_of(&w, "top"));
	CHECK_INT(1, step_order_at(w.order, top)->retries); /* that attempt does not count */
	start(&w, "top");
	end(&w, "top", STEP_SUCCESS);
	CHECK_INT(STEP_READY, state_of(&w, "left"));
	step_order_free(w.order);
}

static void test_nobody_is_tried_again_in_a_canceled_run(void)
{
	AUTO_ARENA a = arena_new();
	struct world w = world_of(a, "a one\na two\na three\na four\n", "one two three four");
	uint32_t next;

	start(&w, "one");
	start(&w, "two");
	start(&w, "three");
	step_order_retry(w.order, step_named(&w, "three"), 50, SV("again"), a, &w.changes);
	w.changes.n = 0;
	step_order_cancel(w.order, SV("Ctrl-C"), a, &w.changes);
	CHECK_INT(2, w.changes.n); /* the retrying and the ready one */
	CHECK_INT(STEP_CANCELED, state_of(&w, "three"));
	CHECK_INT(0, step_order_next_wake(w.order));
	step_order_retry(w.order, step_named(&w, "one"), 50, SV("again"), a, &w.changes);
	step_order_unbegun(w.order, step_named(&w, "two"), SV("never began"), a, &w.changes);
	CHECK_INT(STEP_CANCELED, state_of(&w, "one"));
	CHECK_STR("Ctrl-C", reason_of(&w, "two"));
	CHECK_INT(4, w.changes.n);
	CHECK(!step_order_next(w.order, &next));
	CHECK(step_order_done(w.order) && step_order_canceled(w.order));
	CHECK_INT(RUN_CANCELED, step_order_outcome(w.order));
	step_order_free(w.order);
}

static void test_imminent_are_ready_ones_and_those_that_wait_for_running(void)
{
	AUTO_ARENA a = arena_new();
	struct world w = world_of(a, DIAMOND, ALL);
	struct slots *slots = slots_new(9);
	struct slots_expected x;

	step_order_free(w.order);
	w.order = step_order_new(w.plan, slots);
	CHECK_INT(1, step_order_imminent(w.order, 0)); /* top */
	CHECK_INT(1, step_order_imminent(w.order, 1)); /* apart */
	start(&w, "top");
	CHECK_INT(1, step_order_imminent(w.order, 0)); /* left */
	CHECK_INT(2, step_order_imminent(w.order, 1)); /* right, apart */
	step_order_retry(w.order, step_named(&w, "top"), 9, SV("again"), a, &w.changes);
	CHECK_INT(0, step_order_imminent(w.order, 0));
	step_order_wake(w.order, 9, a, &w.changes);
	start(&w, "top");
	end(&w, "top", STEP_SUCCESS);
	start(&w, "left");
	CHECK_INT(2, step_order_imminent(w.order, 1)); /* bottom still waits for right, which is only ready */
	start(&w, "right");
	CHECK_INT(2, step_order_imminent(w.order, 1)); /* bottom, apart */
	CHECK(slots_next_expected(slots, &x));
	CHECK_SV(SV("b"), x.location);
	CHECK_INT(2, x.soon);
	CHECK_INT(2, x.later);
	end(&w, "right", STEP_FAILURE);
	CHECK_INT(1, step_order_imminent(w.order, 1)); /* apart */
	step_order_free(w.order);
	CHECK_INT(0, slots_taken(slots));
	slots_free(slots);
}

#define CHAIN "a one\na two < one\nb three < two\nb other\nb last < other\n"

struct known_row {
	const char *name;
	struct step_known known;
};

static bool resume(struct world *w, const struct known_row *rows, size_t count, struct err *e)
{
	struct step_known *known = NEW(w->arena, struct step_known, w->plan->steps_count);

	for (size_t i = 0; i < count; i++)
		known[step_named(w, rows[i].name)] = rows[i].known;
	return step_order_resume(w->order, known, w->arena, &w->changes, e);
}

static void test_a_run_is_taken_over_as_the_ledger_knows_it(void)
{
	static const struct known_row rows[] = {
		{"one", {.state = STEP_SUCCESS, .retries = 2, .reason = {"done", 4}}},
		{"two", {.state = STEP_RUNNING, .retries = 1, .reason = {"runs", 4}}},
		{"other", {.state = STEP_RETRYING, .retries = 1, .retry_at = 70, .reason = {"again", 5}}},
	};
	AUTO_ARENA a = arena_new();
	struct world w = world_of(a, CHAIN, "one two three other last");
	struct slots *slots = slots_new(1);
	uint32_t next;
	struct err e;

	step_order_free(w.order);
	w.order = step_order_new(w.plan, slots);
	CHECK_OK(resume(&w, rows, COUNT_OF(rows), &e), &e);
	CHECK_INT(0, w.changes.n);
	CHECK_INT(1, slots_taken(slots));
	CHECK_INT(STEP_SUCCESS, state_of(&w, "one"));
	CHECK_INT(STEP_RUNNING, state_of(&w, "two"));
	CHECK_INT(1, step_order_at(w.order, step_named(&w, "two"))->retries);
	CHECK_INT(STEP_WAITING, state_of(&w, "three"));
	CHECK_INT(70, step_order_next_wake(w.order));
	CHECK(!step_order_next(w.order, &next));
	end(&w, "two", STEP_SUCCESS);
	CHECK_INT(0, slots_taken(slots));
	CHECK(step_order_next(w.order, &next));
	CHECK_INT(step_named(&w, "three"), next);
	step_order_wake(w.order, 70, a, &w.changes);
	CHECK_INT(STEP_READY, state_of(&w, "other"));
	step_order_free(w.order);
	slots_free(slots);
}

static void test_what_follows_from_the_ledger_is_drawn(void)
{
	static const struct known_row rows[] = {
		{"one", {.state = STEP_FAILURE, .reason = {"boom", 4}}},
		{"other", {.state = STEP_SUCCESS, .reason = {"done", 4}}},
		{"last", {.state = STEP_STARTING}},
	};
	AUTO_ARENA a = arena_new();
	struct world w = world_of(a, CHAIN, "one two three other last");
	struct err e;

	CHECK_OK(resume(&w, rows, COUNT_OF(rows), &e), &e);
	CHECK_INT(3, w.changes.n);
	CHECK_INT(STEP_SKIPPED, state_of(&w, "two"));
	CHECK_STR("needs \"one\" (a), which failed", reason_of(&w, "two"));
	CHECK_INT(STEP_SKIPPED, state_of(&w, "three"));
	CHECK_INT(STEP_READY, state_of(&w, "last"));
	step_order_cancel(w.order, SV("Ctrl-C"), a, &w.changes);
	CHECK(step_order_done(w.order));
	CHECK_INT(RUN_CANCELED, step_order_outcome(w.order));
	step_order_free(w.order);
}

static void test_what_cannot_be_is_refused(void)
{
	static const struct known_row rows[] = {{"two", {.state = STEP_RUNNING, .reason = {"runs", 4}}}};
	AUTO_ARENA a = arena_new();
	struct world w = world_of(a, CHAIN, "one two three other last");
	struct err e;

	CHECK(!resume(&w, rows, COUNT_OF(rows), &e));
	CHECK_INT(ERR_CORRUPT, e.kind);
	CHECK_CONTAINS("\"two\" (a) is recorded as running, but not all it waits for succeeded", e.text);
	step_order_free(w.order);
}

TESTS(TEST(test_steps_start_in_plan_order) TEST(test_failure_skips_what_depends_on_it_and_nothing_else)
	      TEST(test_left_out_asset_skips_its_readers) TEST(test_cancel_lets_running_steps_end)
		      TEST(test_a_retry_comes_at_its_time_and_counts) TEST(test_nobody_is_tried_again_in_a_canceled_run)
			      TEST(test_imminent_are_ready_ones_and_those_that_wait_for_running)
				      TEST(test_a_run_is_taken_over_as_the_ledger_knows_it)
					      TEST(test_what_follows_from_the_ledger_is_drawn) TEST(test_what_cannot_be_is_refused))
