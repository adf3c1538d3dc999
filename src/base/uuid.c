/* uuid.c -- RFC 9562, version 7: 48 bits of milliseconds, then randomness. */
#include "base/uuid.h"

#include "base/time.h"

/* By hand: an id for each value that a step makes, and printf takes twenty times as long. */
static sv hexadecimal(struct arena *a, const uint8_t bytes[16])
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_alloc(a, UUID_TEXT_BYTES + 1), *to = text;

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		*to++ = digits[bytes[i] >> 4];
		*to++ = digits[bytes[i] & 15];
	}
	return (sv){text, UUID_TEXT_BYTES};
}

sv uuid7(struct arena *a, time_us now, const uint8_t random[UUID_RANDOM_BYTES])
{
	uint64_t ms = (uint64_t)(now / (TIME_SECOND / 1000));
	uint8_t b[16];

	for (int i = 0; i < 6; i++)
		b[i] = (uint8_t)(ms >> (40 - 8 * i));
	memcpy(b + 6, random, UUID_RANDOM_BYTES);
	b[6] = (uint8_t)(0x70 | (b[6] & 0x0f));
	b[8] = (uint8_t)(0x80 | (b[8] & 0x3f));
	return hexadecimal(a, b);
}
