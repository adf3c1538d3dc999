/* router.h -- which handler a path belongs to.  A tree of segments: literal ones win over {name}, that over {name*}. */
#pragma once
#include "base/arena.h"
#include "http/server.h"

enum { ROUTE_PARAMS_MOST = 4 };

struct router;
struct router *router_new(const struct http_route *routes, size_t count);
void router_free(struct router *r); /* NULL is fine */

struct route_match {
	const struct http_route *by_method[HTTP_METHOD_COUNT]; /* NULL: not for this path */
	struct route_param {
		sv name, value; /* decoded */
	} params[ROUTE_PARAMS_MOST];
	size_t params_count;
};

/* false: no route has this path.  `path` is percent-encoded, and well so (url_decode); values live in `a` or view it. */
bool router_find(const struct router *r, struct arena *a, sv path, struct route_match *ret);
