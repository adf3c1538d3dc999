/* graph_layout.c -- the door: a picture is made, drawn, and told in the words of the request. */
#include "layout/graph_layout.h"

#include "layout/picture.h"

struct layout *graph_layout(struct arena *a, const struct layout_request *request)
{
	AUTO_ARENA scratch = arena_new();
	struct picture *p = picture_new(scratch, request);
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
	return l;
}
