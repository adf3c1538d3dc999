/* Which step of which run starts next, when several runs share the slots. */
#include "check.h"
#include "fake_plan.h"

#include "plan/dispatch.h"

/* The name of the next step, which is started now. */
static const char *go(struct dispatch *d, struct dispatch_run **ret_run)
{
	static char name[16];
	struct dispatch_run *run;
	uint32_t step;
	sv text;

	if (!dispatch_next(d, &run, &step))
		return "none";
	step_order_started(run->order, step);
	if (ret_run)
		*ret_run = run;
	text = step_order_plan(run->order)->steps[step].name;
	snprintf(name, sizeof(name), SV_FMT, SV_ARG(text));
	return name;
}

static void end(struct dispatch_run *run, const char *name)
{
	AUTO_ARENA a = arena_new();
	struct step_changes changes = {0};

	step_order_ended(run->order, fake_plan_step(step_order_plan(run->order), name), STEP_SUCCESS, SV("told so"), a,
			 &changes);
}

static void test_runs_by_priority_then_age_and_steps_by_priority_then_plan(void)
{
	AUTO_ARENA a = arena_new();
	struct run_plan *plan = fake_plan(a, "x a\nx b\ny c\ny d\n");
	struct slots *slots = slots_new(100);
	struct dispatch *d = dispatch_new(slots);
	struct dispatch_run old, late, high, *run;

	fake_options(plan, "d")->priority = 2;
	fake_options(plan, "a")->priority = -2;
	old = (struct dispatch_run){.order = step_order_new(plan, slots), .created = 1};
	late = (struct dispatch_run){.order = step_order_new(plan, slots), .created = 2};
	high = (struct dispatch_run){.order = step_order_new(plan, slots), .created = 3, .priority = 1};
	dispatch_add(d, &late);
	dispatch_add(d, &old);
	dispatch_add(d, &high);
	for (int i = 0; i < 3; i++) {
		CHECK_STR("d", go(d, &run));
		CHECK(run == (i == 0 ? &high : i == 1 ? &old : &late));
		CHECK_STR("b", go(d, NULL));
		CHECK_STR("c", go(d, NULL));
		CHECK_STR("a", go(d, NULL));
	}
	CHECK_STR("none", go(d, NULL));
	CHECK_INT(12, slots_taken(slots));
	dispatch_remove(d, &old);
	dispatch_remove(d, &old);
	step_order_free(old.order);
	CHECK_INT(8, slots_taken(slots)); /* a free gives back what is still held */
	step_order_free(late.order);
	step_order_free(high.order);
	CHECK_INT(0, slots_taken(slots));
	dispatch_free(d);
	slots_free(slots);
}

static void test_a_full_lane_hides_nothing(void)
{
	AUTO_ARENA a = arena_new();
	struct run_plan *plan = fake_plan(a, "x a\nx b\nx c\ny d\n");
	struct slots *slots = slots_new(3);
	struct dispatch *d = dispatch_new(slots);
	struct dispatch_run one, two;

	fake_options(plan, "a")->pool = SV("db");
	fake_options(plan, "b")->pool = SV("db");
	slots_limit_pool(slots, SV("db"), 1);
	slots_limit_location(slots, SV("y"), 1);
	one = (struct dispatch_run){.order = step_order_new(plan, slots), .created = 1};
	two = (struct dispatch_run){.order = step_order_new(plan, slots), .created = 2};
	dispatch_add(d, &one);
	dispatch_add(d, &two);
	CHECK_STR("a", go(d, NULL));
	CHECK_STR("pool 'db' has 1 of 1 steps running; plait pool set db N allows more; held by \"a\" (x)",
		  dispatch_reason(a, d, &two, fake_plan_step(plan, "b")).p);
	CHECK_STR("it is about to start", dispatch_reason(a, d, &one, fake_plan_step(plan, "c")).p);
	CHECK_STR("d", go(d, NULL)); /* none of y runs yet */
	CHECK_STR("c", go(d, NULL));
	CHECK_STR("none", go(d, NULL));
	CHECK_CONTAINS("3 of 3 steps run already", dispatch_reason(a, d, &two, fake_plan_step(plan, "c")).p);
	CHECK_CONTAINS("location 'y' has 1 of 1 steps running", dispatch_reason(a, d, &two, fake_plan_step(plan, "d")).p);
	end(&one, "c");
	CHECK_STR("c", go(d, NULL)); /* of the second run: b and a wait for the pool */
	end(&one, "a");
	CHECK_STR("b", go(d, NULL));
	dispatch_free(d);
	step_order_free(one.order);
	step_order_free(two.order);
	slots_free(slots);
}

