/* engine.h -- the runs of a state directory, each from its submission to its end: the queue, the limits over all runs,
 * retries of whole runs, and going on with what an earlier plait left open.  Driven by events alone; the ledger's only
 * writer while it lives.  Knows no session, workspace file or socket: who owns it plans (run_request.h), finds code, and
 * talks to people. */
#pragma once
#include "base/list.h"
#include "model/run.h"
#include "model/settings.h"
#include "plan/run_plan.h"
#include "store/store.h"
#include "sys/loop.h"

struct code_location;
struct engine;
struct executor;
struct writer;

/* ---- what an engine is given ---- */

struct engine_code { /* what is known of a location now */
	const struct code_location *location;
	const struct manifest *manifest; /* NULL: it does not load, and never did */
	sv error;                        /* why its newest code does not load, as its host said; p NULL: it loads */
	int64_t most_steps;              /* of it at once; 0: no limit of its own */
};

/* The world's clock and chance; a simulation has its own. */
struct engine_world {
	time_us (*now)(void *ctx);
	double (*random)(void *ctx);               /* in [0,1) */
	sv (*new_id)(void *ctx, struct arena *a);  /* of runs and versions; later ones sort behind */
	void *ctx;
};

struct run_tags {
	struct run_tag *at;
	size_t n, cap;
};

/* Who wants to hear of a run.  Every call comes after the commit of what it tells, never from within a call of ours. */
struct engine_listener {
	void (*on_stored)(void *ctx, sv run); /* just submitted, and on disk; may be NULL */
	void (*on_event)(void *ctx, const struct event_row *event);  /* doc/formats/events.md; may be NULL */
	void (*on_end)(void *ctx, enum run_state state); /* last call; may be NULL */
	void *ctx;
};

struct engine_submission {
	struct run_plan *plan;
	struct arena *arena;          /* the plan's: freed with the run; NULL: the plan outlives the engine */
	void (*release)(void *ctx);   /* called when the run is freed, for the graph that the plan points into; may be NULL */
	void *release_ctx;
	sv selection, location;       /* as typed; p NULL: all */
	uint32_t most_running;        /* steps of this run at once; 0: only the limits over all runs */
	struct run_tags tags;         /* priority, limits and retries of the run are tags */
	sv parent, root;              /* runs that this one runs again; p NULL: none */
	int64_t retry_number;
	struct engine_listener listener;
};

/* What a run that failed is to be run again as. */
struct engine_rerun {
	sv parent;
	const struct sv_list *assets; /* keys, over all locations */
};

struct engine_request {
	struct loop *loop;
	struct store *store;              /* open for writing */
	struct executor *executor;
	const struct settings *settings;  /* NULL: the defaults */
	uint32_t processors;              /* steps at once over all runs, where the settings say nothing */
	uint32_t kept_beyond;             /* so many steps in kept workers more, as long as they are short */
	sv state;                         /* absolute: attempts have their folders below it.  p NULL: no files are written */
	const struct engine_world *world; /* NULL: the real one */
	/* False, with the reason, when there is no such location (any more). */
	bool (*find_code)(void *ctx, sv location, struct engine_code *ret, struct err *e);
	/* Plans it anew; fills plan, arena, release, selection.  NULL: runs are not retried. */
	bool (*replan)(void *ctx, const struct engine_rerun *what, struct engine_submission *ret, struct err *e);
	/* A location's code is not what its fingerprint promised: it is to be compiled again.  May be NULL. */
	void (*on_code_changed)(void *ctx, sv location);
	void (*on_idle)(void *ctx);       /* no run is left; may be NULL */
	void (*on_failed)(void *ctx, const struct err *why); /* the ledger can no longer be written; may be NULL */
	void *ctx;
};

/* ---- its life ---- */

struct engine *engine_new(const struct engine_request *request);
void engine_free(struct engine *en); /* living steps go on; NULL is fine */

/* Goes on with every run that the ledger calls open.  Once, before the first submission.  `on_told` hears a sentence
 * for each; may be NULL. */
bool engine_take_over(struct engine *en, void (*on_told)(void *ctx, sv sentence), void *ctx, struct err *e) CHECKED;

/* Limits changed (a settings file was read again, a pool was set): what waits is asked again. */
void engine_limits_changed(struct engine *en, const struct settings *settings);
/* The code of a location was compiled again, or loads again. */
void engine_code_changed(struct engine *en);

/* For what else its owner has to record: code that was compiled, events of no run, limits of pools. */
struct writer *engine_writer(struct engine *en);
/* From now on no step and no run is started; what runs goes on. */
void engine_hold(struct engine *en);
/* A simulation's loop does not run: what a turn brought is committed now; the next alarm; ring it. */
void engine_turn(struct engine *en);
time_us engine_next_alarm(const struct engine *en); /* 0: none */
void engine_ring(struct engine *en);

bool engine_is_idle(const struct engine *en);
const struct err *engine_error(const struct engine *en); /* why the ledger can no longer be written; NULL when it can */

/* ---- runs ---- */

/* The run's id at once (it lives as long as the run); the row is on disk when on_stored comes.  Plan and arena belong to the
 * engine whatever happens.  Fails only when the ledger has. */
bool engine_submit(struct engine *en, const struct engine_submission *what, sv *ret_run, struct err *e) CHECKED;
/* Replays what is on disk with an id above `after`, then goes on with what comes: no gap, nothing twice.  Also for runs that
 * have ended.  NOT_FOUND.  The calls begin after this one has returned. */
struct engine_listening;
bool engine_listen(struct engine *en, sv run, int64_t after, const struct engine_listener *listener,
		   struct engine_listening **ret, struct err *e) CHECKED;
void engine_listening_close(struct engine_listening *l); /* not after on_end; NULL is fine */

/* Steps get SIGTERM, and SIGKILL after a grace time; `hard`: SIGKILL now.  A queued run ends at once.
 * NOT_FOUND when no such run is open. */
bool engine_cancel(struct engine *en, sv run, sv reason, bool hard, struct err *e) CHECKED;

/* Why it is not started yet, a sentence; p NULL when it is (or is not open). */
sv engine_waiting_reason(struct arena *a, const struct engine *en, sv run);
/* The same of a step that could start: which limit is full; `ret` tells a step that is being started from one that waits. */
sv engine_step_reason(struct arena *a, const struct engine *en, sv run, uint32_t step, enum step_state *ret);
