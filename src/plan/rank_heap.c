/* rank_heap.c -- a binary heap whose elements are told where they lie. */
#include "plan/rank_heap.h"

bool rank_before(const struct rank *a, const struct rank *b)
{
	return a->priority != b->priority ? a->priority > b->priority : a->created < b->created;
}

static void put(struct rank_heap *h, size_t at, struct rank *r)
{
	h->at[at] = r;
	r->place = at;
}

static void rise(struct rank_heap *h, size_t at, struct rank *r)
{
	for (; at && rank_before(r, h->at[(at - 1) / 2]); at = (at - 1) / 2)
		put(h, at, h->at[(at - 1) / 2]);
	put(h, at, r);
}

static void sink(struct rank_heap *h, size_t at, struct rank *r)
{
	size_t child;

	for (; (child = 2 * at + 1) < h->n; at = child) {
		child += child + 1 < h->n && rank_before(h->at[child + 1], h->at[child]);
		if (!rank_before(h->at[child], r))
			break;
		put(h, at, h->at[child]);
	}
	put(h, at, r);
}

void rank_heap_moved(struct rank_heap *h, struct rank *r)
{
	assert(r->place < h->n && h->at[r->place] == r);
	rise(h, r->place, r);
	sink(h, r->place, r);
}

void rank_heap_add(struct rank_heap *h, struct rank *r)
{
	if (h->n == h->cap) {
		h->cap = h->cap ? h->cap * 2 : 4;
		h->at = heap_grow(h->at, h->cap * sizeof(struct rank *));
	}
	rise(h, h->n++, r);
}

void rank_heap_remove(struct rank_heap *h, struct rank *r)
{
	struct rank *last;

	assert(r->place < h->n && h->at[r->place] == r);
	last = h->at[--h->n];
	if (last == r)
		return;
	put(h, r->place, last);
	rank_heap_moved(h, last);
}

void rank_heap_release(struct rank_heap *h)
{
	free(h->at);
	*h = (struct rank_heap){0};
}
