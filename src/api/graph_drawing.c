/* graph_drawing.c -- which frames there are, which of them are open, how large everything is. */
#include "api/graph_drawing.h"

#include <math.h>

#include "api/label_width.h"
#include "codec/json.h"
#include "layout/graph_layout.h"
#include "model/asset_key.h"

#define FRAME_KINDS(X) X(LOCATION, "location") X(GROUP, "group")

#define X(id, word) FRAME_##id,
enum frame_kind { FRAME_KINDS(X) };
#undef X

enum {
	SCREENFUL = 150,   /* boxes that still show something at a glance */
	GROUPS = 60,       /* as many piles, which are wider and all tied to each other */
	FEW = 3,           /* a picture of fewer says nothing: better too many */
	AT_MOST = 3000,    /* but not more than this */
	GROUP_MEMBERS = 2, /* fewer make no frame */
};

/* A box: a dot, the name, an icon, and a line below.  ui/ draws within what is given here. */
#define BOX_HEIGHT   52.0F
#define BOX_LEAST    140.0F
#define BOX_MOST     280.0F
#define BOX_BESIDE   54.0F /* what is not name */
#define BOX_FONT     13.0F
#define FRAME_HEIGHT 64.0F
#define FRAME_LEAST  180.0F
#define FRAME_MOST   320.0F
#define FRAME_BESIDE 72.0F
#define MUCH_LARGER  1.15F

struct frame {
	enum frame_kind kind;
	sv name;
	uint32_t location, parent;
	uint32_t assets;   /* in it */
	uint32_t children; /* groups, and assets in none of them */
	bool open;
};

struct graph_drawing {
	struct arena *arena;
	const struct asset_graph *graph;
	uint32_t *nodes; /* by box: sorted by location, then group */
	size_t count;
	LIST(struct frame) frames;
	uint32_t *frame_of; /* by box */
	size_t shown;
	float aspect; /* of the screen */
};

/* ---- boxes ---- */

static sv group_of(const struct graph_node *node)
{
	return node->asset && node->asset->group.p ? node->asset->group : SV("");
}

struct placed_node {
	sv group;
	uint32_t location, node;
};

static int compare_placed(const void *left, const void *right)
{
	const struct placed_node *a = left, *b = right;

	if (a->location != b->location)
		return a->location < b->location ? -1 : 1;
	if (sv_cmp(a->group, b->group))
		return sv_cmp(a->group, b->group);
	return (a->node > b->node) - (a->node < b->node);
}

static void collect_nodes(struct graph_drawing *d, const struct node_set *of)
{
	const struct asset_graph *g = d->graph;
	struct placed_node *placed = NEW(d->arena, struct placed_node, g->nodes_count + 1);

	for (uint32_t i = 0; i < g->nodes_count; i++)
		if (node_set_has(of, i))
			placed[d->count++] = (struct placed_node){group_of(&g->nodes[i]),
								  g->nodes[i].location, i};
	qsort(placed, d->count, sizeof(*placed), compare_placed);
	d->nodes = NEW(d->arena, uint32_t, d->count + 1);
	d->frame_of = NEW(d->arena, uint32_t, d->count + 1);
	for (size_t i = 0; i < d->count; i++)
		d->nodes[i] = placed[i].node;
}

/* ---- frames ---- */

static const struct graph_node *node_of(const struct graph_drawing *d, size_t box)
{
	return &d->graph->nodes[d->nodes[box]];
}

/* Behind the last box from `at` on that is in the same location, or also in the same group. */
static size_t end_of(const struct graph_drawing *d, size_t at, bool group)
{
	const struct graph_node *first = node_of(d, at);
	size_t end = at + 1;

	while (end < d->count && node_of(d, end)->location == first->location &&
	       (!group || sv_eq(group_of(node_of(d, end)), group_of(first))))
		end++;
	return end;
}

static uint32_t add_frame(struct graph_drawing *d, struct frame frame, size_t begin, size_t end)
{
	uint32_t id = (uint32_t)d->frames.n;

	frame.assets = frame.children = (uint32_t)(end - begin);
	*LIST_ADD(d->arena, &d->frames) = frame;
	for (size_t i = begin; i < end; i++)
		d->frame_of[i] = id;
	return id;
}

