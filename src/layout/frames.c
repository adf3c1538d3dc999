/* frames.c -- each level is drawn for itself, the innermost first; a frame is then one item of the level around it.  So
 * frames never overlap, and nothing stands in a frame that is not of it.
 *
 * What hangs together within a level is a group: it gets a sheet.  Groups are packed; whatever has a line through the
 * frame's border is one group, because these lines must reach the border without passing through others.  Many that
 * only such lines hold are one more, in rows. */
#include <math.h>

#include "layout/pack.h"
#include "layout/picture.h"
#include "layout/sheet.h"

enum {
	PASSES = 3, /* the later ones know where lines come from beyond a frame's border */
	PASSES_WORK = 10000000, /* steps after which there is no further one */
	LOOSE_FEW = 8, /* members that only such lines hold: so many may stand in columns */
};
#define PAD_SIDE   20.0F
#define PAD_TOP    40.0F /* room for the name of a frame */
#define PAD_BOTTOM 20.0F
#define PAD_OUTER  24.0F /* around the whole */
#define ASPECT     1.6F  /* width over height of what is packed */

struct group {
	uint32_t *members; /* of the level: in a slice of all */
	size_t members_count;
	LIST(uint32_t) ties, ports;
	bool left, right; /* whether lines leave it there through the border */
	struct sheet sheet;
};

struct level {
	struct picture *picture;
	struct arena *arena;
	uint32_t level;
	uint32_t *
		number; /* by end: its number among the members of the level; of all levels one array */
	uint32_t *local;   /* by end: its number in the sheet of its group; so too */
	uint32_t *group;   /* by member: first its tree in a union-find, at last its group */
	uint32_t *members; /* sorted by group */
	struct group *groups;
	size_t groups_count;
	size_t bordering; /* groups with ports: the first ones */
	bool ranked;      /* it is known what lies left of its border */
};

/* ---- groups ---- */

static uint32_t top_of(uint32_t *parents, uint32_t at)
{
	while (parents[at] != at)
		at = parents[at] = parents[parents[at]];
	return at;
}

static void unite(uint32_t *parents, uint32_t a, uint32_t b)
{
	a = top_of(parents, a);
	b = top_of(parents, b);
	parents[a < b ? b : a] = a < b ? a : b;
}

/* The member that a tie or a port begins at, on that side. */
static uint32_t member_at(const struct level *l, uint32_t end)
{
	return picture_member(l->picture, end, l->level);
}

static uint32_t members_count(const struct level *l)
{
	const uint32_t *first = l->picture->members_first;

	return first[l->level + 1] - first[l->level];
}

/* Trees of members: 0 is the border, member i is i + 1. */
static uint32_t *find_trees(const struct level *l)
{
	const struct picture *p = l->picture;
	uint32_t n = members_count(l), *trees = NEW(l->arena, uint32_t, n + 2);

	for (uint32_t i = 0; i <= n; i++)
		trees[i] = i;
	for (uint32_t i = p->ties_first[l->level]; i < p->ties_first[l->level + 1]; i++)
		unite(trees, l->number[member_at(l, p->ties[i].from)] + 1,
		      l->number[member_at(l, p->ties[i].to)] + 1);
	for (uint32_t i = p->ports_first[l->level]; i < p->ports_first[l->level + 1]; i++)
		unite(trees, l->number[member_at(l, p->ports.at[p->ports_by_level[i]].end)] + 1, 0);
	return trees;
}

/* Trees of their own for members that are loose, when they are many: n + 1, which is returned; else 0. */
static uint32_t part_loose(const struct level *l, uint32_t *trees)
{
	const struct picture *p = l->picture;
	uint32_t n = members_count(l), loose = 0;
	bool *tied = NEW(l->arena, bool, n + 1);

	for (uint32_t i = p->ties_first[l->level]; i < p->ties_first[l->level + 1]; i++) {
		tied[l->number[member_at(l, p->ties[i].from)]] = true;
		tied[l->number[member_at(l, p->ties[i].to)]] = true;
	}
	for (uint32_t i = 0; i < n; i++)
		loose += !tied[i] && top_of(trees, i + 1) == 0;
	for (uint32_t i = 0; i < n; i++)
		trees[i + 1] = tied[i] || top_of(trees, i + 1) ? top_of(trees, i + 1)
			       : loose > LOOSE_FEW             ? n + 1
							       : 0;
	return loose > LOOSE_FEW ? n + 1 : 0;
}

