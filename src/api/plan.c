/* plan.c -- what would run, seen from the code as it is now. */
#include "api/api_parts.h"
#include "api/queries.h"
#include "daemon/locations.h"
#include "engine/writer.h"
#include "view/plan_document.h"

struct planning {
	struct api *api;
	struct exchange *x; /* NULL: the client has gone */
	struct run_request request;
};

static void on_gone(void *ctx)
{
	struct planning *p = ctx;

	p->x = NULL;
}

static void answer(struct planning *p)
{
	struct arena *a = exchange_arena(p->x);
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	struct run_plan *plan;
	struct err e;

	writer_flush(engine_writer(p->api->engine)); /* a plan reads what is there */
	if (!run_request_plan(p->api->session, a, &p->request, &plan, &e)) {
		exchange_refuse(p->x, &e);
		return;
	}
	plan_document(&j, plan);
	exchange_answer_json(p->x, 200, buf_sv(&out));
}

static void on_code(void *ctx, const struct err *failed)
{
	struct planning *p = ctx;

	requests_note_code(p->api->requests);
	if (p->x && failed)
		exchange_refuse(p->x, failed);
	else if (p->x)
		answer(p);
	free(p);
}

void api_make_plan(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	struct planning *p = heap_alloc(sizeof(*p));
	const struct value *body;
	struct err e;

	*p = (struct planning){.api = api, .x = x};
	if (!exchange_json(x, &body, &e) ||
	    !query_run_request(exchange_arena(x), body, &p->request, &e)) {
		free(p);
		exchange_refuse(x, &e);
		return;
	}
	exchange_on_gone(x, on_gone, p);
	locations_renew(api->session, &(struct locations_request){0}, on_code, p);
}
