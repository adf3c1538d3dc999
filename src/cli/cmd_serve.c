/* cmd_serve.c -- `plait serve` */
#include "cli/commands.h"
#include "cli/serving.h"

bool cmd_serve(struct cli *c, struct err *e)
{
	return serving_run(c, &(struct serving_kind){.drain = option_given(&c->args, OPT_DRAIN)},
			   e);
}
