/* sheet.h -- one layered drawing: items in columns, links that run from left to right between them.  It knows no
 * frames: a frame that is drawn within is an item as any other, and what leaves the frame that is drawn ends at items
 * that stand for its border. Of the room only; graph_layout.h is its door. */
#pragma once
#include "base/arena.h"
#include "base/base.h"
#include "layout/graph_layout.h"

enum sheet_border { BORDER_NONE, BORDER_LEFT, BORDER_RIGHT };

struct sheet_item {
	float width, height;
	enum sheet_border border; /* a point of the border of the sheet, not a box: its size is 0 */
	float x, y;               /* result: the upper left */
};
struct sheet_link { /* without circles; several between the same two items are several lines */
	uint32_t left, right;   /* items */
	float left_y, right_y;  /* where it touches them, from their middle */
	struct layout_point *points; /* result: from left to right */
	size_t points_count;
};
struct sheet {
	struct sheet_item *items;
	size_t items_count;
	struct sheet_link *links;
	size_t links_count;
	float width, height; /* result; the least x and y are 0 */
	uint64_t work;       /* grows by the steps taken */
};

/* Places all, in `a`.  `ranked`: items of the left border come in the order in which their links go on beyond it. */
void sheet_draw(struct arena *a, struct sheet *s, bool ranked);

/* Places a sheet in which every link is one between an item and the border: in rows, with lanes between the rows for
 * the links. */
void sheet_draw_lanes(struct arena *a, struct sheet *s);

/* ---- its stages, each in a file of its own ---- */

/* layer.c: the column of each item, from 0; borders have the first and the last for themselves. */
uint32_t *sheet_layers(struct arena *a, struct sheet *s, uint32_t *ret_count);

struct cell {
	uint32_t item;   /* NO_ID: a bend, where links pass a column */
	uint32_t column;
	uint32_t place;  /* in it, from the top */
	float half;      /* of its height */
	float y;         /* of its middle */
	bool fixed;      /* keeps its place, as all of its column do */
};
struct strand { /* the piece of a link, or of several that run together, between neighbouring columns */
	uint32_t left, right;  /* cells */
	float left_y, right_y; /* from their middles */
	uint8_t left_part, right_part; /* the same as parts of their heights: 0 the top, 255 the bottom */
	uint32_t links;        /* how many run in it */
	bool bent;             /* crosses one that is to be straight */
};
struct strand_end { /* of a strand, as its other end sees it */
	uint32_t key;   /* where it is in its column, from the top: the place of the cell, then the part of that */
	uint32_t strand, links;
	uint32_t cell;  /* that other end */
	uint8_t part;   /* of the cell in whose list it is */
};
struct strands_of { /* by cell: at[first[cell]] to at[first[cell + 1] - 1], from the top */
	uint32_t *first;
	struct strand_end *at;
};
struct columns {
	struct cell *cells; /* items first, at their own index */
	size_t cells_count;
	struct strand *strands;
	size_t strands_count;
	uint32_t count;
	uint32_t *first, *order; /* order[first[c]] to order[first[c + 1] - 1]: the cells of column c from the top */
	struct strands_of to_left, to_right;
	uint32_t *link_cells; /* of each link: its first bend; NO_ID: none */
	uint32_t *link_bends; /* how many, with ids one after the other */
	uint64_t work;
};

/* chain.c: cells and strands.  Links that leave an item at one point run together as far as they can; how many bends
 * there are is bounded by the size of the sheet: links that are longer leap. */
struct columns *columns_new(struct arena *a, const struct sheet *s, const uint32_t *layers, uint32_t count);
static inline uint32_t column_size(const struct columns *c, uint32_t column)
{
	return c->first[column + 1] - c->first[column];
}

/* order.c: the places within the columns, so that few strands cross. */
void columns_order(struct arena *a, struct columns *c);
/* cross.c */
uint64_t columns_crossings(struct arena *scratch, struct columns *c);
/* swap.c: exchanges neighbours in a column for as long as that takes crossings away. */
void columns_swap(struct columns *c, uint32_t column);
/* place.c: the y of all cells. */
void columns_place(struct arena *a, struct columns *c);
