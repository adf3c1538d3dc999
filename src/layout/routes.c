/* routes.c -- the route of a tie: from its left end out through the frames around it, across the level that holds both
 * ends, and into the frames around the right one. */
#include "layout/picture.h"

struct route {
	struct layout_point *points;
	size_t count;
};

/* Two that are level with the next make one line. */
static void add_point(struct route *r, float x, float y)
{
	struct layout_point *last = r->count ? &r->points[r->count - 1] : NULL;

	if (last && last->y == y && (last->x >= x || (r->count > 1 && last[-1].y == y)))
		last->x = x;
	else
		r->points[r->count++] = (struct layout_point){x, y};
}

static struct layout_point origin(const struct picture *p, uint32_t level)
{
	const struct layout_rectangle *frame = level ? &p->places[end_of_level(p, level)] : NULL;

	return frame ? (struct layout_point){frame->x, frame->y} : (struct layout_point){0, 0};
}

static void add_line(struct route *r, const struct picture *p, uint32_t level,
		     const struct line *line)
{
	struct layout_point from = origin(p, level);

	for (size_t i = 0; i < line->count; i++)
		add_point(r, line->points[i].x + line->x + from.x,
			  line->points[i].y + line->y + from.y);
}

static uint32_t level_around(const struct picture *p, uint32_t level)
{
	return p->level_of[end_of_level(p, level)];
}

static size_t points_at_most(const struct picture *p, const struct tie *tie)
{
	size_t n = tie->line.count;

	for (uint32_t l = p->level_of[left_end(tie)]; l != tie->level; l = level_around(p, l))
		n += picture_port(p, left_end(tie), l, true)->line.count;
	for (uint32_t l = p->level_of[right_end(tie)]; l != tie->level; l = level_around(p, l))
		n += picture_port(p, right_end(tie), l, false)->line.count;
	return n;
}

/* Into the frames around the right end: the outermost first. */
static void enter_frames(struct route *r, const struct picture *p, const struct tie *tie)
{
	uint32_t end = right_end(tie), entered = tie->level;

	while (entered != p->level_of[end]) {
		uint32_t level = p->level_of[end];

		while (level_around(p, level) != entered)
			level = level_around(p, level);
		add_line(r, p, level, &picture_port(p, end, level, false)->line);
		entered = level;
	}
}

static void turn_round(struct route *r)
{
	for (size_t i = 0; i < r->count / 2; i++) {
		struct layout_point point = r->points[i];

		r->points[i] = r->points[r->count - 1 - i];
		r->points[r->count - 1 - i] = point;
	}
}

struct layout_route picture_route(struct arena *a, const struct picture *p, const struct tie *tie)
{
	struct route r = {NEW(a, struct layout_point, points_at_most(p, tie) + 1), 0};
	uint32_t left = left_end(tie);

	for (uint32_t l = p->level_of[left]; l != tie->level; l = level_around(p, l))
		add_line(&r, p, l, &picture_port(p, left, l, true)->line);
	add_line(&r, p, tie->level, &tie->line);
	enter_frames(&r, p, tie);
	if (tie->turned)
		turn_round(&r);
	return (struct layout_route){
		.from_frame = tie->from >= p->boxes_count,
		.to_frame = tie->to >= p->boxes_count,
		.from = tie->from - (tie->from >= p->boxes_count ? p->boxes_count : 0),
		.to = tie->to - (tie->to >= p->boxes_count ? p->boxes_count : 0),
		.edges = tie->edges,
		.points = r.points,
		.points_count = r.count,
	};
}
