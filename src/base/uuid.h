/* uuid.h -- time-ordered ids (UUID version 7) from a time and random bytes the caller brings. */
#pragma once
#include "base/arena.h"

enum { UUID_RANDOM_BYTES = 10, UUID_TEXT_BYTES = 36 };

sv uuid7(struct arena *a, time_us now, const uint8_t random[UUID_RANDOM_BYTES]);
