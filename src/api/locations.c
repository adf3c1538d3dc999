/* locations.c -- code locations as the newest view of the code has them, and what is wrong in and between them. */
#include "api/asset_table.h"
#include "api/reading.h"
#include "view/findings_document.h"
#include "view/location_document.h"

void api_list_locations(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	AUTO_BUF out = {0};
	struct json j = {.out = &out};

	locations_document(&j, asset_table_code(api->assets));
	exchange_answer_json(x, 200, buf_sv(&out));
}

void api_get_location(void *ctx, struct exchange *x)
{
	const struct location_state *state;
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	struct err e;

	if (!reading_location(ctx, x, &state, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	location_detail_document(&j, state);
	exchange_answer_json(x, 200, buf_sv(&out));
}

void api_list_findings(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	const struct code_view *code = asset_table_code(api->assets);
	struct findings all = findings_all(exchange_arena(x), code);
	AUTO_BUF out = {0};
	struct json j = {.out = &out};

	findings_document(&j, code->graph, &all);
	exchange_answer_json(x, 200, buf_sv(&out));
}
