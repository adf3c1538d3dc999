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

void buf_add_int(struct buf *b, int64_t number)
{
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	char digits[24];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (number < 0)
		digits[--at] = '-';
	buf_add(b, (sv){digits + at, sizeof(digits) - at});
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
