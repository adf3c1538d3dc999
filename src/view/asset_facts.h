/* asset_facts.h -- how each asset of a graph stands: what the ledger and the disk know, laid beside its definition. */
#pragma once
#include "plan/stale.h"
#include "store/store.h"

#define ASSET_STATUSES(X)                                                                 \
	X(MATERIALIZED, "materialized")                                                   \
	X(MISSING, "missing") /* no value yet, or gone from where it was stored */        \
	X(FAILED, "failed")   /* the last attempt; an older value may stand */            \
	X(RUNNING, "running")                                                             \
	X(EXTERNAL, "external") /* no step of plait makes it */

#define X(id, word) STATUS_##id,
enum asset_status { ASSET_STATUSES(X) ASSET_STATUS_COUNT };
#undef X
const char *asset_status_word(enum asset_status status);
bool asset_status_parse(sv word, enum asset_status *ret);

struct asset_fact {
	enum asset_status status;
	bool gone;           /* the current version's folder is no longer there */
	sv path;             /* where people find the value; p NULL: unknown */
	int64_t rows, bytes; /* of the current value; -1: unknown */
	sv tried_by;         /* run of the last attempt; p NULL: never tried */
	time_us tried_at;    /* its end; 0 */
	enum step_state tried;
};

struct asset_facts {
	struct arena *arena; /* what they are made of lives there */
	const struct asset_graph *graph;
	struct asset_fact *at; /* one for each node */
	struct made *made;     /* one for each node: its current value */
};

/* `store` NULL: nothing was ever run. */
bool asset_facts_read(struct arena *a, struct store *store, const struct asset_graph *g, struct asset_facts *ret,
		      struct err *e) CHECKED;
/* Those of one node again.  What was known of it before stays in the arena, unused. */
bool asset_facts_read_again(struct asset_facts *f, struct store *store, uint32_t node, struct err *e) CHECKED;
/* The same facts for another graph, in another arena; into `unknown` go the nodes that the first graph has not. */
struct asset_facts asset_facts_carry(struct arena *a, const struct asset_facts *f, const struct asset_graph *g,
				     struct node_set *unknown);

/* Has the node a value that can be stale? */
static inline bool asset_facts_has_value(const struct asset_facts *f, uint32_t node)
{
	return f->made[node].version.p && !f->at[node].gone;
}

bool asset_stale_location(const struct asset_graph *g, uint32_t node); /* its last good definitions serve */
sv asset_location_name(const struct asset_graph *g, uint32_t node); /* p NULL: defined nowhere */
/* Where people find a value, from a version's views, metadata and directory; p NULL: unknown. */
sv asset_value_path(struct arena *a, sv views, sv metadata, sv directory);
