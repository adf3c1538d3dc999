/* engine_parts.h -- what the files of the engine share: engine.c (runs, queue, wake-ups), live_run.c (one run),
 * live_step.c (one step), take_over.c.  Nobody else includes it.
 *
 *	something happens -> live_step -> live_run -> step_order, rows, events -> engine_settle: queue, dispatch, want
 *	commit (engine/writer.h) -> views move -> listeners hear -> steps are handed over */
#pragma once
#include "engine/alarms.h"
#include "engine/engine.h"
#include "engine/leavings.h"
#include "engine/live_run.h"
#include "base/time.h"
#include "plan/run_queue.h"
#include "plan/slots.h"

#define CANCEL_GRACE (10 * TIME_SECOND) /* between SIGTERM and SIGKILL */

struct engine {
	struct arena *arena;
	struct engine_request request;
	struct engine_world world;
	struct settings settings;
	struct writer *writer;
	struct alarms *alarms;
	struct leavings *leavings;
	struct slots *slots;
	struct dispatch *dispatch;
	struct run_queue *queue;
	struct live_run *runs;   /* open ones */
	size_t runs_count;
	uint64_t created;        /* how many there were: their age */
	struct alarm wake;       /* the next retry is due */
	sv boot;                 /* id of the machine's boot */
	time_us kept_work;       /* processor time of a step in a kept worker, of late */
	bool settling, again;
	bool held;               /* nothing more is started */
	bool failed;
	struct err error;
};

static inline time_us engine_now(const struct engine *en)
{
	return en->world.now(en->world.ctx);
}

/* Asks queue and dispatch what may start now, and starts it; says what will soon.  After every event that can change an answer;
 * from within itself it only notes that there is more to ask. */
void engine_settle(struct engine *en);
/* A run enters (queued, or started already when it is taken over), holds nobody up any more, and is freed once what it told
 * was heard. */
void engine_enter(struct engine *en, struct live_run *r);
void engine_leave(struct engine *en, struct live_run *r);
void engine_bury(struct engine *en, struct live_run *r);
/* A step in a kept worker took so much of a processor. */
void engine_kept_worked(struct engine *en, time_us work);
/* Runs it again if its tags or the settings say so: the new run's id; p NULL: it does not. */
sv engine_rerun(struct engine *en, struct live_run *r);
