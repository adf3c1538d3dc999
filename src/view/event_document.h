/* event_document.h -- an event of a run as JSON (doc/formats/events.md). */
#pragma once
#include "codec/json.h"
#include "store/store.h"

void event_document(struct json *j, const struct event_row *event);
