/* chain.c -- the columns of a sheet: its items, and a bend wherever links pass a column on their way. */
#include "base/list.h"
#include "layout/sheet.h"

/* Bends are at most this many times items and links, and some more for small sheets. */
enum { BENDS_EACH = 4, BENDS_FREE = 2000 };

struct leaving { /* a link where it begins */
	uint32_t left, link, right_column;
	float y;
};

struct chains {
	const struct sheet *sheet;
	const uint32_t *layers;
	struct columns *columns;
	struct leaving *leaving; /* all links; those of one chain side by side, the longest first */
	uint32_t most;           /* bends of one chain */
	size_t cells_cap;
};

static int order_of(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_leaving(const void *left, const void *right)
{
	const struct leaving *a = left, *b = right;

	if (a->left != b->left)
		return order_of(a->left, b->left);
	if (a->y < b->y || a->y > b->y)
		return a->y < b->y ? -1 : 1;
	if (a->right_column != b->right_column)
		return order_of(b->right_column, a->right_column);
	return order_of(a->link, b->link);
}

static void sort_links(struct arena *a, struct chains *c)
{
	const struct sheet *s = c->sheet;

	c->leaving = NEW(a, struct leaving, s->links_count + 1);
	for (uint32_t i = 0; i < s->links_count; i++)
		c->leaving[i] = (struct leaving){
			.left = s->links[i].left,
			.link = i,
			.right_column = c->layers[s->links[i].right],
			.y = s->links[i].left_y,
		};
	qsort(c->leaving, s->links_count, sizeof(*c->leaving), compare_leaving);
}

/* How many links, from the one at `at` on, run together. */
static size_t chain_length(const struct chains *c, size_t at)
{
	const struct leaving *first = &c->leaving[at];
	size_t n = 1;

	while (at + n < c->sheet->links_count && c->leaving[at + n].left == first->left &&
	       !(c->leaving[at + n].y > first->y))
		n++;
	return n;
}

static uint32_t bends_of(const struct chains *c, const struct leaving *l)
{
	uint32_t bends = l->right_column - c->layers[l->left] - 1;

	return bends < c->most ? bends : c->most;
}

/* The length of chains with which all of them together stay within what the sheet is worth. */
static void bound_chains(struct arena *a, struct chains *c, uint32_t columns)
{
	const struct sheet *s = c->sheet;
	uint32_t *longer = NEW(a, uint32_t,
			       columns + 1); /* chains by bends, then those of as many or more */
	size_t left = BENDS_EACH * (s->items_count + s->links_count) + BENDS_FREE;

	c->most = NO_ID;
	for (size_t at = 0; at < s->links_count; at += chain_length(c, at))
		longer[bends_of(c, &c->leaving[at])]++;
	for (uint32_t n = columns; n-- > 0;)
		longer[n] += longer[n + 1];
	for (c->most = 0; c->most < columns && longer[c->most + 1] <= left; c->most++) {
		left -= longer[c->most + 1];
		c->cells_cap += longer[c->most + 1];
	}
}

/* ---- cells and strands ---- */

static uint8_t part_of(float y, float half)
{
	float part = half > 0 ? (y + half) / (2 * half) : 0.5F;

	return (uint8_t)(part <= 0 ? 0 : part >= 1 ? 255 : part * 255);
}

static void add_strand(struct columns *c, struct strand strand)
{
	strand.left_part = part_of(strand.left_y, c->cells[strand.left].half);
	strand.right_part = part_of(strand.right_y, c->cells[strand.right].half);
	c->strands[c->strands_count++] = strand;
}

static uint32_t add_bend(struct columns *c, uint32_t column)
{
	c->cells[c->cells_count] = (struct cell){.item = NO_ID, .column = column};
	return (uint32_t)c->cells_count++;
}

/* One chain: `n` links from leaving[at] on. */
static void add_chain(struct chains *c, size_t at, size_t n)
{
	struct columns *to = c->columns;
	const struct leaving *l = &c->leaving[at];
	uint32_t bends = bends_of(c, l), first = (uint32_t)to->cells_count;
	uint32_t column = c->layers[l->left], before = l->left, running = (uint32_t)n;

	for (uint32_t b = 0; b < bends; b++) {
		while (running && bends_of(c, &l[running - 1]) == b)
			running--;
		add_bend(to, column + b + 1);
		add_strand(to, (struct strand){.left = before,
					       .right = first + b,
					       .left_y = b ? 0 : l->y,
					       .links = running});
		before = first + b;
	}
	for (size_t i = 0; i < n; i++) {
		const struct sheet_link *link = &c->sheet->links[l[i].link];
		uint32_t own = bends_of(c, &l[i]);

		to->link_bends[l[i].link] = own;
		to->link_cells[l[i].link] = own ? first : NO_ID;
		if (column + own + 1 == l[i].right_column)
			add_strand(to, (struct strand){.left = own ? first + own - 1 : l->left,
						       .right = link->right,
						       .left_y = own ? 0 : l->y,
						       .right_y = link->right_y,
						       .links = 1});
	}
}

static void add_items(struct chains *c)
{
	const struct sheet *s = c->sheet;

	for (uint32_t i = 0; i < s->items_count; i++)
		c->columns->cells[i] = (struct cell){
			.item = i, .column = c->layers[i], .half = s->items[i].height / 2};
	c->columns->cells_count = s->items_count;
}

/* ---- by column, by cell ---- */

static void sort_columns(struct arena *a, struct columns *c)
{
	uint32_t *filled = NEW(a, uint32_t, c->count + 1);

	c->first = NEW(a, uint32_t, c->count + 1);
	c->order = NEW(a, uint32_t, c->cells_count + 1);
	for (size_t i = 0; i < c->cells_count; i++)
		c->first[c->cells[i].column + 1]++;
	for (uint32_t i = 0; i < c->count; i++)
		c->first[i + 1] += c->first[i];
	for (uint32_t i = 0; i < c->cells_count; i++) {
		struct cell *cell = &c->cells[i];

		cell->place = filled[cell->column]++;
		c->order[c->first[cell->column] + cell->place] = i;
	}
}

static struct strands_of strands_by(struct arena *a, const struct columns *c, bool by_left)
{
	struct strands_of by = {NEW(a, uint32_t, c->cells_count + 1),
				NEW(a, struct strand_end, c->strands_count + 1)};
	uint32_t *filled = NEW(a, uint32_t, c->cells_count + 1);

	for (size_t i = 0; i < c->strands_count; i++)
		by.first[(by_left ? c->strands[i].left : c->strands[i].right) + 1]++;
	for (size_t i = 0; i < c->cells_count; i++)
		by.first[i + 1] += by.first[i];
	for (uint32_t i = 0; i < c->strands_count; i++) {
		const struct strand *s = &c->strands[i];
		uint32_t cell = by_left ? s->left : s->right;

		by.at[by.first[cell] + filled[cell]++] = (struct strand_end){
			.key = by_left ? s->right_part : s->left_part,
			.strand = i,
			.links = s->links,
			.cell = by_left ? s->right : s->left,
			.part = by_left ? s->left_part : s->right_part,
		};
	}
	return by;
}

struct columns *columns_new(struct arena *a, const struct sheet *s, const uint32_t *layers,
			    uint32_t count)
{
	struct columns *columns = NEW(a, struct columns, 1);
	struct chains c = {.sheet = s, .layers = layers, .columns = columns};

	columns->count = count;
	sort_links(a, &c);
	bound_chains(a, &c, count);
	columns->cells = NEW(a, struct cell, s->items_count + c.cells_cap + 1);
	columns->strands = NEW(a, struct strand, s->links_count + c.cells_cap + 1);
	columns->link_cells = NEW(a, uint32_t, s->links_count + 1);
	columns->link_bends = NEW(a, uint32_t, s->links_count + 1);
	add_items(&c);
	for (size_t at = 0, n; at < s->links_count; at += n) {
		n = chain_length(&c, at);
		add_chain(&c, at, n);
	}
	sort_columns(a, columns);
	columns->to_right = strands_by(a, columns, true);
	columns->to_left = strands_by(a, columns, false);
	columns->work += columns->cells_count + columns->strands_count;
	return columns;
}
