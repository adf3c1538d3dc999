/* negotiate.c -- which of several forms of an answer a client gets. */
#include "http/http_parts.h"

enum { SMALLEST_BYTES = 1024 }; /* what is smaller gains nothing: it fits a packet */

bool sv_caseless(sv a, sv b)
{
	return a.n == b.n && (!a.n || strncasecmp(a.p, b.p, a.n) == 0);
}

const char *compression_word(enum compression how)
{
	static const char *const words[COMPRESSION_COUNT] = {[COMPRESSION_NONE] = "identity",
							     [COMPRESSION_GZIP] = "gzip",
							     [COMPRESSION_ZSTD] = "zstd"};

	return words[how];
}

/* "q=0.000" and the like refuse; any other weight counts as taking it. */
static bool is_taken(sv parameters)
{
	sv piece;

	while (sv_split(&parameters, ';', &piece)) {
		piece = sv_trim(piece);
		if (piece.n < 3 || (piece.p[0] | 0x20) != 'q' || piece.p[1] != '=')
			continue;
		for (size_t i = 2; i < piece.n; i++) {
			if (piece.p[i] >= '1' && piece.p[i] <= '9')
				return true;
		}
		return false;
	}
	return true;
}

static bool takes(sv accepted, enum compression how)
{
	sv word = sv_of(compression_word(how)), item, name;
	bool any = false;

	while (sv_split(&accepted, ',', &item)) {
		if (!sv_split(&item, ';', &name))
			continue;
		name = sv_trim(name);
		if (sv_caseless(name, word))
			return is_taken(item);
		any |= sv_eq(name, SV("*")) && is_taken(item);
	}
	return any;
}

enum compression negotiate_encoding(const struct http_head *head)
{
	sv accepted = http_head_find(head, SV("accept-encoding"));

	if (!accepted.n)
		return COMPRESSION_NONE;
	if (takes(accepted, COMPRESSION_ZSTD))
		return COMPRESSION_ZSTD;
	return takes(accepted, COMPRESSION_GZIP) ? COMPRESSION_GZIP : COMPRESSION_NONE;
}

/* Images and fonts are compressed already. */
bool is_compressible(sv type, size_t bytes)
{
	static const char *const rows[] = {"text/", "application/json", "application/problem+json",
					   "application/javascript", "image/svg+xml"};

	if (bytes < SMALLEST_BYTES)
		return false;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (sv_starts(type, sv_of(rows[i])))
			return true;
	}
	return false;
}

static sv without_weakness(sv etag)
{
	return sv_starts(etag, SV("W/")) ? sv_from(etag, 2) : etag;
}

bool etag_matches(sv if_none_match, sv etag)
{
	sv item;

	while (sv_split(&if_none_match, ',', &item)) {
		item = sv_trim(item);
		if (sv_eq(item, SV("*")) || sv_eq(without_weakness(item), without_weakness(etag)))
			return true;
	}
	return false;
}
