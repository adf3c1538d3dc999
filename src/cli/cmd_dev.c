/* cmd_dev.c -- `plait dev`: serving for one developer, who is shown the UI. */
#include <unistd.h>

#include "cli/browser.h"
#include "cli/commands.h"
#include "cli/serving.h"
#include "sys/terminal.h"

/* Only where a person started it by hand: the address was printed for everybody. */
static void on_ready(void *ctx, sv url)
{
	struct cli *c = ctx;
	const char *const *words;

	if (!url.p || c->json || c->quiet || option_given(&c->args, OPT_NO_OPEN) ||
	    !terminal_is(STDOUT_FILENO))
		return;
	words = browser_words(c->arena, c->world->getenv, url);
	if (words)
		browser_open(c->session->loop, words);
}

bool cmd_dev(struct cli *c, struct err *e)
{
	return serving_run(
		c, &(struct serving_kind){.develops = true, .on_ready = on_ready, .ctx = c}, e);
}
