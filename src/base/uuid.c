/* uuid.c -- RFC 9562, version 7: 48 bits of milliseconds, then randomness. */
#include "base/uuid.h"

#include "base/time.h"

sv uuid7(struct arena *a, time_us now, const uint8_t random[UUID_RANDOM_BYTES])
{
	uint64_t ms = (uint64_t)(now / (TIME_SECOND / 1000));
	uint8_t b[16];

	for (int i = 0; i < 6; i++)
		b[i] = (uint8_t)(ms >> (40 - 8 * i));
	memcpy(b + 6, random, UUID_RANDOM_BYTES);
	b[6] = (uint8_t)(0x70 | (b[6] & 0x0f));
	b[8] = (uint8_t)(0x80 | (b[8] & 0x3f));
	return arena_fmt(a, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
			 b[12], b[13], b[14], b[15]);
}
