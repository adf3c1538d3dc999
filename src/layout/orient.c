/* orient.c -- circles are opened one strongly connected part at a time, after Eades, Lin and Smyth (A Fast and
 * Effective Heuristic for the Feedback Arc Set Problem, 1993): ends go to the ends, then whatever leads to more than
 * leads to it goes first. */
#include "layout/orient.h"

struct parts {
	uint32_t *first, *arrows; /* by node: those that begin there, then those that end there */
	uint32_t *middle;         /* where the latter begin */
	uint32_t *part;           /* by node: strongly connected ones share it */
};

struct candidate {
	int64_t gain;
	uint32_t node;
};

struct sequence {
	const struct arrow *arrows;
	const struct parts *by;
	int64_t *out, *in; /* weight by node, of what is left of its part */
	uint32_t *place;   /* NO_ID: not yet */
	uint32_t *ends;    /* nodes without one or the other */
	size_t ends_count;
	struct candidate *heap;
	size_t heap_count;
	uint32_t front, back;
};

/* ---- arrows by node ---- */

static void count_arrows(struct parts *p, uint32_t nodes, const struct arrow *arrows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		p->first[arrows[i].from + 1]++;
		p->first[arrows[i].to + 1]++;
		p->middle[arrows[i].from]++;
	}
	for (uint32_t i = 0; i < nodes; i++) {
		p->middle[i] += p->first[i];
		p->first[i + 1] += p->first[i];
	}
}

static struct parts *parts_new(struct arena *a, uint32_t nodes, const struct arrow *arrows,
			       size_t count)
{
	struct parts *p = NEW(a, struct parts, 1);
	uint32_t *out = NEW(a, uint32_t, nodes + 1), *in = NEW(a, uint32_t, nodes + 1);

	p->first = NEW(a, uint32_t, nodes + 1);
	p->middle = NEW(a, uint32_t, nodes + 1);
	p->part = NEW(a, uint32_t, nodes + 1);
	p->arrows = NEW(a, uint32_t, count * 2 + 1);
	count_arrows(p, nodes, arrows, count);
	for (uint32_t i = 0; i < count; i++) {
		p->arrows[p->first[arrows[i].from] + out[arrows[i].from]++] = i;
		p->arrows[p->middle[arrows[i].to] + in[arrows[i].to]++] = i;
	}
	return p;
}

/* ---- strongly connected parts, after Tarjan, without recursion ---- */

struct tarjan {
	struct parts *parts;
	const struct arrow *arrows;
	uint32_t *number, *low; /* by node; number 0: not met */
	uint32_t *next;         /* arrow to take */
	uint32_t *way, *open;   /* nodes: on the way here; met, and of no part yet */
	size_t way_count, open_count;
	uint32_t met, parts_count;
};

static void enter(struct tarjan *t, uint32_t node)
{
	t->number[node] = t->low[node] = ++t->met;
	t->next[node] = t->parts->first[node];
	t->way[t->way_count++] = node;
	t->open[t->open_count++] = node;
	t->parts->part[node] = NO_ID;
}

static void leave(struct tarjan *t, uint32_t node)
{
	t->way_count--;
	if (t->way_count) {
		uint32_t *low = &t->low[t->way[t->way_count - 1]];

		*low = *low < t->low[node] ? *low : t->low[node];
	}
	if (t->low[node] != t->number[node])
		return;
	while (t->open[t->open_count - 1] != node)
		t->parts->part[t->open[--t->open_count]] = t->parts_count;
	t->parts->part[t->open[--t->open_count]] = t->parts_count++;
}

static void walk(struct tarjan *t, uint32_t from)
{
	enter(t, from);
	while (t->way_count) {
		uint32_t node = t->way[t->way_count - 1], to;

		if (t->next[node] == t->parts->middle[node]) {
			leave(t, node);
			continue;
		}
		to = t->arrows[t->parts->arrows[t->next[node]++]].to;
		if (!t->number[to])
			enter(t, to);
		else if (t->parts->part[to] == NO_ID && t->number[to] < t->low[node])
			t->low[node] = t->number[to];
	}
}

