/* ask.h -- a command asks for something (daemon/wire.h) and waits for what comes of it: from its own engine where it owns the
 * state directory, else from the owner, over its socket. */
#pragma once
#include "codec/value.h"
#include "daemon/run_request.h"

enum ask_signals {
	ASK_CANCELS, /* Ctrl-C and SIGTERM cancel the run, a second one at once.  SIGHUP: only where it is run here */
	ASK_LEAVES,  /* they end the command; the run goes on */
};

struct ask {
	sv line;     /* the request, without `id` */
	bool follow; /* a run's events, until it ends */
	enum ask_signals signals;
	time_us limit; /* for an answer; 0: none */
	struct run_listener listener;
	void (*on_answer)(void *ctx, const struct value *answer); /* it was taken; may be NULL */
	void (*on_told)(void *ctx, sv sentence); /* runs that an earlier plait left open; may be NULL */
	void (*on_waiting)(void *ctx); /* the run has ended, others that are run here have not; may be NULL */
	void *ctx;
};

struct asked {
	sv answer;            /* the whole line that said so; p NULL: none came */
	sv run;               /* p NULL when it was about no run */
	enum run_state state; /* in which it ended */
	int64_t last;         /* event that was told last */
	bool left;            /* by a signal: the run goes on */
	bool owner_gone;      /* who was asked has gone */
	bool served;          /* that is, or was, a server */
};

/* false: it was refused, or who was asked has gone (see `asked`); also when the ledger here cannot be written any more.
 * Results live in `a`. */
bool ask(struct session *s, struct arena *a, const struct ask *what, struct asked *ret, struct err *e) CHECKED;
sv ask_line(struct arena *a, const char *op, sv run); /* a request about a run */
