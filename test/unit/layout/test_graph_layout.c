#include "layout/graph_layout.h"

#include <math.h>

#include "check.h"

#define NEAR 0.01F /* coordinates are floats */

/* ---- graphs ---- */

struct graph {
	struct arena *arena;
	struct layout_request r;
	struct layout_box *boxes;
	struct layout_frame *frames;
	struct layout_edge *edges;
};

static struct graph graph_of(struct arena *a, size_t boxes, size_t frames, size_t edges)
{
	struct graph g = {a,
			  {0},
			  NEW(a, struct layout_box, boxes + 1),
			  NEW(a, struct layout_frame, frames + 1),
			  NEW(a, struct layout_edge, edges + 1)};

	for (size_t i = 0; i < boxes; i++)
		g.boxes[i] = (struct layout_box){160, 52, NO_ID};
	for (size_t i = 0; i < frames; i++)
		g.frames[i] = (struct layout_frame){NO_ID, false, 200, 64};
	g.r = (struct layout_request){g.boxes, boxes, g.frames, frames, g.edges, 0, false};
	return g;
}

static void link_boxes(struct graph *g, uint32_t from, uint32_t to)
{
	g->edges[g->r.edges_count++] = (struct layout_edge){from, to};
}

static uint32_t chance(uint64_t *seed, uint32_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((*seed >> 33) % below);
}

/* Mostly to what is near, some to anywhere, a few backwards: circles. */
static struct graph random_graph(struct arena *a, uint64_t seed, uint32_t boxes, uint32_t frames)
{
	uint32_t edges = boxes + boxes / 2;
	struct graph g = graph_of(a, boxes, frames, edges);

	for (uint32_t f = 0; f < frames; f++) {
		uint32_t parent = chance(&seed, f + 1);

		if (parent < f && chance(&seed, 2) &&
		    (parent == 0 || g.frames[parent].parent == NO_ID))
			g.frames[f].parent = parent;
		g.frames[f].closed = chance(&seed, 4) == 0;
	}
	for (uint32_t i = 0; i < boxes; i++) {
		g.boxes[i].width = 140 + (float)chance(&seed, 140);
		g.boxes[i].frame = frames && chance(&seed, 8)
					   ? (uint32_t)((uint64_t)i * frames / boxes)
					   : NO_ID;
	}
	for (uint32_t i = 0; boxes > 1 && i < edges; i++) {
		uint32_t to = 1 + chance(&seed, boxes - 1),
			 back = 1 + chance(&seed, to < 12 ? to : 12);
		uint32_t from = chance(&seed, 6) ? to - back : chance(&seed, boxes);

		link_boxes(&g, from, to);
	}
	return g;
}

/* ---- what holds for every layout ---- */

static bool overlap(const struct layout_rectangle *a, const struct layout_rectangle *b)
{
	return a->x + a->width > b->x + NEAR && b->x + b->width > a->x + NEAR &&
	       a->y + a->height > b->y + NEAR && b->y + b->height > a->y + NEAR;
}

static bool holds(const struct layout_rectangle *outer, const struct layout_rectangle *inner)
{
	return inner->x >= outer->x - NEAR && inner->y >= outer->y - NEAR &&
	       inner->x + inner->width <= outer->x + outer->width + NEAR &&
	       inner->y + inner->height <= outer->y + outer->height + NEAR;
}

struct seen { /* a rectangle, and the frame around it */
	struct layout_rectangle r;
	uint32_t frame, self; /* self: its frame's own number; NO_ID: a box */
};

static int compare_seen(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;

	return (a->r.x > b->r.x) - (a->r.x < b->r.x);
}

static size_t all_seen(const struct graph *g, const struct layout *l, struct seen *seen)
{
	size_t n = 0;

	for (uint32_t i = 0; i < g->r.boxes_count; i++)
		if (l->boxes[i].width > 0)
			seen[n++] = (struct seen){l->boxes[i], g->boxes[i].frame, NO_ID};
	for (uint32_t i = 0; i < g->r.frames_count; i++)
		if (l->frames[i].width > 0)
			seen[n++] = (struct seen){l->frames[i], g->frames[i].parent, i};
	qsort(seen, n, sizeof(*seen), compare_seen);
	return n;
}

