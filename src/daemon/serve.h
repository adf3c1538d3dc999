/* serve.h -- the server: owns the state directory, keeps hosts warm, goes on with runs that were left open, until
 * it is told to end.  Its steps do not end with it. */
#pragma once
#include "daemon/owner.h"

struct serve_report { /* what is left when it ends */
	size_t steps;  /* that go on without it */
	size_t runs;   /* open: the next server goes on with them */
	sv run;        /* one of these; p NULL: none */
	bool drained;  /* it waited for its steps */
};

struct serve_listener { /* all but on_ready may be NULL */
	/* What others ask can be answered from now on; false ends the server. */
	bool (*on_open)(void *ctx, struct owner *owner, struct err *e);
	void (*on_ready)(void *ctx, sv socket);
	void (*on_told)(void *ctx, sv sentence);                    /* of runs that were left open */
	void (*on_event)(void *ctx, const struct event_row *event); /* of every run, from now on */
	void (*on_end)(void *ctx, sv run, enum run_state state);    /* behind its last event */
	void (*on_code)(void *ctx);                                 /* there is a new view of the code */
	void (*on_report)(void *ctx, sv asset);                     /* an event of no run named it */
	void (*on_renewed)(void *ctx);                              /* session.code was looked through, by `watches` */
	void (*on_trouble)(void *ctx, const struct err *why);       /* something is not watched, or cannot be read */
	void (*on_ending)(void *ctx, bool waits);                   /* it was told to end */
	/* It ends as soon as `done` is called: what was asked is to be answered first. */
	void (*on_closing)(void *ctx, void (*done)(void *ctx), void *done_ctx);
	void (*on_close)(void *ctx);                                /* engine and requests go now */
	void *ctx;
};

struct serve_request {
	struct session *session; /* SESSION_SERVE */
	bool drain;              /* told to end, it waits until no step runs; told again, it does not */
	bool watches;            /* code is compiled as soon as it changes, not when a run is asked for */
	struct serve_listener listener;
};

/* Until SIGINT, SIGTERM or SIGHUP.  false: the ledger can no longer be written.  `ret` lives in `a`. */
bool serve(const struct serve_request *request, struct arena *a, struct serve_report *ret, struct err *e) CHECKED;
