/* code_watch.h -- sees the code change while it is being written: watches what fingerprints cover (code/fingerprint.h), takes a
 * burst of saves for one change, and brings session.code up to date, which compiles only the locations that have changed. */
#pragma once
#include "daemon/session.h"

struct code_watch;

struct code_watch_request {
	struct session *session;
	void (*on_renewed)(void *ctx);                     /* session.code is up to date again */
	void (*on_trouble)(void *ctx, const struct err *why); /* not read, or not watched; it goes on all the same */
	void *ctx;
};

/* Sees what changes from now on, and what has changed since session.code was made.  NULL, and on_trouble: nothing can be
 * watched here. */
struct code_watch *code_watch_new(const struct code_watch_request *request);
void code_watch_free(struct code_watch *w); /* NULL is fine; before its session's hosts end */