static bool is_around(const struct graph *g, uint32_t frame, uint32_t inner)
{
	for (; inner != NO_ID; inner = g->frames[inner].parent)
		if (inner == frame)
			return true;
	return false;
}

/* Two rectangles overlap only when one is a frame around the other. */
static void check_rectangles(const struct graph *g, const struct layout *l)
{
	struct seen *seen = NEW(g->arena, struct seen, g->r.boxes_count + g->r.frames_count + 1);
	size_t n = all_seen(g, l, seen);
	struct layout_rectangle whole = {0, 0, l->width, l->height};

	for (size_t i = 0; i < n; i++) {
		CHECK(isfinite(seen[i].r.x) && isfinite(seen[i].r.y) && holds(&whole, &seen[i].r));
		if (seen[i].frame != NO_ID)
			CHECK(holds(&l->frames[seen[i].frame], &seen[i].r));
		for (size_t k = i + 1; k < n && seen[k].r.x < seen[i].r.x + seen[i].r.width; k++) {
			bool nested = (seen[i].self != NO_ID &&
				       is_around(g, seen[i].self, seen[k].frame)) ||
				      (seen[k].self != NO_ID &&
				       is_around(g, seen[k].self, seen[i].frame));

			CHECK(nested || !overlap(&seen[i].r, &seen[k].r));
		}
	}
}

static void check_touches(const struct layout_rectangle *r, struct layout_point p, bool right)
{
	CHECK(fabsf(p.x - (right ? r->x + r->width : r->x)) < NEAR);
	CHECK(p.y > r->y && p.y < r->y + r->height);
}

/* From one side of a box or frame to the other side of another, always onwards. */
static void check_route(const struct layout *l, const struct layout_route *route)
{
	const struct layout_rectangle *from = &(route->from_frame ? l->frames
								  : l->boxes)[route->from];
	const struct layout_rectangle *to = &(route->to_frame ? l->frames : l->boxes)[route->to];
	const struct layout_point *p = route->points;
	size_t last = route->points_count - 1;
	bool back = p[0].x > p[last].x;

	CHECK(route->points_count >= 2 && route->edges > 0);
	CHECK(from->width > 0 && to->width > 0);
	check_touches(from, p[0], !back);
	check_touches(to, p[last], back);
	for (size_t i = 0; i < last; i++)
		CHECK(back ? p[i + 1].x <= p[i].x : p[i + 1].x >= p[i].x);
}

static size_t check_layout(const struct graph *g, const struct layout *l)
{
	size_t back = 0;

	check_rectangles(g, l);
	for (size_t i = 0; i < l->routes_count; i++) {
		check_route(l, &l->routes[i]);
		back += l->routes[i].points[0].x >
			l->routes[i].points[l->routes[i].points_count - 1].x;
	}
	return back;
}

static struct layout *checked(const struct graph *g)
{
	struct layout *l = graph_layout(g->arena, &g->r);

	CHECK_INT(0, check_layout(g, l));
	return l;
}

/* ---- tests ---- */

static void test_nothing_is_laid_out(void)
{
	AUTO_ARENA a = arena_new();
	struct graph g = graph_of(a, 0, 0, 0);

	CHECK_INT(0, checked(&g)->routes_count);
}

static void test_one_box_has_a_place(void)
{
	AUTO_ARENA a = arena_new();
	struct graph g = graph_of(a, 1, 0, 1);
	struct layout *l;

	link_boxes(&g, 0, 0);
	l = checked(&g);
	CHECK_INT(0, l->routes_count);
	CHECK(l->boxes[0].width > 0 && l->width < 300 && l->height < 150);
}

static void test_same_edge_twice_is_one_route(void)
{
	AUTO_ARENA a = arena_new();
	struct graph g = graph_of(a, 2, 0, 2);
	struct layout *l;

	link_boxes(&g, 0, 1);
	link_boxes(&g, 0, 1);
	l = checked(&g);
	CHECK_INT(1, l->routes_count);
	CHECK_INT(2, l->routes[0].edges);
	CHECK_INT(2, l->routes[0].points_count);
}

