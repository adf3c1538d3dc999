/* run_tell.h -- events of a run: into the ledger first, and once they are on disk to whoever listens.
 * Kinds and bodies: doc/formats/events.md. */
#pragma once
#include "engine/engine.h"
#include "engine/writer.h"

struct telling;

struct run_teller {
	struct writer *writer;
	struct store *store; /* the writer's, for reading */
	const struct engine_world *world;
	sv run;
	int64_t last; /* id of the newest event */
	struct engine_listening *listening;
	struct telling *first, **end; /* events on their way to listeners */
};

struct run_event {
	const char *kind;
	int64_t step;    /* plan index; -1: the run itself */
	int64_t attempt; /* 0 for the run itself */
	sv asset;        /* p NULL: none */
	sv body;         /* a JSON object */
	bool may_wait;   /* progress: nothing follows from it, so that it need not be on disk at once */
};

void run_tell(struct run_teller *t, const struct run_event *event);

/* From the event behind `after` on; after -1: what comes from now on. */
struct engine_listening *run_teller_listen(struct run_teller *t, int64_t after, const struct engine_listener *listener);
/* A run that is not open (only its id and how to read are looked at): what the ledger holds, then its end. */
struct engine_listening *run_teller_replay(const struct run_teller *t, enum run_state state, int64_t after,
					   const struct engine_listener *listener);
void run_teller_stored(struct run_teller *t);                    /* on_stored for all, after the commit */
void run_teller_end(struct run_teller *t, enum run_state state); /* on_end for all, now; they listen no more */
void run_teller_close(struct run_teller *t);                     /* frees what is left */

sv run_reason_body(struct arena *a, sv reason); /* {"reason": …} */
