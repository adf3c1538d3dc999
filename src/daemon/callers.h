/* callers.h -- who asks the owner of the state directory for something (daemon/wire.h): other commands over its socket, and the
 * command that is the owner itself.  What they ask becomes runs of the engine, and what happens to these is told back.
 * A caller that floods, is deaf, dies or talks nonsense harms nobody but itself. */
#pragma once
#include "engine/engine.h"
#include "daemon/session.h"

struct callers;

struct callers_request {
	struct session *session;
	struct engine *engine;
	bool serves;                           /* a server: goes on when there is nothing to run */
	void (*on_run)(void *ctx, sv run);     /* a run was submitted, and is on disk; may be NULL */
	void (*on_reload)(void *ctx);          /* there is a new view of the code; may be NULL */
	void (*on_limits)(void *ctx);          /* a pool was set; may be NULL */
	void (*on_report)(void *ctx, sv asset); /* events of no run that name it are on disk; may be NULL */
	void *ctx;
};

struct callers *callers_new(const struct callers_request *request); /* answers from now on, those who wait first */
void callers_note_code(struct callers *all); /* session.code may be a new one: on_reload, if it is */
void callers_refuse(struct callers *all, const char *why); /* new requests, from now on: why is kept, not copied */
void callers_free(struct callers *all); /* hangs up; after engine_free, whose runs tell them; NULL is fine */

/* The owner's own command asks as others do, without a socket.  `line` has the form of a request; what comes back are lines,
 * but for events of runs, which come as they are. */
struct caller;
struct caller_voice {
	void (*on_line)(void *ctx, const struct value *line);
	void (*on_event)(void *ctx, const struct event_row *event);
	void *ctx;
};
struct caller *callers_own(struct callers *all, const struct caller_voice *voice); /* lives as long as `all` */
void caller_say(struct caller *c, sv line);
void caller_leave(struct caller *c); /* its voice is not called again, what it asked for goes on; NULL is fine */
