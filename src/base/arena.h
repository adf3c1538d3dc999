/* arena.h -- memory by scope: everything made in an arena lives until the arena ends.
 * A function that takes an arena first returns a result that lives there.  Out of memory ends the
 * program: sizes a stranger picks are capped where they enter (model/limits.h). */
#pragma once
#include "base/base.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a); /* NULL is fine */
void arena_reset(struct arena *a); /* ends what lives in it; keeps a little memory for what comes next */

void *arena_alloc(struct arena *a, size_t bytes); /* zeroed, aligned for anything */
/* Grows an arena array: moves `old` (of `old_bytes`) to at least `new_bytes`. */
void *arena_grow(struct arena *a, void *old, size_t old_bytes, size_t new_bytes);
#define NEW(a, type, count) ((type *)arena_alloc((a), sizeof(type) * (size_t)(count)))

sv arena_sv(struct arena *a, sv text);             /* a copy, NUL-terminated behind its end */
const char *arena_cstr(struct arena *a, sv text);  /* the same as a C string */
sv arena_fmt(struct arena *a, const char *fmt, ...) PRINTF(2, 3); /* NUL-terminated too */

void *heap_alloc(size_t bytes);             /* zeroed; ends the program when there is none */
void *heap_grow(void *old, size_t bytes);   /* realloc that ends the program when there is none */
#define AUTO_ARENA __attribute__((cleanup(arena_cleanup))) struct arena *
void arena_cleanup(struct arena **a);
