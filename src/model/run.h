/* run.h -- the lives of runs and steps: states, their words, allowed moves.  One table each. */
#pragma once
#include "base/base.h"

/*        id         word         may move to */
#define RUN_STATES(X)                                                                       \
	X(QUEUED, "queued", N(STARTED) | N(CANCELED) | N(FAILURE))                          \
	X(STARTED, "started", N(SUCCESS) | N(FAILURE) | N(CANCELING) | N(CANCELED))         \
	X(CANCELING, "canceling", N(CANCELED) | N(FAILURE) | N(SUCCESS))                    \
	X(SUCCESS, "success", 0)                                                            \
	X(FAILURE, "failure", 0)                                                            \
	X(CANCELED, "canceled", 0)                                                          \
	X(INTERRUPTED, "interrupted", 0) /* in ledgers of old, when a kill ended a run; nothing comes here any more */

#define X(id, word, next) RUN_##id,
enum run_state { RUN_STATES(X) RUN_STATE_COUNT };
#undef X

/*	waiting -> ready -> starting -> running -> success | failure | canceled
 *	             ^---------- retrying <-----'
 * An attempt that never began, found out at once (starting) or by a later server (running), makes its step ready again. */
#define STEP_STATES(X)                                                                      \
	X(WAITING, "waiting", N(READY) | N(SKIPPED) | N(CANCELED))                          \
	X(READY, "ready", N(STARTING) | N(SKIPPED) | N(CANCELED))                           \
	X(STARTING, "starting", N(RUNNING) | N(READY) | N(RETRYING) | N(SUCCESS) | N(FAILURE) | N(CANCELED)) \
	X(RUNNING, "running", N(READY) | N(RETRYING) | N(SUCCESS) | N(FAILURE) | N(CANCELED)) \
	X(RETRYING, "retrying", N(READY) | N(CANCELED)) /* failed; tried again at a known time */ \
	X(SUCCESS, "success", 0)                                                            \
	X(FAILURE, "failure", 0)                                                            \
	X(SKIPPED, "skipped", 0) /* something it needs failed, or was not produced */       \
	X(CANCELED, "canceled", 0)

#define X(id, word, next) STEP_##id,
enum step_state { STEP_STATES(X) STEP_STATE_COUNT };
#undef X

const char *run_state_word(enum run_state state);
bool run_state_parse(sv word, enum run_state *ret);
bool run_state_may_move(enum run_state from, enum run_state to);
bool run_state_ended(enum run_state state);

const char *step_state_word(enum step_state state);
bool step_state_parse(sv word, enum step_state *ret);
bool step_state_may_move(enum step_state from, enum step_state to);
bool step_state_ended(enum step_state state);
