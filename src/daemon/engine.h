/* engine.h -- the runs of the process that owns the state directory: its own, and those that other commands ask for
 * (daemon/callers.h).  One writer for all; two runs never write the same asset at once. */
#pragma once
#include "daemon/live_run.h"

struct engine;

struct engine *engine_new(struct session *s); /* the session's owner */
void engine_free(struct engine *en);

/* Plans and starts; on_end comes later.  CONFLICT names the run that writes one of its assets just now. */
bool engine_submit(struct engine *en, const struct run_request *request, const struct run_listener *listener,
		   void (*on_end)(void *ctx, enum run_state state), void *ctx, struct live_run **ret, struct err *e) CHECKED;
void engine_run_until_idle(struct engine *en);          /* no run is left */
void engine_cancel_all(struct engine *en, sv reason, bool hard);
const struct err *engine_error(const struct engine *en); /* why the ledger can no longer be written; NULL when it can */
