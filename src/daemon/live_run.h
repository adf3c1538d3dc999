/* live_run.h -- one run while it lives: asks step_order what may start, starts it, follows it, publishes, records, ends.
 * Every change is a row of the ledger first and an event for listeners once it is on disk. */
#pragma once
#include "daemon/run_request.h"
#include "daemon/writer.h"
#include "plan/step_order.h"

struct live_run;

struct live_run_request {
	struct session *session;
	struct writer *writer;
	struct run_plan *plan;     /* lives at least as long as the run */
	sv selection, location;    /* as typed; p NULL: all */
	uint32_t most_running;     /* 0: one per processor */
	struct run_listener listener;
	/* All of the run is in the ledger and its listener has heard the last event.  Free the run after this call. */
	void (*on_end)(void *ctx, struct live_run *run, enum run_state state);
	void *ctx;
};

/* Writes the run and its steps as one set of rows; goes on by itself. */
struct live_run *live_run_start(const struct live_run_request *request);
void live_run_free(struct live_run *r); /* NULL is fine */

sv live_run_id(const struct live_run *r);
const struct run_plan *live_run_plan(const struct live_run *r);
/* Gentle first: steps get SIGTERM, and SIGKILL after a grace time.  `hard`: SIGKILL now. */
void live_run_cancel(struct live_run *r, sv reason, bool hard);
/* The ledger can no longer be written: ends every step at once, records nothing more. */
void live_run_abandon(struct live_run *r);
