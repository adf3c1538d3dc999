/* utf8.h -- one code point at a time: reading with checking, and writing.  Knows no format. */
#pragma once
#include "base/base.h"

/* The code point at `*at`, which moves behind it.  False on the end of the text and on what is not
 * UTF-8 (overlong, surrogate, cut short, past U+10FFFF); then `*at` stays. */
bool utf8_next(sv text, size_t *at, uint32_t *ret);
bool utf8_valid(sv text, size_t *ret_bad_at);      /* `ret_bad_at` may be NULL */
size_t utf8_put(char ret[static 4], uint32_t code); /* bytes written; 0 when no code point */

/* Line and column (1-based, in code points) of a byte offset: for messages, not for loops. */
void utf8_position(sv text, size_t at, uint32_t *ret_line, uint32_t *ret_column);