/* Numbers the groups in the order of their first members; those at the border come first. */
static void number_groups(struct level *l, uint32_t *trees)
{
	uint32_t n = members_count(l), *numbers = NEW(l->arena, uint32_t, n + 2);
	uint32_t loose = part_loose(l, trees);

	l->group = NEW(l->arena, uint32_t, n + 1);
	for (uint32_t i = 1; i <= n && !numbers[0]; i++)
		numbers[0] = trees[i] == 0;
	l->groups_count = numbers[0];
	if (loose)
		numbers[loose] = (uint32_t)++l->groups_count;
	l->bordering = l->groups_count;
	for (uint32_t i = 1; i <= n; i++) {
		uint32_t *number = &numbers[trees[i]];

		if (!*number)
			*number = (uint32_t)++l->groups_count;
		l->group[i - 1] = *number - 1;
	}
}

static void fill_groups(struct level *l)
{
	const struct picture *p = l->picture;
	uint32_t n = members_count(l), *ends = p->members + p->members_first[l->level], at = 0;

	l->groups = NEW(l->arena, struct group, l->groups_count + 1);
	l->members = NEW(l->arena, uint32_t, n + 1);
	for (uint32_t i = 0; i < n; i++)
		l->groups[l->group[i]].members_count++;
	for (size_t i = 0; i < l->groups_count; i++) {
		l->groups[i].members = l->members + at;
		at += (uint32_t)l->groups[i].members_count;
		l->groups[i].members_count = 0;
	}
	for (uint32_t i = 0; i < n; i++) {
		struct group *g = &l->groups[l->group[i]];

		l->local[ends[i]] = (uint32_t)g->members_count;
		g->members[g->members_count++] = ends[i];
	}
}

static void share_out_lines(struct level *l)
{
	struct picture *p = l->picture;

	for (uint32_t i = p->ties_first[l->level]; i < p->ties_first[l->level + 1]; i++) {
		uint32_t group = l->group[l->number[member_at(l, p->ties[i].from)]];

		*LIST_ADD(l->arena, &l->groups[group].ties) = i;
	}
	for (uint32_t i = p->ports_first[l->level]; i < p->ports_first[l->level + 1]; i++) {
		const struct port *port = &p->ports.at[p->ports_by_level[i]];
		struct group *g = &l->groups[l->group[l->number[member_at(l, port->end)]]];

		*LIST_ADD(l->arena, &g->ports) = p->ports_by_level[i];
		g->left |= !port->right;
		g->right |= port->right;
	}
}

static void make_groups(struct level *l)
{
	const struct picture *p = l->picture;
	uint32_t n = members_count(l), *ends = p->members + p->members_first[l->level];

	for (uint32_t i = 0; i < n; i++)
		l->number[ends[i]] = i;
	number_groups(l, find_trees(l));
	fill_groups(l);
	share_out_lines(l);
}

/* ---- a group is drawn ---- */

/* Where on that side of a member the lines of an end are, from its middle. */
static float touch_y(const struct level *l, uint32_t member, uint32_t end, bool right)
{
	const struct picture *p = l->picture;

	if (member == end)
		return 0;
	return picture_port(p, end, member - p->boxes_count + 1, right)->y -
	       p->places[member].height / 2;
}

static void add_link(const struct level *l, struct sheet *s, uint32_t left, uint32_t right)
{
	uint32_t from = member_at(l, left), to = member_at(l, right);

	s->links[s->links_count++] = (struct sheet_link){.left = l->local[from],
							 .right = l->local[to],
							 .left_y = touch_y(l, from, left, true),
							 .right_y = touch_y(l, to, right, false)};
}

static void add_port(const struct level *l, struct sheet *s, const struct port *port)
{
	uint32_t member = member_at(l, port->end), item = (uint32_t)s->items_count++;
	struct sheet_link *link = &s->links[s->links_count++];

	s->items[item].border = port->right ? BORDER_RIGHT : BORDER_LEFT;
	link->left = port->right ? l->local[member] : item;
	link->right = port->right ? item : l->local[member];
	*(port->right ? &link->left_y : &link->right_y) = touch_y(l, member, port->end,
								  port->right);
}

static void fill_sheet(const struct level *l, struct group *g)
{
	const struct picture *p = l->picture;
	struct sheet *s = &g->sheet;

	s->items = NEW(l->arena, struct sheet_item, g->members_count + g->ports.n + 1);
	s->links = NEW(l->arena, struct sheet_link, g->ties.n + g->ports.n + 1);
	for (size_t i = 0; i < g->members_count; i++)
		s->items[s->items_count++] = (struct sheet_item){
			.width = p->places[g->members[i]].width,
			.height = p->places[g->members[i]].height};
	for (size_t i = 0; i < g->ties.n; i++)
		add_link(l, s, left_end(&p->ties[g->ties.at[i]]),
			 right_end(&p->ties[g->ties.at[i]]));
	for (size_t i = 0; i < g->ports.n; i++)
		add_port(l, s, &p->ports.at[g->ports.at[i]]);
}

