/* settings_watch.h -- sees dagster.yaml come, change and go, wherever it may stand (code/settings_file.h); a burst of saves is
 * one change.  Does not read it. */
#pragma once
#include "code/settings_file.h"
#include "sys/loop.h"

struct settings_watch;

struct settings_watch_request {
	struct loop *loop;
	struct settings_request where;
	void (*on_changed)(void *ctx);
	void (*on_trouble)(void *ctx, const struct err *why); /* not watched; it goes on all the same */
	void *ctx;
};

/* NULL, and on_trouble: nothing can be watched here. */
struct settings_watch *settings_watch_new(const struct settings_watch_request *request);
void settings_watch_free(struct settings_watch *w); /* NULL is fine */
