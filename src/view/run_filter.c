/* run_filter.c -- the ledger hands out runs in pages; what does not fit is passed over. */
#include "view/run_filter.h"

#include "base/time.h"
#include "codec/json.h"

enum {
	PAGE = 200,
	MOST_RUNS = 5000, /* looked at by one call */
};

#define SET_BACK (3600 * TIME_SECOND) /* a clock, at most */

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

static bool has_location(const struct run_row *run, sv location)
{
	for (size_t i = 0; i < run->locations.n; i++)
		if (sv_eq(run->locations.at[i], location))
			return true;
	return false;
}

static bool is_in_time(const struct run_filter *f, const struct run_row *run)
{
	return (!f->since || run->created_at >= f->since) &&
	       (!f->until || run->created_at < f->until);
}

bool run_filter_fits(const struct run_filter *f, const struct run_row *run)
{
	return (!f->states || (f->states & 1U << run->state)) &&
	       (!f->location.p || has_location(run, f->location)) && is_in_time(f, run) &&
	       has_tags(f, run->tags) && is_sought(f, run);
}

/* ---- all that fit ---- */

/* A walk over the runs, newest first, until as many fit as are wanted, or enough was looked at. */
struct walk {
	struct arena *arena;
	struct store *store;
	const struct run_filter *filter;
	size_t most, seen;
	sv from; /* the last run that was looked at */
	bool ended;
	struct run_rows *found;
};

/* Clocks are set back now and then, so runs are nearly in the order of time: a walk ends a while before what is sought. */
static bool is_past(const struct run_filter *f, const struct run_row *run)
{
	return f->since && run->created_at < f->since - SET_BACK;
}

static void look_at(struct walk *w, const struct run_row *run)
{
	bool fits = run_filter_fits(w->filter, run);

	if (is_past(w->filter, run)) {
		w->ended = true;
		w->from = (sv){0};
		return;
	}
	w->ended = fits && w->found->n == w->most;
	if (w->ended)
		return;
	if (fits)
		*LIST_ADD(w->arena, w->found) = *run;
	w->from = run->id;
}

static bool read_page(struct walk *w, struct run_rows *ret, struct err *e)
{
	struct run_query query = {.asset = w->filter->asset, .before = w->from, .most = PAGE};

	return w->filter->asset.p ? store_list_runs_of(w->store, w->arena, &query, ret, e)
				  : store_list_runs(w->store, w->arena, w->from, PAGE, ret, e);
}

static bool look_further(struct walk *w, struct err *e)
{
	struct run_rows page = {0};

	if (!read_page(w, &page, e))
		return false;
	for (size_t i = 0; i < page.n && !w->ended; i++)
		look_at(w, &page.at[i]);
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
	while (!w.ended && w.seen < MOST_RUNS)
		if (!look_further(&w, e))
			return false;
	*before = w.from;
	return true;
}
