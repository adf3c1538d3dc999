/* buf.h -- bytes being built: a growable buffer that owns its memory. */
#pragma once
#include "base/base.h"

struct buf {
	char *p; /* NUL-terminated once anything was added */
	size_t n, cap;
};

void buf_add(struct buf *b, sv text);
void buf_add_int(struct buf *b, int64_t number); /* decimal */
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
char *buf_room(struct buf *b, size_t bytes); /* space behind the end; add to b->n what was used */
void buf_drop(struct buf *b, size_t bytes);  /* takes bytes off the front */
void buf_clear(struct buf *b);               /* empty, memory kept */
void buf_free(struct buf *b);                /* NULL-safe inside; usable again afterwards */

static inline sv buf_sv(const struct buf *b)
{
	return (sv){b->p, b->n};
}

/* Here, because text is written letter by letter in many places. */
static inline void buf_addc(struct buf *b, char c)
{
	if (b->n + 1 >= b->cap) {
		buf_add(b, (sv){&c, 1});
		return;
	}
	b->p[b->n++] = c;
	b->p[b->n] = '\0';
}

#define AUTO_BUF __attribute__((cleanup(buf_free))) struct buf
