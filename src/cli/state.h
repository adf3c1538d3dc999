/* state.h -- how states look to people: a mark, a style, a word.
 * Programs get the words of model/run.h.  One table for steps, one for runs. */
#pragma once
#include "cli/page.h"
#include "model/run.h"
#include "view/asset_facts.h"

struct state_look {
	const char *mark;
	enum style style;
	const char *word;
};

struct state_look state_of_step(enum step_state state);
struct state_look state_of_run(enum run_state state);
enum style state_style_of_asset(enum asset_status status);