static void test_locations_take_turns(void)
{
	AUTO_ARENA a = arena_new();
	struct run_plan *plan = fake_plan(a, "x a\nx b\nx c\ny d\ny e\ny f\n");
	struct slots *slots = slots_new(2);
	struct dispatch *d = dispatch_new(slots);
	struct dispatch_run one = {.created = 1};

	fake_options(plan, "f")->priority = 1;
	one.order = step_order_new(plan, slots);
	dispatch_add(d, &one);
	CHECK_STR("f", go(d, NULL)); /* priority comes first */
	CHECK_STR("a", go(d, NULL)); /* not d: one of y runs */
	end(&one, "f");
	CHECK_STR("d", go(d, NULL));
	end(&one, "a");
	CHECK_STR("b", go(d, NULL));
	end(&one, "b");
	end(&one, "d");
	CHECK_STR("c", go(d, NULL)); /* none runs: plan order */
	CHECK_STR("e", go(d, NULL));
	dispatch_free(d);
	step_order_free(one.order);
	slots_free(slots);
}

static void test_a_run_has_a_limit_of_its_own(void)
{
	AUTO_ARENA a = arena_new();
	struct run_plan *plan = fake_plan(a, "x a\nx b\nx c\n");
	struct slots *slots = slots_new(9);
	struct dispatch *d = dispatch_new(slots);
	struct dispatch_run one = {.order = step_order_new(plan, slots), .created = 1, .most_running = 2};

	dispatch_add(d, &one);
	CHECK_STR("a", go(d, NULL));
	CHECK_STR("b", go(d, NULL));
	CHECK_STR("none", go(d, NULL));
	CHECK_STR("2 of 2 steps of this run run already", dispatch_reason(a, d, &one, fake_plan_step(plan, "c")).p);
	end(&one, "b");
	CHECK_STR("c", go(d, NULL));
	dispatch_free(d);
	step_order_free(one.order);
	slots_free(slots);
}

static void test_the_next_wake_is_the_earliest_of_all_runs(void)
{
	AUTO_ARENA a = arena_new();
	struct run_plan *plan = fake_plan(a, "x a\nx b\n");
	struct slots *slots = slots_new(9);
	struct dispatch *d = dispatch_new(slots);
	struct dispatch_run one = {.order = step_order_new(plan, slots), .created = 1},
			    two = {.order = step_order_new(plan, slots), .created = 2};
	struct step_changes changes = {0};

	dispatch_add(d, &one);
	dispatch_add(d, &two);
	CHECK_INT(0, dispatch_next_wake(d));
	for (int i = 0; i < 4; i++)
		go(d, NULL);
	step_order_retry(one.order, 0, 500, SV("again"), a, &changes);
	CHECK_INT(500, dispatch_next_wake(d));
	step_order_retry(two.order, 1, 300, SV("again"), a, &changes);
	CHECK_INT(300, dispatch_next_wake(d));
	step_order_wake(two.order, 300, a, &changes);
	CHECK_INT(500, dispatch_next_wake(d));
	dispatch_free(d);
	step_order_free(one.order);
	step_order_free(two.order);
	slots_free(slots);
}

TESTS(TEST(test_runs_by_priority_then_age_and_steps_by_priority_then_plan) TEST(test_a_full_lane_hides_nothing)
	      TEST(test_locations_take_turns)
	      TEST(test_a_run_has_a_limit_of_its_own) TEST(test_the_next_wake_is_the_earliest_of_all_runs))
