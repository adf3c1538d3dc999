/* materialize.h -- runs assets across locations: plans, starts steps in each location's environment, publishes, records.
 * Where another process owns the state directory the request is handed to it over its socket, and its events come back. */
#pragma once
#include "daemon/session.h"
#include "plan/run_plan.h"

struct run_request {
	sv selection;           /* selection language; p NULL: all */
	sv location;            /* only assets of this location; p NULL: all */
	uint32_t most_running;  /* steps at once; 0: one per processor */
};

/* Told every event of the run, each already on disk.  Kinds and bodies: doc/formats/events.md. */
struct run_listener {
	void (*on_event)(void *ctx, const struct event_row *event);
	void (*on_tick)(void *ctx); /* about ten times a second while it runs, for clocks on a screen; NULL: not wanted */
	void *ctx;
};

/* What would run. */
bool materialize_plan(struct session *s, struct arena *a, const struct run_request *request, struct run_plan **ret,
		      struct err *e) CHECKED;

/* Runs it to its end.  SIGINT or SIGTERM cancels (steps get SIGTERM, then SIGKILL after a grace time; a second signal at once).
 * true: the run came to an end, in `ret_state`; false: it could not be started. `ret_run` lives in `a`. */
bool materialize_run(struct session *s, struct arena *a, const struct run_request *request,
		     const struct run_listener *listener, sv *ret_run, enum run_state *ret_state, struct err *e) CHECKED;