static void take_sheet(const struct level *l, const struct group *g)
{
	struct picture *p = l->picture;
	const struct sheet *s = &g->sheet;

	for (size_t i = 0; i < g->members_count; i++) {
		p->places[g->members[i]].x = s->items[i].x;
		p->places[g->members[i]].y = s->items[i].y;
	}
	for (size_t i = 0; i < g->ties.n; i++)
		p->ties[g->ties.at[i]].line = (struct line){s->links[i].points,
							    s->links[i].points_count, 0, 0};
	for (size_t i = 0; i < g->ports.n; i++) {
		const struct sheet_link *link = &s->links[g->ties.n + i];
		struct port *port = &p->ports.at[g->ports.at[i]];

		port->y = s->items[g->members_count + i].y;
		port->line = (struct line){link->points, link->points_count, 0, 0};
	}
	p->work += s->work;
}

static int compare_beyond(const void *left, const void *right)
{
	const struct port *a = *(const struct port *const *)left,
			  *b = *(const struct port *const *)right;

	if (a->beyond < b->beyond || a->beyond > b->beyond)
		return a->beyond < b->beyond ? -1 : 1;
	return (a > b) - (a < b);
}

/* Those on the left in the order in which they are met outside, then those on the right as they are. */
static void rank_ports(const struct level *l, struct group *g)
{
	struct picture *p = l->picture;
	struct port **ports = NEW(l->arena, struct port *, g->ports.n + 1);
	size_t lefts = 0, rights = 0;

	for (size_t i = 0; i < g->ports.n; i++)
		lefts += !p->ports.at[g->ports.at[i]].right;
	for (size_t i = 0, left = 0; i < g->ports.n; i++) {
		struct port *port = &p->ports.at[g->ports.at[i]];

		ports[port->right ? lefts + rights++ : left++] = port;
	}
	qsort(ports, lefts, sizeof(*ports), compare_beyond);
	for (size_t i = 0; i < g->ports.n; i++)
		g->ports.at[i] = (uint32_t)(ports[i] - p->ports.at);
}

static void draw_group(const struct level *l, struct group *g)
{
	if (l->ranked)
		rank_ports(l, g);
	fill_sheet(l, g);
	if (!g->ties.n && g->members_count > LOOSE_FEW)
		sheet_draw_lanes(l->picture->arena, &g->sheet);
	else
		sheet_draw(l->picture->arena, &g->sheet, l->ranked);
	take_sheet(l, g);
}

/* ---- groups side by side ---- */

static void move_group(const struct level *l, const struct group *g, float x, float y)
{
	struct picture *p = l->picture;

	for (size_t i = 0; i < g->members_count; i++) {
		p->places[g->members[i]].x += x;
		p->places[g->members[i]].y += y;
	}
	for (size_t i = 0; i < g->ties.n; i++) {
		p->ties[g->ties.at[i]].line.x += x;
		p->ties[g->ties.at[i]].line.y += y;
	}
	for (size_t i = 0; i < g->ports.n; i++) {
		struct port *port = &p->ports.at[g->ports.at[i]];

		port->y += y;
		port->line.x += x;
		port->line.y += y;
	}
}

/* What runs down is drawn lying: a frame's name is left of what is in it. */
static float lead_of(const struct level *l)
{
	return l->level && l->picture->request->down ? PAD_TOP - PAD_SIDE : 0;
}

static float aspect_of(const struct level *l)
{
	return l->picture->request->down ? 1 / ASPECT : ASPECT;
}

/* Alone, and a box or about as small. */
static bool is_for_grid(const struct level *l, const struct group *g)
{
	const struct picture *p = l->picture;

	if (g->members_count > 1 || g->ports.n)
		return false;
	return g->members[0] < p->boxes_count ||
	       p->request->frames[g->members[0] - p->boxes_count].closed;
}

static struct layout_rectangle put_on_shelves(const struct level *l, float top)
{
	struct layout_rectangle *r = NEW(l->arena, struct layout_rectangle, l->groups_count + 1),
				all;
	float lead = lead_of(l);
	size_t n = 0;

	for (size_t i = 0; i < l->groups_count; i++) {
		const struct group *g = &l->groups[i];

		if (is_for_grid(l, g))
			continue;
		r[n].width = g->sheet.width + (g->left ? 0 : PAD_SIDE) + (g->right ? 0 : PAD_SIDE);
		r[n++].height = g->sheet.height;
	}
	all = pack_shelves(l->arena, r, n, l->bordering, aspect_of(l));
	n = 0;
	for (size_t i = 0; i < l->groups_count; i++) {
		const struct group *g = &l->groups[i];

		if (is_for_grid(l, g))
			continue;
		move_group(l, g, r[n].x + (g->left ? 0 : PAD_SIDE) + lead, r[n].y + top);
		n++;
	}
	all.width += lead;
	return all;
}

