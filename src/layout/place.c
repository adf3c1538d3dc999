/* place.c -- the y of all cells, after Brandes and Köpf (Fast and Simple Horizontal Coordinate Assignment, 2001): cells
 * are aligned with the middle one of their neighbours into blocks, which are packed; four times, from the left or right
 * and from the top or bottom, and the mean of the two middle ones counts.  Here cells have sizes, and strands touch
 * them elsewhere than in the middle. */
#include <math.h>

#include "layout/sheet.h"

#define GAP_ITEMS  22.0F /* between two boxes, one above the other */
#define GAP_BENDS  12.0F
#define GAP_MIXED  18.0F
#define GAP_BORDER 14.0F /* between two links where they leave the frame */

struct block { /* of aligned cells, at its root */
	float y;
	uint32_t waits; /* blocks before it that have no place yet */
};

/* One of the four.  What is below is above, when it goes upward: places and y are mirrored. */
struct alignment {
	struct columns *c;
	bool from_right, upward;
	uint32_t *root, *next; /* by cell: its block, and the next in that, around */
	float *inner;          /* y of the cell from its block's */
	struct block *blocks;  /* by root */
	uint32_t *order;       /* roots, those above before those below */
	float *y;              /* result, by cell */
};

static bool is_bend(const struct columns *c, uint32_t cell)
{
	return c->cells[cell].item == NO_ID;
}

static uint32_t cell_at(const struct columns *c, uint32_t column, uint32_t place)
{
	return c->order[c->first[column] + place];
}

/* ---- which strands give way: those that cross one between two bends, which is to be straight ---- */

/* The place of the bend before this one; false when it is none, or comes from no bend. */
static bool bend_before(const struct columns *c, uint32_t cell, uint32_t *ret_place)
{
	const struct strand *s;

	if (!is_bend(c, cell) || c->to_left.first[cell] == c->to_left.first[cell + 1])
		return false;
	s = &c->strands[c->to_left.at[c->to_left.first[cell]].strand];
	if (!is_bend(c, s->left))
		return false;
	*ret_place = c->cells[s->left].place;
	return true;
}

static void mark_bent(struct columns *c, uint32_t column, uint32_t place, uint32_t least,
		      uint32_t most)
{
	uint32_t cell = cell_at(c, column, place);

	for (uint32_t at = c->to_left.first[cell]; at < c->to_left.first[cell + 1]; at++) {
		struct strand *s = &c->strands[c->to_left.at[at].strand];
		uint32_t left = c->cells[s->left].place;

		if (!(is_bend(c, s->left) && is_bend(c, cell)) && (left < least || left > most))
			s->bent = true;
	}
}

static void mark_bent_before(struct columns *c, uint32_t column)
{
	uint32_t size = column_size(c, column), least = 0, most, done = 0;

	for (uint32_t place = 0; place < size; place++) {
		bool straight = bend_before(c, cell_at(c, column, place), &most);

		if (!straight && place + 1 < size)
			continue;
		if (!straight)
			most = NO_ID;
		for (; done <= place; done++)
			mark_bent(c, column, done, least, most);
		least = most;
	}
}

/* ---- aligned ---- */

static void align(struct alignment *a, uint32_t from, uint32_t cell, float shift)
{
	a->root[cell] = a->root[from];
	a->next[cell] = a->next[from];
	a->next[from] = cell;
	a->inner[cell] = a->inner[from] + shift;
}

/* Aligns the cell along this strand, unless one above it has taken what lies below.  `taken`: the first place that is
 * free. */
static bool align_along(struct alignment *a, uint32_t cell, const struct strand *s, int64_t *taken)
{
	uint32_t from = a->from_right ? s->right : s->left;
	int64_t place = a->c->cells[from].place;
	float shift = a->from_right ? s->right_y - s->left_y : s->left_y - s->right_y;

	if (a->upward)
		place = -place;
	if (s->bent || place < *taken)
		return false;
	align(a, from, cell, shift);
	*taken = place + 1;
	return true;
}

