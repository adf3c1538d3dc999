/* intern.h -- text to small integers: the first text gets 0, the next new one 1, and so on.
 * Texts are copied into an arena given at the start. */
#pragma once
#include "base/arena.h"

struct intern;

struct intern *intern_new(struct arena *a);                /* lives in `a` */
struct intern *intern_new_apart(struct arena *a, struct arena *texts); /* only the texts stay when `a` ends */
uint32_t intern_add(struct intern *t, sv text);            /* the id, new or old */
uint32_t intern_find(const struct intern *t, sv text);     /* NO_ID when unknown */
sv intern_text(const struct intern *t, uint32_t id);       /* lives in the arena, NUL-terminated */
uint32_t intern_count(const struct intern *t);
