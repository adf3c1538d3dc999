/* attempt.h -- one attempt of a step on this machine: started through its location's host, followed through its message file,
 * ended with its whole process group.  Knows nothing of ledgers, plans or what the messages mean. */
#pragma once
#include "code/host_pool.h"

struct attempt;

struct attempt_end {
	bool started;       /* false: it never ran; `message` says why */
	bool code_changed;  /* its location's code is not the code that was asked for */
	bool unheard;       /* a message was longer than LIMIT_MESSAGE_BYTES: what it said is not all known */
	bool host_gone;     /* its host went away while it ran: it was ended too */
	int64_t code;       /* when signal is 0 */
	int signal;
	int64_t user_us, system_us, max_rss_kib;
	sv message, hint;   /* p NULL when the exit says it all */
};

struct attempt_listener {
	void (*on_started)(void *ctx, int64_t pid, sv pid_started);
	void (*on_message)(void *ctx, sv line, uint64_t end_offset); /* one line; where the next one begins */
	void (*on_ended)(void *ctx, const struct attempt_end *end);  /* after its last message */
	void *ctx;
};

struct attempt_request {
	struct loop *loop;
	struct host_pool *hosts;
	const struct code_location *location;
	sv manifest_id;  /* the code the plan was made for: other code is refused */
	sv spec;         /* path of step.json, on disk already */
	sv messages;     /* path of its message file; made empty here */
	struct attempt_listener listener;
};

/* LIMIT, DENIED … when the message file cannot be made. */
bool attempt_start(const struct attempt_request *request, struct attempt **ret, struct err *e) CHECKED;
void attempt_cancel(struct attempt *t, bool hard); /* SIGTERM or SIGKILL to the group; on_ended still comes */
void attempt_close(struct attempt *t);             /* after on_ended, or to stop listening; NULL is fine */
