/* callers_parts.h -- a request under way, from its line to the last thing said about it: what callers.c, talk_runs.c and
 * talk_owner.c share.  A function for each thing that can be asked; each says its last word with talk_end. */
#pragma once
#include "daemon/callers.h"
#include "daemon/report.h"
#include "daemon/wire.h"

struct talk { /* one request, until the last thing about it was said */
	struct talk *next;
	struct callers *all;
	struct caller *caller; /* NULL: it has gone */
	struct arena *arena;
	const struct value *line; /* lives in `arena` */
	int64_t id;
	sv run;       /* p NULL: none yet */
	int64_t last; /* event that was told last */
	struct engine_listening *listening;
	struct report_ids ids;
	bool follow, cut;
	bool held;           /* the engine or the code's renewal will call yet */
	bool canceled, hard; /* before its run was there */
	sv reason;           /* why it was canceled */
};

struct caller {
	struct caller *next;
	struct callers *all;
	struct channel *channel;   /* NULL: it has gone, or has a voice */
	struct caller_voice voice; /* the owner's own */
	bool greeted;
	size_t talks;
};

struct callers {
	struct callers_request request;
	struct caller *first;
	struct talk *talks;
	size_t count;
	const char *refusal;          /* NULL: requests are taken */
	const struct code_view *seen; /* of the code, by the engine */
	time_us since;
};

/* ---- saying something ---- */
bool caller_is_deaf(const struct caller *c); /* it does not read, and is not waited for: the ledger has it all */
void caller_hear(struct caller *c, sv line); /* NULL is fine: it has gone */
void talk_answer(struct talk *t, struct json *j);
void talk_answer_ok(struct talk *t);
void talk_answer_error(struct talk *t, const struct err *e);
void talk_end(struct talk *t); /* the last thing about it was said, and nobody will call */
void talk_refuse(struct talk *t, const struct err *e); /* says so, and ends it */

/* ---- what can be asked: name, whether it makes runs (refused by an owner that is about to end) ---- */
#define TALKS(X) \
	X(materialize, true) /* talk_runs.c */ \
	X(launch, true) \
	X(retry, true) \
	X(attach, false) \
	X(cancel, false) \
	X(status, false) /* talk_owner.c */ \
	X(reload, false) \
	X(report, false) \
	X(pool, false)

#define X(name, makes_runs) void talk_##name(struct talk *t);
TALKS(X)
#undef X
