/* live_step.h -- one step of an open run: its attempt, what that says, how it ends.  What its end means for the others
 * is for the run to say (live_run.h).
 *
 *	start:  an attempt is claimed (STARTING) -> a worker is ready: row RUNNING, commit -> handed over
 *	lives:  messages -> events
 *	ends:   `closed` or gone -> published, canceled, to be tried again, failed */
#pragma once
#include "engine/alarms.h"
#include "engine/publish.h"
#include "engine/step_files.h"
#include "exec/executor.h"

struct live_run;
struct live_attempt;

struct live_step {
	struct live_run *run;
	uint32_t index;
	const struct manifest *manifest; /* the code it runs, or is to run */
	const struct manifest_step *step;
	const struct step_options *options;
	struct live_attempt *attempt;    /* NULL unless it is starting or running */
	unsigned lost;                   /* attempts whose worker ended before the step was handed to it */
	/* of the newest attempt, as its row says */
	int64_t attempt_number;
	struct attempt_process process;
	sv directory;
	sv error;                        /* JSON exception object; p NULL */
	time_us started_at, ended_at;
	int64_t max_rss_kib, user_us, system_us;
};

void live_step_start(struct live_step *s);
/* An attempt of an earlier server is followed on; its first `events` events are in the ledger already. */
void live_step_follow(struct live_step *s, size_t events);
void live_step_canceled(struct live_step *s); /* a plait before us asked it to end */
void live_step_cancel(struct live_step *s, bool hard); /* when it is starting or running */
void live_step_abandon(struct live_step *s);           /* stops listening to it */

void live_step_free_attempts(struct live_run *r);      /* of all its steps */

void live_step_tell(struct live_step *s, const char *kind, sv asset, sv body); /* an event of this step */

const struct plan_step *live_step_plan(const struct live_step *s);
sv live_step_location(const struct live_step *s);
