/* cmd_run_show.c -- `plait run list` and `plait run show`. */
#include "base/time.h"
#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/run_document.h"
#include "cli/state.h"
#include "cli/table.h"
#include "cli/text.h"
#include "sys/clock.h"

enum { RUNS_LISTED = 20, TRACEBACK_LINES = 10 };

/* ---- list ---- */

static void list_json(struct cli *c, const struct run_rows *runs)
{
	struct json j = document_new(c);

	json_open(&j, '[');
	for (size_t i = 0; i < runs->n; i++) {
		json_open(&j, '{');
		run_members(&j, &runs->at[i]);
		json_member_int(&j, "steps", runs->at[i].steps);
		json_member_int(&j, "steps_succeeded", runs->at[i].steps_done);
		json_member_int(&j, "steps_failed", runs->at[i].steps_failed);
		json_close(&j);
	}
	json_close(&j);
	document_end(&j, c);
}

static sv took(struct arena *a, time_us from, time_us to)
{
	return from ? time_duration(a, (to ? to : clock_now()) - from) : SV("");
}

static void list_row(struct cli *c, struct table *t, const struct run_row *run)
{
	struct state_look look = state_of_run(run->state);
	struct run_record record = {.run = *run};
	sv selection = run_record_selection(c->arena, &record);

	table_cell(t, STYLE_PLAIN, text_short_id(run->id));
	table_cell(t, look.style, arena_fmt(c->arena, "%s %s", look.mark, look.word));
	table_cell(t, STYLE_DIM, text_age(c->arena, run->created_at, clock_now()));
	table_cell(t, STYLE_PLAIN, took(c->arena, run->started_at, run->ended_at));
	table_cell(t, STYLE_PLAIN,
		   arena_fmt(c->arena, "%lld of %lld", (long long)run->steps_done,
			     (long long)run->steps));
	table_cell(t, run->steps_failed ? STYLE_BAD : STYLE_DIM,
		   text_number(c->arena, run->steps_failed));
	table_cell(t, STYLE_DIM, selection.n ? selection : SV("*"));
}

static void list_table(struct cli *c, const struct run_rows *runs)
{
	static const struct table_column columns[] = {
		{"RUN", TABLE_WHOLE},     {"STATUS", TABLE_WHOLE}, {"WHEN", TABLE_WHOLE},
		{"TOOK", TABLE_NUMBER},   {"STEPS", TABLE_NUMBER}, {"FAILED", TABLE_NUMBER},
		{"SELECTION", TABLE_CUT},
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
	struct run_rows runs = {0};

	if (!cli_open(c, &(struct cli_opening){.aim = SESSION_LOOK}, e))
		return false;
	if (c->session->store &&
	    !store_list_runs(c->session->store, c->arena, (sv){0}, (size_t)most, &runs, e))
		return false;
	if (c->json)
		list_json(c, &runs);
	else if (runs.n == 0)
		cli_note(c, "no runs yet.  next: plait materialize");
	else
		list_table(c, &runs);
	return true;
}

/* ---- show ---- */

static sv step_label(struct arena *a, const struct step_row *s)
{
	if (s->assets.n == 0)
		return s->name;
	return s->assets.n == 1
		       ? s->assets.at[0]
		       : arena_fmt(a, SV_FMT " +%zu", SV_ARG(s->assets.at[0]), s->assets.n - 1);
}

static sv step_remark(struct cli *c, const struct step_row *s)
{
	struct failure why = failure_read(c->arena, s->error);

	if (s->state == STEP_SUCCESS)
		return SV("");
	return why.message.p ? failure_sentence(c->arena, &why) : s->reason;
}

static void show_row(struct cli *c, struct table *t, const struct run_record *r,
		     const struct step_row *s)
{
	struct state_look look = state_of_step(s->state);
	int64_t rows = run_record_rows(r, s->index);

	table_cell(t, look.style, arena_fmt(c->arena, "%s %s", look.mark, look.word));
	table_cell(t, STYLE_PLAIN, step_label(c->arena, s));
	table_cell(t, STYLE_DIM, s->location);
	table_cell(t, STYLE_PLAIN, took(c->arena, s->started_at, s->ended_at));
	table_cell(t, STYLE_PLAIN, rows >= 0 ? text_number(c->arena, rows) : SV(""));
	table_cell(t, look.style, step_remark(c, s));
}

static void show_steps(struct cli *c, const struct run_record *r)
{
	static const struct table_column columns[] = {
		{"STATUS", TABLE_WHOLE}, {"ASSET", TABLE_CUT},   {"LOCATION", TABLE_CUT},
		{"TOOK", TABLE_NUMBER},  {"ROWS", TABLE_NUMBER}, {"", TABLE_BELOW},
	};
	struct table t = {
		.arena = c->arena, .columns = columns, .columns_count = COUNT_OF(columns)};

	for (size_t i = 0; i < r->steps.n; i++)
		show_row(c, &t, r, &r->steps.at[i]);
	page_line(&c->out);
	table_print(&t, &c->out);
}

static void show_failures(struct cli *c, const struct run_record *r)
{
	for (size_t i = 0; i < r->steps.n; i++) {
		const struct step_row *s = &r->steps.at[i];
		struct failure why = failure_read(c->arena, s->error);

		if (s->state != STEP_FAILURE)
			continue;
		page_addf(&c->out, STYLE_BOLD, "\n" SV_FMT " (" SV_FMT ")\n",
			  SV_ARG(step_label(c->arena, s)), SV_ARG(s->location));
		if (!why.message.p)
			why.message = s->reason;
		failure_print(&c->out, &why, 2, TRACEBACK_LINES);
		page_addf(&c->out, STYLE_DIM,
			  "  logs: plait run logs " SV_FMT " --step " SV_FMT " --all\n",
			  SV_ARG(text_short_id(r->run.id)), SV_ARG(s->name));
	}
}

static void show_run(struct cli *c, const struct run_record *r)
{
	struct state_look look = state_of_run(r->run.state);
	sv selection = run_record_selection(c->arena, r);

	page_addf(&c->out, STYLE_BOLD, "run " SV_FMT, SV_ARG(r->run.id));
	page_addf(&c->out, look.style, "  %s %s\n", look.mark, look.word);
	page_field(&c->out, "selection", selection.n ? selection : SV("* (everything)"));
	page_field(&c->out, "started",
		   r->run.started_at ? text_date(c->arena, r->run.started_at) : SV("not yet"));
	page_field(&c->out, "took", took(c->arena, r->run.started_at, r->run.ended_at));
	page_field(&c->out, "because", r->run.error);
	show_steps(c, r);
	show_failures(c, r);
}

bool cmd_run_show(struct cli *c, struct err *e)
{
	struct run_record record;
	struct store *store;

	if (!cli_open(c, &(struct cli_opening){.aim = SESSION_LOOK}, e) || !cli_store(c, &store, e) ||
	    !run_record_read(c, store, c->args.rest.n ? c->args.rest.at[0] : SV("latest"), &record,
			     e))
		return false;
	if (c->json)
		run_document_print(c, &record);
	else
		show_run(c, &record);
	return true;
}
