/* nearest.c -- edit distance with neighbouring swaps, over one rolling pair of rows. */
#include "base/nearest.h"

enum { LONGEST_WORD = 128 };

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* What both begin or end with adds nothing to the distance. */
static void drop_shared_ends(sv *a, sv *b)
{
	while (a->n && b->n && a->p[0] == b->p[0]) {
		*a = sv_from(*a, 1);
		*b = sv_from(*b, 1);
	}
	while (a->n && b->n && a->p[a->n - 1] == b->p[b->n - 1]) {
		a->n--;
		b->n--;
	}
}

/* Optimal string alignment; gives up (returns more than `most`) early. */
static unsigned distance(sv a, sv b, unsigned most)
{
	unsigned rows[3][LONGEST_WORD + 1];
	unsigned *before = rows[0], *last = rows[1], *row = rows[2];

	drop_shared_ends(&a, &b);
	for (unsigned j = 0; j <= b.n; j++)
		last[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned best = row[0] = (unsigned)i;

		for (size_t j = 1; j <= b.n; j++) {
			bool same = lower(a.p[i - 1]) == lower(b.p[j - 1]);

			row[j] = min3(last[j] + 1, row[j - 1] + 1, last[j - 1] + !same);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
			    a.p[i - 2] == b.p[j - 1] && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
			if (row[j] < best)
				best = row[j];
		}
		if (best > most)
			return most + 1;
		unsigned *spare = before;
		before = last;
		last = row;
		row = spare;
	}
	return last[b.n];
}

uint32_t nearest(sv typed, const sv *candidates, size_t count)
{
	unsigned most = typed.n < 4 ? 1 : typed.n < 10 ? 2 : 3, best = most + 1;
	uint32_t found = NO_ID;

	if (typed.n > LONGEST_WORD)
		return NO_ID;
	for (size_t i = 0; i < count && best > 0; i++) {
		size_t longer = candidates[i].n > typed.n ? candidates[i].n : typed.n;
		size_t shorter = candidates[i].n + typed.n - longer;

		if (candidates[i].n > LONGEST_WORD || longer - shorter > most)
			continue;
		unsigned d = distance(typed, candidates[i], best - 1);
		if (d < best) {
			best = d;
			found = (uint32_t)i;
		}
	}
	return found;
}
