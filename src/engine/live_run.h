/* live_run.h -- one run while it is open: its rows, its events, and what the end of a step means for it.  Every change
 * is a row of the ledger first and an event for listeners once it is on disk. */
#pragma once
#include "engine/alarms.h"
#include "engine/live_step.h"
#include "engine/run_tell.h"
#include "model/run_options.h"
#include "plan/dispatch.h"
#include "plan/step_order.h"

struct queued_run;

#define LIVE_RUN_OVERDUE SV("it ran longer than its limit") /* how the reason of such a run begins */

struct live_run {
	struct live_run *next;
	struct engine *engine;
	struct arena *arena;
	struct engine_submission what; /* its plan's arena and release are ours */
	struct run_plan *plan;
	struct run_options options;
	struct sv_list problems;       /* of its tags */
	struct run_teller teller;
	struct step_order *order;
	struct dispatch_run dispatch;
	struct queued_run *queued;
	struct live_step *steps;
	const struct version_row **made; /* by node: the version made in this run; NULL: not yet */
	struct live_attempt *ended;      /* attempts that are over, until what they told was heard */
	LIST(const struct manifest *) adopted; /* code that changed since the plan was made */
	sv id;
	enum run_state state;
	time_us created_at, started_at, ended_at;
	sv waiting_reason;  /* p NULL: it was never kept waiting */
	sv cancel_reason;
	time_us canceling_at; /* 0: it is not */
	bool overdue;       /* canceled by its own time limit: a failure */
	struct alarm limit, grace;
};

/* Rows and events of a run that waits in the queue. */
struct live_run *live_run_new(struct engine *en, const struct engine_submission *what);
/* The same without rows and events, for a run that is in the ledger: take_over.c fills in how it stands. */
struct live_run *live_run_bare(struct engine *en, const struct engine_submission *what, sv id);
void live_run_free(struct live_run *r); /* NULL is fine */

void live_run_waits(struct live_run *r, sv reason); /* in the queue; told and recorded */
void live_run_begin(struct live_run *r);            /* its turn has come */
/* Taken over, with what follows from the states that the ledger knows: its limits, its cancel; ends it if nothing is left. */
void live_run_resume(struct live_run *r, const struct step_changes *changes);
void live_run_made(struct live_run *r, uint32_t node, const struct version_row *version); /* pins it for who reads it; copies */
void live_run_wake(struct live_run *r);             /* retries that are due */

/* What becomes of a step that was starting or running.  Its row is written here, and those of all that follows from it. */
void live_run_step_ended(struct live_step *s, enum step_state end, sv reason);
void live_run_step_retries(struct live_step *s, time_us at, sv reason);
void live_run_step_unbegun(struct live_step *s, sv reason);

/* Gentle first: steps get SIGTERM, and SIGKILL after a grace time.  `hard`: SIGKILL now. */
void live_run_cancel(struct live_run *r, sv reason, bool hard);
/* The ledger can no longer be written: nothing is listened to any more; steps go on for the next server. */
void live_run_abandon(struct live_run *r);
void live_run_tell(struct live_run *r, const char *kind, sv body);
