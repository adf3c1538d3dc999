/* check_parts.h -- the parts of workspace_check, for itself only: each looks for one family of faults and adds findings. */
#pragma once
#include "base/list.h"
#include "plan/workspace_check.h"

struct check {
	struct arena *arena;
	const struct asset_graph *graph;
	struct findings found;
};

/* A new finding about `node`, its location and source filled in; more than one sufferer: set `nodes` after. */
struct finding *check_add(struct check *c, enum finding_kind kind, enum finding_severity severity, uint32_t node);

sv check_place(struct arena *a, struct source_position at);    /* "FILE:LINE", or "(unknown place)" */
sv check_asset(struct check *c, uint32_t node);                /* "KEY" (LOCATION, FILE:LINE) */
/* " The same holds for “a”, “b” and 3 more." for nodes past the first; empty for one. */
sv check_and_others(struct check *c, const uint32_t *nodes, size_t count);

void check_storage(struct check *c);   /* storage_check.c */
void check_resources(struct check *c); /* resource_check.c */