static void test_parents_stand_left_of_children(void)
{
	AUTO_ARENA a = arena_new();
	struct graph g = graph_of(a, 4, 0, 4);
	struct layout *l;

	link_boxes(&g, 0, 1);
	link_boxes(&g, 0, 2);
	link_boxes(&g, 1, 3);
	link_boxes(&g, 2, 3);
	l = checked(&g);
	CHECK(l->boxes[1].x > l->boxes[0].x && l->boxes[3].x > l->boxes[1].x);
	CHECK(l->boxes[1].x == l->boxes[2].x);
	CHECK(fabsf(l->boxes[0].y - l->boxes[3].y) < NEAR); /* a diamond, even */
}

static void test_one_edge_of_a_circle_goes_back(void)
{
	AUTO_ARENA a = arena_new();
	struct graph g = graph_of(a, 5, 0, 5);

	for (uint32_t i = 0; i < 5; i++)
		link_boxes(&g, i, (i + 1) % 5);
	CHECK_INT(1, check_layout(&g, graph_layout(a, &g.r)));
}

static void test_long_chain_is_a_line(void)
{
	AUTO_ARENA a = arena_new();
	struct graph g = graph_of(a, 5000, 0, 5000);
	struct layout *l;

	for (uint32_t i = 0; i + 1 < 5000; i++)
		link_boxes(&g, i, i + 1);
	l = checked(&g);
	CHECK(l->height < 200);
}

static void test_boxes_alone_make_a_grid(void)
{
	AUTO_ARENA a = arena_new();
	struct graph g = graph_of(a, 5000, 0, 0);
	struct layout *l = checked(&g);

	CHECK(l->width / l->height > 1 && l->width / l->height < 2.5F);
}

static void test_star_and_its_mirror(void)
{
	AUTO_ARENA a = arena_new();
	struct graph g = graph_of(a, 3001, 0, 3000), h = graph_of(a, 3001, 0, 3000);

	for (uint32_t i = 1; i <= 3000; i++) {
		link_boxes(&g, 0, i);
		link_boxes(&h, i, 0);
	}
	checked(&g);
	checked(&h);
}

static void test_all_with_all(void)
{
	AUTO_ARENA a = arena_new();
	struct graph g = graph_of(a, 80, 0, 1600);

	for (uint32_t i = 0; i < 1600; i++)
		link_boxes(&g, i / 40, 40 + i % 40);
	CHECK_INT(1600, checked(&g)->routes_count);
}

static void test_closed_frame_is_a_box(void)
{
	AUTO_ARENA a = arena_new();
	struct graph g = graph_of(a, 6, 3, 6);
	struct layout *l;

	g.frames[1].parent = 0;
	g.frames[0].closed = true;
	for (uint32_t i = 0; i < 4; i++)
		g.boxes[i].frame = i < 2 ? 0 : 1;
	link_boxes(&g, 0, 2); /* within: not seen */
	link_boxes(&g, 4, 0);
	link_boxes(&g, 4, 2);
	link_boxes(&g, 3, 5);
	l = checked(&g);
	CHECK(l->boxes[0].width <= 0 && l->boxes[2].width <= 0 && l->frames[1].width <= 0);
	CHECK(l->frames[2].width <= 0); /* nothing in it */
	CHECK(l->frames[0].width == 200 && l->frames[0].height == 64);
	CHECK_INT(2, l->routes_count);
	CHECK(!l->routes[0].from_frame && l->routes[0].from == 4 && l->routes[0].to_frame &&
	      l->routes[0].to == 0);
	CHECK_INT(2, l->routes[0].edges);
	CHECK(l->routes[1].from_frame && l->routes[1].from == 0 && l->routes[1].to == 5);
}

static void test_frames_may_need_each_other(void)
{
	AUTO_ARENA a = arena_new();
	struct graph g = graph_of(a, 6, 2, 4);

	for (uint32_t i = 0; i < 6; i++)
		g.boxes[i].frame = i / 3;
	link_boxes(&g, 0, 3);
	link_boxes(&g, 1, 4);
	link_boxes(&g, 5, 2); /* the only one against the others */
	CHECK_INT(1, check_layout(&g, graph_layout(a, &g.r)));
}

static void test_many_that_only_lead_out_make_rows(void)
{
	AUTO_ARENA a = arena_new();
	struct graph g = graph_of(a, 101, 1, 100);
	struct layout *l;

	for (uint32_t i = 0; i < 100; i++) {
		g.boxes[i].frame = 0;
		link_boxes(&g, i, 100);
	}
	l = checked(&g);
	CHECK(l->height < 100 * 52 * 0.7F);
}

