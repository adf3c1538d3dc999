/* step_heap.h -- inside of plan/order_book.h: steps by a number and then by their index, smallest first. */
#pragma once
#include "base/arena.h"

struct heap_item {
	int64_t key;
	uint32_t step;
};

struct step_heap {
	struct heap_item *at;
	size_t n, cap;
};

void step_heap_push(struct arena *a, struct step_heap *h, int64_t key, uint32_t step);
void step_heap_pop(struct step_heap *h); /* it must not be empty; the top is at[0] */
