/* ties.c -- what is seen of a graph when some frames are closed: its ends, the ties between them, and the ports through
 * which these leave the frames that are open. */
#include "layout/orient.h"
#include "layout/picture.h"

/* ---- what is seen ---- */

static uint32_t level_of_frame(uint32_t frame)
{
	return frame == NO_ID ? 0 : frame + 1;
}

/* The end that stands for what is in each frame: NO_ID when it is open, and all around it. */
static uint32_t *find_covers(struct picture *p)
{
	const struct layout_request *r = p->request;
	uint32_t *covers = NEW(p->arena, uint32_t, r->frames_count + 1);

	for (uint32_t f = 0; f < r->frames_count; f++) {
		uint32_t parent = r->frames[f].parent;

		covers[f] = parent == NO_ID ? NO_ID : covers[parent];
		if (covers[f] == NO_ID && r->frames[f].closed)
			covers[f] = p->boxes_count + f;
	}
	return covers;
}

static bool *find_filled(struct picture *p)
{
	const struct layout_request *r = p->request;
	bool *filled = NEW(p->arena, bool, r->frames_count + 1);

	for (size_t i = 0; i < r->boxes_count; i++)
		if (r->boxes[i].frame != NO_ID)
			filled[r->boxes[i].frame] = true;
	for (size_t f = r->frames_count; f-- > 0;)
		if (filled[f] && r->frames[f].parent != NO_ID)
			filled[r->frames[f].parent] = true;
	return filled;
}

static void find_members(struct picture *p, const uint32_t *covers)
{
	const struct layout_request *r = p->request;
	const bool *filled = find_filled(p);

	for (uint32_t i = 0; i < r->boxes_count; i++) {
		uint32_t frame = r->boxes[i].frame;

		p->level_of[i] = frame != NO_ID && covers[frame] != NO_ID ? NO_ID
									  : level_of_frame(frame);
		p->places[i].width = r->boxes[i].width;
		p->places[i].height = r->boxes[i].height;
	}
	for (uint32_t f = 0; f < r->frames_count; f++) {
		uint32_t end = p->boxes_count + f, parent = r->frames[f].parent;
		bool hidden = parent != NO_ID && covers[parent] != NO_ID;

		p->level_of[end] = hidden || !filled[f] ? NO_ID : level_of_frame(parent);
		p->places[end].width = r->frames[f].width;
		p->places[end].height = r->frames[f].height;
	}
}

static void sort_members(struct picture *p)
{
	uint32_t ends = p->boxes_count + p->levels_count - 1;
	uint32_t *filled = NEW(p->arena, uint32_t, p->levels_count + 1);

	p->members_first = NEW(p->arena, uint32_t, p->levels_count + 1);
	p->members = NEW(p->arena, uint32_t, ends + 1);
	for (uint32_t i = 0; i < ends; i++)
		if (p->level_of[i] != NO_ID)
			p->members_first[p->level_of[i] + 1]++;
	for (uint32_t l = 0; l < p->levels_count; l++)
		p->members_first[l + 1] += p->members_first[l];
	for (uint32_t i = 0; i < ends; i++)
		if (p->level_of[i] != NO_ID)
			p->members[p->members_first[p->level_of[i]] + filled[p->level_of[i]]++] = i;
}

/* ---- ties ---- */

static uint32_t level_around(const struct picture *p, uint32_t level)
{
	return p->level_of[end_of_level(p, level)];
}

static uint32_t depth_of(const struct picture *p, uint32_t level)
{
	uint32_t depth = 0;

	for (; level; level = level_around(p, level))
		depth++;
	return depth;
}

static uint32_t common_level(const struct picture *p, uint32_t a, uint32_t b)
{
	uint32_t depth_a = depth_of(p, a), depth_b = depth_of(p, b);

	for (; depth_a > depth_b; depth_a--)
		a = level_around(p, a);
	for (; depth_b > depth_a; depth_b--)
		b = level_around(p, b);
	while (a != b) {
		a = level_around(p, a);
		b = level_around(p, b);
	}
	return a;
}

static int compare_ties(const void *left, const void *right)
{
	const struct tie *a = left, *b = right;

	if (a->level != b->level)
		return a->level < b->level ? -1 : 1;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return (a->to > b->to) - (a->to < b->to);
}

static bool is_edge_seen(const struct layout_request *r, const struct layout_edge *edge,
			 const uint32_t *ends)
{
	return edge->from < r->boxes_count && edge->to < r->boxes_count &&
	       ends[edge->from] != ends[edge->to];
}

static uint32_t *ends_of_boxes(struct picture *p, const uint32_t *covers)
{
	const struct layout_request *r = p->request;
	uint32_t *ends = NEW(p->arena, uint32_t, r->boxes_count + 1);

	for (uint32_t i = 0; i < r->boxes_count; i++) {
		uint32_t frame = r->boxes[i].frame, cover = frame == NO_ID ? NO_ID : covers[frame];

		ends[i] = cover == NO_ID ? i : cover;
	}
	return ends;
}

