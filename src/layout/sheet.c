/* sheet.c -- a layered drawing from its stages, and its x: columns side by side, links run through them. */
#include "layout/sheet.h"

#include <math.h>

#define GAP_COLUMNS      56.0F
#define GAP_COLUMNS_MORE 72.0F /* at most so much more, where links rise or fall steeply */
#define GAP_AT_BORDER    20.0F
#define STEEP            0.12F /* of the mean rise */
#define MUCH_WIDER       2.2F  /* a column than an item: which side it stands on is then seen */

struct column_span {
	float x, width;
};

struct drawing {
	struct arena *arena; /* of the result */
	struct sheet *sheet;
	struct columns *columns;
	struct column_span *spans; /* by column */
};

/* ---- x ---- */

static float gap_behind(const struct drawing *d, uint32_t column)
{
	const struct columns *c = d->columns;
	float rise = 0, n = 0;

	for (uint32_t i = c->first[column]; i < c->first[column + 1]; i++) {
		uint32_t cell = c->order[i];

		for (uint32_t at = c->to_right.first[cell]; at < c->to_right.first[cell + 1];
		     at++) {
			const struct strand *s = &c->strands[c->to_right.at[at].strand];

			rise += fabsf(c->cells[s->left].y + s->left_y - c->cells[s->right].y -
				      s->right_y);
			n++;
		}
	}
	return fminf(GAP_COLUMNS_MORE, n > 0 ? STEEP * rise / n : 0);
}

static bool is_beyond(const struct drawing *d, uint32_t item)
{
	return item != NO_ID && item >= d->sheet->items_count;
}

static bool holds_beyond(const struct drawing *d, uint32_t column)
{
	const struct columns *c = d->columns;

	return is_beyond(d, c->cells[c->order[c->first[column]]].item);
}

static bool holds_border(const struct drawing *d, uint32_t column)
{
	const struct columns *c = d->columns;
	uint32_t item = c->cells[c->order[c->first[column]]].item;

	return item != NO_ID && d->sheet->items[item].border != BORDER_NONE;
}

static void place_columns(struct arena *a, struct drawing *d)
{
	const struct columns *c = d->columns;
	float x = 0;

	d->spans = NEW(a, struct column_span, c->count);
	for (size_t i = 0; i < d->sheet->items_count; i++) {
		struct column_span *span = &d->spans[c->cells[i].column];

		span->width = fmaxf(span->width, d->sheet->items[i].width);
	}
	for (uint32_t column = 0; column < c->count; column++) {
		bool border;

		d->spans[column].x = x;
		x += d->spans[column].width;
		if (column + 1 == c->count)
			break;
		if (holds_beyond(d, column))
			continue;
		border = holds_border(d, column) || holds_border(d, column + 1);
		x += gap_behind(d, column) + (border ? GAP_AT_BORDER : GAP_COLUMNS);
	}
	d->sheet->width = x;
}

/* On the left of its column, where edges come in; one that has none, and much room, near what it leads to. */
static float item_x(const struct drawing *d, uint32_t item)
{
	const struct columns *c = d->columns;
	const struct column_span *span = &d->spans[c->cells[item].column];
	float width = d->sheet->items[item].width;
	bool begins = c->to_left.first[item] == c->to_left.first[item + 1];

	return span->x + (begins && span->width > width * MUCH_WIDER ? span->width - width : 0);
}

static void place_items(struct drawing *d)
{
	struct sheet *s = d->sheet;
	float least = INFINITY, most = -INFINITY;

	for (size_t i = 0; i < d->columns->cells_count; i++) {
		const struct cell *cell = &d->columns->cells[i];

		if (is_beyond(d, cell->item))
			continue;
		least = fminf(least, cell->y - cell->half);
		most = fmaxf(most, cell->y + cell->half);
	}
	for (size_t i = 0; i < d->columns->cells_count; i++)
		d->columns->cells[i].y -= least;
	for (uint32_t i = 0; i < s->items_count; i++) {
		s->items[i].x = item_x(d, i);
		s->items[i].y = d->columns->cells[i].y - d->columns->cells[i].half;
	}
	s->height = most - least;
}

/* ---- links: level where they pass a column, so that no box is in the way of their curves ---- */

