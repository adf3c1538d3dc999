/* progress_summary.c -- the last words about a run. */
#include "base/time.h"
#include "cli/failure_text.h"
#include "cli/progress.h"
#include "cli/state.h"
#include "cli/text.h"

enum { FOLDERS_NAMED = 3, SKIPPED_NAMED = 6, UNVERSIONED_NAMED = 4, TRACEBACK_LINES = 12 };

static size_t locations_of(const struct run_view *v)
{
	size_t count = 0;

	for (size_t i = 0; i < v->steps_count; i++) {
		bool first = true;

		for (size_t j = 0; j < i && first; j++)
			first = !sv_eq(v->steps[i].location, v->steps[j].location);
		count += first;
	}
	return count;
}

static int64_t assets_made(const struct run_view *v)
{
	int64_t made = 0;

	for (size_t i = 0; i < v->steps_count; i++)
		made += (int64_t)v->steps[i].made;
	return made;
}

/* How many steps ended how: said when they did not all succeed. */
static void counts(struct page *page, const struct run_view *v)
{
	static const enum step_state ends[] = {STEP_SUCCESS, STEP_FAILURE, STEP_SKIPPED,
					       STEP_CANCELED};
	const char *between = "";

	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		if (v->counts[ends[i]] == 0)
			continue;
		page_addf(page, STYLE_PLAIN, "%s%zu %s", between, v->counts[ends[i]],
			  state_of_step(ends[i]).word);
		between = ", ";
	}
	page_addf(page, STYLE_PLAIN, " of ");
}

static void counts_line(struct page *page, struct arena *a, const struct run_view *v)
{
	struct state_look look = state_of_run(v->state);

	page_addf(page, look.style, "%s run " SV_FMT " %s", look.mark, SV_ARG(text_short_id(v->id)),
		  look.word);
	page_addf(page, STYLE_PLAIN, ": ");
	if (v->state == RUN_SUCCESS)
		page_addf(page, STYLE_PLAIN, SV_FMT " by ",
			  SV_ARG(text_count(a, assets_made(v), "asset")));
	else
		counts(page, v);
	page_addf(page, STYLE_PLAIN, SV_FMT " in " SV_FMT ", " SV_FMT "\n",
		  SV_ARG(text_count(a, (int64_t)v->steps_count, "step")),
		  SV_ARG(text_count(a, (int64_t)locations_of(v), "location")),
		  SV_ARG(time_duration(a, v->ended_at - v->started_at)));
}

static void folders(struct page *page, const struct run_view *v)
{
	for (size_t i = 0; i < v->folders.n && i < FOLDERS_NAMED; i++)
		page_field(page, i ? "" : "values", v->folders.at[i]);
	if (v->folders.n > FOLDERS_NAMED)
		page_addf(page, STYLE_DIM, "%17sand %zu more folders\n", "",
			  v->folders.n - FOLDERS_NAMED);
}

/* Readers of these may meet a half-written value: people should know. */
static void unversioned(struct page *page, struct arena *a, const struct run_view *v)
{
	struct sv_list labels = {0};
	size_t count = 0;

	for (size_t i = 0; i < v->steps_count; i++) {
		if (!v->steps[i].unversioned)
			continue;
		count++;
		if (labels.n < UNVERSIONED_NAMED)
			*LIST_ADD(a, &labels) = v->steps[i].label;
	}
	if (count == 0)
		return;
	page_field(page, "not versioned",
		   arena_fmt(a, SV_FMT "%s: written in place by their own I/O managers",
			     SV_ARG(text_join(a, labels.at, labels.n, ", ")),
			     count > labels.n ? ", …" : ""));
}

static void first_failure(struct page *page, const struct run_view *v)
{
	const struct step_view *s = &v->steps[v->first_failed];

	page_addf(page, STYLE_BOLD, "\n  first failure: " SV_FMT " (" SV_FMT ")\n",
		  SV_ARG(s->label), SV_ARG(s->location));
	failure_print(page, &s->failure, 4, TRACEBACK_LINES);
}

static void other_failures(struct page *page, struct arena *a, const struct run_view *v)
{
	for (size_t i = 0; i < v->steps_count; i++) {
		const struct step_view *s = &v->steps[i];

		if (s->state != STEP_FAILURE || i == v->first_failed)
			continue;
		page_addf(page, STYLE_PLAIN, "  also failed: " SV_FMT " (" SV_FMT "): " SV_FMT "\n",
			  SV_ARG(s->label), SV_ARG(s->location),
			  SV_ARG(failure_sentence(a, &s->failure)));
	}
}

static void skipped(struct page *page, struct arena *a, const struct run_view *v)
{
	size_t named = 0;

	for (size_t i = 0; i < v->steps_count && named < SKIPPED_NAMED; i++) {
		const struct step_view *s = &v->steps[i];

		if (s->state != STEP_SKIPPED)
			continue;
		named++;
		page_addf(page, STYLE_PLAIN, "  skipped: " SV_FMT " (" SV_FMT ")", SV_ARG(s->label),
			  SV_ARG(s->location));
		page_addf(page, STYLE_DIM, " " SV_FMT "\n", SV_ARG(text_line(a, s->reason)));
	}
	if (v->counts[STEP_SKIPPED] > named)
		page_addf(page, STYLE_DIM, "  and %zu more skipped\n",
			  v->counts[STEP_SKIPPED] - named);
}

static void next_command(struct page *page, const struct run_view *v)
{
	sv run = text_short_id(v->id);

	page_addf(page, STYLE_DIM, "  next           ");
	if (v->state == RUN_SUCCESS) {
		page_addf(page, STYLE_PLAIN, "plait run show " SV_FMT "\n", SV_ARG(run));
	} else if (v->first_failed != NO_ID) {
		const struct step_view *s = &v->steps[v->first_failed];

		page_addf(page, STYLE_PLAIN, "plait run logs " SV_FMT " --step " SV_FMT "\n",
			  SV_ARG(run), SV_ARG(s->name));
		page_addf(page, STYLE_PLAIN, "%17splait run retry " SV_FMT "   once it is mended\n",
			  "", SV_ARG(run));
	} else {
		page_addf(page, STYLE_PLAIN, "plait run retry " SV_FMT "\n", SV_ARG(run));
	}
}

void progress_summary(struct page *page, const struct run_view *v)
{
	AUTO_ARENA a = arena_new();

	if (!v->made)
		return;
	page_line(page);
	counts_line(page, a, v);
	if (v->state != RUN_SUCCESS && v->reason.n)
		page_field(page, "because", v->reason);
	folders(page, v);
	unversioned(page, a, v);
	if (v->first_failed != NO_ID)
		first_failure(page, v);
	other_failures(page, a, v);
	skipped(page, a, v);
	next_command(page, v);
}
