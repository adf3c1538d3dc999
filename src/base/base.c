/* base.c -- plain work on views of text. */
#include "base/base.h"

int sv_cmp(sv a, sv b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	if (order)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

bool sv_starts(sv text, sv prefix)
{
	return text.n >= prefix.n && sv_eq((sv){text.p, prefix.n}, prefix);
}

bool sv_ends(sv text, sv suffix)
{
	return text.n >= suffix.n && sv_eq(sv_from(text, text.n - suffix.n), suffix);
}

bool sv_find(sv text, char c, size_t *ret_at)
{
	const char *hit = text.n ? memchr(text.p, c, text.n) : NULL;

	if (!hit)
		return false;
	*ret_at = (size_t)(hit - text.p);
	return true;
}

bool sv_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

sv sv_trim(sv text)
{
	while (text.n && sv_is_space(text.p[0]))
		text = sv_from(text, 1);
	while (text.n && sv_is_space(text.p[text.n - 1]))
		text.n--;
	return text;
}

sv sv_from(sv text, size_t at)
{
	if (at >= text.n)
		return (sv){text.p ? text.p + text.n : NULL, 0};
	return (sv){text.p + at, text.n - at};
}

bool sv_split(sv *rest, char separator, sv *ret_piece)
{
	size_t at;

	if (!rest->p)
		return false;
	if (!sv_find(*rest, separator, &at)) {
		*ret_piece = *rest;
		*rest = (sv){NULL, 0};
		return true;
	}
	*ret_piece = (sv){rest->p, at};
	*rest = sv_from(*rest, at + 1);
	return true;
}

bool sv_u64(sv text, uint64_t *ret)
{
	uint64_t value = 0;

	if (text.n == 0)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		unsigned digit = (unsigned)(text.p[i] - '0');

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret = value;
	return true;
}

/* Greedy with one point of return: linear in practice, and never exponential. */
bool sv_matches(sv text, sv pattern)
{
	size_t t = 0, p = 0, star = SIZE_MAX, retry = 0;

	while (t < text.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			retry = t;
		} else if (p < pattern.n && pattern.p[p] == text.p[t]) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++retry;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}
