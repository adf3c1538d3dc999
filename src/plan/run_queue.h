/* run_queue.h -- which queued runs may start: so many in all, so many with a tag, one writer of each asset, so many in
 * a pool (where pools are counted by runs); higher priority first, then age.  A run that must wait holds nobody up who
 * need not. Incremental: runs with the same limits form a group, a group waits at one full limit, and only what gives
 * way there is looked at again. */
#pragma once
#include "base/arena.h"
#include "model/settings.h"

struct run_entry {
	sv id;
	uint64_t created;             /* any number that grows from run to run: age among equal priorities */
	int64_t priority;             /* higher first */
	const struct run_tag *tags;
	size_t tags_count;
	const sv *assets;             /* keys it writes, each once */
	size_t assets_count;
	const sv *pools;              /* of its steps; needed only where pools are counted by runs.  Twice is fine */
	size_t pools_count;
	void *owner;
};

struct run_queue;  /* has its own memory */
struct queued_run; /* one run from add to end */

/* Of the settings: max_concurrent_runs, tag_limits, pool_default_limit and pools_per_run; copied. */
struct run_queue *run_queue_new(const struct settings *settings);
void run_queue_free(struct run_queue *q); /* all handles are gone with it */

/* Copies what it needs; the entry's arrays may go.  `started`: it is in progress already (taken over), whatever the
 * limits say. */
struct queued_run *run_queue_add(struct run_queue *q, const struct run_entry *entry, bool started);
/* The next run that may start.  It counts as started from now on.  False: none before something changes. */
bool run_queue_next(struct run_queue *q, struct queued_run **ret_run);
/* It ended, or was canceled while it waited.  The handle is gone. */
void run_queue_end(struct run_queue *q, struct queued_run *run);

void run_queue_limit_pool(struct run_queue *q, sv pool, int64_t most); /* -1: none; until it is called the default counts */

void *run_queue_owner(const struct queued_run *run);
size_t run_queue_waiting(const struct run_queue *q); /* how many are queued */
size_t run_queue_started(const struct run_queue *q); /* how many are in progress */

/* Why a queued run waits: names the limit, or the run and the asset.  Lives in `a`. */
sv run_queue_reason(struct arena *a, const struct run_queue *q, const struct queued_run *run);

/* How many decisions were looked at since the queue was made: for tests of its cost. */
uint64_t run_queue_work(const struct run_queue *q);
