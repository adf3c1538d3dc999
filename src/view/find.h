/* find.h -- from a typed name to what it means.  What is not there is NOT_FOUND with "did you mean". */
#pragma once
#include "daemon/session.h"

bool find_asset(struct arena *a, const struct code_view *code, const struct workspace *workspace, sv typed,
		uint32_t *ret, struct err *e) CHECKED;
bool find_location(const struct code_view *code, const struct workspace *workspace, sv typed,
		   const struct location_state **ret, struct err *e) CHECKED;
