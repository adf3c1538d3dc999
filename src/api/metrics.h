/* metrics.h -- what happened since the server began, counted as it is told. */
#pragma once
#include "api/api_parts.h"

struct metrics *metrics_new(struct arena *a);
void metrics_note_event(struct metrics *m, const struct event_row *event);
