/* event_document.h -- an event of a run as JSON (doc/formats/events.md). */
#pragma once
#include "codec/json.h"
#include "store/store.h"

void event_document(struct json *j, const struct event_row *event);
/* The row again, in `a`; false: this is none. */
bool event_document_read(struct arena *a, const struct value *document, struct event_row *ret);
