/* layer.c -- which column an item stands in: as far left as what it depends on allows, then moved to where its links
 * are short. */
#include "layout/sheet.h"

enum { PULL_ROUNDS = 3 };

struct layering {
	struct sheet *sheet;
	uint32_t *layer;
	uint32_t *order;         /* items, left before right */
	uint32_t *first, *links; /* links by item: those that end at it, then those that begin */
	uint32_t *middle;        /* where the latter begin */
	uint32_t last;           /* column that holds an item; the border is not counted */
};

/* ---- links by item ---- */

static void count_ends(struct layering *l)
{
	const struct sheet *s = l->sheet;

	for (size_t i = 0; i < s->links_count; i++) {
		l->first[s->links[i].left + 1]++;
		l->first[s->links[i].right + 1]++;
		l->middle[s->links[i].right]++;
	}
	for (size_t i = 0; i < s->items_count; i++) {
		l->middle[i] += l->first[i];
		l->first[i + 1] += l->first[i];
	}
}

static void sort_ends(struct arena *a, struct layering *l)
{
	const struct sheet *s = l->sheet;
	uint32_t *in = NEW(a, uint32_t, s->items_count), *out = NEW(a, uint32_t, s->items_count);

	for (uint32_t i = 0; i < s->links_count; i++) {
		const struct sheet_link *link = &s->links[i];

		l->links[l->first[link->right] + in[link->right]++] = i;
		l->links[l->middle[link->left] + out[link->left]++] = i;
	}
}

static struct layering *layering_new(struct arena *a, struct sheet *s)
{
	struct layering *l = NEW(a, struct layering, 1);

	l->sheet = s;
	l->layer = NEW(a, uint32_t, s->items_count + 1);
	l->order = NEW(a, uint32_t, s->items_count + 1);
	l->first = NEW(a, uint32_t, s->items_count + 1);
	l->middle = NEW(a, uint32_t, s->items_count + 1);
	l->links = NEW(a, uint32_t, s->links_count * 2 + 1);
	count_ends(l);
	sort_ends(a, l);
	return l;
}

/* ---- the longest way from the left ---- */

static bool is_border(const struct layering *l, uint32_t item)
{
	return l->sheet->items[item].border != BORDER_NONE;
}

/* Links to the border count for nothing here: it is wherever the last item is. */
static void longest_ways(struct arena *a, struct layering *l)
{
	const struct sheet *s = l->sheet;
	uint32_t *waits = NEW(a, uint32_t, s->items_count + 1);
	size_t n = 0;

	for (uint32_t i = 0; i < s->items_count; i++) {
		waits[i] = l->middle[i] - l->first[i];
		if (!waits[i])
			l->order[n++] = i;
	}
	for (size_t at = 0; at < n; at++) {
		uint32_t item = l->order[at], next = l->layer[item] + !is_border(l, item);

		for (uint32_t i = l->middle[item]; i < l->first[item + 1]; i++) {
			uint32_t right = s->links[l->links[i]].right;

			l->layer[right] = l->layer[right] > next ? l->layer[right] : next;
			if (!--waits[right])
				l->order[n++] = right;
		}
		if (!is_border(l, item) && l->layer[item] > l->last)
			l->last = l->layer[item];
	}
	assert(n == s->items_count);
}

/* ---- pulled to where the links are shorter ---- */

/* Between which columns an item may move, as its links have it. */
static void room_of(const struct layering *l, uint32_t item, uint32_t *least, uint32_t *most)
{
	const struct sheet *s = l->sheet;

	*least = 0;
	*most = l->last;
	for (uint32_t i = l->first[item]; i < l->middle[item]; i++) {
		uint32_t left = s->links[l->links[i]].left;

		if (!is_border(l, left) && l->layer[left] + 1 > *least)
			*least = l->layer[left] + 1;
	}
	for (uint32_t i = l->middle[item]; i < l->first[item + 1]; i++) {
		uint32_t right = s->links[l->links[i]].right;

		if (!is_border(l, right) && l->layer[right] - 1 < *most)
			*most = l->layer[right] - 1;
	}
}

/* Rightward when at least as many links get shorter as longer; leftward likewise.  A move that costs nothing may make
 * room for one that gains. */
static void pull(struct layering *l, uint32_t item, bool rightward)
{
	uint32_t in = l->middle[item] - l->first[item], out = l->first[item + 1] - l->middle[item];
	uint32_t least, most;

	if (is_border(l, item) || (rightward ? out < in : in < out))
		return;
	l->sheet->work += in + out;
	room_of(l, item, &least, &most);
	l->layer[item] = rightward ? most : least;
}

static void pull_all(struct layering *l)
{
	size_t n = l->sheet->items_count;

	for (uint32_t round = 0; round < PULL_ROUNDS; round++) {
		for (size_t i = n; i-- > 0;)
			pull(l, l->order[i], true);
		for (size_t i = 0; i < n; i++)
			pull(l, l->order[i], false);
	}
}

/* ---- the whole ---- */

/* Items count their columns from 0; now the left border takes that, and all others move on. */
static uint32_t give_borders_room(struct layering *l)
{
	const struct sheet *s = l->sheet;
	bool left = false, right = false;

	for (size_t i = 0; i < s->items_count; i++) {
		left |= s->items[i].border == BORDER_LEFT;
		right |= s->items[i].border == BORDER_RIGHT;
	}
	for (uint32_t i = 0; i < s->items_count; i++)
		if (!is_border(l, i))
			l->layer[i] += left;
		else
			l->layer[i] = s->items[i].border == BORDER_LEFT ? 0 : l->last + left + 1;
	return l->last + 1 + left + right;
}

/* No column stays without items: what is right of it moves up. */
static void close_gaps(struct arena *a, struct layering *l)
{
	const struct sheet *s = l->sheet;
	uint32_t *to = NEW(a, uint32_t, l->last + 2);

	for (uint32_t i = 0; i < s->items_count; i++)
		if (!is_border(l, i))
			to[l->layer[i] + 1] = 1;
	for (uint32_t c = 0; c <= l->last; c++)
		to[c + 1] += to[c];
	for (uint32_t i = 0; i < s->items_count; i++)
		if (!is_border(l, i))
			l->layer[i] = to[l->layer[i]];
	l->last = to[l->last + 1] - 1;
}

uint32_t *sheet_layers(struct arena *a, struct sheet *s, uint32_t *ret_count)
{
	struct layering *l = layering_new(a, s);

	longest_ways(a, l);
	pull_all(l);
	close_gaps(a, l);
	*ret_count = give_borders_room(l);
	s->work += s->items_count + s->links_count;
	return l->layer;
}
