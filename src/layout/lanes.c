/* lanes.c -- items that have nothing to do with each other, but with what is beyond the border: in one column they
 * would be a tower, side by side each would stand in the way of the other's lines.  So they stand in rows, and the
 * lines of a row run in lanes: to the left border above it, to the right one below. */
#include <math.h>

#include "layout/sheet.h"

#define ASPECT      1.6F
#define GAP_COLUMNS 48.0F /* a line bends there */
#define GAP_LANES   5.0F
#define GAP_ROW     12.0F /* to its nearest lane, or to the next row */

struct row {
	float y;       /* of its items */
	uint32_t left; /* lanes above */
	uint32_t right;
};

struct lanes {
	struct sheet *sheet;
	uint32_t *number; /* by item: its place in the grid, from the upper left; NO_ID: none yet */
	uint32_t *links;  /* in the order of their items' numbers */
	size_t boxes;
	uint32_t columns, rows_count;
	struct row *rows;
	float *x, *widths; /* by column */
	float height;      /* of a row's items */
};

static bool leads_right(const struct sheet *s, const struct sheet_link *link)
{
	return s->items[link->right].border != BORDER_NONE;
}

static uint32_t item_of(const struct sheet *s, const struct sheet_link *link)
{
	return leads_right(s, link) ? link->left : link->right;
}

/* In the order of their links, as the border has them. */
static void number_items(struct arena *a, struct lanes *l)
{
	const struct sheet *s = l->sheet;

	l->number = NEW(a, uint32_t, s->items_count + 1);
	memset(l->number, 0xff, sizeof(uint32_t) * s->items_count);
	for (size_t i = 0; i < s->links_count; i++) {
		uint32_t *number = &l->number[item_of(s, &s->links[i])];

		if (*number == NO_ID)
			*number = (uint32_t)l->boxes++;
	}
}

static void sort_links(struct arena *a, struct lanes *l)
{
	const struct sheet *s = l->sheet;
	uint32_t *first = NEW(a, uint32_t, l->boxes + 1);

	l->links = NEW(a, uint32_t, s->links_count + 1);
	for (size_t i = 0; i < s->links_count; i++)
		first[l->number[item_of(s, &s->links[i])] + 1]++;
	for (size_t i = 0; i < l->boxes; i++)
		first[i + 1] += first[i];
	for (uint32_t i = 0; i < s->links_count; i++)
		l->links[first[l->number[item_of(s, &s->links[i])]]++] = i;
}

static void count_columns(struct lanes *l)
{
	const struct sheet *s = l->sheet;
	float width = 0, n = (float)l->boxes;

	for (size_t i = 0; i < s->items_count; i++) {
		width += s->items[i].width;
		l->height = fmaxf(l->height, s->items[i].height);
	}
	l->columns = (uint32_t)lroundf(
		sqrtf(n * ASPECT * (l->height + 3 * GAP_ROW) / (width / n + GAP_COLUMNS)));
	l->columns = l->columns ? l->columns : 1;
	l->rows_count = (uint32_t)((l->boxes + l->columns - 1) / l->columns);
}

static uint32_t row_of(const struct lanes *l, uint32_t item)
{
	return l->number[item] / l->columns;
}

static uint32_t column_of(const struct lanes *l, uint32_t item)
{
	return l->number[item] % l->columns;
}

static void measure_columns(struct arena *a, struct lanes *l)
{
	struct sheet *s = l->sheet;

	l->x = NEW(a, float, l->columns + 1);
	l->widths = NEW(a, float, l->columns + 1);
	for (uint32_t i = 0; i < s->items_count; i++)
		if (s->items[i].border == BORDER_NONE) {
			float *width = &l->widths[column_of(l, i)];

			*width = fmaxf(*width, s->items[i].width);
		}
	l->x[0] = GAP_COLUMNS;
	for (uint32_t c = 0; c < l->columns; c++)
		l->x[c + 1] = l->x[c] + l->widths[c] + GAP_COLUMNS;
	s->width = l->x[l->columns];
}

