/* asset_facts.h -- how each asset of the graph stands: what the ledger knows, put beside its definition. */
#pragma once
#include "cli/cli.h"

/*        id             word            style */
#define ASSET_STATUSES(X)                      \
	X(MATERIALIZED, "materialized", GOOD)  \
	X(MISSING, "missing", DIM)             \
	X(FAILED, "failed", BAD)               \
	X(RUNNING, "running", BUSY)            \
	X(EXTERNAL, "external", DIM)

#define X(id, word, style) STATUS_##id,
enum asset_status { ASSET_STATUSES(X) };
#undef X
const char *asset_status_word(enum asset_status status);
enum style asset_status_style(enum asset_status status);

struct asset_fact {
	enum asset_status status;
	const struct version_row *version; /* current; NULL: none */
	const struct attempt_row *attempt; /* last; NULL: none */
	bool gone;                         /* the version's folder is no longer there */
	sv path;                           /* where people find the value; p NULL unknown */
	bool stale_location;
};

/* One per node of the session's graph. */
bool asset_facts_read(struct cli *c, struct asset_fact **ret, struct err *e) CHECKED;
sv asset_value_path(struct arena *a, const struct version_row *version);
sv asset_location_name(const struct asset_graph *g, uint32_t node); /* p NULL: defined nowhere */
