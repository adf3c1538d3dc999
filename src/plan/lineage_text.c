/* lineage_text.c -- a depth-first walk makes lines; the upper half is walked the same way and laid out backwards. */
#include "plan/lineage_text.h"

#include "base/buf.h"
#include "base/list.h"

enum {
	INDENT = 3,         /* columns a level */
	DEEPEST = 64,       /* levels drawn at all */
	NARROWEST_KEY = 12, /* columns a key keeps, however narrow the page */
	GAP = 2,            /* between key and location */
};

struct line {
	sv lead, key, place;
	bool cut; /* more below than is drawn */
};

/* Pieces of INDENT columns. */
struct pieces {
	const char *bar, *blank, *more;
	const char *branch[2], *last_down[2], *last_up[2]; /* [1]: into another location */
};

static const struct pieces box = {"│  ",          "   ",          "…",
				  {"├─ ", "╞═ "}, {"└─ ", "╘═ "}, {"┌─ ", "╒═ "}};
static const struct pieces ascii = {"|  ",          "   ",          "...",
				    {"|- ", "|= "}, {"`- ", "`= "}, {",- ", ",= "}};

struct drawing {
	struct arena *arena;
	const struct asset_graph *graph;
	const struct pieces *pieces;
	bool up;
	uint32_t levels;
	struct node_set drawn; /* nodes whose neighbours have their lines */
	struct {
		struct line *at;
		size_t n, cap;
	} lines;
};

static sv place_of(struct drawing *d, uint32_t node)
{
	const struct graph_node *n = &d->graph->nodes[node];
	const struct location_code *location;
	const char *kind;

	if (!n->asset)
		return SV("(defined nowhere)");
	location = &d->graph->locations[n->location];
	kind = n->asset->kind == ASSET_EXTERNAL      ? " (external)"
	       : n->asset->kind == ASSET_OBSERVATION ? " (observed)"
						     : "";
	return arena_fmt(d->arena, SV_FMT "%s%s", SV_ARG(location->name), kind,
			 location->stale ? " (stale code)" : "");
}

static struct line *add_line(struct drawing *d, uint32_t node, sv lead)
{
	struct line *line = LIST_ADD(d->arena, &d->lines);

	*line = (struct line){
		.lead = lead, .key = d->graph->nodes[node].key, .place = place_of(d, node)};
	return line;
}

static size_t neighbours(const struct drawing *d, uint32_t node, const uint32_t **ret)
{
	const struct graph_node *n = &d->graph->nodes[node];

	*ret = d->up ? n->parents : n->children;
	return d->up ? n->parents_count : n->children_count;
}

static const char *branch_piece(const struct drawing *d, bool last, bool crosses)
{
	if (!last)
		return d->pieces->branch[crosses];
	return d->up ? d->pieces->last_up[crosses] : d->pieces->last_down[crosses];
}

/* Lines for the neighbours of `node`, whose own line is made.  False where it had to stop short. */
static bool draw_neighbours(struct drawing *d, uint32_t node, sv lead, uint32_t depth)
{
	const uint32_t *next;
	size_t count = neighbours(d, node, &next);

	if (count == 0)
		return true;
	if (depth >= d->levels || node_set_has(&d->drawn, node))
		return false;
	node_set_add(&d->drawn, node);
	for (size_t i = 0; i < count; i++) {
		bool last = i == count - 1;
		bool crosses = d->graph->nodes[next[i]].location != d->graph->nodes[node].location;
		sv own = arena_fmt(d->arena, SV_FMT "%s", SV_ARG(lead),
				   branch_piece(d, last, crosses));
		sv below = arena_fmt(d->arena, SV_FMT "%s", SV_ARG(lead),
				     last ? d->pieces->blank : d->pieces->bar);
		size_t line = d->lines.n;

		add_line(d, next[i], own);
		if (!draw_neighbours(d, next[i], below, depth + 1))
			d->lines.at[line].cut = true;
	}
	return true;
}

static size_t columns(sv text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += ((unsigned char)text.p[i] & 0xc0) != 0x80;
	return n;
}

