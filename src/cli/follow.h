/* follow.h -- asks for a run, or for one that is there, and shows it until it ends: progress, then what became of it, or its
 * document.  The same for `materialize`, `run retry`, `run watch` and `run cancel`. */
#pragma once
#include "cli/cli.h"
#include "daemon/ask.h"

struct follow {
	sv line;                  /* the request, daemon/wire.h */
	enum ask_signals signals;
	bool retries;             /* also the runs that it is run again as by itself: the last one counts */
	void (*on_answer)(void *ctx, const struct value *answer); /* it was taken; may be NULL */
	void *ctx;
};

/* c->session is open with SESSION_RUN.  Sets c->status by how the run ended. */
bool follow_run(struct cli *c, const struct follow *what, struct err *e) CHECKED;
/* Leaves it to the server, and prints the run's id.  UNAVAILABLE where none runs. */
bool follow_detach(struct cli *c, sv line, struct err *e) CHECKED;
/* One request that is not followed; `ret` is its answer, in c->arena. */
bool follow_ask(struct cli *c, sv line, const struct value **ret, struct err *e) CHECKED;
/* What an answer says of locations that do not load, as warnings. */
void follow_warn_locations(struct cli *c, const struct value *answer);
