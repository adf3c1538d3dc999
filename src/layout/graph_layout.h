/* graph_layout.h -- where the boxes of a graph stand and how its edges run: layered, left to right or from the top
 * down, parents before children. Nodes may stand in frames (a code location, a group within it): a frame that is open is
 * drawn around its nodes, one that is closed is a box itself.  The same graph gives the same picture: no clock, no
 * chance. Pure.  Knows boxes and edges, not assets.  Time and memory grow about as the graph does. */
#pragma once
#include "base/arena.h"
#include "base/base.h"

struct layout_box {
	float width, height; /* of the node itself: pixels at scale 1 */
	uint32_t frame;      /* innermost frame around it; NO_ID: none */
};
struct layout_frame {
	uint32_t parent;     /* NO_ID: none.  Parents come before their children */
	bool closed;         /* one box, however many nodes are in it; what is in it is not placed */
	float width, height; /* of that box; an open one is at least as wide */
};
struct layout_edge {
	uint32_t from, to; /* boxes; from == to is passed over, so is a second edge between the same two */
};
struct layout_request {
	const struct layout_box *boxes;
	size_t boxes_count;
	const struct layout_frame *frames;
	size_t frames_count;
	const struct layout_edge *edges;
	size_t edges_count;
	bool down; /* from the top down; all below that is told of left to right is then told of that */
};

struct layout_point { float x, y; };
struct layout_rectangle { float x, y, width, height; };
struct layout_route { /* an edge that is drawn, between what is visible of its ends */
	bool from_frame, to_frame; /* whether `from`, `to` is a closed frame, or a box */
	uint32_t from, to;
	uint32_t edges;            /* how many edges it stands for */
	/* Begin, bends, end.  Between two points of one y a straight line, else an S that is level at both.  From the
	 * right side of its begin to the left side of its end, x growing; an edge that was taken to open a circle, and
	 * its like, runs the other way: from a left side to a right side. */
	const struct layout_point *points;
	size_t points_count;
};
struct layout {
	float width, height;
	struct layout_rectangle *boxes;  /* one per box; width 0: in a closed frame */
	struct layout_rectangle *frames; /* one per frame; width 0: in a closed frame, or nothing in it */
	struct layout_route *routes;
	size_t routes_count;
	uint64_t work; /* steps it took: how the time grows, for who has no clock */
};
/* Scratch memory of its own; the result in `a`. */
struct layout *graph_layout(struct arena *a, const struct layout_request *request);
