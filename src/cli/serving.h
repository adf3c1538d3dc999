/* serving.h -- serving the workspace until told to end, and saying what happens: a line each, for people or for programs. */
#pragma once
#include "cli/cli.h"

struct serving_kind {
	bool drain;
	bool develops; /* the code is being written: watched, and told of as its writer wants to hear it */
	void (*on_ready)(void *ctx, sv url); /* p NULL: nothing answers over HTTP */
	void *ctx;
};

bool serving_run(struct cli *c, const struct serving_kind *kind, struct err *e) CHECKED;
