/* ask.h -- a command asks for a run, or about one, and follows it until it ends: in its own engine where it owns the state
 * directory, else with the owner. */
#pragma once
#include "daemon/run_request.h"

enum ask_what {
	ASK_RUN,    /* of `request` */
	ASK_RETRY,  /* `run` again, under the tags of `request` */
	ASK_CANCEL, /* `run` */
	ASK_FOLLOW, /* `run` */
};

enum ask_signals {
	ASK_CANCELS, /* Ctrl-C and SIGTERM cancel the run, a second one at once.  SIGHUP: only where it is run here */
	ASK_LEAVES,  /* they end the command; the run goes on */
};

struct ask_request {
	enum ask_what what;
	const struct run_request *request;
	sv run;        /* a whole id */
	int64_t after; /* its events behind that one */
	bool whole;    /* ASK_RETRY: also what succeeded */
	bool hard;     /* ASK_CANCEL */
	enum ask_signals signals;
	struct run_listener listener;
	/* It was taken; `locations`: how they stand with the owner (openapi.yaml), NULL where it runs here.  May be NULL. */
	void (*on_taken)(void *ctx, sv run, const struct value *locations);
	void (*on_told)(void *ctx, sv sentence); /* of runs that an earlier plait left open, of what others miss; may be NULL */
	void (*on_waiting)(void *ctx); /* the run has ended, others that are run here have not; may be NULL */
	void *ctx;
};

struct ask_outcome {
	sv run;               /* p NULL: it was not taken */
	enum run_state state; /* in which it ended */
	int64_t last;         /* event that was told last */
	bool left;            /* by a signal: the run goes on */
	bool owner_gone;      /* who was asked has gone, or is about to */
	bool served;          /* that is, or was, a server */
};

/* The same requests, for who does not follow what comes of them. */
struct owner_call;
struct owner_call ask_run_call(struct arena *a, const struct run_request *request);
struct owner_call ask_retry_call(struct arena *a, sv run, bool whole, const struct run_tags *tags);

/* false: it was refused, or who was asked has gone (see the outcome); also when the ledger here cannot be written any more.
 * Results live in `a`. */
bool ask_and_follow(struct session *s, struct arena *a, const struct ask_request *what, struct ask_outcome *ret,
		    struct err *e) CHECKED;
