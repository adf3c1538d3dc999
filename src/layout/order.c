/* order.c -- sweeps over the columns, left to right and back: each cell goes to the mean of its neighbours in the
 * column before, then neighbours in a column are exchanged where that helps.  The best order seen stays. */
#include "layout/sheet.h"

/* At most so many sweeps, fewer when this many in a row bring nothing; large sheets stop at so many steps per cell and
 * strand.  Small ones are begun from the right as well, and the better counts. */
enum { SWEEPS = 32, SWEEPS_IDLE = 5, WORK_EACH = 120, SMALL = 12000 };

struct mean {
	float key;
	uint32_t tie, cell;
};

struct ordering {
	struct arena *arena;
	struct columns *c;
	struct mean *means;
	uint32_t *filled; /* by cell: where the next strand of its list goes */
	uint32_t *best;
	uint64_t least; /* crossings of the best order */
};

/* ---- lists by place ---- */

/* Dealt in the order of places: only what touches the same cell elsewhere is not in order yet. */
static void sort_by_key(const struct strands_of *by, uint32_t cell)
{
	struct strand_end *first = by->at + by->first[cell], *end = by->at + by->first[cell + 1];

	for (struct strand_end *e = first + 1; e < end; e++) {
		struct strand_end moved = *e, *to = e;

		for (; to > first && to[-1].key > moved.key; to--)
			*to = to[-1];
		*to = moved;
	}
}

/* The strands in the lists `from` of the cells of `column`, from the top, given anew to the lists `to` of their other
 * ends.  Of cells and strands themselves nothing is looked at: they lie far apart. */
static void deal(struct ordering *o, uint32_t column, const struct strands_of *from,
		 struct strands_of *to)
{
	struct columns *c = o->c;
	bool rightward = from == &c->to_right;
	uint32_t other = rightward ? column + 1 : column - 1;

	if (rightward ? other == c->count : column == 0)
		return;
	for (uint32_t i = c->first[other]; i < c->first[other + 1]; i++)
		o->filled[c->order[i]] = to->first[c->order[i]];
	for (uint32_t i = c->first[column]; i < c->first[column + 1]; i++) {
		uint32_t cell = c->order[i], place = i - c->first[column];

		for (uint32_t at = from->first[cell]; at < from->first[cell + 1]; at++) {
			const struct strand_end *e = &from->at[at];

			to->at[o->filled[e->cell]++] = (struct strand_end){
				place << 8 | e->part, e->strand, e->links, cell, e->key & 0xff};
		}
		c->work += 1 + from->first[cell + 1] - from->first[cell];
	}
	for (uint32_t i = c->first[other]; i < c->first[other + 1]; i++)
		sort_by_key(to, c->order[i]);
}

/* After the places of a column have changed. */
static void refresh(struct ordering *o, uint32_t column)
{
	deal(o, column, &o->c->to_right, &o->c->to_left);
	deal(o, column, &o->c->to_left, &o->c->to_right);
}

/* ---- the first order: along the links, as a walk in depth meets the cells ---- */

struct walk {
	uint32_t *stack, *next; /* cells on the way; which of its strands each takes next */
	bool *met;
	uint32_t *filled; /* per column */
	size_t depth;
};

static void meet(struct columns *c, struct walk *w, uint32_t cell)
{
	if (w->met[cell])
		return;
	w->met[cell] = true;
	w->stack[w->depth++] = cell;
	if (!c->cells[cell].fixed)
		c->cells[cell].place = w->filled[c->cells[cell].column]++;
}

static void walk_from(struct columns *c, struct walk *w, uint32_t cell, bool rightward)
{
	const struct strands_of *by = rightward ? &c->to_right : &c->to_left;

	meet(c, w, cell);
	while (w->depth) {
		uint32_t at = w->stack[w->depth - 1];

		if (by->first[at] + w->next[at] == by->first[at + 1]) {
			w->depth--;
			continue;
		}
		const struct strand *s = &c->strands[by->at[by->first[at] + w->next[at]++].strand];
		meet(c, w, rightward ? s->right : s->left);
	}
}

static void apply_places(struct ordering *o)
{
	struct columns *c = o->c;

	for (uint32_t i = 0; i < c->cells_count; i++)
		c->order[c->first[c->cells[i].column] + c->cells[i].place] = i;
	for (uint32_t column = 0; column < c->count; column++)
		refresh(o, column);
}

static void first_order(struct ordering *o, bool rightward)
{
	struct arena *a = o->arena;
	struct columns *c = o->c;
	struct walk w = {NEW(a, uint32_t, c->cells_count + 1), NEW(a, uint32_t, c->cells_count + 1),
			 NEW(a, bool, c->cells_count + 1), NEW(a, uint32_t, c->count + 1), 0};

	for (uint32_t i = 0; i < c->count; i++) {
		uint32_t column = rightward ? i : c->count - 1 - i;

		for (uint32_t at = c->first[column]; at < c->first[column + 1]; at++)
			walk_from(c, &w, c->order[at], rightward);
	}
	apply_places(o);
	c->work += c->cells_count + c->strands_count;
}

