/* numbers.c -- an intern table with a number beside each text. */
#include "store/sqlite/numbers.h"

#include "base/intern.h"
#include "base/list.h"

/* Some 20 MB of keys; a writer that has met more begins anew. */
enum { MOST = 200000 };

struct numbers {
	struct arena *arena;
	struct intern *texts;
	LIST(int64_t) numbers; /* by the text's id */
};

bool numbers_recall(const struct numbers *t, sv text, int64_t *ret)
{
	uint32_t id = t ? intern_find(t->texts, text) : NO_ID;

	if (id == NO_ID)
		return false;
	*ret = t->numbers.at[id];
	return true;
}

void numbers_remember(struct numbers **t, sv text, int64_t number)
{
	if (*t && (*t)->numbers.n == MOST)
		numbers_forget(t);
	if (!*t) {
		struct arena *arena = arena_new();

		*t = NEW(arena, struct numbers, 1);
		(*t)->arena = arena;
		(*t)->texts = intern_new(arena);
	}
	intern_add((*t)->texts, text);
	*LIST_ADD((*t)->arena, &(*t)->numbers) = number;
}

void numbers_forget(struct numbers **t)
{
	if (*t)
		arena_free((*t)->arena);
	*t = NULL;
}
