/* text.h -- text as people see it: its width on a terminal, cut to fit, numbers and times in words.
 * Pure but for the time zone. */
#pragma once
#include "base/text_line.h"

unsigned text_width(sv text);                           /* columns; wide letters take two, marks none */
sv text_cut(struct arena *a, sv text, unsigned columns); /* ends in … when it was longer */
bool text_next_line(sv *rest, sv *ret_line);            /* line by line, without the newline */

sv text_number(struct arena *a, int64_t number);        /* "1,234,567" */
sv text_count(struct arena *a, int64_t count, const char *noun); /* "1 asset", "3 assets" */
sv text_bytes(struct arena *a, int64_t bytes);          /* "512 B", "1.4 MB" */
sv text_clock(struct arena *a, time_us at);             /* local "12:00:01" */
sv text_date(struct arena *a, time_us at);              /* local "2026-11-21 12:00" */
sv text_age(struct arena *a, time_us at, time_us now);  /* "just now", "3 min ago", "2 days ago" */
sv text_short_id(sv id);                                /* the end of an id: what tells it from its neighbours */
sv text_join(struct arena *a, const sv *items, size_t count, const char *between);
