/* tags.h -- --tag, --priority and --retries as the tags of a run. */
#pragma once
#include "cli/cli.h"
#include "engine/engine.h"

bool tags_read(struct cli *c, struct run_tags *ret, struct err *e) CHECKED; /* INVALID names what is no NAME=VALUE */
/* "team=ml, night" in one line; empty when there are none but those that plait writes itself. */
sv tags_text(struct arena *a, sv tags);
