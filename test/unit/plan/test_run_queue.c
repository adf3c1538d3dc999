/* Which runs may start, what the others wait for, and what it costs to find out. */
#include "check.h"

#include "plan/run_queue.h"

#define AT_ONCE(n) ((struct settings){.max_concurrent_runs = (n), .pool_default_limit = -1})

static uint64_t next_created;

static struct queued_run *put(struct run_queue *q, const char *id, int64_t priority, const char *tags, const char *assets)
{
	AUTO_ARENA a = arena_new();
	struct run_tag *tag = NEW(a, struct run_tag, 8);
	sv *asset = NEW(a, sv, 8), rest, word;
	struct run_entry e = {.id = sv_of(id), .created = next_created++, .priority = priority, .tags = tag, .assets = asset};

	for (rest = sv_of(tags); sv_split(&rest, ' ', &word); e.tags_count++) {
		sv name = {0};

		if (!sv_split(&word, '=', &name))
			break;
		tag[e.tags_count] = (struct run_tag){name, word};
	}
	for (rest = sv_of(assets); sv_split(&rest, ' ', &word) && word.n;)
		asset[e.assets_count++] = word;
	e.pools = asset; /* a pool of each asset's name; counted only where the settings say so */
	e.pools_count = e.assets_count;
	return run_queue_add(q, &e, false);
}

static struct queued_run *next(struct run_queue *q)
{
	struct queued_run *r;

	return run_queue_next(q, &r) ? r : NULL;
}

static void check_reason(const struct run_queue *q, const struct queued_run *r, const char *part)
{
	AUTO_ARENA a = arena_new();

	CHECK_CONTAINS(part, run_queue_reason(a, q, r).p);
}

static void test_priority_then_age_up_to_the_limit(void)
{
	struct settings settings = AT_ONCE(2);
	struct run_queue *q = run_queue_new(&settings);
	struct queued_run *old = put(q, "old", 0, "", ""), *late = put(q, "late", 0, "", ""), *high = put(q, "high", 5, "", ""),
			  *low = put(q, "low", -1, "", "");

	CHECK(next(q) == high);
	CHECK(next(q) == old);
	CHECK(!next(q));
	check_reason(q, late, "2 of 2 runs are in progress (max_concurrent_runs)");
	run_queue_end(q, high);
	CHECK(next(q) == late);
	CHECK(!next(q));
	run_queue_end(q, low); /* canceled while it waited */
	run_queue_end(q, old);
	CHECK(!next(q));
	CHECK_INT(0, run_queue_waiting(q));
	CHECK_INT(1, run_queue_started(q));
	run_queue_end(q, late);
	run_queue_free(q);
}

static void test_limits_of_all_and_none(void)
{
	struct settings none = AT_ONCE(0), all = AT_ONCE(-1);
	struct run_queue *q = run_queue_new(&none);
	struct queued_run *r[50];

	r[0] = put(q, "a", 0, "", "");
	CHECK(!next(q));
	check_reason(q, r[0], "max_concurrent_runs is 0");
	run_queue_free(q);
	q = run_queue_new(&all);
	for (int i = 0; i < 50; i++)
		put(q, "a", 0, "", "");
	for (int i = 0; i < 50; i++)
		CHECK((r[i] = next(q)) != NULL);
	for (int i = 0; i < 50; i++)
		run_queue_end(q, r[i]);
	run_queue_free(q);
}

static void test_a_full_tag_holds_up_only_its_own(void)
{
	static const struct tag_limit limits[] = {
		{.name = {"team", 4}, .most = 3},
		{.name = {"team", 4}, .value = {"ml", 2}, .most = 1},
		{.name = {"user", 4}, .per_value = true, .most = 1},
	};
	struct settings settings = AT_ONCE(9);
	struct run_queue *q;
	struct queued_run *ml, *ml2, *web, *ann, *ann2, *bob, *fourth;

	settings.tag_limits = limits;
	settings.tag_limits_count = COUNT_OF(limits);
	q = run_queue_new(&settings);
	ml = put(q, "ml", 9, "team=ml", "");
	ml2 = put(q, "ml2", 9, "team=ml", "");
	web = put(q, "web", 0, "team=web", "");
	ann = put(q, "ann", 0, "user=ann", "");
	ann2 = put(q, "ann2", 0, "user=ann", "");
	bob = put(q, "bob", 0, "user=bob other=1", "");
	CHECK(next(q) == ml);
	CHECK(next(q) == web);
	CHECK(next(q) == ann);
	CHECK(next(q) == bob);
	CHECK(!next(q));
	check_reason(q, ml2, "1 of 1 runs with the tag team=ml are in progress, the last of them run ml (tag_concurrency_limits)");
	check_reason(q, ann2, "1 of 1 runs with the tag user=ann are in progress");
	fourth = put(q, "fourth", 0, "team=x", "");
	CHECK(next(q) == fourth);
	run_queue_end(q, ml);
	CHECK(next(q) == ml2);
	fourth = put(q, "fifth", 0, "team=x", "");
	CHECK(!next(q));
	check_reason(q, fourth, "3 of 3 runs with the tag team are in progress");
	run_queue_end(q, bob);
	CHECK(!next(q));
	run_queue_end(q, ann);
	CHECK(next(q) == ann2);
	run_queue_free(q);
}

