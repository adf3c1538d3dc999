/* publish.h -- the current view of stored values on a file system: relative symlinks moved by rename(2), so that a reader
 * sees the old value or the new one.  The ledger's pointer is the truth; views are derived from it and can be made again.
 * Layout: doc/formats/versions.md.  Knows nothing of the ledger. */
#pragma once
#include "base/err.h"
#include "base/list.h"

struct view {
	sv path;   /* absolute: where readers look */
	sv target; /* absolute: the file in the version directory */
};

/* Moves one view; on disk when it returns.  A regular file in its place is kept beside the asset's versions, under
 * found-<mtime>/.  Both paths must lie under `base`, the target must be there.  CONFLICT where a folder is in the way (or a
 * file where a folder is needed), DENIED, LIMIT (no space), NOT_FOUND (no target), INVALID (outside `base`).  Whatever
 * fails, the old view stands. */
bool view_move(sv base, const struct view *v, struct err *e) CHECKED;
/* The same in two: whatever may fail first (the new link lies at `ret_beside` then), and later the move itself, which is not
 * flushed: a view is derived, and after a power cut the next start makes it again. */
bool view_prepare(struct arena *a, sv base, const struct view *v, sv *ret_beside, struct err *e) CHECKED;
bool view_move_prepared(const struct view *v, sv beside, struct err *e) CHECKED;
bool view_is_current(const struct view *v); /* the link stands as it should, and leads to a file */

/* Where a version of an asset lies; p NULL where its key leads out of `base`, or `version` is no version's id. */
sv view_version_folder(struct arena *a, sv base, sv asset, sv version);
/* Removes version directories under BASE/.plait that `keep` does not know and that nothing was written into since the
 * instant `before`; counts them.  Goes on past what it may not remove, and then fails with the first error. */
bool view_sweep(sv base, bool (*keep)(void *ctx, sv version), void *ctx, time_us before, size_t *ret_removed,
		struct err *e) CHECKED;
