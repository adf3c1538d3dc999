/* cmd_run_cancel.c -- `plait run cancel` and `plait run watch`: about a run that somebody started before. */
#include "cli/commands.h"
#include "cli/follow.h"
#include "cli/run_show.h"
#include "cli/text.h"

/* The run that was meant, without asking anybody. */
static bool find_run(struct cli *c, enum session_aim aim, struct run_row *ret, struct err *e)
{
	sv typed = c->args.rest.n ? c->args.rest.at[0] : SV("latest");
	struct cli_opening how = {.aim = aim, .stored = aim == SESSION_LOOK};
	struct store *store;

	return cli_open(c, &how, e) && cli_store(c, &store, e) &&
	       run_find(c->arena, store, typed, ret, e);
}

static void close_session(struct cli *c)
{
	session_close(c->session);
	c->session = NULL;
}

static bool has_ended(const struct run_row *run, struct err *e)
{
	return err_set(e, ERR_CONFLICT, "run " SV_FMT " has ended already: %s",
		       SV_ARG(text_short_id(run->id)), run_state_word(run->state));
}

bool cmd_run_cancel(struct cli *c, struct err *e)
{
	struct run_row run;

	if (!find_run(c, SESSION_LOOK, &run, e))
		return false;
	if (run_state_ended(run.state))
		return has_ended(&run, e);
	close_session(c);
	if (!cli_open(c, &(struct cli_opening){.aim = SESSION_RUN, .stored = true}, e) ||
	    !follow_run(c,
			&(struct follow){.ask = {.what = ASK_CANCEL,
						 .run = run.id,
						 .hard = option_given(&c->args, OPT_FORCE),
						 .signals = ASK_LEAVES}},
			e))
		return false;
	if (c->status == err_exit_status(ERR_CANCELED))
		c->status = 0; /* which is what was asked for */
	return true;
}

/* Of a run that has ended there is nothing to follow: it is shown. */
bool cmd_run_watch(struct cli *c, struct err *e)
{
	struct run_row run;

	if (!find_run(c, SESSION_LOOK, &run, e))
		return false;
	if (run_state_ended(run.state))
		return run_show_found(c, &run, e);
	close_session(c);
	return cli_open(c, &(struct cli_opening){.aim = SESSION_RUN}, e) &&
	       follow_run(
		       c,
		       &(struct follow){
			       .ask = {.what = ASK_FOLLOW, .run = run.id, .signals = ASK_LEAVES}},
		       e);
}
