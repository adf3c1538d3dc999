/* workspace_check.h -- what is wrong between code locations, found when the workspace is loaded: duplicate keys, cycles,
 * unknown keys (with "did you mean"), storage that two connected locations do not share, values that cannot cross processes.
 * Every finding names both locations and their files. */
#pragma once
#include "model/asset_graph.h"

enum finding_severity { FINDING_INFO, FINDING_WARNING, FINDING_ERROR };

/*        id                word                */
#define FINDING_KINDS(X)                        \
	X(DUPLICATE_KEY, "duplicate_key")       \
	X(CYCLE, "cycle")                       \
	X(UNKNOWN_KEY, "unknown_key")           \
	X(STORAGE_NOT_SHARED, "storage_not_shared") \
	X(MEMORY_STORAGE, "memory_storage")     \
	X(UNKNOWN_RESOURCE, "unknown_resource") \
	X(LOCATION_PROBLEM, "location_problem")

#define X(id, word) FINDING_##id,
enum finding_kind { FINDING_KINDS(X) };
#undef X
const char *finding_kind_word(enum finding_kind kind);
const char *finding_severity_word(enum finding_severity severity);

struct finding {
	enum finding_kind kind;
	enum finding_severity severity;
	uint32_t node;                     /* the asset it is told of; NO_ID when about no asset */
	const uint32_t *nodes;             /* assets that suffer from it, ascending; an error forbids to run them */
	size_t nodes_count;
	struct source_position at, other;  /* file NULL where there is none */
	sv location, other_location;       /* names; p NULL where there is none */
	sv message;                        /* one or two sentences */
	sv hint;                           /* the remedy; p NULL when none */
};

struct findings {
	struct finding *at;
	size_t n, cap;
};

/* Errors first, then warnings, then the rest.  What is alike (many assets over one pair of storages) is one finding. */
struct findings workspace_check(struct arena *a, const struct asset_graph *g);

/* Whether the nodes may be run: CONFLICT with the first error that one of them suffers from. */
bool findings_allow(const struct findings *f, const struct node_set *nodes, struct err *e) CHECKED;
