/* cmd_dev.c -- `plait dev` */
#include "cli/commands.h"
#include "cli/serving.h"

bool cmd_dev(struct cli *c, struct err *e)
{
	return serving_run(c, &(struct serving_kind){.develops = true}, e);
}
