/* cycle.h -- circles in a directed graph: who is on one, and one of them as a path.
 * Knows arrays of numbers only; linear in nodes and edges. */
#pragma once
#include "base/arena.h"

struct id_list {
	const uint32_t *at;
	size_t n;
};

/* Members of one circle-bound group (a strongly connected component), ascending. */
struct cycle_groups {
	struct id_list *at;
	size_t n, cap;
};

/* `out[i]`: where node i leads.  Groups by their smallest member; a node that leads to itself is one. */
struct cycle_groups cycles_find(struct arena *a, const struct id_list *out, size_t nodes);

/* A shortest circle through the group's first member: first, …, last, each leading to the next and last to first. */
struct id_list cycle_path(struct arena *a, const struct id_list *out, struct id_list group);
