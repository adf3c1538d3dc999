/* pack.h -- rectangles that have nothing to do with each other, side by side in a shape that is asked for: `aspect`, its
 * width over its height.  Of the room only. */
#pragma once
#include "base/arena.h"
#include "layout/graph_layout.h"

/* Sets x and y of each; the first `on_top` stay above all others, one below the other.  Returns the size of the whole. */
struct layout_rectangle pack_shelves(struct arena *scratch, struct layout_rectangle *r, size_t count, size_t on_top,
				     float aspect);
/* In rows and columns, in the order given, about as wide as `width` says; 0: as wide as looks well. */
struct layout_rectangle pack_grid(struct layout_rectangle *r, size_t count, float width, float aspect);
