/* views.h -- current views and version directories after a crash: the ledger is the truth, what lies on disk follows it. */
#pragma once
#include "store/store.h"

struct views_told {
	void (*fn)(void *ctx, sv sentence); /* what could not be mended or removed; may be NULL */
	void *ctx;
};

/* Links that somebody removed are made again, and those moved that a kill between the last commit and its consequences left
 * behind their pointers; after the machine was restarted, all that are behind: a power cut may have taken them back.  A file
 * that stands in a link's place is left alone.  Fails only when the ledger does. */
bool views_mend(struct store *s, sv state, const struct views_told *told, struct err *e) CHECKED;
/* The views of what this run made and what is still current. */
bool views_mend_run(struct store *s, sv run, const struct views_told *told, struct err *e) CHECKED;

/* Removes version directories that attempts of this ledger began, that no row knows although the attempt has ended, and that
 * are a day old: who wrote them was killed.  Looks where the run's versions lie.  Fails only when the ledger does. */
bool views_sweep(struct store *s, sv run, time_us now, const struct views_told *told, struct err *e) CHECKED;