/* Groups, where there is more than one, and more than one asset in it. */
static void add_groups(struct graph_drawing *d, uint32_t location, size_t begin, size_t end)
{
	if (end_of(d, begin, true) == end)
		return;
	for (size_t at = begin, next; at < end; at = next) {
		sv name = group_of(node_of(d, at));

		next = end_of(d, at, true);
		if (!name.n || next - at < GROUP_MEMBERS)
			continue;
		d->frames.at[location].children -= (uint32_t)(next - at) - 1;
		add_frame(d,
			  (struct frame){.kind = FRAME_GROUP,
					 .name = name,
					 .location = node_of(d, at)->location,
					 .parent = location},
			  at, next);
	}
}

static void add_frames(struct graph_drawing *d)
{
	for (size_t at = 0, end; at < d->count; at = end) {
		uint32_t location = node_of(d, at)->location, frame;

		end = end_of(d, at, false);
		if (location == NO_ID) { /* defined nowhere */
			for (size_t i = at; i < end; i++)
				d->frame_of[i] = NO_ID;
			continue;
		}
		frame = add_frame(d,
				  (struct frame){.kind = FRAME_LOCATION,
						 .name = d->graph->locations[location].name,
						 .location = location,
						 .parent = NO_ID},
				  at, end);
		add_groups(d, frame, at, end);
	}
}

/* ---- which are open ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static sv unescape(struct arena *a, sv text)
{
	char *to = arena_alloc(a, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		bool escaped = text.p[i] == '%' && i + 2 < text.n &&
			       hex_digit(text.p[i + 1]) >= 0 && hex_digit(text.p[i + 2]) >= 0;

		to[n++] = escaped ? (char)(hex_digit(text.p[i + 1]) * 16 + hex_digit(text.p[i + 2]))
				  : text.p[i];
		i += escaped ? 2 : 0;
	}
	return (sv){to, n};
}

static void open_named(struct graph_drawing *d, sv name)
{
	for (size_t i = 0; i < d->frames.n; i++) {
		struct frame *f = &d->frames.at[i];
		sv location = d->graph->locations[f->location].name, rest;
		bool inside = sv_starts(name, location) && name.n > location.n &&
			      name.p[location.n] == '/';

		rest = inside ? sv_from(name, location.n + 1) : SV("");
		if (f->kind == FRAME_LOCATION)
			f->open |= sv_eq(name, location) || sv_eq(rest, SV("*"));
		else if (inside && (sv_eq(rest, f->name) || sv_eq(rest, SV("*"))))
			f->open = d->frames.at[f->parent].open = true;
	}
}

static void open_all(struct graph_drawing *d, bool locations, bool groups)
{
	for (size_t i = 0; i < d->frames.n; i++)
		d->frames.at[i].open = d->frames.at[i].kind == FRAME_LOCATION ? locations : groups;
}

/* Boxes and closed frames, in open frames or in none. */
static size_t count_shown(const struct graph_drawing *d)
{
	size_t shown = 0, framed = 0;

	for (size_t i = 0; i < d->frames.n; i++) {
		const struct frame *f = &d->frames.at[i];

		if (f->kind == FRAME_LOCATION) {
			framed += f->assets;
			shown += f->open ? f->children : 1;
		} else if (f->open) {
			shown += f->assets - 1;
		}
	}
	return shown + d->count - framed;
}

/* Everything, else groups, else locations, as many as still show something at a glance. */
static void open_screenful(struct graph_drawing *d)
{
	static const struct {
		bool locations, groups;
		size_t most;
	} ways[] = {{true, true, SCREENFUL}, {true, false, GROUPS},  {false, false, SCREENFUL},
		    {false, false, AT_MOST}, {true, false, AT_MOST}, {true, true, AT_MOST}};

	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		size_t shown;

		open_all(d, ways[i].locations, ways[i].groups);
		shown = count_shown(d);
		if (shown <= ways[i].most && (shown >= FEW || shown == d->count))
			return;
	}
	open_all(d, false, false);
}

static void open_frames(struct graph_drawing *d, sv names)
{
	sv name;

	if (!names.p) {
		open_screenful(d);
		return;
	}
	while (sv_split(&names, ',', &name))
		if (sv_eq(name, SV("*")))
			open_all(d, true, true);
		else
			open_named(d, unescape(d->arena, name));
}

