/* cmd_version.c -- `plait version`. */
#include "cli/cli_json.h"
#include "cli/commands.h"

bool cmd_version(struct cli *c, struct err *e)
{
	if (c->json) {
		struct json j = cli_json(c);

		json_open(&j, '{');
		json_member_text(&j, "version", SV(PLAIT_VERSION));
		document_text(&j, "sdk", c->world->sdk);
		json_close(&j);
		cli_json_end(&j, c);
		return true;
	}
	page_addf(&c->out, STYLE_PLAIN, "plait %s\n", PLAIT_VERSION);
	if (c->verbose)
		page_field(&c->out, "Python SDK", c->world->sdk);
	return true;
}