static void test_one_writer_of_each_asset(void)
{
	struct settings settings = AT_ONCE(9);
	struct run_queue *q = run_queue_new(&settings);
	struct queued_run *ab = put(q, "ab", 0, "", "a b"), *bc = put(q, "bc", 0, "", "b c"), *c = put(q, "c", 0, "", "c"),
			  *d = put(q, "d", 0, "", "d");

	CHECK(next(q) == ab);
	CHECK(next(q) == c);
	CHECK(next(q) == d);
	CHECK(!next(q));
	check_reason(q, bc, "run ab writes \"b\", as this run will");
	run_queue_end(q, ab);
	CHECK(!next(q));
	check_reason(q, bc, "run c writes \"c\", as this run will");
	run_queue_end(q, c);
	check_reason(q, bc, "it is about to start");
	CHECK(next(q) == bc);
	run_queue_end(q, bc);
	run_queue_end(q, d);
	run_queue_free(q);
}

static void test_pools_that_count_runs(void)
{
	struct settings settings = AT_ONCE(9);
	struct run_queue *q;
	struct queued_run *x, *y;

	settings.pools_per_run = true;
	settings.pool_default_limit = 0;
	q = run_queue_new(&settings);
	run_queue_limit_pool(q, SV("db"), 1);
	x = put(q, "x", 0, "", "db");
	y = put(q, "y", 0, "", "gpu");
	CHECK(next(q) == x);
	CHECK(!next(q));
	check_reason(q, y, "pool 'gpu' has 0 of 0 runs in progress; plait pool set gpu N allows more");
	run_queue_limit_pool(q, SV("gpu"), 1);
	CHECK(next(q) == y);
	run_queue_end(q, x);
	run_queue_end(q, y);
	run_queue_free(q);
}

static void test_taken_over_runs_count_above_the_limits(void)
{
	struct settings settings = AT_ONCE(1);
	struct run_queue *q = run_queue_new(&settings);
	sv asset = SV("a");
	struct run_entry e = {.id = SV("one"), .assets = &asset, .assets_count = 1};
	struct queued_run *one = run_queue_add(q, &e, true), *two = run_queue_add(q, &e, true), *r = put(q, "r", 0, "", "a");

	CHECK_INT(2, run_queue_started(q));
	CHECK(!next(q));
	run_queue_end(q, two);
	check_reason(q, r, "another run writes \"a\"");
	CHECK(!next(q));
	run_queue_end(q, one);
	CHECK(next(q) == r);
	run_queue_end(q, r);
	run_queue_free(q);
}

/* 10,000 runs: ends are paid for by those that profit. */
static void test_work_is_in_proportion(void)
{
	enum { RUNS = 10000, SPREAD = 97 };
	static const struct {
		const char *what;
		int64_t at_once;
		bool one_tag, same_assets;
	} rows[] = {
		{"a limit over all", 10, false, false},
		{"one full tag, each its own assets", -1, true, false},
		{"all write the same", -1, false, true},
		{"both", 3, true, true},
	};
	static const struct tag_limit limit = {.name = {"t", 1}, .most = 2};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct settings settings = AT_ONCE(rows[i].at_once);
		struct queued_run *running[16];
		size_t n = 0, done = 0, at = 0;
		struct run_queue *q;
		char asset[16] = "same", id[16];

		settings.tag_limits = &limit;
		settings.tag_limits_count = 1;
		q = run_queue_new(&settings);
		for (int r = 0; r < RUNS; r++) {
			snprintf(id, sizeof(id), "r%d", r);
			if (!rows[i].same_assets)
				snprintf(asset, sizeof(asset), "a%d", r);
			put(q, id, r % SPREAD, rows[i].one_tag ? "t=x" : "u=x", asset);
			while (n < COUNT_OF(running) && (running[n] = next(q)) != NULL)
				n++;
		}
		while (n) {
			run_queue_end(q, running[at % n]);
			running[at++ % n] = running[n - 1];
			n--;
			done++;
			while (n < COUNT_OF(running) && (running[n] = next(q)) != NULL)
				n++;
		}
		CHECK_INT(RUNS, done);
		CHECK(run_queue_work(q) <= 6ull * RUNS);
		CHECK_INT(0, run_queue_waiting(q));
		run_queue_free(q);
	}
}

