/* cmd_asset_impact.c -- `plait asset impact`: who is affected, by code location. */
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "cli/text.h"
#include "view/lineage_document.h"

struct change {
	const struct asset_graph *graph;
	struct node_set assets;
	sv what;           /* for people: the key, or "location 'x'" */
	uint32_t location; /* whose change it is; NO_ID when defined nowhere */
	struct impact impact;
};

static bool read_change(struct cli *c, struct change *ch, struct err *e)
{
	sv name = option_text(&c->args, OPT_LOCATION);
	const struct location_state *state;
	uint32_t node;

	ch->graph = c->session->code->graph;
	if (name.p && c->args.rest.n == 0) {
		if (!cli_location(c, name, &state, e))
			return false;
		ch->location = asset_graph_location(ch->graph, name);
		ch->assets = ch->location == NO_ID
				     ? node_set_new(c->arena, ch->graph)
				     : impact_assets_of(c->arena, ch->graph, ch->location);
		ch->what = arena_fmt(c->arena, "location '" SV_FMT "'", SV_ARG(name));
		return true;
	}
	if (name.p || c->args.rest.n == 0) {
		err_set(e, ERR_INVALID, "'plait asset impact' needs one asset, or --location NAME");
		return err_hint(e, "plait help asset impact");
	}
	if (!cli_asset(c, c->args.rest.at[0], &node, e))
		return false;
	ch->assets = node_set_new(c->arena, ch->graph);
	node_set_add(&ch->assets, node);
	ch->location = ch->graph->nodes[node].location;
	ch->what = ch->graph->nodes[node].key;
	return true;
}

static void print_json(struct cli *c, const struct change *ch)
{
	struct json j = cli_json(c);

	impact_document(&j, ch->graph, &ch->assets, &ch->impact);
	cli_json_end(&j, c);
}

/* ---- for people ---- */

static void consumer_row(struct cli *c, struct table *t, const struct change *ch,
			 const struct impact_consumer *u)
{
	const struct manifest_asset *asset = ch->graph->nodes[u->node].asset;
	sv through = ch->graph->nodes[u->through].key;

	table_cell(t, STYLE_PLAIN, SV("")); /* the indentation */
	table_cell(t, STYLE_PLAIN, ch->graph->nodes[u->node].key);
	table_cell(t, u->distance == 1 ? STYLE_WARN : STYLE_DIM,
		   u->distance == 1 ? SV("direct")
				    : arena_fmt(c->arena, "%u steps away", u->distance));
	table_cell(t, STYLE_DIM,
		   arena_fmt(c->arena, "%s " SV_FMT, u->loaded ? "loads" : "depends on",
			     SV_ARG(through)));
	table_cell(t, STYLE_DIM,
		   asset ? text_join(c->arena, asset->owners.at, asset->owners.n, " ") : SV(""));
}

static void print_location(struct cli *c, const struct change *ch, const struct impact_location *l)
{
	static const struct table_column columns[] = {{"", TABLE_WHOLE},
						      {"", TABLE_CUT},
						      {"", TABLE_WHOLE},
						      {"", TABLE_CUT},
						      {"", TABLE_CUT}};
	struct table t = {.arena = c->arena,
			  .columns = columns,
			  .columns_count = COUNT_OF(columns),
			  .bare = true};

	page_addf(&c->out, STYLE_BOLD, "\n" SV_FMT, SV_ARG(ch->graph->locations[l->location].name));
	page_addf(&c->out, STYLE_DIM, "  %zu affected, %zu of them directly%s\n", l->consumers,
		  l->direct, l->location == ch->location ? "; the same repository" : "");
	for (size_t i = 0; i < ch->impact.consumers_count; i++)
		if (ch->graph->nodes[ch->impact.consumers[i].node].location == l->location)
			consumer_row(c, &t, ch, &ch->impact.consumers[i]);
	table_print(&t, &c->out);
}

static void print_impact(struct cli *c, const struct change *ch)
{
	const struct impact *impact = &ch->impact;
	size_t others = 0;

	for (size_t i = 0; i < impact->locations_count; i++)
		others += impact->locations[i].location != ch->location;
	page_addf(&c->out, STYLE_PLAIN, "A change of " SV_FMT " affects ", SV_ARG(ch->what));
	if (impact->consumers_count == 0) {
		page_addf(&c->out, STYLE_GOOD, "nobody\n");
		return;
	}
	const char *own_too = ch->location == NO_ID ? "; no location defines it"
						    : " besides its own";
	page_addf(&c->out, STYLE_PLAIN, SV_FMT ", in " SV_FMT "\n",
		  SV_ARG(text_count(c->arena, (int64_t)impact->consumers_count, "asset")),
		  SV_ARG(others == 0 ? SV("this repository only")
				     : arena_fmt(c->arena, SV_FMT "%s",
						 SV_ARG(text_count(c->arena, (int64_t)others,
								   "location")),
						 own_too)));
	for (int own = 0; own < 2; own++) /* the others first: they are the news */
		for (size_t i = 0; i < impact->locations_count; i++)
			if ((impact->locations[i].location == ch->location) == own)
				print_location(c, ch, &impact->locations[i]);
}

bool cmd_asset_impact(struct cli *c, struct err *e)
{
	struct change ch = {0};

	if (!cli_open(c, &(struct cli_opening){0}, e) || !read_change(c, &ch, e))
		return false;
	ch.impact = impact_of(c->arena, ch.graph, &ch.assets);
	if (c->json)
		print_json(c, &ch);
	else
		print_impact(c, &ch);
	return true;
}
