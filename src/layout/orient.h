/* orient.h -- which arrows of a graph are to be drawn against their direction, so that all others run one way.  Of the
 * room only. */
#pragma once
#include "base/arena.h"

struct arrow {
	uint32_t from, to; /* nodes */
	uint32_t weight;   /* how much it matters which way it runs */
	bool turned;       /* result; only of those on a circle, and little weight in all */
};

void orient(struct arena *scratch, uint32_t nodes, struct arrow *arrows, size_t count);
