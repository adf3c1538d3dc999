/* cmd_asset_lineage.c -- `plait asset lineage`. */
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "plan/lineage_text.h"
#include "view/lineage_document.h"

static void print_json(struct cli *c, uint32_t node, const struct lineage_style *style)
{
	struct json j = cli_json(c);

	lineage_document(&j, c->session->code->graph, node, style->up, style->down);
	cli_json_end(&j, c);
}

bool cmd_asset_lineage(struct cli *c, struct err *e)
{
	struct lineage_style style = {
		.up = (uint32_t)option_number(&c->args, OPT_UP, UINT32_MAX),
		.down = (uint32_t)option_number(&c->args, OPT_DOWN, UINT32_MAX),
		.width = c->out.width,
	};
	uint32_t node;

	if (!cli_open(c, &(struct cli_opening){0}, e) ||
	    !cli_asset(c, c->args.rest.at[0], &node, e))
		return false;
	if (c->json)
		print_json(c, node, &style);
	else
		page_add(&c->out, STYLE_PLAIN,
			 lineage_text(c->arena, c->session->code->graph, node, &style));
	return true;
}
