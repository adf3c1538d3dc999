/* step_log.c -- the ledger names the folder of a step's newest attempt; earlier ones lie beside it under their numbers. */
#include "view/step_log.h"

#include "sys/file.h"
#include "sys/path.h"

static bool is_running(const struct step_log *log)
{
	return log->attempt == log->step.attempt &&
	       (log->step.state == STEP_STARTING || log->step.state == STEP_RUNNING);
}

bool step_log_ended(const struct step_log *log)
{
	return !is_running(log);
}

/* "…/0003-orders.2" is attempt 2. */
static sv folder_of(struct arena *a, const struct step_log *log)
{
	sv folder = log->step.directory;
	size_t end = folder.n;

	if (log->attempt == log->step.attempt)
		return folder;
	while (end > 0 && folder.p[end - 1] != '.')
		end--;
	return arena_fmt(a, SV_FMT "%lld", SV_ARG(((sv){folder.p, end})), (long long)log->attempt);
}

/* A kept worker writes into a file of its own, and hands it over when the step has ended. */
sv step_log_file(struct arena *a, const struct step_log *log)
{
	sv own, messages = log->step.messages;

	if (!log->step.directory.n)
		return (sv){0};
	own = path_join(a, folder_of(a, log), log->stream);
	if (is_running(log) && messages.p && !file_exists(own) &&
	    !path_within(log->step.directory, messages))
		return path_join(a, path_parent(messages), log->stream);
	return own;
}
