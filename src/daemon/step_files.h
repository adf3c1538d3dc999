/* step_files.h -- the files of one attempt of a step (doc/formats/step.md): its folder, and the context in step.json. */
#pragma once
#include "daemon/session.h"
#include "plan/run_plan.h"

struct step_files {
	sv directory, spec, messages, standard_output, standard_error; /* absolute */
};

struct step_input {
	sv asset;
	const struct version_row *version; /* NULL: plait knows none */
};

struct step_context {
	const struct session *session;
	const struct run_plan *plan;
	uint32_t step;          /* plan index */
	sv run;
	int64_t attempt;        /* 1-based */
	const struct step_input *inputs;
	size_t inputs_count;
	const sv *versions;     /* ids the new versions will have, one per node of the step */
};

/* Where the files of an attempt lie. */
struct step_files step_files_of(struct arena *a, const struct step_context *c);
/* Makes the folder and writes step.json. */
bool step_files_write(const struct step_context *c, const struct step_files *files, struct err *e) CHECKED;
