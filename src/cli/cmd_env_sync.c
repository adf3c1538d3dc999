/* cmd_env_sync.c -- `plait env sync`. */
#include <unistd.h>

#include "cli/commands.h"
#include "cli/env_progress.h"
#include "cli/text.h"
#include "sys/fd.h"
#include "sys/file.h"
#include "sys/lock.h"
#include "sys/path.h"

static bool know_names(struct cli *c, const struct workspace *w, struct err *e)
{
	for (size_t i = 0; i < c->args.rest.n; i++)
		if (!workspace_find(w, c->args.rest.at[i]))
			return workspace_unknown(w, c->args.rest.at[i], e);
	return true;
}

/* A location may show itself only after a submodule is there. */
static bool load(struct cli *c, struct env_request *request, struct err *e)
{
	struct workspace *w;

	if (!cli_workspace(c, &w, e) || !know_names(c, w, e))
		return false;
	request->workspace = w;
	request->state = cli_state(c, w);
	return true;
}

/* Two at once would write into the same environments. */
static bool take_lock(struct cli *c, const struct env_request *request, int *ret, struct err *e)
{
	sv folder = path_join(c->arena, request->state, SV("env"));
	sv who = arena_fmt(c->arena, "plait env sync (pid %d)", (int)getpid());

	return folder_make(folder, e) &&
	       lock_take(path_join(c->arena, folder, SV("lock")), who, ret, e);
}

static int status_of(const struct env_jobs *jobs)
{
	int status = 0;

	for (size_t i = 0; i < jobs->n; i++) {
		if (jobs->at[i]->state == ENV_CANCELED)
			return err_exit_status(ERR_CANCELED);
		if (jobs->at[i]->state == ENV_FAILED)
			status = 1;
	}
	return status;
}

static bool sync_all(struct cli *c, struct env_request *request, struct env_progress *progress,
		     struct err *e)
{
	struct env_jobs jobs;

	if (!env_submodules(c->arena, request, &request->checkouts, e) ||
	    (request->checkouts.n && !load(c, request, e)) ||
	    !env_sync(c->arena, request, &jobs, e))
		return false;
	env_progress_end(progress, &jobs);
	c->status = status_of(&jobs);
	if (c->json)
		env_jobs_json(c, &jobs);
	else
		env_failures_print(&c->notes, &jobs);
	if (c->status == err_exit_status(ERR_CANCELED))
		cli_note(c, "canceled: what was not finished is made when you run this again");
	else if (jobs.n == 0)
		cli_note(c, "no code locations: %s names none", request->workspace->file.p);
	return true;
}

bool cmd_env_sync(struct cli *c, struct err *e)
{
	struct env_progress progress = env_progress_new(c);
	struct env_request request = {
		.only = c->args.rest,
		.cwd = c->world->cwd,
		.python = option_text(&c->args, OPT_PYTHON),
		.force = option_given(&c->args, OPT_FORCE),
		.getenv = c->world->getenv,
		.listener = env_progress_listener(&progress),
	};
	AUTO_FD lock = -1;

	return load(c, &request, e) && take_lock(c, &request, &lock, e) &&
	       sync_all(c, &request, &progress, e);
}
