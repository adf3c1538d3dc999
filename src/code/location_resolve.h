/* location_resolve.h -- inside of workspace: from what a file says to a location with absolute paths, an interpreter and an
 * environment.  Looks at files; fails never: what is wrong becomes the location's problem, so that others go on. */
#pragma once
#include "code/declaration.h"

struct location_surroundings {
	sv file, root, cwd; /* the workspace file, its folder, where the command runs: absolute */
	bool named; /* on the command line: whatever Python stands ready will do, where the project has none of its own */
	const char *(*getenv)(const char *name);
};

void location_resolve(struct arena *a, const struct location_surroundings *around,
		      const struct declared_location *declared, struct code_location *ret);
