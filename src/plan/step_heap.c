/* step_heap.c -- a binary heap. */
#include "plan/step_heap.h"

#include "base/list.h"

static bool before(struct heap_item a, struct heap_item b)
{
	return a.key != b.key ? a.key < b.key : a.step < b.step;
}

void step_heap_push(struct arena *a, struct step_heap *h, int64_t key, uint32_t step)
{
	struct heap_item item = {key, step};
	size_t at = h->n;

	*LIST_ADD(a, h) = item;
	for (; at && before(item, h->at[(at - 1) / 2]); at = (at - 1) / 2)
		h->at[at] = h->at[(at - 1) / 2];
	h->at[at] = item;
}

void step_heap_pop(struct step_heap *h)
{
	struct heap_item last;
	size_t at = 0, child;

	assert(h->n > 0);
	last = h->at[--h->n];
	for (; (child = 2 * at + 1) < h->n; at = child) {
		child += child + 1 < h->n && before(h->at[child + 1], h->at[child]);
		if (!before(h->at[child], last))
			break;
		h->at[at] = h->at[child];
	}
	h->at[at] = last;
}
