/* executor.h -- one attempt of a step, wherever it runs: the same few calls for local processes (exec/local.h), a batch
 * system or a simulated world.  Knows nothing of ledgers, plans or what the messages mean.
 *
 *	claim -> on_ready -> (record it, commit) -> go -> on_message … -> release when `closed` was among them
 *	                                                               -> on_ended -> release when it was not
 *
 * Callbacks come from the loop, except where it says otherwise; releasing from within any of them is fine. */
#pragma once
#include "model/step_options.h"

struct attempt_process {         /* enough to find it again from another process */
	int64_t pid;
	sv pid_started;          /* kernel start time */
	sv messages;             /* absolute path of its message file */
	uint64_t offset;         /* where this attempt's messages begin in it */
	const char *method;      /* "fork", "spawn": how it was made */
};

struct attempt_end {             /* it ended without closing its messages, or never began */
	bool began;              /* false: it was never handed over; `message` says why */
	bool code_changed;       /* its location's code is not the code that was asked for */
	bool unheard;            /* a message longer than LIMIT_MESSAGE_BYTES was dropped */
	bool host_gone, unknown; /* nobody could tell how it ended */
	int64_t code;            /* when signal is 0 */
	int signal;
	int64_t user_us, system_us, max_rss_kib;
	sv message, hint;        /* p NULL when the exit says it all; valid during the call */
};

struct attempt_listener {
	/* A worker is reserved for it.  Record it, commit, then attempt_go().  May come from within executor_claim(), and from
	 * within attempt_release() of another that gives its worker back. */
	void (*on_ready)(void *ctx, const struct attempt_process *process); /* valid until released */
	void (*on_message)(void *ctx, sv line, uint64_t end_offset); /* one line; where the next one begins */
	void (*on_ended)(void *ctx, const struct attempt_end *end);  /* last call; release it then; never from within a call */
	void *ctx;
};

struct attempt_request {
	sv location, manifest_id;      /* the code the plan was made for: other code is refused (code_changed) */
	sv directory;                  /* the attempt's own folder; made by the executor when it needs it */
	enum isolation isolation;
	struct attempt_listener listener;
};

struct executor { /* the first member of every kind of executor */
	const struct executor_ops *ops;
};
struct attempt { /* the first member of every kind's attempt */
	const struct executor_ops *ops;
	bool unheard; /* so far; whoever reads `closed` looks here */
};

struct executor_ops {
	struct attempt *(*claim)(struct executor *x, const struct attempt_request *request);
	void (*go)(struct attempt *t, sv context);
	struct attempt *(*reattach)(struct executor *x, const struct attempt_process *process,
				    const struct attempt_listener *listener);
	void (*cancel)(struct attempt *t, bool hard);
	void (*release)(struct attempt *t);
	void (*want)(struct executor *x, sv location, uint32_t soon, uint32_t later);
	void (*close)(struct executor *x);
};

/* What the request views is copied.  on_ready or on_ended follows. */
static inline struct attempt *executor_claim(struct executor *x, const struct attempt_request *request)
{
	return x->ops->claim(x, request);
}

/* The step's context, JSON in one line (doc/formats/step.md). */
static inline void attempt_go(struct attempt *t, sv context)
{
	t->ops->go(t, context);
}

/* Follows an attempt of an earlier server from process->offset on: on_message, then on_ended when it is gone without
 * closing. */
static inline struct attempt *executor_reattach(struct executor *x, const struct attempt_process *process,
						const struct attempt_listener *listener)
{
	return x->ops->reattach(x, process, listener);
}

/* SIGTERM or SIGKILL to all of it; on_ended or `closed` follows. */
static inline void attempt_cancel(struct attempt *t, bool hard)
{
	t->ops->cancel(t, hard);
}

/* Done with: after `closed` was read, after on_ended, or to stop listening (a step under way goes on).  NULL is fine. */
static inline void attempt_release(struct attempt *t)
{
	if (t)
		t->ops->release(t);
}

/* So many steps of a location may start soon, and so many at all, beside those claimed already. */
static inline void executor_want(struct executor *x, sv location, uint32_t soon, uint32_t later)
{
	x->ops->want(x, location, soon, later);
}

/* Living steps go on; nothing is called any more.  Not from within a callback.  NULL is fine. */
static inline void executor_close(struct executor *x)
{
	if (x)
		x->ops->close(x);
}
