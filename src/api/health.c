/* health.c -- how the server stands. */
#include <unistd.h>

#include "api/api_parts.h"
#include "api/health.h"
#include "base/time.h"
#include "code/workspace.h"

static const char *status_word(const struct api *api)
{
	if (engine_error(api->engine))
		return "failed";
	return api->ending ? "ending" : "ok";
}

static void write_locations(struct json *j, const struct code_view *code)
{
	static const char *const words[] = {
		[LOCATION_OK] = "ok", [LOCATION_STALE] = "stale", [LOCATION_BROKEN] = "broken"};
	int64_t counts[COUNT_OF(words)] = {0};

	for (size_t i = 0; i < code->locations_count; i++)
		counts[code->locations[i].health]++;
	json_key(j, "locations");
	json_open(j, '{');
	for (size_t i = 0; i < COUNT_OF(words); i++)
		json_member_int(j, words[i], counts[i]);
	json_close(j);
}

static void write_runs(struct json *j, const struct run_rows *runs)
{
	int64_t queued = 0;

	for (size_t i = 0; i < runs->n; i++)
		queued += runs->at[i].state == RUN_QUEUED;
	json_key(j, "runs");
	json_open(j, '{');
	json_member_int(j, "queued", queued);
	json_member_int(j, "started", (int64_t)runs->n - queued);
	json_close(j);
}

bool health_write(struct api *api, struct json *j, struct err *e)
{
	AUTO_ARENA a = arena_new();
	struct run_rows runs = {0};
	const struct code_view *code = api->session->code;
	size_t assets = 0;

	if (!store_list_open_runs(api->store, a, &runs, e))
		return false;
	for (uint32_t i = 0; i < code->graph->nodes_count; i++)
		assets += code->graph->nodes[i].asset != NULL;
	json_open(j, '{');
	json_member_text(j, "status", sv_of(status_word(api)));
	json_member_text(j, "version", SV(PLAIT_VERSION));
	json_member_int(j, "pid", getpid());
	json_member_text(j, "started_at", time_rfc3339(a, api->since));
	json_member_text(j, "workspace", api->session->workspace->file);
	json_member_int(j, "assets", (int64_t)assets);
	write_locations(j, code);
	write_runs(j, &runs);
	json_close(j);
	return true;
}

void api_get_health(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	bool well = !api->ending && !engine_error(api->engine);
	struct err e;

	if (health_write(api, &j, &e))
		exchange_answer_json(x, well ? 200 : 503, buf_sv(&out));
	else
		exchange_refuse(x, &e);
}
