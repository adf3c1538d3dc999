/* ids.c -- later calls never give smaller ids within one process, so ids sort as they were made. */
#include "sys/ids.h"

#include <sys/random.h>

#include "base/time.h"
#include "base/uuid.h"
#include "sys/clock.h"

/* The kernel gives up to 256 bytes whole or not at all: enough for many ids, each byte handed out once. */
static void fill(void *bytes, size_t count)
{
	static uint8_t kept[256];
	static size_t left;

	if (left < count) {
		while (getrandom(kept, sizeof(kept), 0) != (ssize_t)sizeof(kept))
			;
		left = sizeof(kept);
	}
	left -= count;
	memcpy(bytes, kept + left, count);
}

double ids_random(void)
{
	uint64_t bits;

	fill(&bits, sizeof(bits));
	return (double)(bits >> 11) / (double)(UINT64_C(1) << 53);
}

sv ids_new(struct arena *a)
{
	static time_us last;
	uint8_t random[UUID_RANDOM_BYTES];
	time_us now = clock_now();

	fill(random, sizeof(random));
	if (now <= last)
		now = last + 1000;
	last = now;
	return uuid7(a, now, random);
}
