/* state.c -- the two tables. */
#include "cli/state.h"

struct state_look state_of_step(enum step_state state)
{
	static const struct state_look looks[STEP_STATE_COUNT] = {
		[STEP_WAITING] = {"·", STYLE_DIM, "waiting"},
		[STEP_READY] = {"·", STYLE_DIM, "ready"},
		[STEP_STARTING] = {"▸", STYLE_BUSY, "starting"},
		[STEP_RUNNING] = {"▸", STYLE_BUSY, "running"},
		[STEP_RETRYING] = {"↻", STYLE_WARN, "retrying"},
		[STEP_SUCCESS] = {"✔", STYLE_GOOD, "succeeded"},
		[STEP_FAILURE] = {"✘", STYLE_BAD, "failed"},
		[STEP_SKIPPED] = {"↷", STYLE_WARN, "skipped"},
		[STEP_CANCELED] = {"■", STYLE_WARN, "canceled"},
	};

	return looks[state];
}

struct state_look state_of_run(enum run_state state)
{
	static const struct state_look looks[RUN_STATE_COUNT] = {
		[RUN_QUEUED] = {"·", STYLE_DIM, "queued"},
		[RUN_STARTED] = {"▸", STYLE_BUSY, "running"},
		[RUN_CANCELING] = {"▸", STYLE_WARN, "canceling"},
		[RUN_SUCCESS] = {"✔", STYLE_GOOD, "succeeded"},
		[RUN_FAILURE] = {"✘", STYLE_BAD, "failed"},
		[RUN_CANCELED] = {"■", STYLE_WARN, "canceled"},
		[RUN_INTERRUPTED] = {"✘", STYLE_BAD, "interrupted"},
	};

	return looks[state];
}

enum style state_style_of_asset(enum asset_status status)
{
	static const enum style styles[] = {[STATUS_MATERIALIZED] = STYLE_GOOD,
					    [STATUS_MISSING] = STYLE_DIM,
					    [STATUS_FAILED] = STYLE_BAD,
					    [STATUS_RUNNING] = STYLE_BUSY,
					    [STATUS_EXTERNAL] = STYLE_DIM};

	return styles[status];
}
