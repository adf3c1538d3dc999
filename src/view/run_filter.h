/* run_filter.h -- which runs somebody wants to see of all that there are, newest first. */
#pragma once
#include "store/store.h"

struct run_filter {
	unsigned states;     /* a bit for each; 0: all */
	sv location;         /* that a step of it belongs to; p NULL: any */
	sv asset;            /* that a step of it was to make; p NULL: any */
	time_us since, until; /* when it was asked for, from the first on, before the second; 0: any time */
	struct sv_list tags; /* all of them: NAME=VALUE, or NAME with any value */
	sv search;           /* a piece of its id or of its selection; p NULL: any */
};

/* "failure", or "open": every state that is no end.  INVALID names the words there are. */
bool run_filter_add_status(struct run_filter *f, sv word, struct err *e) CHECKED;
bool run_filter_fits(const struct run_filter *f, const struct run_row *run);  /* but for its asset */

/* Runs before `*before` (p NULL: from the newest), which becomes where to go on, p NULL at the end.  May give fewer than `most`
 * although there are more: what one call looks at is limited. */
bool run_filter_list(struct arena *a, struct store *store, const struct run_filter *f, sv *before, size_t most,
		     struct run_rows *ret, struct err *e) CHECKED;
