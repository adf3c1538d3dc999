/* host.h -- one running location host: its process, its socket, its requests (doc/formats/host-protocol.md).
 * Answers come through callbacks on the loop.  Knows nothing of ledgers or plans. */
#pragma once
#include "code/workspace.h"
#include "codec/value.h"
#include "sys/loop.h"

struct host;

/* A worker that it made (code/worker.h); the channel is its taker's, NULL when the host sent none. */
struct host_worker {
	int64_t pid;
	sv started, method;
	struct channel *channel;
};
struct worker_exit {
	bool unknown; /* nobody could tell how it ended */
	int64_t code; /* when signal is 0 */
	int signal;
	int64_t user_us, system_us, max_rss_kib;
};

struct host_request {
	const struct code_location *location;
	sv sdk;   /* folder put first on the module path */
	sv sdk_library; /* its part in C, a shared library; p NULL: none */
	sv state; /* the state directory */
	/* The host went away by itself: with pending requests failed before, each with this error. */
	void (*on_gone)(void *ctx, const struct err *why);
	void (*on_importing)(void *ctx, sv module); /* while it compiles; may be NULL */
	void (*on_worker)(void *ctx, const struct host_worker *made);
	void (*on_worker_exit)(void *ctx, int64_t pid, const struct worker_exit *how);
	void *ctx;
};

/* `error` is the protocol's error object, NULL when it went well. */
struct host_reply {
	const struct value *body;  /* the whole reply; NULL when the host went away */
	const struct value *error;
	const struct err *gone;    /* why there is no reply; NULL otherwise */
	bool killed;               /* it is gone because somebody killed it (signal 9): the code may be innocent */
};
typedef void host_reply_fn(void *ctx, const struct host_reply *reply);

bool host_start(struct loop *l, const struct host_request *request, struct host **ret, struct err *e) CHECKED;
/* Compiles; the manifest lands in `manifest_path`.  One reply. */
void host_compile(struct host *h, sv manifest_path, host_reply_fn *on_reply, void *ctx);
/* Makes so many workers: one reply, and on_worker for each, before or after it.  After a compile that went well. */
void host_fork(struct host *h, uint32_t count, host_reply_fn *on_reply, void *ctx);
void host_dump_stacks(struct host *h);        /* writes Python stacks to the host's log */
void host_kill(struct host *h);               /* at once; on_gone follows */
void host_close(struct host *h);              /* asks it to end; nothing is called any more; NULL is fine */
sv host_log_path(const struct host *h);

/* The location as the protocol writes it (also part of step.json). */
struct json;
void host_write_location(struct json *j, const struct code_location *location);
