/* streams.h -- what happens to runs, assets and code, to everybody who watches the whole: each change is told once, as things
 * stand when it is told.  Who reads slowly misses some and is greeted anew, which means: ask for the lists again. */
#pragma once
#include "api/api_parts.h"

struct streams *streams_new(struct api *api);
void streams_free(struct streams *all); /* NULL is fine */

/* Told together a moment later: many events of one asset are one change. */
void streams_note_event(struct streams *all, const struct event_row *event); /* of a run */
void streams_note_asset(struct streams *all); /* the asset table knows which */
void streams_note_code(struct streams *all);
