/* reading.h -- what routes that only read have in common: the code as it is now, and what a path names of it. */
#pragma once
#include "api/api_parts.h"

const struct asset_graph *reading_graph(const struct api *api);
sv reading_key(const struct api *api, uint32_t node);
/* The {key} of the path; NOT_FOUND with "did you mean". */
bool reading_asset(struct api *api, struct exchange *x, uint32_t *ret, struct err *e) CHECKED;
/* The {location} of the path; likewise. */
bool reading_location(struct api *api, struct exchange *x, const struct location_state **ret, struct err *e) CHECKED;
