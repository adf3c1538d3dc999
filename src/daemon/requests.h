/* requests.h -- what the owner of a state directory is asked for: by its own command, and by others over the HTTP API.  Runs,
 * code compiled anew, reports, limits of pools.
 *
 * Each call is answered once, from within it or from the loop, when what was asked for is on disk; at the latest by
 * requests_free, as UNAVAILABLE.  What was asked happens, whether or not anybody still wants the answer. */
#pragma once
#include "daemon/report.h"
#include "daemon/run_request.h"
#include "daemon/session.h"
#include "engine/engine.h"

struct requests;

struct requests_setup {
	struct session *session;
	struct engine *engine;
	void (*on_run)(void *ctx, sv run);      /* a run was submitted, and is on disk; may be NULL */
	void (*on_reload)(void *ctx);           /* there is a new view of the code; may be NULL */
	void (*on_limits)(void *ctx);           /* a pool was set; may be NULL */
	void (*on_report)(void *ctx, sv asset); /* events of no run that name it are on disk; may be NULL */
	void *ctx;
};

struct requests *requests_new(const struct requests_setup *setup);
void requests_free(struct requests *all); /* after engine_free, whose runs tell them; NULL is fine */
void requests_note_code(struct requests *all); /* session.code may be a new one: on_reload, if it is */
/* New runs, from now on, and those that wait for their code: UNAVAILABLE.  `why` is kept, not copied. */
void requests_refuse(struct requests *all, const char *why);

struct answer {
	const struct err *failed;     /* NULL: it was done */
	sv run;                       /* that was submitted; p NULL: none was */
	const struct report_ids *ids; /* of the events that were recorded; else NULL */
};

struct asker {
	void (*fn)(void *ctx, const struct answer *answer);
	void *ctx;
};

/* What they point to is needed during the call alone. */
void requests_run(struct requests *all, const struct run_request *what, const struct asker *by);
void requests_retry(struct requests *all, sv run, bool whole, const struct run_tags *tags, const struct asker *by);
void requests_reload(struct requests *all, sv location, const struct asker *by); /* p NULL: all of them */
void requests_report(struct requests *all, const struct value *events, const struct asker *by);
void requests_pool(struct requests *all, sv name, int64_t slots, const struct asker *by); /* slots below 0 forget it */
