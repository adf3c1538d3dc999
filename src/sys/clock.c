/* clock.c -- the two clocks. */
#include "sys/clock.h"

#include "base/time.h"

static time_us read_clock(clockid_t which)
{
	struct timespec now;

	clock_gettime(which, &now);
	return now.tv_sec * TIME_SECOND + now.tv_nsec / 1000;
}

time_us clock_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

time_us clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}
