/* tag_value.c -- small readers, without the locale. */
#include "model/tag_value.h"

enum { MOST_DIGITS = 18, MICRO_DIGITS = 6 };

#define SECONDS_OF_A_YEAR (365.25 * 86400)
#define MICRO             1000000

static bool digits(sv text, int64_t *ret)
{
	uint64_t value;

	if (text.n > MOST_DIGITS || !sv_u64(text, &value))
		return false;
	*ret = (int64_t)value;
	return true;
}

bool tag_int(sv text, int64_t *ret)
{
	bool negative;
	int64_t value;

	text = sv_trim(text);
	negative = sv_starts(text, SV("-"));
	if (negative || sv_starts(text, SV("+")))
		text = sv_from(text, 1);
	if (!digits(text, &value))
		return false;
	*ret = negative ? -value : value;
	return true;
}

bool tag_seconds(sv text, time_us *ret)
{
	int64_t whole = 0, part = 0;
	sv fraction = {0};
	size_t point;

	text = sv_trim(text);
	if (sv_find(text, '.', &point)) {
		fraction = sv_from(text, point + 1);
		text.n = point;
	}
	if (!digits(text, &whole) || whole > 10 * SECONDS_OF_A_YEAR)
		return false;
	if (fraction.n > MICRO_DIGITS)
		fraction.n = MICRO_DIGITS;
	if (fraction.n && !digits(fraction, &part))
		return false;
	for (size_t i = fraction.n; i < MICRO_DIGITS; i++)
		part *= 10;
	if (whole == 0 && part == 0)
		return false;
	*ret = whole * MICRO + part;
	return true;
}

static bool same_word(sv text, sv lower)
{
	if (text.n != lower.n)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if ((text.p[i] | 0x20) != lower.p[i])
			return false;
	return true;
}

bool tag_switch(sv text, bool *ret)
{
	text = sv_trim(text);
	if (!same_word(text, SV("true")) && !same_word(text, SV("false")))
		return false;
	*ret = same_word(text, SV("true"));
	return true;
}

bool seconds_to_us(double seconds, time_us *ret)
{
	if (!(seconds >= 0 && seconds <= 100 * SECONDS_OF_A_YEAR)) /* so written for NaN */
		return false;
	*ret = (time_us)(seconds * MICRO + 0.5);
	return true;
}