/* ---- against a slow and simple queue ---- */

enum { MODEL_RUNS = 40, MODEL_ROUNDS = 400, MODEL_EVENTS = 120 };

struct model_run {
	struct queued_run *handle;
	int64_t priority;
	unsigned tag, assets; /* bits */
	enum { ABSENT, QUEUED, STARTED } state;
};

static uint32_t dice(uint64_t *state, uint32_t sides)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (uint32_t)(*state % sides);
}

static bool model_may_start(const struct model_run *runs, const struct model_run *r, const int64_t *most, int64_t at_once)
{
	int64_t started = 0, tagged = 0;

	for (int i = 0; i < MODEL_RUNS; i++) {
		if (runs[i].state != STARTED)
			continue;
		if (runs[i].assets & r->assets)
			return false;
		started++;
		tagged += runs[i].tag == r->tag;
	}
	return started < at_once && tagged < most[r->tag];
}

static const struct model_run *model_best(const struct model_run *runs, const int64_t *most, int64_t at_once)
{
	const struct model_run *best = NULL;

	for (int i = 0; i < MODEL_RUNS; i++)
		if (runs[i].state == QUEUED && model_may_start(runs, &runs[i], most, at_once) &&
		    (!best || runs[i].priority > best->priority))
			best = &runs[i];
	return best;
}

static void model_add(struct run_queue *q, struct model_run *r, uint64_t *random)
{
	static const char *const tags[] = {"t=0", "t=1", "t=2"};
	static const char *const assets[] = {"", "a", "b", "a b", "c", "a c", "b c", "a b c"};

	r->tag = dice(random, 3);
	r->assets = dice(random, 3) ? 0 : dice(random, 8);
	r->priority = dice(random, 1000000); /* practically no two alike: age needs no model */
	r->state = QUEUED;
	r->handle = put(q, "r", r->priority, tags[r->tag], assets[r->assets]);
}

static void test_every_choice_is_the_best(void)
{
	uint64_t random = 88172645463325252ull;

	for (int round = 0; round < MODEL_ROUNDS; round++) {
		int64_t most[3] = {1 + dice(&random, 3), 1 + dice(&random, 3), dice(&random, 4)};
		struct tag_limit limits[3] = {
			{.name = {"t", 1}, .value = {"0", 1}, .most = most[0]},
			{.name = {"t", 1}, .value = {"1", 1}, .most = most[1]},
			{.name = {"t", 1}, .value = {"2", 1}, .most = most[2]},
		};
		struct settings settings = AT_ONCE(1 + dice(&random, 5));
		struct model_run runs[MODEL_RUNS] = {0};
		struct run_queue *q;

		settings.tag_limits = limits;
		settings.tag_limits_count = 3;
		q = run_queue_new(&settings);
		for (int event = 0; event < MODEL_EVENTS; event++) {
			struct model_run *r = &runs[dice(&random, MODEL_RUNS)];
			const struct model_run *best;
			struct queued_run *got;

			if (r->state == ABSENT) {
				model_add(q, r, &random);
			} else if (r->state == STARTED || dice(&random, 4) == 0) {
				run_queue_end(q, r->handle);
				r->state = ABSENT;
			}
			for (uint32_t times = dice(&random, 3); times; times--) {
				best = model_best(runs, most, settings.max_concurrent_runs);
				got = next(q);
				CHECK(got == (best ? best->handle : NULL));
				if (best)
					runs[best - runs].state = STARTED;
			}
		}
		for (int i = 0; i < MODEL_RUNS; i++)
			if (runs[i].state != ABSENT)
				run_queue_end(q, runs[i].handle);
		run_queue_free(q);
	}
}

TESTS(TEST(test_priority_then_age_up_to_the_limit) TEST(test_limits_of_all_and_none)
	      TEST(test_a_full_tag_holds_up_only_its_own) TEST(test_one_writer_of_each_asset) TEST(test_pools_that_count_runs)
		      TEST(test_taken_over_runs_count_above_the_limits) TEST(test_work_is_in_proportion) TEST(test_every_choice_is_the_best))
