/* base.h -- the words every room speaks: views of text, attributes, small helpers.
 * Knows nothing of the outside world. */
#pragma once
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/banned.h"

#define CHECKED __attribute__((warn_unused_result))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define NO_ID UINT32_MAX /* an index that points nowhere */

/* A borrowed view of bytes: never owns, need not end in NUL, is valid as long as what it views. */
typedef struct sv {
	const char *p;
	size_t n;
} sv;

#define SV(literal) ((sv){"" literal, sizeof(literal) - 1})
#define SV_FMT "%.*s"
#define SV_ARG(s) (int)(s).n, (s).p

/* Microseconds: since the epoch (UTC) for instants, plain for durations. */
typedef int64_t time_us;

static inline sv sv_of(const char *text)
{
	return text ? (sv){text, strlen(text)} : (sv){NULL, 0};
}

static inline bool sv_eq(sv a, sv b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int sv_cmp(sv a, sv b); /* bytewise order, as strcmp */
bool sv_starts(sv text, sv prefix);
bool sv_ends(sv text, sv suffix);
bool sv_find(sv text, char c, size_t *ret_at); /* first occurrence */
bool sv_is_space(char c);                      /* a blank, a tab, or what ends a line */
sv sv_trim(sv text);                           /* without white space at both ends */
sv sv_from(sv text, size_t at);                /* the rest from `at` on; empty past the end */
/* Takes the next piece up to `separator` off `*rest`; false when nothing is left. */
bool sv_split(sv *rest, char separator, sv *ret_piece);
bool sv_u64(sv text, uint64_t *ret); /* decimal digits only, no sign, no overflow */
bool sv_matches(sv text, sv pattern); /* `*` in pattern stands for any run of bytes */
