/* step_log.h -- which file holds what an attempt of a step printed. */
#pragma once
#include "store/rows.h"

struct step_log {
	struct step_row step; /* as the ledger has it: of its newest attempt */
	sv stream;            /* "stdout", "stderr" */
	int64_t attempt;
};

sv step_log_file(struct arena *a, const struct step_log *log); /* n 0: it has no folder yet; the file may be missing */
bool step_log_ended(const struct step_log *log);               /* nothing more will be printed */
