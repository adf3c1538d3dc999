/* step_files.h -- the files of one attempt of a step, and the context that tells it what to do (doc/formats/step.md). */
#pragma once
#include "code/workspace.h"
#include "model/settings.h"
#include "model/step_options.h"
#include "plan/run_plan.h"
#include "store/store.h"

struct step_files {
	sv directory, standard_output, standard_error; /* absolute */
};

struct step_input {
	sv asset;
	const struct version_row *version; /* NULL: plait knows none */
};

struct step_context {
	sv state;               /* the state directory */
	const struct run_plan *plan;
	uint32_t step;          /* plan index */
	const struct manifest *manifest; /* the code that it runs */
	const struct code_location *location;
	sv run;
	const struct run_tag *run_tags;
	size_t run_tags_count;
	int64_t attempt;        /* 1-based */
	int64_t retries;        /* 0-based */
	enum isolation isolation;
	sv messages;            /* absolute path */
	const struct step_input *inputs;
	size_t inputs_count;
	const sv *versions;     /* ids the new versions will have, one per node of the step */
};

/* Where the files of an attempt lie. */
struct step_files step_files_of(struct arena *a, const struct step_context *c);
/* One line of JSON. */
sv step_context_write(struct arena *a, const struct step_context *c, const struct step_files *files);
