/* rank_heap.h -- inside of run_queue: things by priority and age, the first on top, each of which knows its place and
 * so can be taken out from anywhere.  Whatever is ranked has a struct rank as its first member. */
#pragma once
#include "base/arena.h"

struct rank {
	int64_t priority; /* higher first */
	uint64_t created; /* then lower first */
	size_t place;     /* in its heap */
};

struct rank_heap { /* on the heap: rank_heap_release; zeroed is empty */
	struct rank **at;
	size_t n, cap;
};

bool rank_before(const struct rank *a, const struct rank *b);
void rank_heap_add(struct rank_heap *h, struct rank *r);
void rank_heap_remove(struct rank_heap *h, struct rank *r); /* it must be in it */
void rank_heap_moved(struct rank_heap *h, struct rank *r);  /* its priority or age has changed */
void rank_heap_release(struct rank_heap *h);
