/* url.c -- percent-encoding, both ways. */
#include "codec/url.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte at `*at`, which moves behind it; -1 where it is malformed. */
static int next_byte(sv text, size_t *at, bool plus)
{
	size_t i = *at;
	int byte;

	if (text.p[i] != '%') {
		*at = i + 1;
		return text.p[i] == '+' && plus ? ' ' : (unsigned char)text.p[i];
	}
	if (text.n - i < 3 || hex(text.p[i + 1]) < 0 || hex(text.p[i + 2]) < 0)
		return -1;
	*at = i + 3;
	byte = hex(text.p[i + 1]) << 4 | hex(text.p[i + 2]);
	return byte ? byte : -1;
}

bool url_decode(struct arena *a, sv text, bool plus, sv *ret)
{
	size_t at = 0, n = 0;
	char *to;
	int byte;

	if (!text.n || (!memchr(text.p, '%', text.n) && !(plus && memchr(text.p, '+', text.n)))) {
		*ret = text;
		return true;
	}
	to = arena_alloc(a, text.n + 1);
	while (at < text.n) {
		byte = next_byte(text, &at, plus);
		if (byte < 0)
			return false;
		to[n++] = (char)byte;
	}
	*ret = (sv){to, n};
	return true;
}

bool url_next(struct arena *a, sv *query, sv *ret_name, sv *ret_value)
{
	sv rest = *query, pair, name, value = SV("");
	size_t equals;

	do {
		if (!sv_split(&rest, '&', &pair))
			return false;
	} while (!pair.n);
	name = pair;
	if (sv_find(pair, '=', &equals)) {
		name = (sv){pair.p, equals};
		value = sv_from(pair, equals + 1);
	}
	if (!url_decode(a, name, true, ret_name) || !url_decode(a, value, true, ret_value))
		return false;
	*query = rest;
	return true;
}

bool url_is_valid(sv text)
{
	size_t at = 0;

	while (at < text.n) {
		if (next_byte(text, &at, true) < 0)
			return false;
	}
	return true;
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.' || c == '~';
}

sv url_encode(struct arena *a, sv text)
{
	static const char digits[] = "0123456789ABCDEF";
	char *to = arena_alloc(a, text.n * 3 + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char byte = (unsigned char)text.p[i];

		if (is_plain(text.p[i])) {
			to[n++] = text.p[i];
			continue;
		}
		to[n++] = '%';
		to[n++] = digits[byte >> 4];
		to[n++] = digits[byte & 15];
	}
	return (sv){to, n};
}