/* The first `most` characters. */
static sv first_columns(sv text, size_t most)
{
	size_t i = 0, n = 0;

	for (; i < text.n; i++)
		if (((unsigned char)text.p[i] & 0xc0) != 0x80 && n++ == most)
			break;
	return (sv){text.p, i};
}

struct layout {
	size_t left, places; /* columns of lead, key and mark; of the widest location */
	const char *more;
};

static size_t left_columns(const struct layout *l, const struct line *line)
{
	return columns(line->lead) + columns(line->key) +
	       (line->cut ? 1 + columns(sv_of(l->more)) : 0);
}

static void print_line(struct buf *out, const struct layout *l, const struct line *line)
{
	size_t used = left_columns(l, line), start = out->n;
	sv key = line->key;

	buf_add(out, line->lead);
	if (used > l->left) {
		size_t keep = columns(key) - (used - l->left), mark = columns(sv_of(l->more));

		buf_add(out, first_columns(key, keep > mark ? keep - mark : 0));
		buf_addf(out, "%s", l->more);
	} else {
		buf_add(out, key);
	}
	if (line->cut)
		buf_addf(out, " %s", l->more);
	used = columns((sv){out->p + start, out->n - start});
	buf_addf(out, "%*s" SV_FMT "\n", (int)(l->left + GAP - used), "", SV_ARG(line->place));
}

static void measure(struct layout *l, const struct line *lines, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t left = left_columns(l, &lines[i]), place = columns(lines[i].place);

		l->left = left > l->left ? left : l->left;
		l->places = place > l->places ? place : l->places;
	}
}

/* How deep a tree may go so that keys keep their room beside the widest location. */
static uint32_t levels_within(const struct lineage_style *style, uint32_t wanted, size_t places)
{
	size_t room = places + GAP + NARROWEST_KEY, deepest = DEEPEST;

	if (style->width)
		deepest = style->width > room + INDENT ? (style->width - room) / INDENT : 1;
	if (deepest > DEEPEST)
		deepest = DEEPEST;
	return wanted < deepest ? wanted : (uint32_t)deepest;
}

static size_t widest_location(const struct asset_graph *g)
{
	size_t widest = sizeof("(defined nowhere)") - 1;

	for (size_t i = 0; i < g->locations_count; i++) {
		size_t own = columns(g->locations[i].name);

		widest = own > widest ? own : widest;
	}
	return widest;
}

static struct drawing draw(struct arena *scratch, const struct asset_graph *g, uint32_t node,
			   bool up, const struct lineage_style *style)
{
	struct drawing d = {
		.arena = scratch,
		.graph = g,
		.pieces = style->ascii ? &ascii : &box,
		.up = up,
		.drawn = node_set_new(scratch, g),
		.levels = levels_within(style, up ? style->up : style->down, widest_location(g))};

	draw_neighbours(&d, node, SV(""), 0);
	return d;
}

sv lineage_text(struct arena *a, const struct asset_graph *g, uint32_t node,
		const struct lineage_style *style)
{
	AUTO_ARENA scratch = arena_new();
	struct drawing above = draw(scratch, g, node, true, style),
		       below = draw(scratch, g, node, false, style);
	struct layout layout = {.more = above.pieces->more};
	struct line self = {.key = g->nodes[node].key, .place = place_of(&above, node)};
	AUTO_BUF out = {0};

	measure(&layout, above.lines.at, above.lines.n);
	measure(&layout, below.lines.at, below.lines.n);
	measure(&layout, &self, 1);
	if (style->width && layout.left + GAP + layout.places > style->width) {
		size_t least = NARROWEST_KEY + GAP + layout.places;

		layout.left = style->width > least ? style->width - GAP - layout.places
						   : NARROWEST_KEY;
	}
	for (size_t i = above.lines.n; i-- > 0;)
		print_line(&out, &layout, &above.lines.at[i]);
	print_line(&out, &layout, &self);
	for (size_t i = 0; i < below.lines.n; i++)
		print_line(&out, &layout, &below.lines.at[i]);
	return arena_sv(a, buf_sv(&out));
}
