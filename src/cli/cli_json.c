/* cli_json.c -- a document alone on the page. */
#include "cli/cli_json.h"

struct json cli_json(struct cli *c)
{
	buf_clear(&c->out.buf);
	return (struct json){.out = &c->out.buf, .indent = 2};
}

void cli_json_end(struct json *j, struct cli *c)
{
	assert(j->depth == 0);
	page_line(&c->out);
}
