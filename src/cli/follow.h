/* follow.h -- a run, on the terminal, from when it is asked for, or from now, until it ends: progress, then what became of it,
 * or its document.  The same for `materialize`, `run retry`, `run watch` and `run cancel`. */
#pragma once
#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/owner_call.h"

struct follow {
	struct ask_request ask; /* what is asked for, and `signals`; the rest is filled in */
	bool retries;   /* also the runs that it is run again as by itself: the last one counts */
	void (*on_taken)(void *ctx, sv run); /* may be NULL */
	void *ctx;
};

/* c->session is open with SESSION_RUN.  Sets c->status by how the run ended. */
bool follow_run(struct cli *c, const struct follow *what, struct err *e) CHECKED;
/* Leaves it to the server, and prints the run's id.  UNAVAILABLE where none runs. */
bool follow_detach(struct cli *c, const struct owner_call *call, struct err *e) CHECKED;
