/* runs.c -- runs: those there are, one of them, a new one, its end, the same once more. */
#include "api/runs.h"
#include "api/asking.h"
#include "api/queries.h"
#include "daemon/ask.h"
#include "daemon/wire.h"
#include "view/run_document.h"

bool runs_find(struct api *api, struct exchange *x, struct run_row *ret, struct err *e)
{
	return run_find(exchange_arena(x), api->store, exchange_param(x, "run"), ret, e);
}

/* ---- lists ---- */

static bool read_filter(struct exchange *x, struct run_filter *ret, struct err *e)
{
	sv words = exchange_query(x, "status"), tag = exchange_query(x, "tag"), word;

	*ret = (struct run_filter){.location = exchange_query(x, "location"),
				   .asset = exchange_query(x, "asset"),
				   .search = exchange_query(x, "search")};
	if (tag.n)
		*LIST_ADD(exchange_arena(x), &ret->tags) = tag;
	while (words.n && sv_split(&words, ',', &word))
		if (word.n && !run_filter_add_status(ret, word, e))
			return false;
	return query_time(x, "since", &ret->since, e) && query_time(x, "until", &ret->until, e);
}

static bool read_cursor(struct api *api, struct exchange *x, sv *ret, struct err *e)
{
	struct run_row run;

	*ret = exchange_query(x, "cursor");
	if (!ret->p || store_get_run(api->store, exchange_arena(x), *ret, &run, e))
		return true;
	err_set(e, ERR_INVALID, "the cursor '" SV_FMT "' leads nowhere", SV_ARG(*ret));
	return err_hint(e, "give \"next\" of the page before, or none to begin with the newest");
}

/* Why it waits is known to the engine alone. */
static void add_reason(struct api *api, struct arena *a, struct run_row *run)
{
	sv reason = {0};

	if (!run_state_ended(run->state))
		reason = engine_waiting_reason(a, api->engine, run->id);
	if (reason.n)
		run->reason = reason;
}

void runs_summarize(struct api *api, struct json *j, struct run_row *run)
{
	AUTO_ARENA a = arena_new();

	add_reason(api, a, run);
	run_summary_document(j, run);
}

static void write_page(struct api *api, struct exchange *x, struct run_rows *runs, sv next)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};

	json_open(&j, '{');
	json_key(&j, "items");
	json_open(&j, '[');
	for (size_t i = 0; i < runs->n; i++)
		runs_summarize(api, &j, &runs->at[i]);
	json_close(&j);
	json_member_text(&j, "next", next);
	json_close(&j);
	exchange_answer_json(x, 200, buf_sv(&out));
}

bool runs_answer_page(struct api *api, struct exchange *x, const struct run_filter *filter,
		      struct err *e)
{
	struct run_rows runs;
	uint32_t limit;
	sv cursor;

	if (!exchange_query_count(x, "limit", PAGE_DEFAULT, PAGE_MOST, &limit, e) ||
	    !read_cursor(api, x, &cursor, e) ||
	    !run_filter_list(exchange_arena(x), api->store, filter, &cursor, limit, &runs, e))
		return false;
	write_page(api, x, &runs, cursor);
	return true;
}

void api_list_runs(void *ctx, struct exchange *x)
{
	struct run_filter filter;
	struct err e;

	if (!read_filter(x, &filter, &e) || !runs_answer_page(ctx, x, &filter, &e))
		exchange_refuse(x, &e);
}

/* ---- one ---- */

static void answer_run(struct api *api, struct exchange *x, const struct value *status)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	struct run_record record;
	struct err e;

	if (!run_record_read(exchange_arena(x), api->store, exchange_param(x, "run"), &record,
			     &e)) {
		exchange_refuse(x, &e);
		return;
	}
	if (status && !run_state_ended(record.run.state))
		run_record_hear(&record, status);
	run_document(&j, &record);
	exchange_answer_json(x, 200, buf_sv(&out));
}

void api_get_run(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	struct run_row run;
	struct err e;

	if (!runs_find(api, x, &run, &e))
		exchange_refuse(x, &e);
	else if (run_state_ended(run.state))
		answer_run(api, x, NULL);
	else
		asking_do(api, x, ask_line(exchange_arena(x), "status", run.id), answer_run);
}

/* ---- new ones ---- */

static void answer_launched(struct api *api, struct exchange *x, const struct value *answer)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');
	struct arena *a = exchange_arena(x);
	sv run = value_text(answer, "run");

	json_member_text(&j, "run", run);
	exchange_add_header(x, "Location", arena_fmt(a, "/api/v1/runs/" SV_FMT, SV_ARG(run)));
	exchange_answer_json(x, 201, json_finish(a, &j));
}

void api_launch_run(void *ctx, struct exchange *x)
{
	struct arena *a = exchange_arena(x);
	struct run_request request;
	const struct value *body;
	struct err e;

	if (exchange_json(x, &body, &e) && query_run_request(a, body, &request, &e))
		asking_do(ctx, x, wire_write_request(a, &request, false), answer_launched);
	else
		exchange_refuse(x, &e);
}

static sv retry_line(struct arena *a, sv run, bool all, const struct run_tags *tags)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "op", SV("retry"));
	json_member_text(&j, "run", run);
	json_member_bool(&j, "all", all);
	json_member_bool(&j, "follow", false);
	json_key(&j, "tags");
	json_open(&j, '{');
	for (size_t i = 0; i < tags->n; i++) {
		json_key_sv(&j, tags->at[i].name);
		json_text(&j, tags->at[i].value);
	}
	json_close(&j);
	return json_finish(a, &j);
}

void api_retry_run(void *ctx, struct exchange *x)
{
	struct arena *a = exchange_arena(x);
	struct run_tags tags = {0};
	const struct value *body;
	struct run_row run;
	bool all;
	struct err e;

	if (exchange_json(x, &body, &e) && query_flag(body, "all", &all, &e) &&
	    query_tags(a, body, &tags, &e) && runs_find(ctx, x, &run, &e))
		asking_do(ctx, x, retry_line(a, run.id, all, &tags), answer_launched);
	else
		exchange_refuse(x, &e);
}

/* ---- its end ---- */

static void answer_canceled(struct api *api, struct exchange *x, const struct value *answer)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');
	struct run_row run;
	struct err e;

	if (!runs_find(api, x, &run, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	json_member_text(&j, "run", run.id);
	exchange_answer_json(x, 202, json_finish(exchange_arena(x), &j));
}

static sv cancel_line(struct arena *a, sv run, bool hard, sv reason)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "op", SV("cancel"));
	json_member_text(&j, "run", run);
	json_member_bool(&j, "hard", hard);
	json_member_text(&j, "reason", reason);
	return json_finish(a, &j);
}

static bool check_open(const struct run_row *run, struct err *e)
{
	return !run_state_ended(run->state) ||
	       err_set(e, ERR_CONFLICT, "run " SV_FMT " has ended already (%s)", SV_ARG(run->id),
		       run_state_word(run->state));
}

void api_cancel_run(void *ctx, struct exchange *x)
{
	struct arena *a = exchange_arena(x);
	const struct value *body;
	struct run_row run;
	sv reason;
	bool hard;
	struct err e;

	if (exchange_json(x, &body, &e) && query_flag(body, "hard", &hard, &e) &&
	    query_text(body, "reason", &reason, &e) && runs_find(ctx, x, &run, &e) &&
	    check_open(&run, &e))
		asking_do(ctx, x, cancel_line(a, run.id, hard, reason), answer_canceled);
	else
		exchange_refuse(x, &e);
}