static void test_random_graphs(void)
{
	for (uint64_t seed = 1; seed <= 120; seed++) {
		AUTO_ARENA a = arena_new();
		struct graph g = random_graph(a, seed, 1 + (uint32_t)(seed * 7 % 200), seed % 12);

		check_layout(&g, graph_layout(a, &g.r));
	}
}

/* Each edge from a lower side to an upper one, always onwards, unless it goes back; names of frames stay free. */
static void check_down(const struct graph *g, const struct layout *l)
{
	check_rectangles(g, l);
	for (size_t i = 0; i < g->r.boxes_count; i++) {
		const struct layout_rectangle *box = &l->boxes[i];

		if (g->r.boxes[i].frame == NO_ID || box->width <= 0)
			continue;
		CHECK(box->width == g->r.boxes[i].width);
		CHECK(box->y - l->frames[g->r.boxes[i].frame].y >= 39);
	}
	for (size_t i = 0; i < l->routes_count; i++) {
		const struct layout_route *r = &l->routes[i];
		const struct layout_rectangle *from = &(r->from_frame ? l->frames
								      : l->boxes)[r->from];
		bool back = r->points[0].y > r->points[r->points_count - 1].y;

		CHECK(fabsf(r->points[0].y - (back ? from->y : from->y + from->height)) < NEAR);
		for (size_t k = 0; k + 1 < r->points_count; k++)
			CHECK(back ? r->points[k + 1].y <= r->points[k].y
				   : r->points[k + 1].y >= r->points[k].y);
	}
}

static void test_it_runs_down_when_asked(void)
{
	for (uint64_t seed = 1; seed <= 60; seed++) {
		AUTO_ARENA a = arena_new();
		struct graph g = random_graph(a, seed, 1 + (uint32_t)(seed * 7 % 200), seed % 12);

		g.r.down = true;
		check_down(&g, graph_layout(a, &g.r));
	}
}

static void test_same_graph_same_picture(void)
{
	AUTO_ARENA a = arena_new();
	struct graph g = random_graph(a, 5, 300, 9);
	const struct layout *l = graph_layout(a, &g.r), *m = graph_layout(a, &g.r);

	CHECK(memcmp(l->boxes, m->boxes, sizeof(*l->boxes) * 300) == 0);
	CHECK(memcmp(l->frames, m->frames, sizeof(*l->frames) * 9) == 0);
	CHECK_INT(l->routes_count, m->routes_count);
	for (size_t i = 0; i < l->routes_count; i++) {
		CHECK_INT(l->routes[i].points_count, m->routes[i].points_count);
		CHECK(memcmp(l->routes[i].points, m->routes[i].points,
			     sizeof(struct layout_point) * l->routes[i].points_count) == 0);
	}
}

/* Counted, not timed.  More than four times as much, because small graphs are done before the bounds are met. */
static void test_work_grows_as_the_graph(void)
{
	static const uint32_t frames[] = {0, 20};

	for (size_t i = 0; i < COUNT_OF(frames); i++) {
		AUTO_ARENA a = arena_new();
		struct graph small = random_graph(a, 11, 2000, frames[i]);
		struct graph large = random_graph(a, 11, 8000, frames[i] * 4);
		uint64_t one = graph_layout(a, &small.r)->work,
			 four = graph_layout(a, &large.r)->work;

		CHECK(four < one * 6);
	}
}

TESTS(TEST(test_nothing_is_laid_out) TEST(test_one_box_has_a_place) TEST(
	test_same_edge_twice_is_one_route) TEST(test_parents_stand_left_of_children)
	      TEST(test_one_edge_of_a_circle_goes_back) TEST(test_long_chain_is_a_line) TEST(
		      test_boxes_alone_make_a_grid) TEST(test_star_and_its_mirror)
		      TEST(test_all_with_all) TEST(test_closed_frame_is_a_box) TEST(
			      test_frames_may_need_each_other)
			      TEST(test_many_that_only_lead_out_make_rows) TEST(test_random_graphs)
				      TEST(test_it_runs_down_when_asked)
					      TEST(test_same_graph_same_picture)
						      TEST(test_work_grows_as_the_graph))
