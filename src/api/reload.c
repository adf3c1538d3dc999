/* reload.c -- code compiled again, for all or for one location; answered when that is done and on disk. */
#include "api/asking.h"
#include "code/workspace.h"
#include "view/find.h"
#include "view/location_document.h"

/* In the newest code, which the asset table may not have yet. */
static bool find(const struct api *api, struct exchange *x, const struct location_state **ret,
		 struct err *e)
{
	return find_location(api->session->code, api->session->workspace,
			     exchange_param(x, "location"), ret, e);
}

static void answer_all(struct api *api, struct exchange *x, const struct answer *answer)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};

	locations_document(&j, api->session->code);
	exchange_answer_json(x, 200, buf_sv(&out));
}

void api_reload_all(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	struct asker by = asking_for(api, x, answer_all);

	requests_reload(api->requests, (sv){0}, &by);
}

static void answer_one(struct api *api, struct exchange *x, const struct answer *answer)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	const struct location_state *state;
	struct err e;

	if (!find(api, x, &state, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	location_detail_document(&j, state);
	exchange_answer_json(x, 200, buf_sv(&out));
}

void api_reload_location(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	const struct location_state *state;
	struct asker by;
	struct err e;

	if (!find(api, x, &state, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	by = asking_for(api, x, answer_one);
	requests_reload(api->requests, state->code->name, &by);
}
