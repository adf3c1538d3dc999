/* recovery.h -- after plait was killed: what became of the runs it left open.  What their steps finished is kept and published,
 * what still lives is stopped, the rest never ran; the run ends as interrupted, with a sentence that says so. */
#pragma once
#include "daemon/session.h"

/* Called by the owner before anything else is written.  Also puts views right that a crash left behind their pointers. */
bool recovery_run(struct session *s, const struct session_listener *listener, struct err *e) CHECKED;

/* Links that somebody removed are made again, before steps look through them.  A file that stands in a link's place is left
 * alone.  What cannot be mended is told to the listener. */
bool recovery_views(struct session *s, const struct session_listener *listener, struct err *e) CHECKED;
