/* run_filter.c -- the ledger hands out runs in pages; what does not fit is passed over. */
#include "view/run_filter.h"

#include "codec/json.h"

enum {
	PAGE = 200,
	MOST_RUNS = 5000,    /* looked at by one call */
	MOST_STEPS = 200000, /* the same, where their locations count */
};

bool run_filter_add_status(struct run_filter *f, sv word, struct err *e)
{
	enum run_state state;

	if (sv_eq(word, SV("open"))) {
		f->states |= 1U << RUN_QUEUED | 1U << RUN_STARTED | 1U << RUN_CANCELING;
		return true;
	}
	if (run_state_parse(word, &state)) {
		f->states |= 1U << state;
		return true;
	}
	err_set(e, ERR_INVALID, "no run has the status '" SV_FMT "'", SV_ARG(word));
	return err_hint(e, "queued, started, canceling, success, failure, canceled, or open: not "
			   "ended");
}

/* ---- does it fit ---- */

static bool has_tag(const struct value *tags, sv wanted)
{
	size_t at = wanted.n;
	bool has_value = sv_find(wanted, '=', &at);

	if (!has_value)
		at = wanted.n;
	for (size_t i = 0; i < tags->n; i++)
		if (sv_eq(tags->keys[i], (sv){wanted.p, at}) &&
		    (!has_value || (tags->items[i].type == VALUE_TEXT &&
				    sv_eq(tags->items[i].text, sv_from(wanted, at + 1)))))
			return true;
	return false;
}

static bool has_tags(const struct run_filter *f, sv json)
{
	AUTO_ARENA a = arena_new();
	const struct value *tags;
	struct err ignored;

	if (f->tags.n == 0)
		return true;
	if (!json.p || !json_read(a, json, &tags, &ignored) || tags->type != VALUE_MAP)
		return false;
	for (size_t i = 0; i < f->tags.n; i++)
		if (!has_tag(tags, f->tags.at[i]))
			return false;
	return true;
}

static bool holds(sv text, sv piece)
{
	for (size_t i = 0; i + piece.n <= text.n; i++)
		if (memcmp(text.p + i, piece.p, piece.n) == 0)
			return true;
	return false;
}

static bool is_sought(const struct run_filter *f, const struct run_row *run)
{
	AUTO_ARENA a = arena_new();
	const struct value *request;
	struct err ignored;

	if (!f->search.n || holds(run->id, f->search))
		return true;
	return run->request.p && json_read(a, run->request, &request, &ignored) &&
	       holds(value_text(request, "selection"), f->search);
}

bool run_filter_fits(const struct run_filter *f, const struct run_row *run)
{
	return (!f->states || (f->states & 1U << run->state)) && has_tags(f, run->tags) &&
	       is_sought(f, run);
}

/* ---- all that fit ---- */

static bool is_there(struct store *store, const struct run_filter *f, const struct run_row *run,
		     bool *ret, struct err *e)
{
	*ret = true;
	return !f->location.p || store_run_has_location(store, run->id, f->location, ret, e);
}

/* A walk over the runs, newest first, until as many fit as are wanted, or enough was looked at. */
struct walk {
	struct arena *arena;
	struct store *store;
	const struct run_filter *filter;
	size_t most, seen;
	int64_t steps; /* that were looked through */
	sv from;       /* the last run that was looked at */
	bool ended;
	struct run_rows *found;
};

static bool look_at(struct walk *w, const struct run_row *run, struct err *e)
{
	bool fits = run_filter_fits(w->filter, run);

	if (fits && !is_there(w->store, w->filter, run, &fits, e))
		return false;
	w->ended = fits && w->found->n == w->most;
	if (w->ended)
		return true;
	if (fits)
		*LIST_ADD(w->arena, w->found) = *run;
	w->steps += w->filter->location.p ? run->steps : 0;
	w->from = run->id;
	return true;
}

static bool look_further(struct walk *w, struct err *e)
{
	struct run_rows page = {0};

	if (!store_list_runs(w->store, w->arena, w->from, PAGE, &page, e))
		return false;
	for (size_t i = 0; i < page.n && !w->ended; i++)
		if (!look_at(w, &page.at[i], e))
			return false;
	if (!w->ended && page.n < PAGE) {
		w->ended = true;
		w->from = (sv){0};
	}
	w->seen += PAGE;
	return true;
}

bool run_filter_list(struct arena *a, struct store *store, const struct run_filter *f, sv *before,
		     size_t most, struct run_rows *ret, struct err *e)
{
	struct walk w = {.arena = a,
			 .store = store,
			 .filter = f,
			 .most = most,
			 .from = *before,
			 .found = ret};

	*ret = (struct run_rows){0};
	while (!w.ended && w.seen < MOST_RUNS && w.steps < MOST_STEPS)
		if (!look_further(&w, e))
			return false;
	*before = w.from;
	return true;
}
