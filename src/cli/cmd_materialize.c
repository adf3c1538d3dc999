/* cmd_materialize.c -- `plait materialize`: shows the plan, or runs it and follows it, or leaves it to a server. */
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "cli/follow.h"
#include "cli/table.h"
#include "cli/tags.h"
#include "cli/text.h"
#include "view/plan_document.h"

static bool read_request(struct cli *c, struct run_request *ret, struct err *e)
{
	*ret = (struct run_request){
		.selection = cli_selection(c),
		.location = option_text(&c->args, OPT_LOCATION),
		.most_running = (uint32_t)option_number(&c->args, OPT_MAX_CONCURRENT, 0),
	};
	return tags_read(c, &ret->tags, e);
}

/* ---- the plan ---- */

static sv step_label(const struct run_plan *plan, const struct plan_step *s, struct arena *a)
{
	struct sv_list keys = {0};

	for (size_t i = 0; i < s->nodes_count; i++)
		*LIST_ADD(a, &keys) = plan->graph->nodes[s->nodes[i]].key;
	return text_join(a, keys.at, keys.n, ", ");
}

static void plan_json(struct cli *c, const struct run_plan *plan)
{
	struct json j = cli_json(c);

	plan_document(&j, plan);
	cli_json_end(&j, c);
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

static void print_left_out(struct cli *c, const struct run_plan *plan)
{
	for (size_t i = 0; i < plan->left_out.n; i++) {
		const struct left_out *l = &plan->left_out.at[i];
		const struct graph_node *node = &plan->graph->nodes[l->node];

		page_addf(&c->out, STYLE_WARN, "left out: " SV_FMT " (" SV_FMT "): " SV_FMT "\n",
			  SV_ARG(node->key), SV_ARG(plan->graph->locations[node->location].name),
			  SV_ARG(l->reason));
	}
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
	print_left_out(c, plan);
	for (size_t i = 0; i < plan->warnings.n; i++)
		page_addf(&c->out, STYLE_WARN, "warning: " SV_FMT "\n",
			  SV_ARG(plan->warnings.at[i]));
	page_addf(&c->out, STYLE_DIM, "\n" SV_FMT " in " SV_FMT "; nothing was run\n",
		  SV_ARG(text_count(c->arena, (int64_t)plan->steps_count, "step")),
		  SV_ARG(text_count(c->arena, (int64_t)locations_of(plan), "location")));
}

static bool show_plan(struct cli *c, const struct run_request *request, struct err *e)
{
	struct run_plan *plan;

	if (!run_request_plan(c->session, c->arena, request, &plan, e))
		return false;
	if (c->json)
		plan_json(c, plan);
	else
		plan_table(c, plan);
	return true;
}

/* ---- the run ---- */

bool cmd_materialize(struct cli *c, struct err *e)
{
	bool dry = option_given(&c->args, OPT_DRY_RUN),
	     detached = option_given(&c->args, OPT_DETACH);
	struct cli_opening how = {.aim = dry ? SESSION_CODE : SESSION_RUN, .stored = detached};
	const struct location_state *location;
	sv name = option_text(&c->args, OPT_LOCATION);
	struct run_request request;

	if (!read_request(c, &request, e) || !cli_open(c, &how, e) ||
	    (name.p && c->session->code && !cli_location(c, name, &location, e)))
		return false;
	if (dry)
		return show_plan(c, &request, e);
	if (detached) {
		struct owner_call call = ask_run_call(c->arena, &request);

		return follow_detach(c, &call, e);
	}
	return follow_run(
		c,
		&(struct follow){
			.ask = {.what = ASK_RUN, .request = &request, .signals = ASK_CANCELS},
			.retries = true},
		e);
}
