/* intern.c -- open addressing over XXH3; ids index an array of texts. */
#include "base/intern.h"

#include "base/digest.h"

struct intern {
	struct arena *arena, *texts_arena;
	sv *texts;
	uint32_t count, texts_cap;
	uint32_t *slots;    /* id + 1, 0 = free */
	uint32_t slots_cap; /* a power of two, at least twice the count */
};

struct intern *intern_new(struct arena *a)
{
	return intern_new_apart(a, a);
}

struct intern *intern_new_apart(struct arena *a, struct arena *texts)
{
	struct intern *t = NEW(a, struct intern, 1);

	t->arena = a;
	t->texts_arena = texts;
	t->slots_cap = 64;
	t->slots = NEW(a, uint32_t, t->slots_cap);
	return t;
}

/* The slot that holds `text`, or the free one where it belongs. */
static uint32_t *slot_of(const struct intern *t, sv text)
{
	uint32_t mask = t->slots_cap - 1;
	uint32_t at = (uint32_t)digest_fast(text) & mask;

	while (t->slots[at] && !sv_eq(t->texts[t->slots[at] - 1], text))
		at = (at + 1) & mask;
	return &t->slots[at];
}

static void grow_slots(struct intern *t)
{
	t->slots_cap *= 2;
	t->slots = NEW(t->arena, uint32_t, t->slots_cap);
	for (uint32_t id = 0; id < t->count; id++)
		*slot_of(t, t->texts[id]) = id + 1;
}

uint32_t intern_add(struct intern *t, sv text)
{
	uint32_t *slot = slot_of(t, text);

	if (*slot)
		return *slot - 1;
	if ((t->count + 1) * 2 > t->slots_cap) {
		grow_slots(t);
		slot = slot_of(t, text);
	}
	if (t->count == t->texts_cap) {
		uint32_t cap = t->texts_cap ? t->texts_cap * 2 : 32;

		t->texts = arena_grow(t->arena, t->texts, t->count * sizeof(sv), cap * sizeof(sv));
		t->texts_cap = cap;
	}
	t->texts[t->count] = arena_sv(t->texts_arena, text);
	*slot = ++t->count;
	return t->count - 1;
}

uint32_t intern_find(const struct intern *t, sv text)
{
	uint32_t slot = *slot_of(t, text);

	return slot ? slot - 1 : NO_ID;
}

sv intern_text(const struct intern *t, uint32_t id)
{
	assert(id < t->count);
	return t->texts[id];
}

uint32_t intern_count(const struct intern *t)
{
	return t->count;
}