static void find_parts(struct arena *a, struct parts *p, uint32_t nodes, const struct arrow *arrows)
{
	struct tarjan t = {
		.parts = p,
		.arrows = arrows,
		.number = NEW(a, uint32_t, nodes + 1),
		.low = NEW(a, uint32_t, nodes + 1),
		.next = NEW(a, uint32_t, nodes + 1),
		.way = NEW(a, uint32_t, nodes + 1),
		.open = NEW(a, uint32_t, nodes + 1),
	};

	for (uint32_t i = 0; i < nodes; i++)
		if (!t.number[i])
			walk(&t, i);
}

/* ---- a sequence of the nodes, along which little goes back ---- */

static bool on_circle(const struct parts *by, const struct arrow *arrow)
{
	return arrow->from != arrow->to && by->part[arrow->from] == by->part[arrow->to];
}

static bool goes_first(const struct candidate *a, const struct candidate *b)
{
	return a->gain != b->gain ? a->gain > b->gain : a->node < b->node;
}

static void push(struct sequence *s, uint32_t node)
{
	struct candidate c = {s->out[node] - s->in[node], node};
	size_t at = s->heap_count++;

	for (; at && goes_first(&c, &s->heap[(at - 1) / 2]); at = (at - 1) / 2)
		s->heap[at] = s->heap[(at - 1) / 2];
	s->heap[at] = c;
}

static struct candidate pop(struct sequence *s)
{
	struct candidate top = s->heap[0], last = s->heap[--s->heap_count];
	size_t at = 0, child;

	for (; (child = 2 * at + 1) < s->heap_count; at = child) {
		child += child + 1 < s->heap_count &&
			 goes_first(&s->heap[child + 1], &s->heap[child]);
		if (!goes_first(&s->heap[child], &last))
			break;
		s->heap[at] = s->heap[child];
	}
	s->heap[at] = last;
	return top;
}

static void weigh_less(struct sequence *s, int64_t *weight, const struct arrow *arrow,
		       uint32_t node)
{
	if (s->place[node] != NO_ID)
		return;
	*weight -= arrow->weight;
	if (!*weight)
		s->ends[s->ends_count++] = node;
	else
		push(s, node);
}

static void put(struct sequence *s, uint32_t node, bool first)
{
	const struct parts *by = s->by;

	s->place[node] = first ? s->front++ : s->back--;
	for (uint32_t i = by->first[node]; i < by->first[node + 1]; i++) {
		const struct arrow *arrow = &s->arrows[by->arrows[i]];

		if (!on_circle(by, arrow))
			continue;
		if (i < by->middle[node])
			weigh_less(s, &s->in[arrow->to], arrow, arrow->to);
		else
			weigh_less(s, &s->out[arrow->from], arrow, arrow->from);
	}
}

static void make_sequence(struct sequence *s)
{
	while (s->ends_count || s->heap_count) {
		if (s->ends_count) {
			uint32_t node = s->ends[--s->ends_count];

			if (s->place[node] == NO_ID)
				put(s, node, s->out[node] > 0);
			continue;
		}
		struct candidate best = pop(s);
		if (s->place[best.node] == NO_ID &&
		    best.gain == s->out[best.node] - s->in[best.node])
			put(s, best.node, true);
	}
}

static void weigh(struct sequence *s, uint32_t nodes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!on_circle(s->by, &s->arrows[i]))
			continue;
		s->out[s->arrows[i].from] += s->arrows[i].weight;
		s->in[s->arrows[i].to] += s->arrows[i].weight;
	}
	for (uint32_t i = 0; i < nodes; i++) {
		s->place[i] = NO_ID;
		if (s->out[i])
			push(s, i);
	}
}

void orient(struct arena *scratch, uint32_t nodes, struct arrow *arrows, size_t count)
{
	struct parts *by = parts_new(scratch, nodes, arrows, count);
	struct sequence s = {
		.arrows = arrows,
		.by = by,
		.out = NEW(scratch, int64_t, nodes + 1),
		.in = NEW(scratch, int64_t, nodes + 1),
		.place = NEW(scratch, uint32_t, nodes + 1),
		.ends = NEW(scratch, uint32_t, 2 * (size_t)nodes + 1),
		.heap = NEW(scratch, struct candidate, nodes + 2 * count + 1),
		.back = nodes,
	};

	find_parts(scratch, by, nodes, arrows);
	weigh(&s, nodes, count);
	make_sequence(&s);
	for (size_t i = 0; i < count; i++)
		arrows[i].turned = on_circle(by, &arrows[i]) &&
				   s.place[arrows[i].from] > s.place[arrows[i].to];
}
