/* cmd_materialize.c -- `plait materialize`: shows the plan, or runs it and follows it. */
#include "daemon/materialize.h"

#include <unistd.h>

#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/run_document.h"
#include "cli/table.h"
#include "cli/text.h"
#include "sys/clock.h"
#include "sys/terminal.h"

enum { LEAST_COLUMNS = 60 }; /* narrower, lines would wrap and a frame could not be wiped */

static struct run_request request_of(struct cli *c)
{
	return (struct run_request){
		.selection = cli_selection(c),
		.location = option_text(&c->args, OPT_LOCATION),
		.most_running = (uint32_t)option_number(&c->args, OPT_MAX_CONCURRENT, 0),
	};
}

/* ---- the plan ---- */

static sv step_label(const struct run_plan *plan, const struct plan_step *s, struct arena *a)
{
	struct sv_list keys = {0};

	for (size_t i = 0; i < s->nodes_count; i++)
		*LIST_ADD(a, &keys) = plan->graph->nodes[s->nodes[i]].key;
	return text_join(a, keys.at, keys.n, ", ");
}

static void write_inputs(struct json *j, const struct run_plan *plan, const struct plan_step *s)
{
	json_key(j, "inputs");
	json_open(j, '[');
	for (size_t i = 0; i < s->inputs_count; i++) {
		json_open(j, '{');
		json_member_text(j, "asset", plan->graph->nodes[s->inputs[i].node].key);
		json_member_bool(j, "loaded", s->inputs[i].loaded);
		json_member_bool(j, "in_run", s->inputs[i].in_run);
		document_text(j, "version", s->inputs[i].version);
		json_close(j);
	}
	json_close(j);
}

static void write_plan_step(struct json *j, const struct run_plan *plan, size_t index)
{
	const struct plan_step *s = &plan->steps[index];
	const struct asset_graph *g = plan->graph;

	json_open(j, '{');
	json_member_int(j, "index", (int64_t)index);
	json_member_text(j, "name", s->name);
	json_member_text(j, "asset", s->nodes_count ? g->nodes[s->nodes[0]].key : (sv){0});
	json_key(j, "assets");
	json_open(j, '[');
	for (size_t i = 0; i < s->nodes_count; i++)
		json_text(j, g->nodes[s->nodes[i]].key);
	json_close(j);
	json_member_text(j, "location", g->locations[s->location].name);
	json_member_int(j, "level", s->level);
	json_key(j, "waits_for");
	json_open(j, '[');
	for (size_t i = 0; i < s->waits_for_count; i++)
		json_int(j, s->waits_for[i]);
	json_close(j);
	write_inputs(j, plan, s);
	json_member_text(j, "reason", s->reason);
	json_close(j);
}

static void plan_json(struct cli *c, const struct run_plan *plan)
{
	struct json j = document_new(c);

	json_open(&j, '{');
	json_key(&j, "steps");
	json_open(&j, '[');
	for (size_t i = 0; i < plan->steps_count; i++)
		write_plan_step(&j, plan, i);
	json_close(&j);
	document_texts(&j, "warnings", &plan->warnings);
	json_close(&j);
	document_end(&j, c);
}

/* The widest cell pads every row: --json names all. */
static sv waits_text(const struct plan_step *s, struct arena *a)
{
	enum { SHOWN_MOST = 6 };
	struct sv_list numbers = {0};
	size_t shown = s->waits_for_count > SHOWN_MOST ? SHOWN_MOST - 1 : s->waits_for_count;

	for (size_t i = 0; i < shown; i++)
		*LIST_ADD(a, &numbers) = arena_fmt(a, "%u", s->waits_for[i] + 1);
	if (shown < s->waits_for_count)
		*LIST_ADD(a, &numbers) = arena_fmt(a, "and %zu more", s->waits_for_count - shown);
	return text_join(a, numbers.at, numbers.n, " ");
}

static size_t locations_of(const struct run_plan *plan)
{
	AUTO_ARENA a = arena_new();
	bool *seen = NEW(a, bool, plan->graph->locations_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < plan->steps_count; i++) {
		count += !seen[plan->steps[i].location];
		seen[plan->steps[i].location] = true;
	}
	return count;
}

