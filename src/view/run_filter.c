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

bool run_filter_list(struct arena *a, struct store *store, const struct run_filter *f, sv *before,
		     size_t most, struct run_rows *ret, struct err *e)
{
	sv from = *before;
	int64_t steps = 0;

	*ret = (struct run_rows){0};
	for (size_t seen = 0; seen < MOST_RUNS && steps < MOST_STEPS; seen += PAGE) {
		struct run_rows page = {0};

		if (!store_list_runs(store, a, from, PAGE, &page, e))
			return false;
		for (size_t i = 0; i < page.n; i++) {
			bool fits = run_filter_fits(f, &page.at[i]);

			if (fits && !is_there(store, f, &page.at[i], &fits, e))
				return false;
			if (fits && ret->n == most) {
				*before = from;
				return true;
			}
			if (fits)
				*LIST_ADD(a, ret) = page.at[i];
			steps += f->location.p ? page.at[i].steps : 0;
			from = page.at[i].id;
		}
		if (page.n < PAGE) {
			*before = (sv){0};
			return true;
		}
	}
	*before = from;
	return true;
}
