/* run_show.h -- what commands about one run share: the run that was typed, and showing it. */
#pragma once
#include "cli/cli.h"
#include "view/run_record.h"

/* The session looks at the ledger already; `plait run show` of a run that is known. */
bool run_show_found(struct cli *c, const struct run_row *run, struct err *e) CHECKED;
void run_show_json(struct cli *c, const struct run_record *r);