static void add_point(struct sheet_link *l, float x, float y)
{
	struct layout_point *before = l->points_count ? &l->points[l->points_count - 1] : NULL;

	if (before && before->x >= x && before->y == y) /* where it is already */
		return;
	if (l->points_count > 1 && before->y == y && before[-1].y == y)
		before->x = x;
	else
		l->points[l->points_count++] = (struct layout_point){x, y};
}

static void run_link(struct drawing *d, uint32_t link)
{
	struct sheet *s = d->sheet;
	const struct columns *c = d->columns;
	struct sheet_link *l = &s->links[link];
	const struct sheet_item *left = &s->items[l->left], *right = &s->items[l->right];
	const struct column_span *begin = &d->spans[c->cells[l->left].column];
	const struct column_span *end = &d->spans[c->cells[l->right].column];
	float left_y = c->cells[l->left].y + l->left_y, right_y = c->cells[l->right].y + l->right_y;

	l->points = NEW(d->arena, struct layout_point, 2 * c->link_bends[link] + 4);
	add_point(l, left->x + left->width, left_y);
	add_point(l, begin->x + begin->width, left_y);
	for (uint32_t b = 0; b < c->link_bends[link]; b++) {
		const struct cell *cell = &c->cells[c->link_cells[link] + b];

		add_point(l, d->spans[cell->column].x, cell->y);
		add_point(l, d->spans[cell->column].x + d->spans[cell->column].width, cell->y);
	}
	add_point(l, end->x, right_y);
	add_point(l, right->x, right_y);
}

/* ---- what lies left of the border: items further out, one for each of the border, that keep their order and are not
 * drawn.  The border may have another order where that saves more within than it costs outside. ---- */

struct beyond {
	struct sheet sheet; /* with them */
	uint32_t *layers;
};

static void add_beyond_item(struct beyond *b, uint32_t item)
{
	struct sheet *s = &b->sheet;
	uint32_t added = (uint32_t)s->items_count++;

	s->items[added] = s->items[item];
	s->links[s->links_count++] = (struct sheet_link){.left = added, .right = item};
	b->layers[added] = 0;
}

static struct beyond add_beyond(struct arena *a, const struct sheet *s, const uint32_t *layers)
{
	size_t n = s->items_count;
	struct beyond b = {*s, NEW(a, uint32_t, 2 * n + 1)};

	b.sheet.items = NEW(a, struct sheet_item, 2 * n + 1);
	b.sheet.links = NEW(a, struct sheet_link, s->links_count + n + 1);
	memcpy(b.sheet.items, s->items, n * sizeof(*s->items));
	memcpy(b.sheet.links, s->links, s->links_count * sizeof(*s->links));
	for (uint32_t i = 0; i < n; i++) {
		b.layers[i] = layers[i] + 1;
		if (s->items[i].border == BORDER_LEFT)
			add_beyond_item(&b, i);
	}
	return b;
}

static bool has_left_border(const struct sheet *s)
{
	for (size_t i = 0; i < s->items_count; i++)
		if (s->items[i].border == BORDER_LEFT)
			return true;
	return false;
}

static struct columns *columns_beyond(struct arena *a, const struct sheet *s,
				      const uint32_t *layers, uint32_t count)
{
	struct beyond b = add_beyond(a, s, layers);
	struct columns *c = columns_new(a, &b.sheet, b.layers, count + 1);

	for (size_t i = s->items_count; i < b.sheet.items_count; i++)
		c->cells[i].fixed = true;
	for (size_t i = 0; i < c->strands_count; i++)
		c->strands[i].bent = c->cells[c->strands[i].left].fixed;
	return c;
}

/* ---- the whole ---- */

void sheet_draw(struct arena *a, struct sheet *s, bool ranked)
{
	AUTO_ARENA scratch = arena_new();
	uint32_t count, *layers = sheet_layers(scratch, s, &count);
	struct drawing d = {a, s, NULL, NULL};

	d.columns = ranked && has_left_border(s) ? columns_beyond(scratch, s, layers, count)
						 : columns_new(scratch, s, layers, count);
	columns_order(scratch, d.columns);
	columns_place(scratch, d.columns);
	place_columns(scratch, &d);
	place_items(&d);
	for (uint32_t i = 0; i < s->links_count; i++)
		run_link(&d, i);
	s->work += d.columns->work;
}
