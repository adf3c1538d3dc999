/* step_logs.c -- what a step printed: a piece of it, or all as it comes.  Nothing of a path comes from the URL. */
#include "api/log_file.h"
#include "api/log_tail.h"
#include "api/queries.h"
#include "api/runs.h"
#include "sys/file.h"

enum { BYTES_DEFAULT = 1 << 20, BYTES_MOST = 4 << 20, LINE_MOST = 1 << 16 };

struct wanted {
	struct run_row run;
	struct step_log log;
	int64_t offset, tail; /* tail: bytes at its end; 0: from `offset` on */
	uint32_t limit;
};

static bool read_stream(const struct exchange *x, sv *ret, struct err *e)
{
	*ret = exchange_param(x, "stream");
	if (sv_eq(*ret, SV("stdout")) || sv_eq(*ret, SV("stderr")))
		return true;
	err_set(e, ERR_NOT_FOUND, "a step has no stream '" SV_FMT "'", SV_ARG(*ret));
	return err_hint(e, "stdout or stderr");
}

static bool read_index(const struct exchange *x, int64_t *ret, struct err *e)
{
	sv typed = exchange_param(x, "step");
	uint64_t index;

	if (!sv_u64(typed, &index) || index > INT32_MAX)
		return err_set(e, ERR_NOT_FOUND,
			       "'" SV_FMT "' is no step: they have whole numbers, from 0 on",
			       SV_ARG(typed));
	*ret = (int64_t)index;
	return true;
}

static bool check_attempt(const struct wanted *w, struct err *e)
{
	const struct step_row *step = &w->log.step;

	if (step->attempt == 0)
		return err_set(e, ERR_NOT_FOUND,
			       "step " SV_FMT " of run " SV_FMT " was never started: it is %s",
			       SV_ARG(step->name), SV_ARG(w->run.id), step_state_word(step->state));
	if (w->log.attempt >= 1 && w->log.attempt <= step->attempt)
		return true;
	return err_set(e, ERR_NOT_FOUND,
		       "step " SV_FMT " of run " SV_FMT " has no attempt %lld; its newest is %lld",
		       SV_ARG(step->name), SV_ARG(w->run.id), (long long)w->log.attempt,
		       (long long)step->attempt);
}

static bool read_wanted(struct api *api, struct exchange *x, struct wanted *w, struct err *e)
{
	struct step_log *log = &w->log;
	int64_t index = 0;

	if (!read_stream(x, &log->stream, e) || !read_index(x, &index, e) ||
	    !query_number(x, "offset", 0, &w->offset, e) ||
	    !query_number(x, "tail", 0, &w->tail, e) ||
	    !exchange_query_count(x, "limit", BYTES_DEFAULT, BYTES_MOST, &w->limit, e) ||
	    !runs_find(api, x, &w->run, e) ||
	    !store_get_step(api->store, exchange_arena(x), w->run.id, index, &log->step, e))
		return false;
	return query_number(x, "attempt", log->step.attempt, &log->attempt, e) &&
	       check_attempt(w, e);
}

/* ---- the answers ---- */

/* Where the last `tail` bytes begin, and there the next line. */
static int64_t begin_of_tail(struct arena *a, sv path, int64_t tail)
{
	struct file_facts facts;
	int64_t from;
	size_t at;
	sv text;
	struct err ignored;

	if (!file_look_through(path, &facts) || (int64_t)facts.bytes <= tail)
		return 0;
	from = (int64_t)facts.bytes - tail;
	if (!file_read_from(a, path, (uint64_t)from, LINE_MOST, &text, &ignored))
		return from;
	return sv_find(text, '\n', &at) ? from + (int64_t)at + 1 : from;
}

static int64_t begin_of(struct arena *a, const struct wanted *w, sv path)
{
	return w->tail && path.n ? begin_of_tail(a, path, w->tail) : w->offset;
}

static sv number(struct arena *a, int64_t n)
{
	return arena_fmt(a, "%lld", (long long)n);
}

void api_read_step_log(void *ctx, struct exchange *x)
{
	struct arena *a = exchange_arena(x);
	struct wanted w = {0};
	int64_t from;
	sv path, text = {0};
	struct err e;

	if (!read_wanted(ctx, x, &w, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	path = step_log_file(a, &w.log);
	from = begin_of(a, &w, path);
	if (path.n && !file_read_from(a, path, (uint64_t)from, w.limit, &text, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	exchange_add_header(x, "Plait-Offset", number(a, from));
	exchange_add_header(x, "Plait-Next-Offset", number(a, from + (int64_t)text.n));
	exchange_answer(x, 200, SV("text/plain; charset=utf-8"), text);
}

void api_save_step_log(void *ctx, struct exchange *x)
{
	struct wanted w = {0};
	struct err e;

	if (read_wanted(ctx, x, &w, &e))
		log_file_send(x, step_log_file(exchange_arena(x), &w.log));
	else
		exchange_refuse(x, &e);
}

/* A client that comes back says by itself how far it came; that counts more than the URL it was given first. */
static bool read_last(const struct exchange *x, int64_t *ret, struct err *e)
{
	sv last = exchange_header(x, "Last-Event-ID");
	uint64_t at;

	if (!last.n)
		return true;
	if (!sv_u64(last, &at) || at > INT64_MAX)
		return err_set(e, ERR_INVALID, "Last-Event-ID '" SV_FMT "' is no offset",
			       SV_ARG(last));
	*ret = (int64_t)at;
	return true;
}

void api_stream_step_log(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	struct arena *a = exchange_arena(x);
	struct wanted w = {0};
	int64_t from;
	struct err e;

	if (!read_wanted(api, x, &w, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	from = begin_of(a, &w, step_log_file(a, &w.log));
	if (read_last(x, &from, &e))
		log_tail_follow(api->log_tails, x, &w.log, from);
	else
		exchange_refuse(x, &e);
}
