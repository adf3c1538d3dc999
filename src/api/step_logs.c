/* step_logs.c -- what a step printed.  The ledger names the folder of its newest attempt; earlier ones lie beside it under
 * their numbers.  Nothing of a path comes from the URL. */
#include "api/queries.h"
#include "api/runs.h"
#include "sys/file.h"
#include "sys/path.h"

enum { BYTES_DEFAULT = 1 << 20, BYTES_MOST = 4 << 20 };

struct wanted {
	struct run_row run;
	struct step_row step;
	sv stream;
	int64_t attempt, offset;
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
	if (w->step.attempt == 0)
		return err_set(e, ERR_NOT_FOUND,
			       "step " SV_FMT " of run " SV_FMT " was never started: it is %s",
			       SV_ARG(w->step.name), SV_ARG(w->run.id),
			       step_state_word(w->step.state));
	if (w->attempt >= 1 && w->attempt <= w->step.attempt)
		return true;
	return err_set(e, ERR_NOT_FOUND,
		       "step " SV_FMT " of run " SV_FMT " has no attempt %lld; its newest is %lld",
		       SV_ARG(w->step.name), SV_ARG(w->run.id), (long long)w->attempt,
		       (long long)w->step.attempt);
}

static bool read_wanted(struct api *api, struct exchange *x, struct wanted *w, struct err *e)
{
	int64_t index = 0;

	if (!read_stream(x, &w->stream, e) || !read_index(x, &index, e) ||
	    !query_number(x, "offset", 0, &w->offset, e) ||
	    !exchange_query_count(x, "limit", BYTES_DEFAULT, BYTES_MOST, &w->limit, e) ||
	    !runs_find(api, x, &w->run, e) ||
	    !store_get_step(api->store, exchange_arena(x), w->run.id, index, &w->step, e))
		return false;
	return query_number(x, "attempt", w->step.attempt, &w->attempt, e) && check_attempt(w, e);
}

/* ---- where it lies ---- */

/* "…/0003-orders.2" is attempt 2. */
static sv folder_of(struct arena *a, const struct wanted *w)
{
	sv folder = w->step.directory;
	size_t end = folder.n;

	if (w->attempt == w->step.attempt)
		return folder;
	while (end > 0 && folder.p[end - 1] != '.')
		end--;
	return arena_fmt(a, SV_FMT "%lld", SV_ARG(((sv){folder.p, end})), (long long)w->attempt);
}

/* A kept worker writes into a file of its own, and hands it over when the step has ended. */
static sv file_of(struct arena *a, const struct wanted *w)
{
	sv own = path_join(a, folder_of(a, w), w->stream);
	bool runs = w->step.state == STEP_STARTING || w->step.state == STEP_RUNNING;
	sv messages = w->step.messages;

	if (runs && w->attempt == w->step.attempt && messages.p && !file_exists(own) &&
	    !path_within(w->step.directory, messages))
		return path_join(a, path_parent(messages), w->stream);
	return own;
}

void api_read_step_log(void *ctx, struct exchange *x)
{
	struct arena *a = exchange_arena(x);
	struct wanted w = {0};
	sv text = {0};
	struct err e;

	if (!read_wanted(ctx, x, &w, &e) ||
	    (w.step.directory.n &&
	     !file_read_from(a, file_of(a, &w), (uint64_t)w.offset, w.limit, &text, &e))) {
		exchange_refuse(x, &e);
		return;
	}
	exchange_add_header(x, "Plait-Next-Offset",
			    arena_fmt(a, "%lld", (long long)w.offset + (long long)text.n));
	exchange_answer(x, 200, SV("text/plain; charset=utf-8"), text);
}