static struct layout_rectangle put_in_grid(const struct level *l, struct layout_rectangle above,
					   float top)
{
	struct layout_rectangle *r = NEW(l->arena, struct layout_rectangle, l->groups_count + 1),
				all;
	float y = above.height > 0 ? above.height + PAD_BOTTOM + 8 : 0, lead = lead_of(l);
	size_t n = 0;

	for (size_t i = 0; i < l->groups_count; i++)
		if (is_for_grid(l, &l->groups[i]))
			r[n++] = l->picture->places[l->groups[i].members[0]];
	if (!n)
		return above;
	all = pack_grid(r, n, fmaxf(0, above.width - 2 * PAD_SIDE - lead), aspect_of(l));
	n = 0;
	for (size_t i = 0; i < l->groups_count; i++) {
		struct layout_rectangle *place = &l->picture->places[l->groups[i].members[0]];

		if (!is_for_grid(l, &l->groups[i]))
			continue;
		place->x = r[n].x + PAD_SIDE + lead;
		place->y = r[n++].y + y + top;
	}
	return (struct layout_rectangle){0, 0, fmaxf(above.width, all.width + 2 * PAD_SIDE + lead),
					 y + all.height};
}

/* ---- levels ---- */

static float top_of_level(const struct level *l)
{
	if (!l->level)
		return PAD_OUTER;
	return l->picture->request->down ? PAD_SIDE : PAD_TOP;
}

static struct layout_rectangle draw_level(struct level *l)
{
	AUTO_ARENA scratch = arena_new();
	float top = top_of_level(l), bottom = l->level ? PAD_BOTTOM : PAD_OUTER;
	struct layout_rectangle all;

	l->arena = scratch;
	make_groups(l);
	for (size_t i = 0; i < l->groups_count; i++)
		if (!is_for_grid(l, &l->groups[i]))
			draw_group(l, &l->groups[i]);
	all = put_in_grid(l, put_on_shelves(l, top), top);
	l->picture->work += members_count(l);
	return (struct layout_rectangle){0, 0, all.width, top + all.height + bottom};
}

static bool is_open(const struct picture *p, uint32_t level)
{
	return !level || (p->level_of[end_of_level(p, level)] != NO_ID &&
			  !p->request->frames[level - 1].closed);
}

static struct layout_rectangle draw_levels(struct picture *p, bool ranked)
{
	AUTO_ARENA scratch = arena_new();
	struct level l = {
		.picture = p,
		.number = NEW(scratch, uint32_t, p->boxes_count + p->levels_count),
		.local = NEW(scratch, uint32_t, p->boxes_count + p->levels_count),
		.ranked = ranked,
	};
	struct layout_rectangle all = {0};

	for (uint32_t level = p->levels_count; level-- > 0;) {
		if (!is_open(p, level))
			continue;
		l.level = level;
		all = draw_level(&l);
		if (level) {
			struct layout_rectangle *frame = &p->places[end_of_level(p, level)];

			frame->width = fmaxf(all.width, p->request->frames[level - 1].width);
			frame->height = all.height;
		}
	}
	return all;
}

/* From places in the level to places in the picture; what is around comes first. */
static void settle(struct picture *p)
{
	for (uint32_t level = 1; level < p->levels_count; level++) {
		const struct layout_rectangle *frame = &p->places[end_of_level(p, level)];

		if (!is_open(p, level))
			continue;
		for (uint32_t i = p->members_first[level]; i < p->members_first[level + 1]; i++) {
			p->places[p->members[i]].x += frame->x;
			p->places[p->members[i]].y += frame->y;
		}
	}
}

static void look_beyond(struct picture *p, const struct tie *tie)
{
	const struct layout_rectangle *from = &p->places[left_end(tie)];
	float y = from->y + from->height / 2;

	for (uint32_t level = p->level_of[right_end(tie)]; level != tie->level;
	     level = p->level_of[end_of_level(p, level)]) {
		struct port *port = picture_port(p, right_end(tie), level, false);

		port->beyond = (port->beyond * (float)port->ties + y) / (float)(port->ties + 1);
		port->ties++;
	}
}

static void look_beyond_frames(struct picture *p)
{
	for (size_t i = 0; i < p->ports.n; i++) {
		p->ports.at[i].beyond = 0;
		p->ports.at[i].ties = 0;
	}
	for (size_t i = 0; i < p->ties_count; i++)
		look_beyond(p, &p->ties[i]);
}

/* Frames follow what stands left of them, and so from left to right; if those followed what is right of them at the
 * same time, both would change places past each other. */
struct layout_rectangle picture_draw(struct picture *p)
{
	struct layout_rectangle all = draw_levels(p, false);

	settle(p);
	for (uint32_t pass = 1; pass < PASSES && p->ports.n && p->work < PASSES_WORK; pass++) {
		look_beyond_frames(p);
		all = draw_levels(p, true);
		settle(p);
	}
	return all;
}