struct graph_drawing *graph_drawing_new(struct arena *a, const struct asset_graph *g,
					const struct node_set *of, sv names, float aspect)
{
	struct graph_drawing *d = NEW(a, struct graph_drawing, 1);

	d->arena = a;
	d->graph = g;
	d->aspect = aspect;
	collect_nodes(d, of);
	add_frames(d);
	open_frames(d, names);
	d->shown = count_shown(d);
	return d;
}

size_t graph_drawing_shown(const struct graph_drawing *d)
{
	return d->shown;
}

/* ---- laid out ---- */

static float between(float least, float most, float value)
{
	return fminf(most, fmaxf(least, ceilf(value)));
}

/* What is shown large is the last part. */
static float box_width(struct arena *scratch, sv key)
{
	struct sv_list parts = asset_key_parts(scratch, key);
	sv name = parts.n ? parts.at[parts.n - 1] : key;

	return between(BOX_LEAST, BOX_MOST, label_width(name, BOX_FONT) + BOX_BESIDE);
}

static struct layout_box *layout_boxes(struct arena *a, const struct graph_drawing *d)
{
	struct layout_box *boxes = NEW(a, struct layout_box, d->count + 1);

	for (size_t i = 0; i < d->count; i++)
		boxes[i] = (struct layout_box){box_width(a, node_of(d, i)->key), BOX_HEIGHT,
					       d->frame_of[i]};
	return boxes;
}

static struct layout_frame *layout_frames(struct arena *a, const struct graph_drawing *d)
{
	struct layout_frame *frames = NEW(a, struct layout_frame, d->frames.n + 1);

	for (size_t i = 0; i < d->frames.n; i++) {
		const struct frame *f = &d->frames.at[i];

		frames[i] = (struct layout_frame){
			.parent = f->parent,
			.closed = !f->open,
			.width = between(FRAME_LEAST, FRAME_MOST,
					 label_width(f->name, BOX_FONT) + FRAME_BESIDE),
			.height = FRAME_HEIGHT,
		};
	}
	return frames;
}

static uint32_t *boxes_by_node(struct arena *a, const struct graph_drawing *d)
{
	uint32_t *boxes = NEW(a, uint32_t, d->graph->nodes_count + 1);

	memset(boxes, 0xff, sizeof(uint32_t) * d->graph->nodes_count);
	for (uint32_t i = 0; i < d->count; i++)
		boxes[d->nodes[i]] = i;
	return boxes;
}

static void add_edges(struct arena *a, const struct graph_drawing *d, struct layout_request *r)
{
	const uint32_t *boxes = boxes_by_node(a, d);
	struct layout_edge *edges;
	size_t n = 0;

	for (size_t i = 0; i < d->count; i++)
		n += node_of(d, i)->parents_count;
	r->edges = edges = NEW(a, struct layout_edge, n + 1);
	for (uint32_t i = 0; i < d->count; i++)
		for (size_t k = 0; k < node_of(d, i)->parents_count; k++) {
			uint32_t from = boxes[node_of(d, i)->parents[k]];

			if (from != NO_ID)
				edges[r->edges_count++] = (struct layout_edge){from, i};
		}
}

/* How large it can be on a screen that is 1 high. */
static float scale_on_screen(const struct layout *l, float aspect)
{
	return fminf(aspect / fmaxf(l->width, 1), 1 / fmaxf(l->height, 1));
}

/* To the right, where it has a choice and neither is much larger: that is how people read. */
static struct layout *lay_out(struct arena *a, const struct graph_drawing *d, bool *ret_down)
{
	struct layout *right, *down;
	struct layout_request r = {
		.boxes = layout_boxes(a, d),
		.boxes_count = d->count,
		.frames = layout_frames(a, d),
		.frames_count = d->frames.n,
	};

	add_edges(a, d, &r);
	right = graph_layout(a, &r);
	*ret_down = false;
	if (d->aspect <= 0 || d->shown > SCREENFUL)
		return right;
	r.down = true;
	down = graph_layout(a, &r);
	*ret_down = scale_on_screen(down, d->aspect) >
		    MUCH_LARGER * scale_on_screen(right, d->aspect);
	return *ret_down ? down : right;
}

/* ---- written ---- */

