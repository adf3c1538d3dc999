/* pipes_param.h -- makes a Dagster Pipes bootstrap parameter, as an orchestrator does: base64 of zlib of JSON. */
#pragma once
#include <assert.h>
#include <zlib.h>

#include "base/arena.h"

static inline sv pipes_base64(struct arena *a, const unsigned char *p, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *text = arena_alloc(a, (n + 2) / 3 * 4 + 1), *to = text;

	for (size_t i = 0; i < n; i += 3) {
		uint32_t bits = (uint32_t)p[i] << 16;

		bits |= i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0;
		bits |= i + 2 < n ? p[i + 2] : 0;
		*to++ = digits[bits >> 18];
		*to++ = digits[bits >> 12 & 63];
		*to++ = i + 1 < n ? digits[bits >> 6 & 63] : '=';
		*to++ = i + 2 < n ? digits[bits & 63] : '=';
	}
	*to = '\0';
	return (sv){text, (size_t)(to - text)};
}

/* Ends in a NUL. */
static inline const char *pipes_param(struct arena *a, sv json)
{
	uLongf n = compressBound(json.n);
	unsigned char *packed = arena_alloc(a, n);

	assert(compress(packed, &n, (const unsigned char *)(json.n ? json.p : ""), json.n) == Z_OK);
	return pipes_base64(a, packed, n).p;
}
