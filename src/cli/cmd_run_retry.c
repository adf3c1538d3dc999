/* cmd_run_retry.c -- `plait run retry`: what failed in a run, once more, across repositories. */
#include "cli/commands.h"
#include "cli/follow.h"
#include "cli/run_document.h"
#include "cli/tags.h"
#include "cli/text.h"

struct retrying {
	struct cli *c;
	struct run_row parent;
};

/* Why each step runs again comes with the run's plan, which the progress shows; here: which run this is. */
static void on_answer(void *ctx, const struct value *answer)
{
	struct retrying *r = ctx;
	sv run = value_text(answer, "run");

	cli_note(r->c, "run " SV_FMT " runs again %s run " SV_FMT, SV_ARG(text_short_id(run)),
		 option_given(&r->c->args, OPT_ALL) ? "all of" : "what did not succeed in",
		 SV_ARG(text_short_id(r->parent.id)));
}

static sv request_line(struct cli *c, const struct run_row *parent, const struct run_tags *tags)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "op", SV("retry"));
	json_member_text(&j, "run", parent->id);
	json_member_bool(&j, "all", option_given(&c->args, OPT_ALL));
	json_member_bool(&j, "follow", !option_given(&c->args, OPT_DETACH));
	json_key(&j, "tags");
	json_open(&j, '{');
	for (size_t i = 0; i < tags->n; i++) {
		json_key_sv(&j, tags->at[i].name);
		json_text(&j, tags->at[i].value);
	}
	json_close(&j);
	return json_finish(c->arena, &j);
}

bool cmd_run_retry(struct cli *c, struct err *e)
{
	struct retrying r = {.c = c};
	struct run_tags tags = {0};
	struct store *store;

	if (!tags_read(c, &tags, e) || !cli_open(c, &(struct cli_opening){.aim = SESSION_RUN}, e) ||
	    !cli_store(c, &store, e) ||
	    !run_find(c, store, c->args.rest.n ? c->args.rest.at[0] : SV("latest"), &r.parent, e))
		return false;
	sv line = request_line(c, &r.parent, &tags);
	if (option_given(&c->args, OPT_DETACH))
		return follow_detach(c, line, e);
	return follow_run(c,
			  &(struct follow){.line = line,
					   .signals = ASK_CANCELS,
					   .on_answer = on_answer,
					   .ctx = &r},
			  e);
}
