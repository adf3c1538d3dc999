/* code.h -- a random workspace: locations, each with several versions of its code, as manifests that the real reader has read;
 * and plans over what is current.  Knows nothing of runs. */
#pragma once
#include "code/workspace.h"
#include "plan/run_plan.h"

enum { MOST_LOCATIONS = 4, CODE_VERSIONS = 3 };

struct sim_location {
	sv name;
	struct code_location code;
	sv texts[CODE_VERSIONS];
	struct manifest *manifests[CODE_VERSIONS]; /* 1: the same assets, 2: an asset reads something else */
	uint32_t current;
	bool broken;
	int64_t most_steps; /* 0: no limit */
};

struct code {
	sv text; /* for people */
	uint32_t assets;
	struct sim_location locations[MOST_LOCATIONS];
	uint32_t locations_count;
	struct asset_graph *graph; /* of what is current */
	struct findings findings;
	struct asset_graph *first; /* of version 0: gives each key its number */
};
extern struct code code;

void code_make(void);
void code_change(uint32_t location, uint32_t version);
struct sim_location *code_location_find(sv name); /* NULL when there is none */
const struct manifest *code_manifest_find(sv id); /* NULL when there is none */
/* NULL: nothing can be made of it. */
struct run_plan *code_plan(const struct node_set *selected, const struct known_version *known);
