/* Waits and numbers of attempts as the real Dagster answered them (retry_waits.inc), and the sentences. */
#include "check.h"

#include "plan/retry.h"

static void test_waits_are_dagsters(void)
{
	static const struct {
		struct retry_policy policy;
		uint32_t retry;
		double random;
		time_us wait;
	} rows[] = {
#define WAIT(delay, backoff, jitter, retry, random, wait) {{99, delay, backoff, jitter}, retry, random, wait},
#include "retry_waits.inc"
#undef WAIT
	};

	CHECK(COUNT_OF(rows) > 500);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		time_us got = retry_wait(&rows[i].policy, rows[i].retry, rows[i].random);

		if (got < rows[i].wait - 1 || got > rows[i].wait + 1) /* they round seconds, we microseconds */
			CHECK_INT(rows[i].wait, got);
	}
}

static void check_attempts(int line, uint32_t most, const struct retry_wish *wish, uint32_t attempts, time_us wait)
{
	AUTO_ARENA a = arena_new();
	struct retry_policy policy = {.most = most, .delay = 1000};
	struct retry_decision d = retry_decide(a, &policy, wish, 0, 0);
	uint32_t made = 1;

	check_int(__FILE__, line, wait, d.wait);
	while (d.again && made < 20)
		d = retry_decide(a, &policy, wish, made++, 0);
	check_int(__FILE__, line, attempts, made);
	check_int(__FILE__, line, 0, d.wait);
}

static void test_attempts_are_as_many_as_dagsters(void)
{
#define ATTEMPTS(most, wish, attempts, wait) check_attempts(__LINE__, most, wish, attempts, wait);
#include "retry_waits.inc"
#undef ATTEMPTS
}

static void test_reasons_are_sentences(void)
{
	static const struct retry_wish never = {false, -1, -1}, twice = {true, 2, 90000000}, not_at_all = {true, 0, -1};
	static const struct {
		struct retry_policy policy;
		const struct retry_wish *wish;
		uint32_t done;
		const char *reason;
	} rows[] = {
		{{0}, NULL, 0, NULL},
		{{3, 0, 0, 0}, NULL, 0, "attempt 1 of 4 failed; again at once"},
		{{3, 0, RETRY_LINEAR, RETRY_FULL_JITTER}, NULL, 0, "attempt 1 of 4 failed; again at once"},
		{{3, 8000000, 0, 0}, NULL, 1, "attempt 2 of 4 failed; again in 8 s"},
		{{3, 2000000, RETRY_EXPONENTIAL, 0}, NULL, 1, "attempt 2 of 4 failed; again in 6 s (exponential back-off)"},
		{{3, 500000, RETRY_LINEAR, RETRY_PLUS_MINUS}, NULL, 1, "attempt 2 of 4 failed; again in 1 s (linear back-off, jitter)"},
		{{3, 2500000, RETRY_LINEAR, 0}, NULL, 0, "attempt 1 of 4 failed; again in 2.5 s (linear back-off)"},
		{{3, 2000000, RETRY_EXPONENTIAL, 0}, NULL, 3, "attempt 4 of 4 failed; none is left"},
		{{3, 2000000, 0, 0}, &never, 0, "attempt 1 failed; its exception allows no retry"},
		{{0}, &twice, 0, "attempt 1 of 3 failed; again in 1 min 30 s (RetryRequested)"},
		{{9, 1, 0, 0}, &twice, 2, "attempt 3 of 3 failed; none is left (RetryRequested)"},
		{{9, 1, 0, 0}, &not_at_all, 0, "attempt 1 failed; it asked for no retry (RetryRequested)"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct retry_decision d = retry_decide(a, &rows[i].policy, rows[i].wish, rows[i].done, 0.5);

		CHECK_SV(sv_of(rows[i].reason), d.reason);
		CHECK(!d.again || d.reason.n);
	}
}

static void test_no_wait_overflows(void)
{
	static const struct retry_policy huge = {UINT32_MAX - 1, INT64_MAX / 8, RETRY_EXPONENTIAL, RETRY_PLUS_MINUS};
	static const uint32_t retries[] = {1, 2, 61, 62, 63, 1000, UINT32_MAX - 1};

	for (size_t i = 0; i < COUNT_OF(retries); i++) {
		CHECK(retry_wait(&huge, retries[i], 0) >= 0);
		CHECK(retry_wait(&huge, retries[i], 0.999) > 0);
		CHECK(retry_wait(&huge, retries[i], 0.999) < INT64_MAX / 2); /* a time can be added */
	}
}

TESTS(TEST(test_waits_are_dagsters) TEST(test_attempts_are_as_many_as_dagsters) TEST(test_reasons_are_sentences)
	      TEST(test_no_wait_overflows))
