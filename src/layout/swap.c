/* swap.c -- exchanging two cells that stand one above the other, where fewer links cross then. */
#include "layout/sheet.h"

enum { SWAP_ROUNDS = 3 };

/* How many cross among the strands of `above` and `below` on one side, as they stand. */
static uint64_t crossings_of(const struct strands_of *by, uint32_t above, uint32_t below)
{
	const struct strand_end *a = by->at + by->first[above],
				*a_end = by->at + by->first[above + 1];
	const struct strand_end *b = by->at + by->first[below],
				*b_end = by->at + by->first[below + 1];
	uint64_t crossings = 0, passed = 0;

	for (; a < a_end; a++) {
		for (; b < b_end && b->key < a->key; b++)
			passed += b->links;
		crossings += passed * a->links;
	}
	return crossings;
}

static void put(struct columns *c, uint32_t column, uint32_t place, uint32_t cell)
{
	c->order[c->first[column] + place] = cell;
	c->cells[cell].place = place;
}

static bool swap_if_better(struct columns *c, uint32_t column, uint32_t place)
{
	uint32_t above = c->order[c->first[column] + place],
		 below = c->order[c->first[column] + place + 1];
	uint64_t now = crossings_of(&c->to_left, above, below) +
		       crossings_of(&c->to_right, above, below);

	c->work++;
	if (!now || now <= crossings_of(&c->to_left, below, above) +
				    crossings_of(&c->to_right, below, above))
		return false;
	put(c, column, place, below);
	put(c, column, place + 1, above);
	return true;
}

void columns_swap(struct columns *c, uint32_t column)
{
	bool swapped = true;

	for (uint32_t round = 0; round < SWAP_ROUNDS && swapped; round++) {
		swapped = false;
		for (uint32_t place = 0; place + 1 < column_size(c, column); place++)
			swapped |= swap_if_better(c, column, place);
	}
}
