/* picture.h -- a graph with frames on its way to a layout: what is seen of it, and where each edge leaves the frames it
 * crosses. An `end` is what an edge can end at: box b is end b, closed frame f is end boxes_count + f.  Open frames
 * have that number too, as members of the frame around them.  A `level` is what one drawing holds: 0 the whole, f + 1
 * the inside of frame f. Of the room only. */
#pragma once
#include "base/list.h"
#include "layout/graph_layout.h"

struct line { /* points of a drawing, moved to where that came to stand in its level */
	const struct layout_point *points;
	size_t count;
	float x, y;
};
struct tie { /* what is seen of one edge or several: between two ends */
	uint32_t from, to;
	uint32_t edges;
	uint32_t level;      /* the innermost that holds both */
	bool turned;         /* drawn from right to left: `from` stands right of `to` */
	struct line line;    /* within that level */
};
/* Where all that one end has on one side leaves a frame around it. */
struct port {
	uint32_t end;
	uint32_t level; /* the frame's inside */
	bool right;
	uint32_t next;  /* of the same end; NO_ID: none */
	float y;        /* in its level */
	float beyond;   /* of a left one: mean y of what leads to it, in the picture */
	uint32_t ties;  /* that it counts */
	struct line line;
};
struct picture {
	const struct layout_request *request;
	struct arena *arena; /* of all that is here */
	uint32_t boxes_count, levels_count;
	uint32_t *level_of;  /* by end: where it is a member; NO_ID: not seen */
	struct layout_rectangle *places; /* by end: in its level; at last, in the picture */
	struct tie *ties;
	size_t ties_count;
	LIST(struct port) ports;
	uint32_t *port_of;   /* by end: its first */
	/* by level, in slices: of level l from first[l] to first[l + 1] */
	uint32_t *members_first, *members, *ports_first, *ports_by_level;
	uint32_t *ties_first; /* of `ties` themselves */
	uint64_t work;
};

static inline uint32_t end_of_level(const struct picture *p, uint32_t level)
{
	return p->boxes_count + level - 1;
}
static inline uint32_t left_end(const struct tie *t) { return t->turned ? t->to : t->from; }
static inline uint32_t right_end(const struct tie *t) { return t->turned ? t->from : t->to; }

/* ties.c: what is seen, and which way it runs. */
struct picture *picture_new(struct arena *a, const struct layout_request *request);
/* What of the level an end is: itself, or the frame it is in. */
uint32_t picture_member(const struct picture *p, uint32_t end, uint32_t level);
struct port *picture_port(const struct picture *p, uint32_t end, uint32_t level, bool right);

/* frames.c: draws all levels, from the innermost; then `places` are those in the picture.  Returns its size. */
struct layout_rectangle picture_draw(struct picture *p);

/* routes.c: the route of a tie, from end to end, in `a`. */
struct layout_route picture_route(struct arena *a, const struct picture *p, const struct tie *tie);