/* Of a bend, the one that goes on straight. */
static bool align_bend(struct alignment *a, uint32_t cell, const struct strands_of *by,
		       int64_t *taken)
{
	for (uint32_t at = by->first[cell]; at < by->first[cell + 1]; at++) {
		const struct strand *s = &a->c->strands[by->at[at].strand];

		if (is_bend(a->c, a->from_right ? s->right : s->left))
			return align_along(a, cell, s, taken);
	}
	return false;
}

static void align_cell(struct alignment *a, uint32_t cell, int64_t *taken)
{
	const struct strands_of *by = a->from_right ? &a->c->to_right : &a->c->to_left;
	uint32_t n = by->first[cell + 1] - by->first[cell];
	const struct strand_end *ends = by->at + by->first[cell];
	uint32_t first = a->upward ? n / 2 : (n - 1) / 2, second = a->upward ? (n - 1) / 2 : n / 2;

	if (!n || (is_bend(a->c, cell) && align_bend(a, cell, by, taken)))
		return;
	if (!align_along(a, cell, &a->c->strands[ends[first].strand], taken) && first != second)
		align_along(a, cell, &a->c->strands[ends[second].strand], taken);
}

static void align_all(struct alignment *a)
{
	const struct columns *c = a->c;

	for (uint32_t i = 0; i < c->cells_count; i++)
		a->root[i] = a->next[i] = i;
	for (uint32_t i = 1; i < c->count; i++) {
		uint32_t column = a->from_right ? c->count - 1 - i : i,
			 size = column_size(c, column);
		int64_t taken = INT64_MIN;

		for (uint32_t k = 0; k < size; k++)
			align_cell(a, cell_at(c, column, a->upward ? size - 1 - k : k), &taken);
	}
}

/* ---- packed ---- */

static float gap_between(const struct columns *c, uint32_t above, uint32_t below)
{
	if (c->cells[above].half <= 0 && c->cells[below].half <= 0)
		return is_bend(c, above) ? GAP_BENDS : GAP_BORDER;
	return is_bend(c, above) || is_bend(c, below) ? GAP_MIXED : GAP_ITEMS;
}

/* What comes behind in the column, seen in the direction of the alignment; NO_ID: nothing. */
static uint32_t cell_behind(const struct alignment *a, uint32_t cell)
{
	const struct columns *c = a->c;
	uint32_t column = c->cells[cell].column, place = c->cells[cell].place;

	if (a->upward)
		return place ? cell_at(c, column, place - 1) : NO_ID;
	return place + 1 < column_size(c, column) ? cell_at(c, column, place + 1) : NO_ID;
}

/* How far apart the blocks of two cells, the one behind the other, are at least. */
static float distance(const struct alignment *a, uint32_t cell, uint32_t behind)
{
	const struct columns *c = a->c;
	float middle = c->cells[cell].half + c->cells[behind].half + gap_between(c, cell, behind);
	float inner = a->inner[cell] - a->inner[behind];

	return middle + (a->upward ? -inner : inner);
}

static void count_waits(struct alignment *a)
{
	for (uint32_t cell = 0; cell < a->c->cells_count; cell++) {
		uint32_t behind = cell_behind(a, cell);

		if (behind != NO_ID)
			a->blocks[a->root[behind]].waits++;
	}
}

static void push_behind(struct alignment *a, uint32_t root, uint32_t *n)
{
	uint32_t cell = root;

	do {
		uint32_t behind = cell_behind(a, cell);

		if (behind != NO_ID) {
			struct block *b = &a->blocks[a->root[behind]];

			b->y = fmaxf(b->y, a->blocks[root].y + distance(a, cell, behind));
			if (!--b->waits)
				a->order[(*n)++] = a->root[behind];
		}
		cell = a->next[cell];
	} while (cell != root);
}

