/* materialize.h -- runs assets across locations, from a request to the run's end.
 * Where another process owns the state directory the request is handed to it over its socket, and its events come back. */
#pragma once
#include "daemon/run_request.h"

/* Runs it to its end.  SIGINT, SIGTERM or SIGHUP cancels (steps get SIGTERM, then SIGKILL after a grace time; a second signal
 * at once).
 * true: the run came to an end, in `ret_state`; false: it could not be started (see session.owner_left).
 * `ret_run` lives in `a`. */
bool materialize_run(struct session *s, struct arena *a, const struct run_request *request,
		     const struct run_listener *listener, sv *ret_run, enum run_state *ret_state, struct err *e) CHECKED;
