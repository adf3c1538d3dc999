/* routes.h -- the one table of what is answered: method, path, handler.  A handler is named after the operationId of
 * openapi.yaml: getHealth is api_get_health. */
#pragma once
#include "http/server.h"

#define API_ROUTES(X) \
	/* health.c */ \
	X(GET, "/api/v1/health", get_health) \
	/* server_info.c */ \
	X(GET, "/server_info", get_server_info) \

#define X(method, path, name) void api_##name(void *ctx, struct exchange *x);
API_ROUTES(X)
#undef X

extern const struct http_route api_routes[];
extern const size_t api_routes_count;
