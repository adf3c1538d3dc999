/* runs.c -- runs: those there are, one of them, a new one, its end, the same once more. */
#include "api/runs.h"
#include "api/asking.h"
#include "api/queries.h"
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

/* Which of its steps wait for what, and which are being started, is known to the engine alone. */
static void add_step_reasons(struct api *api, struct arena *a, struct run_record *r)
{
	for (size_t i = 0; i < r->steps.n; i++) {
		struct step_row *s = &r->steps.at[i];
		enum step_state state;
		sv reason = engine_step_reason(a, api->engine, r->run.id, (uint32_t)s->index,
					       &state);

		if (step_state_ended(s->state) || (state != STEP_STARTING && !reason.p))
			continue;
		s->state = state;
		s->reason = reason;
	}
}

void api_get_run(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	struct arena *a = exchange_arena(x);
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	struct run_record record;
	struct err e;

	if (!run_record_read(a, api->store, exchange_param(x, "run"), &record, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	add_reason(api, a, &record.run);
	if (!run_state_ended(record.run.state))
		add_step_reasons(api, a, &record);
	run_document(&j, &record);
	exchange_answer_json(x, 200, buf_sv(&out));
}

/* ---- new ones ---- */

static void answer_launched(struct api *api, struct exchange *x, const struct answer *answer)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');
	struct arena *a = exchange_arena(x);

	json_member_text(&j, "run", answer->run);
	exchange_add_header(x, "Location",
			    arena_fmt(a, "/api/v1/runs/" SV_FMT, SV_ARG(answer->run)));
	exchange_answer_json(x, 201, json_finish(a, &j));
}

void api_launch_run(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	struct run_request request;
	const struct value *body;
	struct asker by;
	struct err e;

	if (!exchange_json(x, &body, &e) ||
	    !query_run_request(exchange_arena(x), body, &request, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	by = asking_for(api, x, answer_launched);
	requests_run(api->requests, &request, &by);
}

void api_retry_run(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	struct run_tags tags = {0};
	const struct value *body;
	struct run_row run;
	struct asker by;
	bool all;
	struct err e;

	if (!exchange_json(x, &body, &e) || !query_flag(body, "all", &all, &e) ||
	    !query_tags(exchange_arena(x), body, &tags, &e) || !runs_find(api, x, &run, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	by = asking_for(api, x, answer_launched);
	requests_retry(api->requests, run.id, all, &tags, &by);
}

/* ---- its end ---- */

static bool check_open(const struct run_row *run, struct err *e)
{
	return !run_state_ended(run->state) ||
	       err_set(e, ERR_CONFLICT, "run " SV_FMT " has ended already (%s)", SV_ARG(run->id),
		       run_state_word(run->state));
}

static void answer_canceled(struct exchange *x, sv run)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "run", run);
	exchange_answer_json(x, 202, json_finish(exchange_arena(x), &j));
}

void api_cancel_run(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	const struct value *body;
	struct run_row run;
	sv reason;
	bool hard;
	struct err e;

	if (exchange_json(x, &body, &e) && query_flag(body, "hard", &hard, &e) &&
	    query_text(body, "reason", &reason, &e) && runs_find(api, x, &run, &e) &&
	    check_open(&run, &e) &&
	    engine_cancel(api->engine, run.id, reason.n ? reason : SV("canceled"), hard, &e))
		answer_canceled(x, run.id);
	else
		exchange_refuse(x, &e);
}
