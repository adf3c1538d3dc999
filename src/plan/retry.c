/* retry.c -- the exception's wish before the policy; the formulas of the waits; sentences. */
#include "plan/retry.h"

#include <math.h>

enum { MOST_DOUBLINGS = 62, WISHED_WITHOUT_NUMBER = 1 };

#define LONGEST_WAIT (100.0 * 365.25 * 86400e6) /* a hundred years: never, without an overflow */

time_us retry_wait(const struct retry_policy *policy, uint32_t retry, double random)
{
	double delay = (double)policy->delay, wait = delay;

	assert(retry > 0 && random >= 0 && random < 1);
	if (policy->backoff == RETRY_LINEAR)
		wait = delay * retry;
	else if (policy->backoff == RETRY_EXPONENTIAL)
		wait = (ldexp(1, retry < MOST_DOUBLINGS ? (int)retry : MOST_DOUBLINGS) - 1) * delay;
	if (policy->jitter == RETRY_FULL_JITTER)
		wait *= random;
	else if (policy->jitter == RETRY_PLUS_MINUS)
		wait += 2 * random * delay - delay;
	if (wait > LONGEST_WAIT)
		wait = LONGEST_WAIT;
	return wait > 0 ? (time_us)(wait + 0.5) : 0;
}

/* "at once", "in 8 s", "in 2.5 s", "in 3 min 20 s" */
static sv when(struct arena *a, time_us wait)
{
	if (wait == 0)
		return SV("at once");
	if (wait < 60 * TIME_SECOND && wait % TIME_SECOND == 0)
		return arena_fmt(a, "in %d s", (int)(wait / TIME_SECOND));
	return arena_fmt(a, "in " SV_FMT, SV_ARG(time_duration(a, wait)));
}

static const char *how(const struct retry_policy *policy)
{
	static const char *const words[][3] = {
		[RETRY_CONSTANT] = {"", " (full jitter)", " (jitter)"},
		[RETRY_LINEAR] = {" (linear back-off)", " (linear back-off, full jitter)",
				  " (linear back-off, jitter)"},
		[RETRY_EXPONENTIAL] = {" (exponential back-off)",
				       " (exponential back-off, full jitter)",
				       " (exponential back-off, jitter)"},
	};

	return policy->delay ? words[policy->backoff][policy->jitter] : "";
}

/* One more, when there is one left of `most`. */
static struct retry_decision decide(struct arena *a, int64_t most, uint32_t done, time_us wait,
				    const char *why)
{
	long long attempt = (long long)done + 1;
	struct retry_decision d = {.again = done < most};

	if (most == 0) {
		d.reason = arena_fmt(a, "attempt %lld failed; it asked for no retry%s", attempt,
				     why);
	} else if (!d.again) {
		d.reason = arena_fmt(a, "attempt %lld of %lld failed; none is left%s", attempt,
				     (long long)most + 1, why);
	} else {
		d.wait = wait;
		d.reason = arena_fmt(a, "attempt %lld of %lld failed; again " SV_FMT "%s", attempt,
				     (long long)most + 1, SV_ARG(when(a, wait)), why);
	}
	return d;
}

static struct retry_decision decide_wish(struct arena *a, const struct retry_wish *wish,
					 uint32_t done)
{
	int64_t most = wish->most < 0 ? WISHED_WITHOUT_NUMBER : wish->most;

	if (!wish->allowed)
		return (struct retry_decision){
			.reason = arena_fmt(a, "attempt %lld failed; its exception allows no retry",
					    (long long)done + 1)};
	return decide(a, most, done, wish->delay > 0 ? wish->delay : 0, " (RetryRequested)");
}

struct retry_decision retry_decide(struct arena *a, const struct retry_policy *policy,
				   const struct retry_wish *wish, uint32_t retries_done,
				   double random)
{
	if (wish)
		return decide_wish(a, wish, retries_done);
	if (policy->most == 0)
		return (struct retry_decision){0};
	return decide(a, policy->most, retries_done,
		      retries_done < policy->most ? retry_wait(policy, retries_done + 1, random)
						  : 0,
		      retries_done < policy->most ? how(policy) : "");
}
