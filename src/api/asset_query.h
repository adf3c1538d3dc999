/* asset_query.h -- which assets somebody wants to see, in which order, from where on: a page of the table.
 * A cursor names the last asset of a page and what it was sorted by, so that pages neither skip nor repeat assets that stayed
 * where they were, whatever else happens between two of them. */
#pragma once
#include "api/asset_table.h"

#define ASSET_SORTS(X)         \
	X(KEY, "key")          \
	X(LOCATION, "location") \
	X(GROUP, "group")      \
	X(STATUS, "status") /* failed first, then running */ \
	X(TIME, "materialized_at")

#define X(id, word) SORT_##id,
enum asset_sort { ASSET_SORTS(X) ASSET_SORT_COUNT };
#undef X
bool asset_sort_parse(sv word, enum asset_sort *ret);

struct asset_query { /* p NULL, or empty: not asked for */
	sv select, location, group, kind, owner, status, stale, search; /* stale: "true" or "false" */
	enum asset_sort sort;
	bool descending;
	sv cursor;
	size_t limit;
};

/* Is it the whole table, as it stands? */
bool asset_query_is_whole(const struct asset_query *q, const struct asset_table *t);
/* The document AssetPage.  INVALID for a selection, status or cursor that makes no sense; NOT_FOUND when the selection names
 * an asset that is not there. */
bool asset_query_write(const struct asset_query *q, struct asset_table *t, struct buf *out, struct err *e) CHECKED;
