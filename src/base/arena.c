/* arena.c -- a chain of growing blocks. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>

/* Most arenas hold little and live for one message: their block is small enough for malloc's quickest path, which calloc
 * does not take.  Blocks are not cleared: what is handed out is, but for text, which is written at once. */
enum { QUICK_BYTES = 1024, FIRST_BLOCK_BYTES = QUICK_BYTES - 64, LARGEST_BLOCK_BYTES = 1 << 20 };

struct block {
	struct block *next;
	size_t used, size;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *blocks; /* newest first */
};

void *heap_alloc(size_t bytes)
{
	void *p = bytes <= QUICK_BYTES ? malloc(bytes ? bytes : 1) : calloc(1, bytes);

	if (!p)
		abort();
	return bytes <= QUICK_BYTES ? memset(p, 0, bytes) : p;
}

void *heap_grow(void *old, size_t bytes)
{
	void *p = realloc(old, bytes ? bytes : 1);

	if (!p)
		abort();
	return p;
}

struct arena *arena_new(void)
{
	return heap_alloc(sizeof(struct arena));
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct block *b = a->blocks, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

/* The first block is the last of the chain, and the smallest unless what came first was large. */
void arena_reset(struct arena *a)
{
	struct block *b = a->blocks;

	while (b && (b->next || b->size > FIRST_BLOCK_BYTES)) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
	if (b)
		b->used = 0;
	a->blocks = b;
}

void arena_cleanup(struct arena **a)
{
	arena_free(*a);
}

static struct block *add_block(struct arena *a, size_t bytes)
{
	size_t size = a->blocks ? a->blocks->size * 2 : FIRST_BLOCK_BYTES;
	struct block *b;

	if (size > LARGEST_BLOCK_BYTES)
		size = LARGEST_BLOCK_BYTES;
	if (size < bytes)
		size = bytes;
	b = malloc(sizeof(*b) + size);
	if (!b)
		abort();
	b->size = size;
	b->used = 0;
	b->next = a->blocks;
	a->blocks = b;
	return b;
}

static size_t aligned(size_t bytes)
{
	return (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

/* As it is, not cleared. */
static char *take(struct arena *a, size_t bytes)
{
	size_t need = aligned(bytes);
	struct block *b = a->blocks;
	char *p;

	assert(need >= bytes);
	if (!b || b->size - b->used < need)
		b = add_block(a, need);
	p = b->bytes + b->used;
	b->used += need;
	return p;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
	return memset(take(a, bytes), 0, bytes);
}

void *arena_grow(struct arena *a, void *old, size_t old_bytes, size_t new_bytes)
{
	char *p = take(a, new_bytes);

	if (old_bytes)
		memcpy(p, old, old_bytes);
	memset(p + old_bytes, 0, new_bytes - old_bytes);
	return p;
}

sv arena_sv(struct arena *a, sv text)
{
	char *p = take(a, text.n + 1);

	if (text.n)
		memcpy(p, text.p, text.n);
	p[text.n] = '\0';
	return (sv){p, text.n};
}

const char *arena_cstr(struct arena *a, sv text)
{
	return arena_sv(a, text).p;
}

/* Into what is left of the newest block; a second time, elsewhere, where that was too short. */
sv arena_fmt(struct arena *a, const char *fmt, ...)
{
	struct block *b = a->blocks;
	size_t room = b ? b->size - b->used : 0;
	char *p = room ? b->bytes + b->used : NULL;
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(p, room, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	if ((size_t)n < room) {
		b->used += aligned((size_t)n + 1);
	} else {
		p = take(a, (size_t)n + 1);
		vsnprintf(p, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	return (sv){p, (size_t)n};
}
