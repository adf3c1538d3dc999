/* watch.h -- what must hold between the ledger, the processes, the listeners and the limits, looked at when something starts, when a
 * turn ends, and when all is over. */
#pragma once
#include "exec/executor.h"
#include "ledger.h"
#include "machine.h"
#include "model/settings.h"

struct limits { /* as the engine was last told */
	struct settings settings;
	uint32_t processors, kept_beyond;
	int64_t pools[2]; /* -1: the default */
	time_us awake;    /* since when nothing kept plait from hearing its timers */
};
extern struct limits limits;

void watch_claim(const struct sim_step *s);
/* About to be handed over with this context; gives the version ids that it names, by node of the step. */
struct sv_list watch_go(struct sim_step *s, int64_t attempt, const struct attempt_process *process, sv context);
void watch_run_start(const struct sim_run *r);
void watch_run_end(const struct sim_run *r, enum run_state state);
/* Before the row counts. */
void watch_retry(const struct sim_step *s, const struct step_row *row);
void watch_failure(const struct sim_step *s, const struct step_row *row);
/* When it does. */
void watch_step_end(const struct sim_step *s, enum step_state state);
void watch_turn(void); /* plait lives, and all it had to do in this turn is done */
