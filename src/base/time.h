/* time.h -- time as values.  Asking what time it is belongs to sys/clock.h. */
#pragma once
#include "base/arena.h"

#define TIME_SECOND ((time_us)1000000)

enum { TIME_TEXT = 40 };
sv time_rfc3339(struct arena *a, time_us at);          /* "2026-11-21T07:14:51.123456Z" */
sv time_write(char ret[static TIME_TEXT], time_us at); /* the same into memory of the caller */
bool time_parse_rfc3339(sv text, time_us *ret);        /* the same form; Z only, fraction optional */
sv time_duration(struct arena *a, time_us span);       /* for people: "4 ms", "2.3 s", "3 min 20 s" */