/* Edges between the same ends become one tie; an edge given twice counts once. */
static void find_ties(struct picture *p, const uint32_t *covers)
{
	const struct layout_request *r = p->request;
	const uint32_t *ends = ends_of_boxes(p, covers);
	size_t n = 0;

	p->ties = NEW(p->arena, struct tie, r->edges_count + 1);
	for (size_t i = 0; i < r->edges_count; i++) {
		const struct layout_edge *edge = &r->edges[i];

		if (!is_edge_seen(r, edge, ends))
			continue;
		p->ties[n++] = (struct tie){
			.from = ends[edge->from],
			.to = ends[edge->to],
			.edges = 1,
			.level = common_level(p, p->level_of[ends[edge->from]],
					      p->level_of[ends[edge->to]]),
		};
	}
	qsort(p->ties, n, sizeof(*p->ties), compare_ties);
	for (size_t i = 0; i < n; i++) {
		struct tie *last = p->ties_count ? &p->ties[p->ties_count - 1] : NULL;

		if (last && compare_ties(last, &p->ties[i]) == 0)
			last->edges++;
		else
			p->ties[p->ties_count++] = p->ties[i];
	}
	p->work += r->edges_count + r->boxes_count;
}

static void sort_ties(struct picture *p)
{
	p->ties_first = NEW(p->arena, uint32_t, p->levels_count + 1);
	for (size_t i = 0; i < p->ties_count; i++)
		p->ties_first[p->ties[i].level + 1]++;
	for (uint32_t l = 0; l < p->levels_count; l++)
		p->ties_first[l + 1] += p->ties_first[l];
}

/* ---- which way they run ---- */

uint32_t picture_member(const struct picture *p, uint32_t end, uint32_t level)
{
	while (p->level_of[end] != level)
		end = end_of_level(p, p->level_of[end]);
	return end;
}

/* `local`: by end, its number among the members of its level. */
static void orient_level(struct picture *p, uint32_t level, uint32_t *local)
{
	AUTO_ARENA scratch = arena_new();
	uint32_t first = p->ties_first[level], count = p->ties_first[level + 1] - first;
	uint32_t members = p->members_first[level + 1] - p->members_first[level];
	struct arrow *arrows = NEW(scratch, struct arrow, count + 1);

	for (uint32_t i = 0; i < members; i++)
		local[p->members[p->members_first[level] + i]] = i;
	for (uint32_t i = 0; i < count; i++) {
		const struct tie *tie = &p->ties[first + i];

		arrows[i] = (struct arrow){.from = local[picture_member(p, tie->from, level)],
					   .to = local[picture_member(p, tie->to, level)],
					   .weight = tie->edges};
	}
	orient(scratch, members, arrows, count);
	for (uint32_t i = 0; i < count; i++)
		p->ties[first + i].turned = arrows[i].turned;
	p->work += members + count;
}

/* ---- ports ---- */

struct port *picture_port(const struct picture *p, uint32_t end, uint32_t level, bool right)
{
	uint32_t at = p->port_of[end];

	while (at != NO_ID && (p->ports.at[at].level != level || p->ports.at[at].right != right))
		at = p->ports.at[at].next;
	return at == NO_ID ? NULL : &p->ports.at[at];
}

static void add_ports(struct picture *p, uint32_t end, uint32_t outside, bool right)
{
	for (uint32_t level = p->level_of[end]; level != outside; level = level_around(p, level)) {
		if (picture_port(p, end, level, right))
			continue;
		*LIST_ADD(p->arena, &p->ports) = (struct port){
			.end = end, .level = level, .right = right, .next = p->port_of[end]};
		p->port_of[end] = (uint32_t)p->ports.n - 1;
	}
}

static void find_ports(struct picture *p)
{
	uint32_t *filled = NEW(p->arena, uint32_t, p->levels_count + 1);

	for (size_t i = 0; i < p->ties_count; i++) {
		const struct tie *tie = &p->ties[i];

		add_ports(p, left_end(tie), tie->level, true);
		add_ports(p, right_end(tie), tie->level, false);
	}
	p->ports_first = NEW(p->arena, uint32_t, p->levels_count + 1);
	p->ports_by_level = NEW(p->arena, uint32_t, p->ports.n + 1);
	for (size_t i = 0; i < p->ports.n; i++)
		p->ports_first[p->ports.at[i].level + 1]++;
	for (uint32_t l = 0; l < p->levels_count; l++)
		p->ports_first[l + 1] += p->ports_first[l];
	for (uint32_t i = 0; i < p->ports.n; i++) {
		uint32_t level = p->ports.at[i].level;

		p->ports_by_level[p->ports_first[level] + filled[level]++] = i;
	}
}

/* ---- the whole ---- */

struct picture *picture_new(struct arena *a, const struct layout_request *request)
{
	struct picture *p = NEW(a, struct picture, 1);
	size_t ends = request->boxes_count + request->frames_count;
	const uint32_t *covers;
	uint32_t *local = NEW(a, uint32_t, ends + 1);

	p->request = request;
	p->arena = a;
	p->boxes_count = (uint32_t)request->boxes_count;
	p->levels_count = (uint32_t)request->frames_count + 1;
	p->level_of = NEW(a, uint32_t, ends + 1);
	p->places = NEW(a, struct layout_rectangle, ends + 1);
	p->port_of = NEW(a, uint32_t, ends + 1);
	memset(p->port_of, 0xff, sizeof(uint32_t) * ends);
	covers = find_covers(p);
	find_members(p, covers);
	sort_members(p);
	find_ties(p, covers);
	sort_ties(p);
	for (uint32_t level = 0; level < p->levels_count; level++)
		orient_level(p, level, local);
	find_ports(p);
	return p;
}