/* Towards what lies behind it, as far as that leaves room. */
static void draw_near(struct alignment *a, uint32_t root)
{
	float most = INFINITY;
	uint32_t cell = root;

	do {
		uint32_t behind = cell_behind(a, cell);

		if (behind != NO_ID)
			most = fminf(most,
				     a->blocks[a->root[behind]].y - distance(a, cell, behind));
		cell = a->next[cell];
	} while (cell != root);
	if (most < INFINITY && most > a->blocks[root].y)
		a->blocks[root].y = most;
}

static void pack(struct alignment *a)
{
	uint32_t n = 0;

	count_waits(a);
	for (uint32_t cell = 0; cell < a->c->cells_count; cell++)
		if (a->root[cell] == cell && !a->blocks[cell].waits)
			a->order[n++] = cell;
	for (uint32_t at = 0; at < n; at++)
		push_behind(a, a->order[at], &n);
	for (uint32_t at = n; at-- > 0;)
		draw_near(a, a->order[at]);
	for (uint32_t cell = 0; cell < a->c->cells_count; cell++) {
		float y = a->blocks[a->root[cell]].y;

		a->y[cell] = (a->upward ? -y : y) + a->inner[cell];
	}
}

static float *align_and_pack(struct columns *c, float *y, bool from_right, bool upward)
{
	AUTO_ARENA scratch = arena_new();
	size_t n = c->cells_count;
	struct alignment a = {
		.c = c,
		.from_right = from_right,
		.upward = upward,
		.root = NEW(scratch, uint32_t, n),
		.next = NEW(scratch, uint32_t, n),
		.inner = NEW(scratch, float, n),
		.blocks = NEW(scratch, struct block, n),
		.order = NEW(scratch, uint32_t, n),
		.y = y,
	};

	align_all(&a);
	pack(&a);
	c->work += 4 * (n + c->strands_count);
	return y;
}

/* ---- the mean of the four ---- */

struct extent {
	float least, most;
};

static struct extent extent_of(const struct columns *c, const float *y)
{
	struct extent e = {INFINITY, -INFINITY};

	for (size_t i = 0; i < c->cells_count; i++) {
		e.least = fminf(e.least, y[i] - c->cells[i].half);
		e.most = fmaxf(e.most, y[i] + c->cells[i].half);
	}
	return e;
}

/* Those packed downward share their upper end with the smallest, those packed upward the lower. */
static void bring_together(const struct columns *c, float *ys[4])
{
	struct extent extents[4], smallest;

	for (size_t k = 0; k < 4; k++)
		extents[k] = extent_of(c, ys[k]);
	smallest = extents[0];
	for (size_t k = 1; k < 4; k++)
		if (extents[k].most - extents[k].least < smallest.most - smallest.least)
			smallest = extents[k];
	for (size_t k = 0; k < 4; k++) {
		bool upward = k % 2;
		float by = upward ? smallest.most - extents[k].most
				  : smallest.least - extents[k].least;

		for (size_t i = 0; i < c->cells_count; i++)
			ys[k][i] += by;
	}
}

static float middle_of(float a, float b, float c, float d)
{
	float least = fminf(fminf(a, b), fminf(c, d)), most = fmaxf(fmaxf(a, b), fmaxf(c, d));

	return (a + b + c + d - least - most) / 2;
}

void columns_place(struct arena *a, struct columns *c)
{
	float *ys[4];

	for (uint32_t column = 1; column < c->count; column++)
		mark_bent_before(c, column);
	for (size_t k = 0; k < 4; k++)
		ys[k] = align_and_pack(c, NEW(a, float, c->cells_count), k / 2, k % 2);
	bring_together(c, ys);
	for (size_t i = 0; i < c->cells_count; i++)
		c->cells[i].y = middle_of(ys[0][i], ys[1][i], ys[2][i], ys[3][i]);
}
