/* cmd_asset_list.c -- `plait asset list`. */
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "cli/state.h"
#include "cli/table.h"
#include "cli/text.h"
#include "model/selection.h"
#include "sys/clock.h"
#include "view/asset_document.h"

static void print_json(struct cli *c, const struct node_set *set, const struct asset_facts *facts)
{
	const struct asset_graph *g = c->session->code->graph;
	struct json j = cli_json(c);

	json_open(&j, '[');
	for (uint32_t node = 0; node < g->nodes_count; node++)
		if (node_set_has(set, node) && g->nodes[node].asset)
			asset_summary_document(&j, facts, node);
	json_close(&j);
	cli_json_end(&j, c);
}

static void add_row(struct cli *c, struct table *t, uint32_t node, const struct asset_facts *facts,
		    time_us now)
{
	bool stale = asset_stale_location(c->session->code->graph, node);
	const struct asset_fact *f = &facts->at[node];
	const struct asset_graph *g = c->session->code->graph;
	const struct manifest_asset *asset = g->nodes[node].asset;
	const struct made *m = asset_facts_has_value(facts, node) ? &facts->made[node] : NULL;
	sv location = asset_location_name(g, node);

	table_cell(t, STYLE_PLAIN, g->nodes[node].key);
	table_cell(t, stale ? STYLE_WARN : STYLE_PLAIN,
		   stale ? arena_fmt(c->arena, SV_FMT " (stale)", SV_ARG(location)) : location);
	table_cell(t, STYLE_PLAIN, asset->group);
	table_cell(t, STYLE_DIM, text_join(c->arena, asset->kinds.at, asset->kinds.n, " "));
	table_cell(t, state_style_of_asset(f->status), sv_of(asset_status_word(f->status)));
	table_cell(t, STYLE_PLAIN, m && f->rows >= 0 ? text_number(c->arena, f->rows) : SV(""));
	table_cell(t, STYLE_DIM, m ? text_age(c->arena, m->at, now) : SV(""));
}

static void print_table(struct cli *c, const struct node_set *set, const struct asset_facts *facts)
{
	static const struct table_column columns[] = {
		{"ASSET", TABLE_CUT},   {"LOCATION", TABLE_CUT}, {"GROUP", TABLE_MINOR},
		{"KINDS", TABLE_MINOR}, {"STATUS", TABLE_WHOLE}, {"ROWS", TABLE_NUMBER},
		{"SINCE", TABLE_WHOLE},
	};
	struct table t = {
		.arena = c->arena, .columns = columns, .columns_count = COUNT_OF(columns)};
	time_us now = clock_now();

	for (uint32_t node = 0; node < c->session->code->graph->nodes_count; node++)
		if (node_set_has(set, node) && c->session->code->graph->nodes[node].asset)
			add_row(c, &t, node, facts, now);
	table_print(&t, &c->out);
}

static void print_total(struct cli *c, const struct node_set *set, const struct asset_facts *facts)
{
	const struct asset_graph *g = c->session->code->graph;
	size_t assets = 0, missing = 0, failed = 0, gone = 0;

	for (uint32_t node = 0; node < g->nodes_count; node++) {
		if (!node_set_has(set, node) || !g->nodes[node].asset)
			continue;
		assets++;
		gone += facts->at[node].gone;
		missing += facts->at[node].status == STATUS_MISSING;
		failed += facts->at[node].status == STATUS_FAILED;
	}
	cli_note(c, "%s%s%s%s%s%s", text_count(c->arena, (int64_t)assets, "asset").p,
		 missing ? arena_fmt(c->arena, ", %zu without a value", missing).p : "",
		 gone ? arena_fmt(c->arena, " (%zu gone from where they were stored)", gone).p : "",
		 failed ? arena_fmt(c->arena, ", %zu failed last time", failed).p : "",
		 missing || failed ? ".  next: plait materialize" : "",
		 missing && !failed && missing < assets ? " --dry-run" : "");
}

static void print_nothing(struct cli *c)
{
	sv text = cli_selection(c);
	struct selection *selection;
	struct err why;

	err_hint(&why, "'plait asset list' names them all, 'plait help selection' the language");
	if (text.p && selection_parse(c->arena, text, &selection, &why))
		selection_hint(selection, c->session->code->graph, &why);
	if (text.p || option_given(&c->args, OPT_LOCATION))
		cli_note(c, "no asset is selected\n  hint: %s", why.hint);
	else
		cli_note(c,
			 "no assets: no location of %s that loads defines one.  next: plait "
			 "location "
			 "list",
			 c->session->workspace->file.p);
}

bool cmd_asset_list(struct cli *c, struct err *e)
{
	struct asset_facts facts;
	struct node_set set;

	if (!cli_open(c, &(struct cli_opening){0}, e) || !cli_selected(c, &set, e) ||
	    !asset_facts_read(c->arena, c->session->store, c->session->code->graph, &facts, e))
		return false;
	if (c->json) {
		print_json(c, &set, &facts);
	} else if (node_set_count(&set) == 0) {
		print_nothing(c);
	} else {
		print_table(c, &set, &facts);
		if (c->out.width) {
			page_flush(&c->out, 1);
			print_total(c, &set, &facts);
		}
	}
	return true;
}
