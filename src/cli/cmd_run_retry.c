/* cmd_run_retry.c -- `plait run retry`: what failed in a run, once more, across repositories. */
#include <unistd.h>

#include "cli/commands.h"
#include "cli/failure_text.h"
#include "cli/follow.h"
#include "cli/run_show.h"
#include "cli/state.h"
#include "cli/tags.h"
#include "cli/text.h"

enum { STEPS_NAMED = 20 };

struct retrying {
	struct cli *c;
	struct run_row parent;
	struct step_rows steps; /* of the parent */
};

/* "again  churn_model (ml-platform): failed: ValueError: …" */
static void name_step(struct cli *c, const struct step_row *s)
{
	struct failure why = failure_read(c->arena, s->error);
	sv because = why.message.p ? failure_sentence(c->arena, &why)
				   : text_line(c->arena, s->reason);

	page_addf(&c->notes, STYLE_PLAIN, "  again  " SV_FMT " (" SV_FMT ")", SV_ARG(s->name),
		  SV_ARG(s->location));
	page_addf(&c->notes, STYLE_DIM, ": %s%s" SV_FMT "\n", state_of_step(s->state).word,
		  because.n ? ", " : "", SV_ARG(because));
}

static void name_steps(struct cli *c, const struct step_rows *steps)
{
	size_t named = 0, rest = 0;

	for (size_t i = 0; i < steps->n; i++) {
		if (steps->at[i].state == STEP_SUCCESS)
			continue;
		if (named < STEPS_NAMED)
			name_step(c, &steps->at[i]);
		named < STEPS_NAMED ? named++ : rest++;
	}
	if (rest)
		page_addf(&c->notes, STYLE_DIM, "  and %zu more\n", rest);
	page_flush(&c->notes, STDERR_FILENO);
}

static void on_taken(void *ctx, sv run)
{
	struct retrying *r = ctx;
	bool all = option_given(&r->c->args, OPT_ALL);

	cli_note(r->c, "run " SV_FMT " runs again %s run " SV_FMT, SV_ARG(text_short_id(run)),
		 all ? "all of" : "what did not succeed in", SV_ARG(text_short_id(r->parent.id)));
	if (!all && !r->c->quiet && !r->c->json)
		name_steps(r->c, &r->steps);
}

bool cmd_run_retry(struct cli *c, struct err *e)
{
	struct retrying r = {.c = c};
	struct run_request request = {0};
	struct run_tags tags = {0};
	struct store *store;
	bool whole = option_given(&c->args, OPT_ALL);

	if (!tags_read(c, &tags, e) || !cli_open(c, &(struct cli_opening){.aim = SESSION_RUN}, e) ||
	    !cli_store(c, &store, e) ||
	    !run_find(c->arena, store, c->args.rest.n ? c->args.rest.at[0] : SV("latest"),
		      &r.parent, e) ||
	    !store_list_steps(store, c->arena, r.parent.id, &r.steps, e))
		return false;
	request.tags = tags;
	if (option_given(&c->args, OPT_DETACH)) {
		struct owner_call call = ask_retry_call(c->arena, r.parent.id, whole, &tags);

		return follow_detach(c, &call, e);
	}
	return follow_run(c,
			  &(struct follow){.ask = {.what = ASK_RETRY,
						   .run = r.parent.id,
						   .whole = whole,
						   .request = &request,
						   .signals = ASK_CANCELS},
					   .retries = true,
					   .on_taken = on_taken,
					   .ctx = &r},
			  e);
}
