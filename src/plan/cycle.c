/* cycle.c -- Tarjan's algorithm on an explicit stack, then breadth first inside a group. */
#include "plan/cycle.h"

#include "base/list.h"

struct frame {
	uint32_t node;
	size_t next; /* edge to look at */
};

struct search {
	struct arena *arena; /* of the groups */
	const struct id_list *out;
	uint32_t *index, *low; /* 1-based; 0: not visited */
	bool *open;            /* on `path` */
	uint32_t *path;
	size_t path_n;
	uint32_t visited;
	struct cycle_groups groups;
};

static void enter(struct search *s, struct frame *frame, uint32_t node)
{
	*frame = (struct frame){node, 0};
	s->index[node] = s->low[node] = ++s->visited;
	s->open[node] = true;
	s->path[s->path_n++] = node;
}

static bool leads_to_itself(const struct id_list *out, uint32_t node)
{
	for (size_t i = 0; i < out[node].n; i++)
		if (out[node].at[i] == node)
			return true;
	return false;
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Takes the group that `node` heads off the path. */
static void close_group(struct search *s, uint32_t node)
{
	size_t from = s->path_n, n;
	uint32_t *members;

	do
		s->open[s->path[--from]] = false;
	while (s->path[from] != node);
	n = s->path_n - from;
	s->path_n = from;
	if (n == 1 && !leads_to_itself(s->out, node))
		return;
	members = NEW(s->arena, uint32_t, n);
	memcpy(members, s->path + from, n * sizeof(*members));
	qsort(members, n, sizeof(*members), compare_ids);
	*LIST_ADD(s->arena, &s->groups) = (struct id_list){members, n};
}

static void visit(struct search *s, struct frame *stack, uint32_t root)
{
	size_t depth = 1;

	enter(s, &stack[0], root);
	while (depth) {
		struct frame *top = &stack[depth - 1];
		uint32_t node = top->node, to;

		if (top->next == s->out[node].n) {
			if (s->low[node] == s->index[node])
				close_group(s, node);
			if (--depth && s->low[node] < s->low[stack[depth - 1].node])
				s->low[stack[depth - 1].node] = s->low[node];
			continue;
		}
		to = s->out[node].at[top->next++];
		if (!s->index[to])
			enter(s, &stack[depth++], to);
		else if (s->open[to] && s->index[to] < s->low[node])
			s->low[node] = s->index[to];
	}
}

static int compare_groups(const void *a, const void *b)
{
	return compare_ids(((const struct id_list *)a)->at, ((const struct id_list *)b)->at);
}

struct cycle_groups cycles_find(struct arena *a, const struct id_list *out, size_t nodes)
{
	AUTO_ARENA scratch = arena_new();
	struct frame *stack = NEW(scratch, struct frame, nodes);
	struct search s = {.arena = a,
			   .out = out,
			   .index = NEW(scratch, uint32_t, nodes),
			   .low = NEW(scratch, uint32_t, nodes),
			   .open = NEW(scratch, bool, nodes),
			   .path = NEW(scratch, uint32_t, nodes)};

	for (uint32_t i = 0; i < nodes; i++)
		if (!s.index[i])
			visit(&s, stack, i);
	if (s.groups.n)
		qsort(s.groups.at, s.groups.n, sizeof(*s.groups.at), compare_groups);
	return s.groups;
}

/* Where an id stands in a group; SIZE_MAX when it is no member. */
static size_t place_of(struct id_list group, uint32_t id)
{
	const uint32_t *hit = bsearch(&id, group.at, group.n, sizeof(id), compare_ids);

	return hit ? (size_t)(hit - group.at) : SIZE_MAX;
}

/* Fills `from` (by place in the group) breadth first, until somebody leads back to the first; answers who. */
static size_t walk_back_to_first(const struct id_list *out, struct id_list group, size_t *from,
				 size_t *queue)
{
	size_t n = 1;

	queue[0] = 0;
	for (size_t next = 0; next < n; next++) {
		struct id_list edges = out[group.at[queue[next]]];

		for (size_t i = 0; i < edges.n; i++) {
			size_t to = place_of(group, edges.at[i]);

			if (to == 0)
				return queue[next];
			if (to == SIZE_MAX || from[to] != SIZE_MAX)
				continue;
			from[to] = queue[next];
			queue[n++] = to;
		}
	}
	assert(!"every member of a group is on a circle");
	return 0;
}

struct id_list cycle_path(struct arena *a, const struct id_list *out, struct id_list group)
{
	AUTO_ARENA scratch = arena_new();
	size_t *from = NEW(scratch, size_t, group.n), *queue = NEW(scratch, size_t, group.n);
	size_t last, length = 1;
	uint32_t *path;

	for (size_t i = 0; i < group.n; i++)
		from[i] = SIZE_MAX;
	last = walk_back_to_first(out, group, from, queue);
	for (size_t at = last; at != 0; at = from[at])
		length++;
	path = NEW(a, uint32_t, length);
	for (size_t i = length; i-- > 0; last = i ? from[last] : last)
		path[i] = group.at[last];
	return (struct id_list){path, length};
}
