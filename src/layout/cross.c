/* cross.c -- how many links cross, between neighbouring columns: inversions, counted while sorting. */
#include "layout/sheet.h"

struct crossing_end { /* a strand, in the order of its left end */
	uint32_t key, part, links;
};

/* Those of one cell are few or nearly in order. */
static void add_sorted(struct crossing_end *ends, size_t first, size_t n, struct crossing_end end)
{
	size_t at = n;

	for (; at > first; at--) {
		const struct crossing_end *e = &ends[at - 1];

		if (e->part < end.part || (e->part == end.part && e->key <= end.key))
			break;
		ends[at] = *e;
	}
	ends[at] = end;
}

static size_t ends_of(struct columns *c, uint32_t column, struct crossing_end *ret_ends)
{
	size_t n = 0;

	for (uint32_t i = c->first[column]; i < c->first[column + 1]; i++) {
		uint32_t cell = c->order[i];
		size_t first = n;

		for (uint32_t at = c->to_right.first[cell]; at < c->to_right.first[cell + 1];
		     at++) {
			const struct strand_end *e = &c->to_right.at[at];

			add_sorted(ret_ends, first, n++,
				   (struct crossing_end){e->key, e->part, e->links});
		}
	}
	c->work += n;
	return n;
}

/* Merges the halves [0, half) and [half, n), each in order; what of the right one goes first crosses what is left of
 * the left one. */
static uint64_t merge(struct crossing_end *ends, struct crossing_end *spare, size_t half, size_t n)
{
	uint64_t crossings = 0, above = 0;
	size_t i = 0, k = half, to = 0;

	for (size_t at = 0; at < half; at++)
		above += ends[at].links;
	while (i < half || k < n) {
		if (k == n || (i < half && ends[i].key <= ends[k].key)) {
			above -= ends[i].links;
			spare[to++] = ends[i++];
		} else {
			crossings += above * ends[k].links;
			spare[to++] = ends[k++];
		}
	}
	memcpy(ends, spare, n * sizeof(*ends));
	return crossings;
}

static uint64_t inversions(struct crossing_end *ends, struct crossing_end *spare, size_t n)
{
	uint64_t crossings = 0;

	for (size_t width = 1; width < n; width *= 2)
		for (size_t at = 0; at + width < n; at += 2 * width) {
			size_t end = at + 2 * width < n ? 2 * width : n - at;

			crossings += merge(ends + at, spare, width, end);
		}
	return crossings;
}

uint64_t columns_crossings(struct arena *scratch, struct columns *c)
{
	struct crossing_end *ends = NEW(scratch, struct crossing_end, c->strands_count * 2 + 1);
	uint64_t crossings = 0;

	for (uint32_t column = 0; column + 1 < c->count; column++) {
		size_t n = ends_of(c, column, ends);

		crossings += inversions(ends, ends + c->strands_count, n);
	}
	return crossings;
}
