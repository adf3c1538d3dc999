/* run_request.h -- what somebody wants to run, what that comes to as a plan, and who wants to hear of it. */
#pragma once
#include "engine/engine.h"
#include "daemon/session.h"

struct run_request {
	sv selection;          /* selection language; p NULL: all */
	sv location;           /* only assets of this location; p NULL: all */
	uint32_t most_running; /* steps at once; 0: one per processor */
	struct run_tags tags;
};

/* What would run, seen from the session's graph and ledger. */
bool run_request_plan(struct session *s, struct arena *a, const struct run_request *request,
		      struct run_plan **ret, struct err *e) CHECKED;

/* The same for the engine: fills `ret` but for its listener; what it points at is in an arena of its own. */
bool run_request_submission(struct session *s, const struct run_request *request, struct engine_submission *ret,
			    struct err *e) CHECKED;
/* An ended run again, under its limit of steps, its tags and those of `tags`: the steps that did not succeed and what depends
 * on them, or with `all` every step, as the code is now.  `run`: a whole id.
 * NOT_FOUND, CONFLICT while it is open, INVALID when nothing of it failed. */
bool run_request_retry(struct session *s, sv run, bool all, const struct run_tags *tags, struct engine_submission *ret,
		       struct err *e) CHECKED;
/* What the engine asks for by itself. */
bool run_request_rerun(struct session *s, const struct engine_rerun *what, struct engine_submission *ret,
		       struct err *e) CHECKED;

/* Told every event of the run, each already on disk.  Kinds and bodies: doc/formats/events.md. */
struct run_listener {
	void (*on_event)(void *ctx, const struct event_row *event);
	void (*on_tick)(void *ctx); /* about ten times a second while it runs, for clocks on a screen; NULL: not wanted */
	void *ctx;
};
