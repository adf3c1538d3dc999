/* err.h -- why something failed: a kind for code that branches, a sentence and a remedy for people.
 * Gains context on its way up.  Never allocates. */
#pragma once
#include "base/base.h"

/*        id           word           exit  */
#define ERR_KINDS(X)                      \
	X(NONE, "none", 0)                \
	X(INVALID, "invalid", 2)          \
	X(DENIED, "denied", 1)            \
	X(NOT_FOUND, "not_found", 4)      \
	X(CONFLICT, "conflict", 5)        \
	X(LIMIT, "limit", 1)              \
	X(UNAVAILABLE, "unavailable", 1)  \
	X(TIMEOUT, "timeout", 1)          \
	X(CORRUPT, "corrupt", 1)          \
	X(CANCELED, "canceled", 130)      \
	X(FAILED, "failed", 1)

#define X(id, word, exit) ERR_##id,
enum err_kind { ERR_KINDS(X) };
#undef X

struct err {
	enum err_kind kind;
	char text[1000]; /* what failed, where, with which value */
	char hint[500];  /* what to do about it; empty when nothing better is known */
};

/* Both return false, so that failing is one line. */
bool err_set(struct err *e, enum err_kind kind, const char *fmt, ...) PRINTF(3, 4);
bool err_wrap(struct err *e, const char *fmt, ...) PRINTF(2, 3); /* puts "…: " before the text */
bool err_hint(struct err *e, const char *fmt, ...) PRINTF(2, 3); /* sets the remedy; returns false */

const char *err_word(enum err_kind kind);
int err_exit_status(enum err_kind kind);

#ifdef __clang_analyzer__ /* which cannot see from here that these never return true */
#define err_set(...) (err_set(__VA_ARGS__), false)
#define err_wrap(...) (err_wrap(__VA_ARGS__), false)
#define err_hint(...) (err_hint(__VA_ARGS__), false)
#endif
