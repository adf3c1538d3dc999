/* rerun.h -- what running a run again comes to. */
#pragma once
#include "engine/engine.h"

/* The assets of its steps that did not succeed, over all locations; `all`: of all its steps.  Views into the rows. */
struct sv_list rerun_assets(struct arena *a, const struct step_rows *steps, bool all);
/* The tags that name its parent, its root and which retry it is. */
void rerun_tag(struct arena *a, struct engine_submission *what);
