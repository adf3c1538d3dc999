/* env_replace.c -- an environment that cannot be kept stays beside the new one until that one is there. */
#include "env/env_work.h"
#include "sys/file.h"
#include "sys/path.h"

static sv old_place(struct env_work *w)
{
	return arena_fmt(w->a, SV_FMT ".before-sync", SV_ARG(w->job.environment));
}

/* One that cannot be kept makes room, but only what is an environment; it comes back when making a new one fails. */
bool env_set_aside(struct env_work *w, struct err *e)
{
	struct file_facts facts;
	struct folder_entries entries = {0};
	sv environment = w->job.environment;

	folder_remove(old_place(w)); /* of one that was killed */
	if (!file_look(environment, &facts))
		return true;
	if (facts.type == FILE_FOLDER && folder_list(w->a, environment, &entries, e) &&
	    (entries.n == 0 || file_exists(path_join(w->a, environment, SV("pyvenv.cfg")))))
		return file_rename(environment, old_place(w), e);
	err_set(e, ERR_CONFLICT, SV_FMT " is in the way: it is no Python environment",
		SV_ARG(environment));
	return err_hint(e, "move it away, then run this again");
}

void env_bring_back(struct env_work *w)
{
	struct err e;

	if (!file_exists(old_place(w)))
		return;
	folder_remove(w->job.environment);
	if (!file_rename(old_place(w), w->job.environment, &e))
		*LIST_ADD(w->a, &w->job.notes) = arena_sv(w->a, sv_of(e.text));
}

void env_drop_old(struct env_work *w)
{
	folder_remove(old_place(w));
}
