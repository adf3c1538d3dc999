/* path.h -- names of files as text: joining, cleaning, `~`.  Touches no file. */
#pragma once
#include "base/arena.h"

bool path_is_absolute(sv path);
sv path_join(struct arena *a, sv folder, sv name);  /* an absolute `name` wins */
sv path_clean(struct arena *a, sv path);            /* without `.`, `..` and doubled slashes, by text alone */
sv path_parent(sv path);                            /* "/a/b" -> "/a"; "/" -> "/" */
sv path_leaf(sv path);                              /* "/a/b" -> "b" */
sv path_expand(struct arena *a, sv path);           /* "~" and "~/x" with the home of who runs this */
sv path_resolve(struct arena *a, sv folder, sv path); /* expand, join with `folder`, clean */
bool path_within(sv folder, sv path);               /* path is `folder` or lies under it (both clean) */
sv path_current(struct arena *a);                   /* the working directory */
sv path_relative(struct arena *a, sv from_folder, sv path); /* how `path` is written from a folder (both clean, absolute) */
