/* buf.c -- growing by doubling, always NUL-terminated. */
#include "base/buf.h"

#include <stdarg.h>

#include "base/arena.h"

char *buf_room(struct buf *b, size_t bytes)
{
	size_t need = b->n + bytes + 1;

	if (need > b->cap) {
		size_t cap = b->cap ? b->cap * 2 : 128;

		b->cap = cap > need ? cap : need;
		b->p = heap_grow(b->p, b->cap);
	}
	return b->p + b->n;
}

void buf_add(struct buf *b, sv text)
{
	char *at = buf_room(b, text.n);

	if (text.n)
		memcpy(at, text.p, text.n);
	b->n += text.n;
	b->p[b->n] = '\0';
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, (sv){&c, 1});
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	vsnprintf(buf_room(b, (size_t)n), (size_t)n + 1, fmt, again);
	va_end(again);
	b->n += (size_t)n;
}

void buf_drop(struct buf *b, size_t bytes)
{
	assert(bytes <= b->n);
	b->n -= bytes;
	if (b->p)
		memmove(b->p, b->p + bytes, b->n + 1);
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	if (b->p)
		b->p[0] = '\0';
}

void buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){0};
}
