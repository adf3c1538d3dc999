/* graph_layout.c -- the door: a picture is made, drawn, and told in the words of the request. */
#include "layout/graph_layout.h"

#include "layout/picture.h"

/* ---- from the top down: drawn lying, left to right, and then stood up ---- */

static struct layout_request lie_down(struct arena *a, const struct layout_request *request)
{
	struct layout_request r = *request;
	struct layout_box *boxes = NEW(a, struct layout_box, r.boxes_count + 1);
	struct layout_frame *frames = NEW(a, struct layout_frame, r.frames_count + 1);

	for (size_t i = 0; i < r.boxes_count; i++) {
		boxes[i] = r.boxes[i];
		boxes[i].width = r.boxes[i].height;
		boxes[i].height = r.boxes[i].width;
	}
	for (size_t i = 0; i < r.frames_count; i++) {
		frames[i] = r.frames[i];
		frames[i].width = r.frames[i].height;
		frames[i].height = r.frames[i].width;
	}
	r.boxes = boxes;
	r.frames = frames;
	return r;
}

static void swap(float *a, float *b)
{
	float kept = *a;

	*a = *b;
	*b = kept;
}

static void stand_up_all(struct layout_rectangle *r, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		swap(&r[i].x, &r[i].y);
		swap(&r[i].width, &r[i].height);
	}
}

static void stand_up(struct arena *a, struct layout *l, const struct layout_request *request)
{
	swap(&l->width, &l->height);
	stand_up_all(l->boxes, request->boxes_count);
	stand_up_all(l->frames, request->frames_count);
	for (size_t i = 0; i < l->routes_count; i++) {
		struct layout_route *route = &l->routes[i];
		struct layout_point *points = NEW(a, struct layout_point, route->points_count);

		for (size_t k = 0; k < route->points_count; k++)
			points[k] = (struct layout_point){route->points[k].y, route->points[k].x};
		route->points = points;
	}
}

/* ---- the whole ---- */

struct layout *graph_layout(struct arena *a, const struct layout_request *request)
{
	AUTO_ARENA scratch = arena_new();
	struct layout_request lying = request->down ? lie_down(scratch, request) : *request;
	struct picture *p = picture_new(scratch, &lying);
	struct layout_rectangle all = picture_draw(p);
	struct layout *l = NEW(a, struct layout, 1);

	l->width = all.width;
	l->height = all.height;
	l->boxes = NEW(a, struct layout_rectangle, request->boxes_count + 1);
	l->frames = NEW(a, struct layout_rectangle, request->frames_count + 1);
	for (size_t i = 0; i < request->boxes_count; i++)
		if (p->level_of[i] != NO_ID)
			l->boxes[i] = p->places[i];
	for (size_t i = 0; i < request->frames_count; i++)
		if (p->level_of[p->boxes_count + i] != NO_ID)
			l->frames[i] = p->places[p->boxes_count + i];
	l->routes = NEW(a, struct layout_route, p->ties_count + 1);
	for (size_t i = 0; i < p->ties_count; i++)
		l->routes[l->routes_count++] = picture_route(a, p, &p->ties[i]);
	l->work = p->work;
	if (request->down)
		stand_up(a, l, request);
	return l;
}
