/* graph.h -- pictures of the graph that were asked for: kept while the code stays, made once however many wait for one. */
#pragma once
#include "api/api_parts.h"

struct graph_pictures;
void graph_pictures_free(struct graph_pictures *p); /* waits for what is being drawn; NULL is fine */
