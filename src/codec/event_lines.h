/* event_lines.h -- server-sent events out of bytes, whichever way they are cut. */
#pragma once
#include "base/buf.h"

struct told_event {
	sv event, id, data; /* n 0: it came without */
};

struct event_lines { /* zeroed: at the beginning */
	struct buf line, event, id, data;
};

/* false: a line, or an event, is longer than `most`; nothing more can be read. */
bool event_lines_feed(struct event_lines *l, sv bytes, size_t most,
		      void (*fn)(void *ctx, const struct told_event *event), void *ctx);
void event_lines_release(struct event_lines *l);
