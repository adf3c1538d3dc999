/* run_rows.h -- a run and its steps as the ledger keeps them; and the bodies of the run's events. */
#pragma once
#include "engine/live_run.h"

void run_rows_put(struct live_run *r); /* as it is now */

void run_rows_put_step(struct live_step *s, bool first); /* as it is now; `first`: all of its row */

/* Options, tags, parents of a stored run: all of a submission but its plan and listener. */
void run_rows_read(struct arena *a, const struct run_row *row, struct engine_submission *ret);
struct sv_list run_rows_warnings(struct arena *a, const struct run_row *row);

sv run_rows_created_body(struct arena *a, const struct live_run *r);
sv run_rows_end_body(struct arena *a, const struct live_run *r, sv rerun); /* rerun.p NULL: it is not run again */