struct writing {
	struct json *j;
	const struct graph_drawing *d;
	const struct layout *l;
	uint32_t *boxes, *frames; /* their index in the answer, which holds what is seen */
};

static int64_t index_or_none(uint32_t index)
{
	return index == NO_ID ? -1 : (int64_t)index;
}

static void write_number(struct json *j, float pixels)
{
	json_int(j, lroundf(pixels));
}

static void write_rectangle(struct json *j, const struct layout_rectangle *r)
{
	write_number(j, r->x);
	write_number(j, r->y);
	write_number(j, r->width);
	write_number(j, r->height);
}

static void write_frames(struct writing *w)
{
	static const char *const words[] = {
#define X(id, word) word,
		FRAME_KINDS(X)
#undef X
	};
	uint32_t n = 0;

	json_key(w->j, "frames");
	json_open(w->j, '[');
	for (size_t i = 0; i < w->d->frames.n; i++) {
		const struct frame *f = &w->d->frames.at[i];

		if (w->l->frames[i].width <= 0)
			continue;
		w->frames[i] = n++;
		json_open(w->j, '[');
		json_text(w->j, f->name);
		json_cstr(w->j, words[f->kind]);
		json_int(w->j, f->location);
		json_int(w->j, f->parent == NO_ID ? -1 : index_or_none(w->frames[f->parent]));
		json_int(w->j, f->open);
		json_int(w->j, f->assets);
		write_rectangle(w->j, &w->l->frames[i]);
		json_close(w->j);
	}
	json_close(w->j);
}

static void write_boxes(struct writing *w)
{
	uint32_t n = 0;

	json_key(w->j, "boxes");
	json_open(w->j, '[');
	for (size_t i = 0; i < w->d->count; i++) {
		const struct graph_node *node = node_of(w->d, i);
		uint32_t frame = w->d->frame_of[i];

		if (w->l->boxes[i].width <= 0)
			continue;
		w->boxes[i] = n++;
		json_open(w->j, '[');
		json_text(w->j, node->key);
		json_int(w->j, index_or_none(node->location));
		json_int(w->j, frame == NO_ID ? -1 : index_or_none(w->frames[frame]));
		write_rectangle(w->j, &w->l->boxes[i]);
		json_close(w->j);
	}
	json_close(w->j);
}

static void write_end(struct writing *w, bool frame, uint32_t end)
{
	json_int(w->j, frame ? -1 - (int64_t)w->frames[end] : (int64_t)w->boxes[end]);
}

static void write_edges(struct writing *w)
{
	json_key(w->j, "edges");
	json_open(w->j, '[');
	for (size_t i = 0; i < w->l->routes_count; i++) {
		const struct layout_route *r = &w->l->routes[i];

		json_open(w->j, '[');
		write_end(w, r->from_frame, r->from);
		write_end(w, r->to_frame, r->to);
		json_int(w->j, r->edges);
		json_open(w->j, '[');
		for (size_t k = 0; k < r->points_count; k++) {
			write_number(w->j, r->points[k].x);
			write_number(w->j, r->points[k].y);
		}
		json_close(w->j);
		json_close(w->j);
	}
	json_close(w->j);
}

static void write_locations(struct json *j, const struct asset_graph *g)
{
	json_key(j, "locations");
	json_open(j, '[');
	for (size_t i = 0; i < g->locations_count; i++)
		json_text(j, g->locations[i].name);
	json_close(j);
}

void graph_drawing_write(const struct graph_drawing *d, sv hash, struct buf *out)
{
	AUTO_ARENA scratch = arena_new();
	struct json j = {.out = out};
	bool down;
	const struct layout *l = lay_out(scratch, d, &down);
	struct writing w = {&j, d, l, NEW(scratch, uint32_t, d->count + 1),
			    NEW(scratch, uint32_t, d->frames.n + 1)};

	json_open(&j, '{');
	json_member_text(&j, "hash", hash);
	json_key(&j, "width");
	write_number(&j, l->width);
	json_key(&j, "height");
	write_number(&j, l->height);
	json_member_text(&j, "direction", down ? SV("down") : SV("right"));
	write_locations(&j, d->graph);
	write_frames(&w);
	write_boxes(&w);
	write_edges(&w);
	json_close(&j);
}
