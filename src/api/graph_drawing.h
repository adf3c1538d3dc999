/* graph_drawing.h -- some assets of a graph as boxes and frames (a code location, the groups within it), laid out, as
 * the JSON that openapi.yaml calls Graph.  Knows no requests; what takes long, graph_drawing_write, touches nothing but
 * the drawing and the graph, which stands: any thread may do it. */
#pragma once
#include "base/buf.h"
#include "model/asset_graph.h"

struct graph_drawing;

/* `aspect`: width over height of the screen, 0 when it is not known: then the picture runs to the right, else down
 * where that shows it larger.  `names`: what is drawn open; p NULL: as many as fit a screen well.  Else separated by
 * commas: NAME, a location; NAME/GROUP, a group and its location; NAME/followed by a star, a location and all in it; a
 * star, all.  %XX within a name.  What is not there is passed over. */
struct graph_drawing *graph_drawing_new(struct arena *a, const struct asset_graph *g, const struct node_set *of, sv names,
					float aspect);
size_t graph_drawing_shown(const struct graph_drawing *d); /* boxes and closed frames */
void graph_drawing_write(const struct graph_drawing *d, sv hash, struct buf *out);
