/* log_file.h -- what a step printed, whole, for who keeps it. */
#pragma once
#include "api/api_parts.h"

void log_file_send(struct exchange *x, sv path); /* answers `x`; path.n 0: nothing was printed */