static void plan_table(struct cli *c, const struct run_plan *plan)
{
	static const struct table_column columns[] = {
		{"STEP", TABLE_NUMBER}, {"ASSET", TABLE_CUT}, {"LOCATION", TABLE_CUT},
		{"AFTER", TABLE_CUT},   {"WHY", TABLE_CUT},
	};
	struct table t = {
		.arena = c->arena, .columns = columns, .columns_count = COUNT_OF(columns)};

	for (size_t i = 0; i < plan->steps_count; i++) {
		const struct plan_step *s = &plan->steps[i];

		table_cell(&t, STYLE_DIM, arena_fmt(c->arena, "%zu", i + 1));
		table_cell(&t, STYLE_PLAIN, step_label(plan, s, c->arena));
		table_cell(&t, STYLE_DIM, plan->graph->locations[s->location].name);
		table_cell(&t, STYLE_DIM, waits_text(s, c->arena));
		table_cell(&t, STYLE_PLAIN, s->reason);
	}
	table_print(&t, &c->out);
	for (size_t i = 0; i < plan->warnings.n; i++)
		page_addf(&c->out, STYLE_WARN, "warning: " SV_FMT "\n",
			  SV_ARG(plan->warnings.at[i]));
	page_addf(&c->out, STYLE_DIM, "\n" SV_FMT " in " SV_FMT "; nothing was run\n",
		  SV_ARG(text_count(c->arena, (int64_t)plan->steps_count, "step")),
		  SV_ARG(text_count(c->arena, (int64_t)locations_of(plan), "location")));
}

static bool show_plan(struct cli *c, struct err *e)
{
	struct run_request request = request_of(c);
	struct run_plan *plan;

	if (!run_request_plan(c->session, c->arena, &request, &plan, e))
		return false;
	if (c->json)
		plan_json(c, plan);
	else
		plan_table(c, plan);
	return true;
}

/* ---- the run ---- */

static struct progress_look look_of(const struct cli *c)
{
	struct progress_look look = {.fd = c->json ? STDERR_FILENO : STDOUT_FILENO,
				     .color = c->json ? c->notes.color : c->out.color,
				     .verbose = c->verbose,
				     .now = clock_now};
	const char *terminal = c->world->getenv("TERM");
	bool clever = terminal && !sv_eq(sv_of(terminal), SV("dumb"));

	if (terminal_is(look.fd) && terminal_size(look.fd, &look.width, &look.height) && clever &&
	    look.width >= LEAST_COLUMNS)
		look.kind = PROGRESS_LIVE;
	else
		look.kind = c->json ? PROGRESS_QUIET : PROGRESS_PLAIN;
	if (c->quiet)
		look.kind = PROGRESS_QUIET;
	return look;
}

static bool print_run(struct cli *c, sv run, struct err *e)
{
	struct run_record record;
	struct store *store;

	if (!cli_store(c, &store, e) || !run_record_read(c, store, run, &record, e))
		return false;
	run_document_print(c, &record);
	return true;
}

/* An owner that ends before it took our request leaves the state to us. */
static bool run_somewhere(struct cli *c, const struct run_listener *listener, sv *ret_run,
			  enum run_state *ret_state, struct err *e)
{
	struct run_request request = request_of(c);

	while (!materialize_run(c->session, c->arena, &request, listener, ret_run, ret_state, e)) {
		if (!c->session->owner_left)
			return false;
		session_close(c->session);
		c->session = NULL;
		if (!cli_open(c, &(struct cli_opening){.aim = SESSION_RUN}, e))
			return false;
	}
	return true;
}

static int status_of(enum run_state state)
{
	if (state == RUN_SUCCESS)
		return 0;
	return err_exit_status(state == RUN_CANCELED ? ERR_CANCELED : ERR_FAILED);
}

static bool run_it(struct cli *c, struct err *e)
{
	struct progress_look look = look_of(c);
	struct progress *progress = progress_new(c->arena, &look);
	struct run_listener listener = {
		.on_event = progress_event, .on_tick = progress_tick, .ctx = progress};
	enum run_state state;
	sv run;
	bool ran = run_somewhere(c, &listener, &run, &state, e);

	progress_end(progress);
	if (!ran)
		return false;
	c->status = status_of(state);
	if (c->json)
		return print_run(c, run, e);
	if (!c->quiet || state != RUN_SUCCESS)
		progress_summary(&c->out, progress_view(progress));
	return true;
}

bool cmd_materialize(struct cli *c, struct err *e)
{
	bool dry = option_given(&c->args, OPT_DRY_RUN);
	const struct location_state *location;
	sv name = option_text(&c->args, OPT_LOCATION);

	if (!cli_open(c, &(struct cli_opening){.aim = dry ? SESSION_CODE : SESSION_RUN}, e) ||
	    (name.p && c->session->code && !cli_location(c, name, &location, e)))
		return false;
	return dry ? show_plan(c, e) : run_it(c, e);
}
