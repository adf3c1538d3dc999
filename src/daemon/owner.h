/* owner.h -- what the owner of a state directory runs things with: an engine over the session's ledger, an executor over its
 * hosts, the callers that ask both.  Used by the server for good and by any other command while it runs something. */
#pragma once
#include "daemon/callers.h"

struct owner;

struct owner_request {
	struct session *session; /* its owner */
	bool serves;             /* goes on when there is nothing to run; sees dagster.yaml change */
	void (*on_told)(void *ctx, sv sentence); /* what became of a run that an earlier plait left open; may be NULL */
	void (*on_run)(void *ctx, sv run);       /* a caller's run is on disk; may be NULL */
	void (*on_code)(void *ctx);              /* there is a new view of the code; may be NULL */
	void (*on_report)(void *ctx, sv asset);  /* as of callers_request; may be NULL */
	void (*on_trouble)(void *ctx, const struct err *why); /* dagster.yaml cannot be read, or is not watched; may be NULL */
	void (*on_idle)(void *ctx);              /* no run is left; may be NULL */
	void (*on_failed)(void *ctx, const struct err *why); /* the ledger can no longer be written */
	void *ctx;
};

/* Goes on with the runs that were left open. */
bool owner_open(const struct owner_request *request, struct owner **ret, struct err *e) CHECKED;
void owner_close(struct owner *o); /* living steps go on; NULL is fine */

struct engine *owner_engine(struct owner *o);
struct callers *owner_callers(struct owner *o);
void owner_warm(struct owner *o); /* starts the host of every location that loads, so that the first step need not */
void owner_look_again(struct owner *o); /* code or settings may have changed: everybody who relies on them hears */
