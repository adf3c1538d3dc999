/* cmd_run_list.c -- `plait run list`. */
#include "base/time.h"
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "cli/state.h"
#include "cli/table.h"
#include "cli/tags.h"
#include "cli/text.h"
#include "sys/clock.h"
#include "view/run_document.h"
#include "view/run_filter.h"

enum { RUNS_LISTED = 20 };

static bool wanted(const struct cli *c, struct run_filter *ret, struct err *e)
{
	const struct sv_list *states = &c->args.given[OPT_STATUS];

	*ret = (struct run_filter){.tags = c->args.given[OPT_TAG]};
	for (size_t i = 0; i < states->n; i++)
		if (!run_filter_add_status(ret, states->at[i], e))
			return false;
	return true;
}

static bool read_runs(struct cli *c, size_t most, struct run_rows *ret, struct err *e)
{
	struct run_filter f;
	sv before = {0};

	if (!wanted(c, &f, e))
		return false;
	do {
		struct run_rows page = {0};
		size_t missing = most - ret->n;

		if (!run_filter_list(c->arena, c->session->store, &f, &before, missing, &page, e))
			return false;
		for (size_t i = 0; i < page.n; i++)
			*LIST_ADD(c->arena, ret) = page.at[i];
	} while (before.p && ret->n < most);
	return true;
}

/* ---- how it looks ---- */

static void list_json(struct cli *c, const struct run_rows *runs)
{
	struct json j = cli_json(c);

	json_open(&j, '[');
	for (size_t i = 0; i < runs->n; i++)
		run_summary_document(&j, &runs->at[i]);
	json_close(&j);
	cli_json_end(&j, c);
}

/* Why it waits, or failed although no step tells. */
static sv remark(struct cli *c, const struct run_row *run)
{
	if (run->state == RUN_QUEUED && run->reason.n)
		return run->reason;
	if (run->parent.n)
		return arena_fmt(c->arena, "retry %lld of " SV_FMT, (long long)run->retry_number,
				 SV_ARG(text_short_id(run->parent)));
	return SV("");
}

static void list_row(struct cli *c, struct table *t, const struct run_row *run)
{
	struct state_look look = state_of_run(run->state);
	struct run_record record = {.run = *run};
	sv selection = run_record_selection(c->arena, &record);

	table_cell(t, STYLE_PLAIN, text_short_id(run->id));
	table_cell(t, look.style, arena_fmt(c->arena, "%s %s", look.mark, look.word));
	table_cell(t, STYLE_DIM, text_age(c->arena, run->created_at, clock_now()));
	table_cell(t, STYLE_PLAIN,
		   run->started_at
			   ? time_duration(c->arena, (run->ended_at ? run->ended_at : clock_now()) -
							     run->started_at)
			   : SV(""));
	table_cell(t, STYLE_PLAIN,
		   arena_fmt(c->arena, "%lld of %lld", (long long)run->steps_done,
			     (long long)run->steps));
	table_cell(t, run->steps_failed ? STYLE_BAD : STYLE_DIM,
		   text_number(c->arena, run->steps_failed));
	table_cell(t, STYLE_DIM, selection.n ? selection : SV("*"));
	table_cell(t, STYLE_DIM, tags_text(c->arena, run->tags));
	table_cell(t, STYLE_DIM, remark(c, run));
}

static void list_table(struct cli *c, const struct run_rows *runs)
{
	static const struct table_column columns[] = {
		{"RUN", TABLE_WHOLE},     {"STATUS", TABLE_WHOLE}, {"WHEN", TABLE_WHOLE},
		{"TOOK", TABLE_NUMBER},   {"STEPS", TABLE_NUMBER}, {"FAILED", TABLE_MINOR},
		{"SELECTION", TABLE_CUT}, {"TAGS", TABLE_CUT},     {"", TABLE_BELOW},
	};
	struct table t = {
		.arena = c->arena, .columns = columns, .columns_count = COUNT_OF(columns)};

	for (size_t i = 0; i < runs->n; i++)
		list_row(c, &t, &runs->at[i]);
	table_print(&t, &c->out);
}

bool cmd_run_list(struct cli *c, struct err *e)
{
	int64_t most = option_number(&c->args, OPT_LIMIT, RUNS_LISTED);
	bool filtered = option_given(&c->args, OPT_STATUS) || option_given(&c->args, OPT_TAG);
	struct run_rows runs = {0};

	if (!cli_open(c, &(struct cli_opening){.aim = SESSION_LOOK}, e) ||
	    (c->session->store && !read_runs(c, (size_t)most, &runs, e)))
		return false;
	if (c->json)
		list_json(c, &runs);
	else if (runs.n == 0 && filtered)
		cli_note(c, "no run is like that");
	else if (runs.n == 0)
		cli_note(c, "no runs yet.  next: plait materialize");
	else
		list_table(c, &runs);
	return true;
}
