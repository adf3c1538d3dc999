/* run_events.c -- what happened in a run: in pages, or as it happens. */
#include "api/queries.h"
#include "api/runs.h"
#include "api/tail.h"
#include "view/event_document.h"

enum { EVENTS_DEFAULT = 1000, EVENTS_MOST = 10000 };

/* -1 as an absent one: all steps and the run itself. */
static bool read_step(const struct exchange *x, int64_t *ret, struct err *e)
{
	*ret = -1;
	return sv_eq(exchange_query(x, "step"), SV("-1")) || query_number(x, "step", -1, ret, e);
}

static void answer_page(struct exchange *x, const struct event_rows *events, size_t limit)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};

	json_open(&j, '{');
	json_key(&j, "items");
	json_open(&j, '[');
	for (size_t i = 0; i < events->n; i++)
		event_document(&j, &events->at[i]);
	json_close(&j);
	json_key(&j, "next");
	if (events->n == limit)
		json_int(&j, events->at[limit - 1].id);
	else
		json_none(&j);
	json_close(&j);
	exchange_answer_json(x, 200, buf_sv(&out));
}

void api_list_run_events(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	struct event_query query = {0};
	struct event_rows events;
	struct run_row run;
	uint32_t limit;
	struct err e;

	if (!exchange_query_count(x, "limit", EVENTS_DEFAULT, EVENTS_MOST, &limit, &e) ||
	    !read_step(x, &query.step, &e) || !query_number(x, "after", 0, &query.after, &e) ||
	    !runs_find(api, x, &run, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	query.run = run.id;
	query.most = limit;
	if (store_list_events(api->store, exchange_arena(x), &query, &events, &e))
		answer_page(x, &events, limit);
	else
		exchange_refuse(x, &e);
}

/* A client that comes back says by itself what it saw last; that counts more than the URL it was given first. */
static bool read_after(const struct exchange *x, int64_t *ret, struct err *e)
{
	sv last = exchange_header(x, "Last-Event-ID");
	uint64_t id;

	if (!last.n)
		return query_number(x, "after", 0, ret, e);
	if (!sv_u64(last, &id) || id > INT64_MAX)
		return err_set(e, ERR_INVALID, "Last-Event-ID '" SV_FMT "' is no event's id",
			       SV_ARG(last));
	*ret = (int64_t)id;
	return true;
}

void api_stream_run_events(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	struct run_row run;
	int64_t after;
	struct err e;

	if (read_after(x, &after, &e) && runs_find(api, x, &run, &e))
		tail_follow(api->tails, x, run.id, after);
	else
		exchange_refuse(x, &e);
}
