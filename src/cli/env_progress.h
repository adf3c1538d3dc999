/* env_progress.h -- follows environments being made: one live line a project on a terminal, a line for each ended one on a
 * pipe; and what is printed in the end. */
#pragma once
#include "cli/cli.h"
#include "env/env_sync.h"

struct env_progress {
	struct cli *c;
	int fd;
	bool live, quiet;
	unsigned width, height;
	struct page page;
	unsigned frame_lines; /* on the screen now */
};

struct env_progress env_progress_new(struct cli *c);
struct env_listener env_progress_listener(struct env_progress *p);
void env_progress_end(struct env_progress *p, const struct env_jobs *jobs);

/* Failures in full: what, which package, the last lines, the log. */
void env_failures_print(struct page *page, const struct env_jobs *jobs);
void env_jobs_json(struct cli *c, const struct env_jobs *jobs);
