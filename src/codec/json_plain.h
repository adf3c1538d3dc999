/* json_plain.h -- letters that stand for themselves in JSON, in reading and in writing: printable ASCII but for `"` and `\`. */
#pragma once
#include <endian.h>

#include "base/base.h"

static inline bool json_is_plain(char letter)
{
	unsigned char c = (unsigned char)letter;

	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* A bit is set at the top of each of eight letters that is a control character, a quote, a backslash, 0x7f or above; beyond the
 * first of them (the lowest) further ones may be set. */
static inline uint64_t json_marks(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones * 0x80;
	uint64_t word, quote, backslash;

	memcpy(&word, p, sizeof(word));
	word = le64toh(word);
	quote = word ^ ones * '"';
	backslash = word ^ ones * '\\';
	return ((word - ones * 0x20) | (quote - ones) | (backslash - ones) | word | (word + ones)) & tops;
}

/* How many of the first are. */
static inline size_t json_count_plain(sv text)
{
	size_t n = 0;

	for (; n + 8 <= text.n; n += 8) {
		uint64_t marks = json_marks(text.p + n);

		if (marks)
			return n + (size_t)__builtin_ctzll(marks) / 8;
	}
	while (n < text.n && json_is_plain(text.p[n]))
		n++;
	return n;
}
