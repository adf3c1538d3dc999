/* graph_layout.c -- lays a graph out and tells how much processor time that took.  Standard input: boxes, frames and edges, each with its count
 * before it (width height frame; parent closed width height; from to; -1: none).  Argument: how often (the best time counts).
 * Output: "ms MS work WORK size W H", the rectangles of boxes and frames, then a line "from to x y x y ..." for each route, a frame
 * f as an end being -1 - f. */
#include "layout/graph_layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double number(void)
{
	double n;

	if (scanf("%lf", &n) != 1)
		exit(2);
	return n;
}

static uint32_t id(void)
{
	double n = number();

	return n < 0 ? NO_ID : (uint32_t)n;
}

static struct layout_request read_request(struct arena *a)
{
	struct layout_request r = {0};
	struct layout_box *boxes;
	struct layout_frame *frames;
	struct layout_edge *edges;

	r.boxes_count = (size_t)number();
	r.boxes = boxes = NEW(a, struct layout_box, r.boxes_count + 1);
	for (size_t i = 0; i < r.boxes_count; i++) {
		boxes[i].width = (float)number();
		boxes[i].height = (float)number();
		boxes[i].frame = id();
	}
	r.frames_count = (size_t)number();
	r.frames = frames = NEW(a, struct layout_frame, r.frames_count + 1);
	for (size_t i = 0; i < r.frames_count; i++) {
		frames[i].parent = id();
		frames[i].closed = number() > 0;
		frames[i].width = (float)number();
		frames[i].height = (float)number();
	}
	r.edges_count = (size_t)number();
	r.edges = edges = NEW(a, struct layout_edge, r.edges_count + 1);
	for (size_t i = 0; i < r.edges_count; i++) {
		edges[i].from = id();
		edges[i].to = id();
	}
	return r;
}

static void print_rectangle(const struct layout_rectangle *r)
{
	printf("%g %g %g %g\n", (double)r->x, (double)r->y, (double)r->width, (double)r->height);
}

static void print(const struct layout *l, const struct layout_request *r)
{
	for (size_t i = 0; i < r->boxes_count; i++)
		print_rectangle(&l->boxes[i]);
	for (size_t i = 0; i < r->frames_count; i++)
		print_rectangle(&l->frames[i]);
	for (size_t i = 0; i < l->routes_count; i++) {
		const struct layout_route *route = &l->routes[i];

		printf("%ld %ld", route->from_frame ? -1 - (long)route->from : (long)route->from,
		       route->to_frame ? -1 - (long)route->to : (long)route->to);
		for (size_t k = 0; k < route->points_count; k++)
			printf(" %g %g", (double)route->points[k].x, (double)route->points[k].y);
		printf("\n");
	}
}

int main(int argc, char **argv)
{
	AUTO_ARENA a = arena_new();
	struct layout_request r = read_request(a);
	struct layout *l = NULL;
	double best = 1e18;

	for (long i = argc > 1 ? strtol(argv[1], NULL, 10) : 1; i > 0; i--) {
		double begin = now_ms();

		l = graph_layout(a, &r);
		best = now_ms() - begin < best ? now_ms() - begin : best;
	}
	if (!l)
		return 2;
	printf("ms %.3f work %llu size %g %g\n", best, (unsigned long long)l->work,
	       (double)l->width, (double)l->height);
	print(l, &r);
	return 0;
}
