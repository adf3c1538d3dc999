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

/* Moves one view.  A regular file in its place is kept under BASE/.plait/…/found-<mtime>/; a directory in its place is refused.
 * Both paths must lie under `base`.  DENIED, LIMIT (no space), CONFLICT, INVALID. */
bool view_move(sv base, const struct view *v, struct err *e) CHECKED;
bool view_is_current(const struct view *v);               /* the link stands as it should */
/* Removes version directories under BASE/.plait that `keep` does not know and that are older than `older_than`; counts them. */
bool view_sweep(sv base, bool (*keep)(void *ctx, sv version), void *ctx, time_us older_than, size_t *ret_removed,
		struct err *e) CHECKED;
