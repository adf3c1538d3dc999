/* env_output.h -- what pip, uv and git say while they work: what they are at now, and which package they failed on and why.
 * Fed line by line.  Pure. */
#pragma once
#include "base/base.h"

struct env_output {
	char activity[160]; /* "Collecting pandas>=2"; empty before the first */
	char package[160];  /* the name of the package that failed; empty when it cannot be told */
	char sentence[700]; /* why; empty when nothing that looks like a reason was said */
	char handling[160]; /* the package at work, to blame when an error names none */
	unsigned rank;      /* how good the reason is; a better one replaces it */
	bool in_conflict;   /* the lines that follow say who needs what */
	bool unreachable;   /* the package index could not be reached */
	bool lock_outdated; /* uv.lock does not fit pyproject.toml */
	bool no_venv;       /* the interpreter cannot make environments */
};

void env_output_line(struct env_output *o, sv line);
