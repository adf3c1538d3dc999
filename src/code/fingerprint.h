/* fingerprint.h -- has a location's code or environment changed since it was compiled?  Looks at names, sizes and times of
 * files, never at their content, and starts no Python: this is what makes a second command fast. */
#pragma once
#include "code/workspace.h"

/* What a compile told beyond the project's own folder. */
struct fingerprint_watch {
	struct sv_list outside;     /* absolute files loaded from outside the project */
	struct sv_list environment; /* names of variables that the code read */
};

/* Hex text.  Covers: how the location is declared, the interpreter and its site-packages, the SDK, the project's source files
 * (not its data: only names that look like code or settings), outside files, the values of the watched variables. */
sv fingerprint_make(struct arena *a, const struct code_location *location, uint64_t sdk, const struct fingerprint_watch *watch);
/* Of the folder of the SDK, which all locations share: looked at once for many of them. */
uint64_t fingerprint_sdk(sv folder);

/* Which folders of a project are looked into (none that holds an environment, a cache or history), which files count. */
bool fingerprint_enters(sv folder_name);
bool fingerprint_counts(sv file_name);
