/* Lanes, limits, and what is said when one is reached. */
#include "check.h"

#include "plan/slots.h"

#define NO_POOL ((sv){NULL, 0})

static void test_a_lane_is_a_location_and_a_pool(void)
{
	struct slots *s = slots_new(9);
	uint32_t etl = slots_lane(s, SV("etl"), NO_POOL), etl_db = slots_lane(s, SV("etl"), SV("db"));

	CHECK(etl != etl_db);
	CHECK_INT(etl, slots_lane(s, SV("etl"), NO_POOL));
	CHECK_INT(etl_db, slots_lane(s, SV("etl"), SV("db")));
	CHECK(slots_lane(s, SV("ml"), SV("db")) != etl_db);
	slots_free(s);
}

/* Takes as often as it may. */
static uint32_t fill(struct slots *s, uint32_t lane)
{
	uint32_t n = 0;

	for (; n < 50 && slots_may_take(s, lane); n++)
		slots_take(s, lane);
	return n;
}

static void test_the_smallest_limit_counts(void)
{
	static const struct {
		uint32_t all;
		int64_t location, pool, pool_default; /* -2: not said */
		uint32_t most;
		const char *reason;
	} rows[] = {
		{4, -2, -2, -1, 4, "4 of 4 steps run already, as many as may at once"},
		{4, 2, -2, -1, 2, "location 'etl' has 2 of 2 steps running; [tool.plait] max_concurrent_steps in its pyproject.toml"},
		{4, -1, -2, -1, 4, "4 of 4"},
		{4, 3, 1, -1, 1, "pool 'db' has 1 of 1 steps running; plait pool set db N allows more"},
		{4, -2, -2, 2, 2, "pool 'db' has 2 of 2 steps running; plait pool set db N allows more"},
		{4, -2, 3, 2, 3, "pool 'db' has 3 of 3"},
		{4, -2, -1, 2, 4, "4 of 4"},
		{4, -2, 0, -1, 0, "pool 'db' has 0 of 0"},
		{0, -2, -2, -1, 0, "0 of 0"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct slots *s = slots_new(rows[i].all);
		uint32_t lane, n;

		if (rows[i].location != -2)
			slots_limit_location(s, SV("etl"), rows[i].location);
		if (rows[i].pool != -2)
			slots_limit_pool(s, SV("db"), rows[i].pool);
		lane = slots_lane(s, SV("etl"), SV("db"));
		slots_default_pool(s, rows[i].pool_default);
		n = fill(s, lane);
		CHECK_INT(rows[i].most, n);
		CHECK_INT(rows[i].most, slots_taken(s));
		CHECK_CONTAINS(rows[i].reason, slots_reason(a, s, lane).p);
		if (n) {
			slots_give(s, lane);
			CHECK(slots_may_take(s, lane));
			CHECK(!slots_reason(a, s, lane).p);
		}
		slots_free(s);
	}
}

static void test_lanes_share_their_limits(void)
{
	struct slots *s = slots_new(9);
	uint32_t a_db = slots_lane(s, SV("a"), SV("db")), b_db = slots_lane(s, SV("b"), SV("db")),
		 a = slots_lane(s, SV("a"), NO_POOL), b = slots_lane(s, SV("b"), NO_POOL);

	slots_limit_pool(s, SV("db"), 2);
	slots_limit_location(s, SV("a"), 3);
	slots_take(s, a_db);
	slots_take(s, b_db);
	CHECK(!slots_may_take(s, a_db) && !slots_may_take(s, b_db));
	CHECK(slots_shares_reason(s, a_db, b_db) && !slots_shares_reason(s, a_db, a));
	CHECK(slots_may_take(s, a) && slots_may_take(s, b));
	CHECK_INT(2, fill(s, a));
	CHECK(!slots_may_take(s, a) && slots_may_take(s, b));
	CHECK(slots_shares_reason(s, a, a_db) && !slots_shares_reason(s, a, b));
	slots_free(s);
}

static void test_pools_that_count_runs_limit_no_step(void)
{
	struct slots *s = slots_new(9);
	uint32_t lane = slots_lane(s, SV("a"), SV("db"));

	slots_limit_pool(s, SV("db"), 1);
	slots_pools_per_run(s, true);
	CHECK_INT(9, fill(s, lane));
	slots_free(s);
}

static void test_a_forgotten_pool_has_the_default_again(void)
{
	struct slots *s = slots_new(8);
	uint32_t lane;

	slots_default_pool(s, 3);
	slots_limit_pool(s, SV("db"), 1);
	lane = slots_lane(s, SV("etl"), SV("db"));
	CHECK_INT(1, fill(s, lane));
	slots_forget_pools(s);
	CHECK_INT(2, fill(s, lane));
	slots_default_pool(s, 4);
	CHECK_INT(1, fill(s, lane));
	slots_free(s);
}

static void test_a_lowered_limit_waits_for_those_above_it(void)
{
	struct slots *s = slots_new(2);
	uint32_t lane = slots_lane(s, SV("a"), NO_POOL);

	for (int i = 0; i < 4; i++)
		slots_take_above(s, lane);
	CHECK(slots_all_taken(s) && !slots_may_take(s, lane));
	slots_give(s, lane);
	slots_give(s, lane);
	CHECK(!slots_may_take(s, lane));
	slots_give(s, lane);
	CHECK(slots_may_take(s, lane));
	slots_free(s);
}

static void test_kept_steps_go_beyond_and_starve_nobody(void)
{
	struct slots *s = slots_new(2);
	uint32_t kept = slots_kept_lane(s, SV("a"), NO_POOL), fresh = slots_lane(s, SV("a"), NO_POOL);

	CHECK(kept != fresh);
	slots_kept_beyond(s, 3);
	CHECK_INT(5, fill(s, kept));
	CHECK(slots_all_taken(s) && !slots_may_take(s, fresh));
	slots_give(s, kept);
	CHECK(slots_may_take(s, fresh) && slots_may_take(s, kept));
	slots_take(s, fresh);
	CHECK(!slots_may_take(s, kept) && !slots_may_take(s, fresh));
	slots_give(s, kept);
	slots_give(s, kept);
	CHECK(slots_may_take(s, fresh));
	slots_take(s, fresh);
	CHECK(!slots_may_take(s, fresh) && slots_may_take(s, kept) && !slots_all_taken(s));
	CHECK_INT(1, fill(s, kept));
	CHECK_INT(5, slots_taken(s));
	slots_limit_location(s, SV("a"), 1);
	CHECK(!slots_may_take(s, kept)); /* a location's limit counts all of them */
	slots_free(s);
}

static void test_expectations_are_told_when_they_change(void)
{
	struct slots *s = slots_new(3);
	uint32_t lane = slots_lane(s, SV("a"), NO_POOL), pooled = slots_lane(s, SV("a"), SV("db"));
	struct slots_expected x;

	CHECK(!slots_next_expected(s, &x));
	slots_expect(s, lane);
	slots_expect(s, pooled);
	CHECK(slots_next_expected(s, &x));
	CHECK_SV(SV("a"), x.location);
	CHECK_INT(2, x.soon);
	CHECK(!slots_next_expected(s, &x));
	for (int i = 0; i < 5; i++)
		slots_expect(s, lane);
	CHECK(slots_next_expected(s, &x));
	CHECK_INT(3, x.soon); /* no more than may run */
	slots_unexpect(s, lane);
	CHECK(!slots_next_expected(s, &x)); /* six: still three */
	for (int i = 0; i < 6; i++)
		slots_unexpect(s, i ? lane : pooled);
	CHECK(slots_next_expected(s, &x));
	CHECK_INT(0, x.soon);
	slots_begin_later(s, pooled);
	CHECK(slots_next_expected(s, &x));
	CHECK_INT(0, x.soon);
	CHECK_INT(1, x.later);
	slots_begin_no_later(s, pooled);
	CHECK(slots_next_expected(s, &x));
	CHECK_INT(0, x.later);
	slots_free(s);
}

TESTS(TEST(test_a_lane_is_a_location_and_a_pool) TEST(test_the_smallest_limit_counts) TEST(test_lanes_share_their_limits)
	      TEST(test_pools_that_count_runs_limit_no_step) TEST(test_a_forgotten_pool_has_the_default_again)
		      TEST(test_a_lowered_limit_waits_for_those_above_it) TEST(test_kept_steps_go_beyond_and_starve_nobody)
			      TEST(test_expectations_are_told_when_they_change))
