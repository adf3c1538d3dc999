/* routes.h -- the one table of what is answered: method, path, handler.  A handler is named after the operationId of
 * openapi.yaml: getHealth is api_get_health. */
#pragma once
#include "http/server.h"

#define API_ROUTES(X) \
	/* assets.c */ \
	X(GET, "/api/v1/assets", list_assets) \
	X(GET, "/api/v1/assets/{key}", get_asset) \
	X(GET, "/api/v1/assets/{key}/partitions", get_partitions) \
	X(GET, "/api/v1/assets/{key}/runs", list_runs_of_asset) \
	/* graph.c */ \
	X(GET, "/api/v1/graph", get_graph) \
	/* health.c */ \
	X(GET, "/api/v1/health", get_health) \
	/* lineage.c */ \
	X(GET, "/api/v1/assets/{key}/impact", get_impact) \
	X(GET, "/api/v1/assets/{key}/lineage", get_lineage) \
	X(GET, "/api/v1/locations/{location}/impact", get_location_impact) \
	/* locations.c */ \
	X(GET, "/api/v1/findings", list_findings) \
	X(GET, "/api/v1/locations", list_locations) \
	X(GET, "/api/v1/locations/{location}", get_location) \
	/* overview.c */ \
	X(GET, "/api/v1/overview", get_overview) \
	/* metrics.c */ \
	X(GET, "/metrics", get_metrics) \
	/* plan.c */ \
	X(POST, "/api/v1/plan", make_plan) \
	/* pools.c */ \
	X(GET, "/api/v1/pools", list_pools) \
	X(PUT, "/api/v1/pools/{pool}", set_pool) \
	X(DELETE, "/api/v1/pools/{pool}", forget_pool) \
	/* reload.c */ \
	X(POST, "/api/v1/reload", reload_all) \
	X(POST, "/api/v1/locations/{location}/reload", reload_location) \
	/* reports.c */ \
	X(POST, "/api/v1/reports", report_events) \
	X(POST, "/report_asset_materialization/{key*}", report_materialization) \
	X(POST, "/report_asset_observation/{key*}", report_observation) \
	X(POST, "/report_asset_check/{key*}", report_check) \
	/* run_events.c */ \
	X(GET, "/api/v1/runs/{run}/events", list_run_events) \
	X(GET, "/api/v1/runs/{run}/events/stream", stream_run_events) \
	/* runs.c */ \
	X(GET, "/api/v1/runs", list_runs) \
	X(POST, "/api/v1/runs", launch_run) \
	X(GET, "/api/v1/runs/{run}", get_run) \
	X(POST, "/api/v1/runs/{run}/cancel", cancel_run) \
	X(POST, "/api/v1/runs/{run}/retry", retry_run) \
	/* search.c */ \
	X(GET, "/api/v1/search", search) \
	/* server_info.c */ \
	X(GET, "/server_info", get_server_info) \
	/* step_logs.c */ \
	X(GET, "/api/v1/runs/{run}/steps/{step}/logs/{stream}", read_step_log) \
	X(GET, "/api/v1/runs/{run}/steps/{step}/logs/{stream}/file", save_step_log) \
	X(GET, "/api/v1/runs/{run}/steps/{step}/logs/{stream}/stream", stream_step_log) \
	/* versions.c */ \
	X(GET, "/api/v1/assets/{key}/versions", list_versions) \
	X(GET, "/api/v1/assets/{key}/versions/{version}/preview", preview_version) \
	/* streams.c */ \
	X(GET, "/api/v1/events/stream", stream_events) \

#define X(method, path, name) void api_##name(void *ctx, struct exchange *x);
API_ROUTES(X)
#undef X

extern const struct http_route api_routes[];
extern const size_t api_routes_count;
