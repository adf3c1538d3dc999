/* run_tell.h -- events of a run: into the ledger first, and once they are on disk to whoever listens.
 * Kinds and bodies: doc/formats/events.md. */
#pragma once
#include "daemon/run_request.h"
#include "daemon/writer.h"

struct run_teller {
	struct writer *writer;
	sv run;
	struct run_listener listener; /* on_event may be NULL */
};

struct run_event {
	const char *kind;
	int64_t step;    /* plan index; -1: the run itself */
	int64_t attempt; /* 0 for the run itself */
	sv asset;        /* p NULL: none */
	sv body;         /* a JSON object */
};

void run_tell(const struct run_teller *t, const struct run_event *event);

sv run_reason_body(struct arena *a, sv reason); /* {"reason": …} */
