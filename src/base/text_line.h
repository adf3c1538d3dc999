/* text_line.h -- text of others on one line of ours. */
#pragma once
#include "base/arena.h"

sv text_line(struct arena *a, sv text); /* trimmed, free of control characters */
