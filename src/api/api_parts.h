/* api_parts.h -- what the files of this room share.  A file a noun: it holds the handlers of its routes (routes.h). */
#pragma once
#include "api/api.h"
#include "api/routes.h"
#include "http/server.h"

struct asset_table; /* asset_table.h */
struct log_tails;   /* log_tail.h */
struct metrics;     /* metrics.h */
struct graph_pictures; /* graph.h */
struct streams;     /* streams.h */
struct tails;       /* tail.h */
struct ui;          /* ui.h */

struct api { /* the `ctx` of every handler */
	struct arena *arena;
	struct api_request request;
	struct session *session;
	struct engine *engine;
	struct requests *requests;
	struct store *store; /* of our own, for reading: sees what is committed */
	struct asset_table *assets;
	struct log_tails *log_tails;
	struct metrics *metrics;
	struct graph_pictures *pictures; /* NULL until somebody asks for one */
	struct streams *streams;
	struct tails *tails;
	struct ui *ui;
	struct http_server *http;
	sv url;
	time_us since;
	bool ending;
};
