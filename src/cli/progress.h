/* progress.h -- follows a run on a screen: redrawn in place on a terminal, a line for each ended step on a pipe.
 * Fed with events (doc/formats/events.md); knows no ledger and starts nothing. */
#pragma once
#include "cli/page.h"
#include "cli/run_view.h"

enum progress_kind { PROGRESS_QUIET, PROGRESS_PLAIN, PROGRESS_LIVE };

struct progress_look {
	enum progress_kind kind;
	int fd;              /* where it is written */
	bool color, verbose; /* verbose: debug messages of steps too */
	unsigned width, height; /* of the terminal */
	time_us (*now)(void);   /* since the epoch */
};

struct progress;

struct progress *progress_new(struct arena *a, const struct progress_look *look);
void progress_event(void *progress, const struct event_row *event); /* a run_listener's on_event */
void progress_tick(void *progress);                                 /* a run_listener's on_tick: clocks go on */
void progress_hide(struct progress *p); /* before a line of somebody else; the next tick draws again */
void progress_end(struct progress *p); /* the last frame stays on the screen */
const struct run_view *progress_view(const struct progress *p);

/* What became of the run: how many, how long, where the values lie, what failed first and why, what to type next. */
void progress_summary(struct page *page, const struct run_view *v);
