/* pack.c -- shelves for what differs in size, a grid for what does not. */
#include "layout/pack.h"

#include <math.h>

#define GAP_SHELVES 28.0F
#define GAP_GRID_X  24.0F
#define GAP_GRID_Y  22.0F

struct shelf {
	float y, height;
	float x;                  /* behind its last stack */
	float stack_x, stack_end; /* the last stack: its left end and how far down it is filled */
	float stack_width;
};

static float total_area(const struct layout_rectangle *r, size_t count)
{
	float area = 0;

	for (size_t i = 0; i < count; i++)
		area += r[i].width * (r[i].height + GAP_SHELVES);
	return area;
}

static int compare_heights(const void *left, const void *right)
{
	const struct layout_rectangle *a = *(const struct layout_rectangle *const *)left;
	const struct layout_rectangle *b = *(const struct layout_rectangle *const *)right;

	if (a->height > b->height || a->height < b->height)
		return a->height > b->height ? -1 : 1;
	return (a > b) - (a < b);
}

/* On the stack that was begun last, else on a new one beside it, else on a new shelf. */
static void put(struct shelf *s, struct layout_rectangle *r, float width)
{
	bool fits_stack = s->stack_width >= r->width &&
			  s->stack_end + r->height <= s->y + s->height;

	if (!fits_stack && s->x > 0 && s->x + r->width > width)
		*s = (struct shelf){.y = s->y + s->height + GAP_SHELVES, .height = r->height};
	if (!fits_stack) {
		s->height = fmaxf(s->height, r->height);
		s->stack_x = s->x;
		s->stack_end = s->y;
		s->stack_width = r->width;
		s->x += r->width;
	}
	r->x = s->stack_x;
	r->y = s->stack_end;
	s->stack_end += r->height + GAP_SHELVES;
}

struct layout_rectangle pack_shelves(struct arena *scratch, struct layout_rectangle *r,
				     size_t count, size_t on_top, float aspect)
{
	struct layout_rectangle **by_height = NEW(scratch, struct layout_rectangle *, count + 1);
	struct layout_rectangle all = {0};
	struct shelf s = {0};
	float width = sqrtf(total_area(r, count) * aspect);

	for (size_t i = 0; i < count; i++) {
		by_height[i] = &r[i];
		width = fmaxf(width, r[i].width);
	}
	qsort(by_height + on_top, count - on_top, sizeof(*by_height), compare_heights);
	for (size_t i = 0; i < count; i++) {
		if (i && i <= on_top)
			s = (struct shelf){.y = s.y + s.height + GAP_SHELVES};
		put(&s, by_height[i], width);
		all.width = fmaxf(all.width, by_height[i]->x + by_height[i]->width);
		all.height = fmaxf(all.height, by_height[i]->y + by_height[i]->height);
	}
	return all;
}

struct layout_rectangle pack_grid(struct layout_rectangle *r, size_t count, float width,
				  float aspect)
{
	struct layout_rectangle all = {0};
	float cell_width = 0, cell_height = 0;
	size_t columns;

	for (size_t i = 0; i < count; i++) {
		cell_width = fmaxf(cell_width, r[i].width + GAP_GRID_X);
		cell_height = fmaxf(cell_height, r[i].height + GAP_GRID_Y);
	}
	width = fmaxf(width, sqrtf((float)count * cell_width * cell_height * aspect));
	columns = 1 + (size_t)fmaxf(0, floorf((width + GAP_GRID_X) / cell_width) - 1);
	for (size_t i = 0; i < count; i++) {
		size_t row = i / columns;

		r[i].x = (float)(i - row * columns) * cell_width;
		r[i].y = (float)row * cell_height;
		all.width = fmaxf(all.width, r[i].x + r[i].width);
		all.height = fmaxf(all.height, r[i].y + r[i].height);
	}
	return all;
}
