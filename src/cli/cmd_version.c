/* cmd_version.c -- `plait version`. */
#include "cli/commands.h"
#include "cli/document.h"

bool cmd_version(struct cli *c, struct err *e)
{
	if (c->json) {
		struct json j = document_new(c);

		json_open(&j, '{');
		json_member_text(&j, "version", SV(PLAIT_VERSION));
		document_text(&j, "sdk", c->world->sdk);
		json_close(&j);
		document_end(&j, c);
		return true;
	}
	page_addf(&c->out, STYLE_PLAIN, "plait %s\n", PLAIT_VERSION);
	if (c->verbose)
		page_field(&c->out, "Python SDK", c->world->sdk);
	return true;
}
