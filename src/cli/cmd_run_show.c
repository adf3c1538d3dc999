/* cmd_run_show.c -- `plait run show`. */
#include "base/time.h"
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "cli/failure_text.h"
#include "cli/owner_call.h"
#include "cli/run_show.h"
#include "cli/state.h"
#include "cli/table.h"
#include "cli/tags.h"
#include "cli/text.h"
#include "sys/clock.h"
#include "view/run_document.h"

#define OWNER_LIMIT TIME_SECOND

enum { TRACEBACK_LINES = 10 };

static sv took(struct arena *a, time_us from, time_us to)
{
	return from ? time_duration(a, (to ? to : clock_now()) - from) : SV("");
}

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
	time_us left = s->wake_at - clock_now();

	if (s->state == STEP_SUCCESS || s->state == STEP_RUNNING)
		return SV("");
	if (s->state == STEP_RETRYING)
		return arena_fmt(
			c->arena, "attempt %lld in " SV_FMT ": " SV_FMT, (long long)s->attempt + 1,
			SV_ARG(time_duration(c->arena, left > 0 ? left : 0)),
			SV_ARG(why.message.p ? failure_sentence(c->arena, &why) : s->reason));
	return why.message.p ? failure_sentence(c->arena, &why) : s->reason;
}

/* What its process took; empty for one that has not ended, or was not measured. */
static void resource_cells(struct cli *c, struct table *t, const struct step_row *s)
{
	int64_t cpu = s->user_us + s->system_us;

	table_cell(t, STYLE_DIM, s->attempt ? text_number(c->arena, s->attempt) : SV(""));
	table_cell(t, STYLE_DIM, s->pid ? arena_fmt(c->arena, "%lld", (long long)s->pid) : SV(""));
	table_cell(t, STYLE_DIM, cpu ? time_duration(c->arena, cpu) : SV(""));
	table_cell(t, STYLE_DIM,
		   s->max_rss_kib ? text_bytes(c->arena, s->max_rss_kib * 1024) : SV(""));
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
	resource_cells(c, t, s);
	table_cell(t, look.style, step_remark(c, s));
}

static void show_steps(struct cli *c, const struct run_record *r)
{
	static const struct table_column columns[] = {
		{"STATUS", TABLE_WHOLE}, {"ASSET", TABLE_CUT},   {"LOCATION", TABLE_CUT},
		{"TOOK", TABLE_NUMBER},  {"ROWS", TABLE_NUMBER}, {"ATTEMPT", TABLE_MINOR},
		{"PID", TABLE_MINOR},    {"CPU", TABLE_MINOR},   {"MEMORY", TABLE_MINOR},
		{"", TABLE_BELOW},
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
	if (r->run.state == RUN_QUEUED)
		page_field(&c->out, "waits", r->run.reason);
	if (r->run.priority)
		page_field(&c->out, "priority",
			   arena_fmt(c->arena, "%lld", (long long)r->run.priority));
	page_field(&c->out, "tags", tags_text(c->arena, r->run.tags));
	if (r->run.parent.n)
		page_field(&c->out, "again",
			   arena_fmt(c->arena, "retry %lld of run " SV_FMT,
				     (long long)r->run.retry_number, SV_ARG(r->run.parent)));
	for (size_t i = 0; i < r->children.n; i++)
		page_field(&c->out, i ? "" : "run again as", r->children.at[i]);
	show_steps(c, r);
	show_failures(c, r);
	if (r->run.state == RUN_FAILURE || r->run.state == RUN_CANCELED)
		page_addf(&c->out, STYLE_DIM, "\nnext: plait run retry " SV_FMT "\n",
			  SV_ARG(text_short_id(r->run.id)));
}

void run_show_json(struct cli *c, const struct run_record *r)
{
	struct json j = cli_json(c);

	run_document(&j, r);
	cli_json_end(&j, c);
}

static void ask_owner(struct cli *c, struct run_record *r)
{
	struct owner_call call = {
		.method = HTTP_GET,
		.path = arena_fmt(c->arena, "/api/v1/runs/" SV_FMT, SV_ARG(r->run.id))};
	const struct value *run;
	struct err e;

	if (run_state_ended(r->run.state) || !session_reach_owner(c->session) ||
	    !owner_call(c->session, c->arena, &call, OWNER_LIMIT, &run, &e))
		return; /* what the ledger has is what there is to show */
	run_record_hear(r, run);
}

bool run_show_found(struct cli *c, const struct run_row *run, struct err *e)
{
	struct run_record record;

	if (!run_record_read(c->arena, c->session->store, run->id, &record, e))
		return false;
	ask_owner(c, &record);
	if (c->json)
		run_show_json(c, &record);
	else
		show_run(c, &record);
	return true;
}

bool cmd_run_show(struct cli *c, struct err *e)
{
	struct run_row run;
	struct store *store;

	return cli_open(c, &(struct cli_opening){.aim = SESSION_LOOK}, e) &&
	       cli_store(c, &store, e) &&
	       run_find(c->arena, store, c->args.rest.n ? c->args.rest.at[0] : SV("latest"), &run,
			e) &&
	       run_show_found(c, &run, e);
}