/* ---- sweeps ---- */

static float mean_of(const struct strands_of *by, uint32_t cell)
{
	uint32_t first = by->first[cell], end = by->first[cell + 1];
	uint64_t sum = 0;

	for (uint32_t at = first; at < end; at++)
		sum += by->at[at].key;
	return (float)sum / (float)(end - first);
}

static int compare_means(const void *left, const void *right)
{
	const struct mean *a = left, *b = right;

	if (a->key < b->key || a->key > b->key)
		return a->key < b->key ? -1 : 1;
	return (a->tie > b->tie) - (a->tie < b->tie);
}

/* Nearly in order most of the time. */
static void sort_means(struct mean *means, size_t n)
{
	size_t moves = 0, most = 8 * n;

	for (size_t i = 1; i < n && moves < most; i++) {
		struct mean mean = means[i];
		size_t at = i;

		for (; at > 0 && compare_means(&means[at - 1], &mean) > 0; at--)
			means[at] = means[at - 1];
		means[at] = mean;
		moves += i - at;
	}
	if (moves >= most)
		qsort(means, n, sizeof(*means), compare_means);
}

/* Cells without a neighbour on that side keep their places.  `low`: of those with the same mean, the lowest goes first. */
static void sort_column(struct ordering *o, uint32_t column, const struct strands_of *by, bool low)
{
	struct columns *c = o->c;
	uint32_t *order = c->order + c->first[column], size = column_size(c, column);
	size_t n = 0, taken = 0;

	for (uint32_t place = 0; place < size; place++) {
		uint32_t cell = order[place];

		if (by->first[cell] < by->first[cell + 1])
			o->means[n++] = (struct mean){mean_of(by, cell), low ? size - place : place,
						      cell};
		c->work += 1 + by->first[cell + 1] - by->first[cell];
	}
	sort_means(o->means, n);
	for (uint32_t place = 0; place < size; place++) {
		uint32_t cell = order[place];

		if (by->first[cell] < by->first[cell + 1])
			order[place] = o->means[taken++].cell;
	}
	for (uint32_t place = 0; place < size; place++)
		c->cells[order[place]].place = place;
}

static void sweep(struct ordering *o, bool rightward, bool low)
{
	struct columns *c = o->c;

	for (uint32_t i = 0; i < c->count; i++) {
		uint32_t column = rightward ? i : c->count - 1 - i;

		if (c->cells[c->order[c->first[column]]].fixed)
			continue;
		if (i)
			sort_column(o, column, rightward ? &c->to_left : &c->to_right, low);
		columns_swap(c, column);
		refresh(o, column);
	}
}

/* ---- the best of them ---- */

static bool keep_if_best(struct ordering *o)
{
	AUTO_ARENA scratch = arena_new();
	uint64_t crossings = columns_crossings(scratch, o->c);

	if (crossings >= o->least)
		return false;
	o->least = crossings;
	memcpy(o->best, o->c->order, o->c->cells_count * sizeof(uint32_t));
	return true;
}

static void take_best(struct ordering *o)
{
	struct columns *c = o->c;

	memcpy(c->order, o->best, c->cells_count * sizeof(uint32_t));
	for (uint32_t column = 0; column < c->count; column++)
		for (uint32_t i = c->first[column]; i < c->first[column + 1]; i++)
			c->cells[c->order[i]].place = i - c->first[column];
	for (uint32_t column = 0; column < c->count; column++)
		refresh(o, column);
}

static void sweeps_from(struct ordering *o, bool rightward)
{
	struct columns *c = o->c;
	uint64_t most = c->work + WORK_EACH * (c->cells_count + c->strands_count);
	uint32_t idle = 0;

	first_order(o, rightward);
	keep_if_best(o);
	for (uint32_t i = 0; i < SWEEPS && idle < SWEEPS_IDLE && o->least && c->work < most; i++) {
		sweep(o, (i % 2 == 0) == rightward, i % 4 >= 2);
		idle = keep_if_best(o) ? 0 : idle + 1;
	}
}

void columns_order(struct arena *a, struct columns *c)
{
	struct ordering o = {
		.arena = a,
		.c = c,
		.means = NEW(a, struct mean, c->cells_count + 1),
		.filled = NEW(a, uint32_t, c->cells_count + 1),
		.best = NEW(a, uint32_t, c->cells_count + 1),
		.least = UINT64_MAX,
	};

	sweeps_from(&o, true);
	if (o.least && c->cells_count + c->strands_count < SMALL)
		sweeps_from(&o, false);
	take_best(&o);
}
