/* nearest.h -- "did you mean": the known word closest to a mistyped one. */
#pragma once
#include "base/base.h"

/* Index of the candidate with the smallest edit distance, whatever the case of letters, when that is small for its
 * length; NO_ID when nothing is near. */
uint32_t nearest(sv typed, const sv *candidates, size_t count);
