/* run_plan.h -- what would run, where, in which order, reading which versions, and why.
 * A pure function of graph, what is known of stored versions, and the request.  Built in numbered passes;
 * nothing is installed until the last. */
#pragma once
#include "model/asset_graph.h"
#include "model/step_options.h"
#include "plan/workspace_check.h"

/* What the ledger knows of one node's current version; id.p NULL: never materialized. */
struct known_version {
	sv id, run, code_version, data_version;
	time_us created_at;
	time_us duration;     /* how long its step took last time; -1 unknown */
	bool gone;            /* a version was stored, and its folder is no longer there; id.p is NULL */
	bool found_outside;   /* no version, but a value lies at the manager's path (another tool wrote it), or
				 only a manager of the user's own can tell */
};

struct plan_request {
	const struct node_set *selected;
	sv selection_text;              /* as typed, for reasons */
	const struct known_version *known; /* one per node of the graph; NULL: nothing is known */
};

struct plan_input {
	uint32_t node;     /* the upstream asset */
	bool loaded;       /* an I/O manager loads it; else declared by deps only */
	bool in_run;       /* made by a step of this plan: pinned when that step has published */
	sv version;        /* pinned now, when not in_run; p NULL when there is none */
};

struct plan_step {
	sv name;  /* unique in the plan: the step's; LOCATION.NAME where several have it; further parts end in .2, .3 */
	uint32_t location;                 /* index into graph.locations */
	const struct manifest_step *step;
	struct step_options options;       /* read from it; values that make no sense are warnings of the plan */
	const uint32_t *nodes;             /* assets it makes in this run, in key order */
	size_t nodes_count;
	const struct plan_input *inputs;
	size_t inputs_count;
	const uint32_t *waits_for;         /* plan step indexes, ascending */
	size_t waits_for_count;
	sv reason;                         /* "selected by …; “x” shares a step with it" */
	uint32_t level;                    /* 0: waits for nothing */
	time_us last_duration;             /* of what it made last; -1 unknown */
};

/* An asset that was chosen and will not be made. */
struct left_out {
	uint32_t node;
	sv reason; /* the step's refusal, or "depends on …, which is left out" */
};

struct left_outs {
	struct left_out *at;
	size_t n, cap;
};

struct run_plan {
	const struct asset_graph *graph;
	struct plan_step *steps; /* by level, then location, then name: whatever a step waits for comes before it */
	size_t steps_count;
	struct left_outs left_out; /* each after what it is left out for */
	struct sv_list warnings;   /* sentences, e.g. an input that has never been materialized */
};

/* Selected assets bring those of their step along that it cannot leave out; what is made elsewhere is passed over.
 * What plait cannot run yet is left out, with what depends on it; INVALID when nothing else is.
 * A step that may run in parts does so where other steps of the run stand between its assets.
 * INVALID when nothing executable is selected; CONFLICT for a cycle or a finding that forbids it;
 * NOT_FOUND when a loaded input has no value anywhere: names it, its location, and the selection that would help. */
bool run_plan_make(struct arena *a, const struct asset_graph *g, const struct findings *findings,
		   const struct plan_request *request, struct run_plan **ret, struct err *e) CHECKED;

/* One sentence about all that is left out; p NULL when nothing is. */
sv run_plan_left_out(struct arena *a, const struct run_plan *plan);
