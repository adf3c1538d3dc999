/* routes.h -- the one table of what is answered: method, path, handler.  A handler is named after the operationId of
 * openapi.yaml: getHealth is api_get_health. */
#pragma once
#include "http/server.h"

#define API_ROUTES(X) \
	/* health.c */ \
	X(GET, "/api/v1/health", get_health) \
	/* plan.c */ \
	X(POST, "/api/v1/plan", make_plan) \
	/* pools.c */ \
	X(GET, "/api/v1/pools", list_pools) \
	/* run_events.c */ \
	X(GET, "/api/v1/runs/{run}/events", list_run_events) \
	X(GET, "/api/v1/runs/{run}/events/stream", stream_run_events) \
	/* runs.c */ \
	X(GET, "/api/v1/runs", list_runs) \
	X(POST, "/api/v1/runs", launch_run) \
	X(GET, "/api/v1/runs/{run}", get_run) \
	X(POST, "/api/v1/runs/{run}/cancel", cancel_run) \
	X(POST, "/api/v1/runs/{run}/retry", retry_run) \
	/* server_info.c */ \
	X(GET, "/server_info", get_server_info) \
	/* step_logs.c */ \
	X(GET, "/api/v1/runs/{run}/steps/{step}/logs/{stream}", read_step_log) \

#define X(method, path, name) void api_##name(void *ctx, struct exchange *x);
API_ROUTES(X)
#undef X

extern const struct http_route api_routes[];
extern const size_t api_routes_count;
