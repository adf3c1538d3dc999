/* worker_parts.h -- what a worker and its pool know of each other; nobody but worker.c and worker_pool.c includes it. */
#pragma once
#include "code/worker.h"
#include "sys/process.h"

enum worker_state {
	WORKER_IDLE,
	WORKER_BUSY,      /* lent */
	WORKER_LEAVING,   /* its step is done; it ends by itself, or is ended a little later */
	WORKER_FORGOTTEN, /* goes on with its step, heard by nobody */
	WORKER_GONE,      /* only its control group is left, until the last killed in it is gone too */
};

struct worker_life {
	struct worker base;
	struct worker_life *next; /* its pool's next */
	const struct worker_keeper *keeper;
	enum worker_state state;
	bool used;                   /* has had a step */
	bool talked;                 /* while it was idle */
	bool ended;                  /* seen from afar; the host may say more in a moment */
	time_us since;               /* it is idle, or gone; monotonic */
	struct timer *later;         /* looks after it; NULL: nothing is to be done */
	char *cgroup;                /* folder of its control group; NULL: none */
	struct channel *channel;     /* NULL: its socket has ended */
	struct process_watch *watch;
	struct worker_listener on;   /* while it is busy */
	struct arena *arena;         /* of strays; NULL: none */
	struct process_names strays; /* to kill when it has ended */
};

/* What a worker has of its pool, and all that it tells it. */
struct worker_keeper {
	struct loop *loop;
	sv cgroups; /* below which each gets a control group; p NULL: none does */
	void (*on_step)(void *ctx); /* it was given a step */
	void (*on_idle)(void *ctx); /* it was given back, and waits for the next */
	/* It will have no step any more.  `lost`: it was idle, and nobody had told it to end. */
	void (*on_retired)(void *ctx, const struct worker_life *w, bool lost);
	void (*on_freed)(void *ctx, const struct worker_life *w); /* last call */
	void *ctx;
};

/* Idle; or leaving, where it came without a channel; or NULL, where the host does not say which process it is.  The channel is
 * taken in any case; the keeper outlives the worker. */
struct worker_life *worker_new(const struct worker_keeper *keeper, const struct host_worker *made);
void worker_free(struct worker_life *w); /* a step under way goes on */

void worker_lend(struct worker_life *w, const struct worker_listener *listener); /* an idle one */
void worker_dismiss(struct worker_life *w); /* an idle one: it is to end, and nobody waits for that */
void worker_orphan(struct worker_life *w);  /* its host is gone */
void worker_end(struct worker_life *w, const struct worker_exit *how); /* its process is gone; may free it */
