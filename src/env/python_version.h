/* python_version.h -- versions of Python and what a project asks of them (requires-python).  Pure: looks for no interpreter. */
#pragma once
#include "base/err.h"

struct python_version {
	uint32_t part[3]; /* 3, 11, 7 */
	unsigned n;       /* how many parts were given, 1 to 3 */
};

/* "3.11", "3.11.7", "3.13.0rc1" (what follows the numbers is dropped); false when it does not begin with a number. */
bool python_version_read(sv text, struct python_version *ret);

/* Does a version fit ">=3.9,<3.13", "==3.11.*", "~=3.10", "!=3.12.1", "^3.9", "3.11"?  An empty specifier fits all.
 * INVALID when the specifier cannot be understood. */
bool python_version_fits(sv specifier, struct python_version v, bool *ret, struct err *e) CHECKED;
