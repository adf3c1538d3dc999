/* cmd_asset_list.c -- `plait asset list`. */
#include "cli/asset_facts.h"
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "cli/text.h"
#include "sys/clock.h"

static void write_deps(struct json *j, const struct manifest_asset *asset)
{
	json_key(j, "deps");
	json_open(j, '[');
	for (size_t i = 0; i < asset->deps_count; i++)
		json_text(j, asset->deps[i].key);
	json_close(j);
}

static void write_asset(struct json *j, const struct asset_graph *g, uint32_t node,
			const struct asset_fact *f)
{
	const struct manifest_asset *asset = g->nodes[node].asset;
	const struct version_row *v = f->version;

	json_open(j, '{');
	json_member_text(j, "key", g->nodes[node].key);
	json_member_text(j, "location", asset_location_name(g, node));
	json_member_bool(j, "stale_location", f->stale_location);
	document_text(j, "group", asset->group);
	document_texts(j, "kinds", &asset->kinds);
	document_texts(j, "owners", &asset->owners);
	write_deps(j, asset);
	json_member_text(j, "status", sv_of(asset_status_word(f->status)));
	document_time(j, "materialized_at", v ? v->created_at : 0);
	document_text(j, "run", v ? v->run : (sv){0});
	document_text(j, "version", v ? v->id : (sv){0});
	document_number(j, "rows", v ? v->rows : -1);
	document_number(j, "bytes", v ? v->bytes : -1);
	document_text(j, "path", f->path);
	json_close(j);
}

static void print_json(struct cli *c, const struct node_set *set, const struct asset_fact *facts)
{
	const struct asset_graph *g = c->session->code->graph;
	struct json j = cli_json(c);

	json_open(&j, '[');
	for (uint32_t node = 0; node < g->nodes_count; node++)
		if (node_set_has(set, node) && g->nodes[node].asset)
			write_asset(&j, g, node, &facts[node]);
	json_close(&j);
	cli_json_end(&j, c);
}

static void add_row(struct cli *c, struct table *t, uint32_t node, const struct asset_fact *f,
		    time_us now)
{
	const struct asset_graph *g = c->session->code->graph;
	const struct manifest_asset *asset = g->nodes[node].asset;
	const struct version_row *v = f->gone ? NULL : f->version;
	sv location = asset_location_name(g, node);

	table_cell(t, STYLE_PLAIN, g->nodes[node].key);
	table_cell(t, f->stale_location ? STYLE_WARN : STYLE_PLAIN,
		   f->stale_location ? arena_fmt(c->arena, SV_FMT " (stale)", SV_ARG(location))
				     : location);
	table_cell(t, STYLE_PLAIN, asset->group);
	table_cell(t, STYLE_DIM, text_join(c->arena, asset->kinds.at, asset->kinds.n, " "));
	table_cell(t, asset_status_style(f->status), sv_of(asset_status_word(f->status)));
	table_cell(t, STYLE_PLAIN, v && v->rows >= 0 ? text_number(c->arena, v->rows) : SV(""));
	table_cell(t, STYLE_DIM, v ? text_age(c->arena, v->created_at, now) : SV(""));
}

static void print_table(struct cli *c, const struct node_set *set, const struct asset_fact *facts)
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
			add_row(c, &t, node, &facts[node], now);
	table_print(&t, &c->out);
}

static void print_total(struct cli *c, const struct node_set *set, const struct asset_fact *facts)
{
	const struct asset_graph *g = c->session->code->graph;
	size_t assets = 0, missing = 0, failed = 0, gone = 0;

	for (uint32_t node = 0; node < g->nodes_count; node++) {
		if (!node_set_has(set, node) || !g->nodes[node].asset)
			continue;
		assets++;
		gone += facts[node].gone;
		missing += facts[node].status == STATUS_MISSING;
		failed += facts[node].status == STATUS_FAILED;
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
	if (cli_selection(c).p || option_given(&c->args, OPT_LOCATION))
		cli_note(c, "no asset is selected.  'plait asset list' names them all, 'plait help "
			    "selection' the language");
	else
		cli_note(c,
			 "no assets: no location of %s that loads defines one.  next: plait "
			 "location "
			 "list",
			 c->session->workspace->file.p);
}

bool cmd_asset_list(struct cli *c, struct err *e)
{
	struct asset_fact *facts;
	struct node_set set;

	if (!cli_open(c, &(struct cli_opening){0}, e) || !cli_selected(c, &set, e) ||
	    !asset_facts_read(c, &facts, e))
		return false;
	if (c->json) {
		print_json(c, &set, facts);
	} else if (node_set_count(&set) == 0) {
		print_nothing(c);
	} else {
		print_table(c, &set, facts);
		if (c->out.width) {
			page_flush(&c->out, 1);
			print_total(c, &set, facts);
		}
	}
	return true;
}
