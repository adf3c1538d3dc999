/* owner.h -- what the owner of a state directory runs things with: an engine over the session's ledger, an executor over its
 * hosts, and what both are asked for.  Used by the server for good and by any other command while it runs something. */
#pragma once
#include "daemon/requests.h"

struct owner;

struct owner_hears { /* of every run */
	void (*on_event)(void *ctx, const struct event_row *event);
	void (*on_end)(void *ctx, sv run, enum run_state state); /* behind its last event */
	void *ctx;
};

struct owner_request {
	struct session *session; /* its owner */
	bool serves;             /* a server: sees dagster.yaml change */
	void (*on_told)(void *ctx, sv sentence); /* what became of a run that an earlier plait left open; may be NULL */
	void (*on_run)(void *ctx, sv run);       /* one that was asked for is on disk; may be NULL */
	void (*on_code)(void *ctx);              /* there is a new view of the code; may be NULL */
	void (*on_report)(void *ctx, sv asset);  /* as of requests_setup; may be NULL */
	void (*on_trouble)(void *ctx, const struct err *why); /* dagster.yaml cannot be read, or is not watched; may be NULL */
	void (*on_idle)(void *ctx);              /* no run is left; may be NULL */
	void (*on_failed)(void *ctx, const struct err *why); /* the ledger can no longer be written */
	void *ctx;
};

/* Goes on with the runs that were left open. */
bool owner_open(const struct owner_request *request, struct owner **ret, struct err *e) CHECKED;
void owner_close(struct owner *o); /* living steps go on; NULL is fine */

struct engine *owner_engine(struct owner *o);
struct requests *owner_requests(struct owner *o);
/* From now on every run is listened to; once. */
void owner_hear(struct owner *o, const struct owner_hears *hears);
void owner_warm(struct owner *o); /* starts the host of every location that loads, so that the first step need not */
void owner_look_again(struct owner *o); /* code or settings may have changed: everybody who relies on them hears */
