/* clock.h -- what time it is. */
#pragma once
#include "base/base.h"

time_us clock_now(void);       /* since the epoch, UTC */
time_us clock_monotonic(void); /* for durations and deadlines */
