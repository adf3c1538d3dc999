/* stale.h -- is an asset's value older than its code or than what it was made of, and why.  A pure function of the graph and
 * of what the ledger knows of the values.  Not handed down: a stale parent makes nothing stale until it has a new value. */
#pragma once
#include "model/asset_graph.h"

#define STALE_CATEGORIES(X)                                                    \
	X(CODE, "code")                 /* its code_version is another one */  \
	X(DATA, "data")                 /* a parent has a newer value */       \
	X(DEPENDENCIES, "dependencies") /* it has other parents */

#define X(id, word) STALE_##id,
enum stale_category { STALE_CATEGORIES(X) };
#undef X
const char *stale_category_word(enum stale_category category);

struct made_from { /* an asset that the step opened */
	sv asset;
	uint32_t node;   /* NO_ID: nobody names it any more */
	bool pinned;     /* it was declared, and this version chosen when the run began */
	sv version;      /* p NULL: none that plait knows */
	sv data_version; /* p NULL: unknown */
};

struct made { /* the current value of a node */
	sv version; /* p NULL: there is none */
	sv run;     /* p NULL: made elsewhere */
	sv code_version, data_version; /* p NULL: unknown */
	time_us at;
	const struct made_from *from;
	size_t from_count;
	bool from_known; /* false: nobody told what it was made from */
};

/* `made`: one for each node.  What has no value, or is made elsewhere, is not stale. */
bool stale_is(const struct asset_graph *g, const struct made *made, uint32_t node);

struct stale_reason {
	enum stale_category category;
	sv asset; /* the upstream asset; p NULL: the asset itself */
	sv text;  /* "orders has a newer value" */
};
struct stale_reasons {
	struct stale_reason *at;
	size_t n, cap;
};
/* All of them: its code first, then by upstream key. */
struct stale_reasons stale_reasons(struct arena *a, const struct asset_graph *g, const struct made *made, uint32_t node);
