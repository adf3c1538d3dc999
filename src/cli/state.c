/* state.c -- the two tables. */
#include "cli/state.h"

struct state_look state_of_step(enum step_state state)
{
	static const struct state_look looks[STEP_STATE_COUNT] = {
		[STEP_WAITING] = {"·", STYLE_DIM},   [STEP_READY] = {"·", STYLE_DIM},
		[STEP_STARTING] = {"▸", STYLE_BUSY}, [STEP_RUNNING] = {"▸", STYLE_BUSY},
		[STEP_SUCCESS] = {"✔", STYLE_GOOD},  [STEP_FAILURE] = {"✘", STYLE_BAD},
		[STEP_SKIPPED] = {"↷", STYLE_WARN},  [STEP_CANCELED] = {"■", STYLE_WARN},
	};

	return looks[state];
}

struct state_look state_of_run(enum run_state state)
{
	static const struct state_look looks[RUN_STATE_COUNT] = {
		[RUN_QUEUED] = {"·", STYLE_DIM},      [RUN_STARTED] = {"▸", STYLE_BUSY},
		[RUN_CANCELING] = {"▸", STYLE_WARN},  [RUN_SUCCESS] = {"✔", STYLE_GOOD},
		[RUN_FAILURE] = {"✘", STYLE_BAD},     [RUN_CANCELED] = {"■", STYLE_WARN},
		[RUN_INTERRUPTED] = {"✘", STYLE_BAD},
	};

	return looks[state];
}