static float lanes_height(uint32_t lanes)
{
	return lanes ? GAP_ROW + GAP_LANES * (float)(lanes - 1) : 0;
}

static void measure_rows(struct arena *a, struct lanes *l)
{
	struct sheet *s = l->sheet;
	float y = 0;

	l->rows = NEW(a, struct row, l->rows_count + 1);
	for (size_t i = 0; i < s->links_count; i++) {
		struct row *row = &l->rows[row_of(l, item_of(s, &s->links[i]))];

		*(leads_right(s, &s->links[i]) ? &row->right : &row->left) += 1;
	}
	for (uint32_t r = 0; r < l->rows_count; r++) {
		l->rows[r].y = y + lanes_height(l->rows[r].left);
		y = l->rows[r].y + l->height + lanes_height(l->rows[r].right);
		s->height = y;
		y += GAP_ROW;
	}
}

static void place_items(struct lanes *l)
{
	for (uint32_t i = 0; i < l->sheet->items_count; i++) {
		struct sheet_item *item = &l->sheet->items[i];

		if (item->border != BORDER_NONE)
			continue;
		item->x = l->x[column_of(l, i)];
		item->y = l->rows[row_of(l, i)].y + (l->height - item->height) / 2;
	}
}

/* `lane`: counted from the row. */
static void run_link(struct arena *a, const struct lanes *l, struct sheet_link *link, uint32_t lane)
{
	struct sheet *s = l->sheet;
	bool right = leads_right(s, link);
	const struct sheet_item *item = &s->items[item_of(s, link)];
	struct sheet_item *border = &s->items[right ? link->right : link->left];
	uint32_t column = column_of(l, item_of(s, link));
	float row_y = l->rows[row_of(l, item_of(s, link))].y,
	      away = GAP_ROW + GAP_LANES * (float)lane;
	float y = item->y + item->height / 2 + (right ? link->left_y : link->right_y);

	border->x = right ? s->width : 0;
	border->y = right ? row_y + l->height + away : row_y - away;
	link->points = NEW(a, struct layout_point, 4);
	link->points_count = 4;
	if (right) {
		link->points[0] = (struct layout_point){item->x + item->width, y};
		link->points[1] = (struct layout_point){l->x[column] + l->widths[column], y};
		link->points[2] = (struct layout_point){l->x[column + 1], border->y};
		link->points[3] = (struct layout_point){s->width, border->y};
	} else {
		link->points[0] = (struct layout_point){0, border->y};
		link->points[1] = (struct layout_point){item->x - GAP_COLUMNS, border->y};
		link->points[2] = link->points[3] = (struct layout_point){item->x, y};
		link->points_count = 3;
	}
}

/* The nearest to its border has the lane nearest to the row, so that no line crosses another of its row. */
static void run_links(struct arena *a, struct lanes *l)
{
	struct sheet *s = l->sheet;
	uint32_t *left = NEW(a, uint32_t, l->rows_count + 1),
		 *right = NEW(a, uint32_t, l->rows_count + 1);

	for (size_t i = 0; i < s->links_count; i++) {
		struct sheet_link *link = &s->links[l->links[i]];
		uint32_t row = row_of(l, item_of(s, link));

		if (leads_right(s, link))
			run_link(a, l, link, l->rows[row].right - 1 - right[row]++);
		else
			run_link(a, l, link, left[row]++);
	}
}

void sheet_draw_lanes(struct arena *a, struct sheet *s)
{
	AUTO_ARENA scratch = arena_new();
	struct lanes l = {.sheet = s};

	number_items(scratch, &l);
	sort_links(scratch, &l);
	count_columns(&l);
	measure_columns(scratch, &l);
	measure_rows(scratch, &l);
	place_items(&l);
	run_links(a, &l);
	s->work += s->items_count + s->links_count;
}
