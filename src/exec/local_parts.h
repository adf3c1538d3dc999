/* local_parts.h -- what the files of the local executor share among themselves; nobody else includes it. */
#pragma once
#include "exec/local.h"
#include "exec/message_file.h"

/* A folder that is to be removed, a little later: what is read of it is committed at the end of a turn. */
struct rubbish {
	struct rubbish *next;
	time_us due;
	char path[];
};

struct local {
	struct executor base;
	struct arena *arena;
	struct local_request request;
	struct place *places;
	struct local_attempt *attempts;
	struct rubbish *rubbish;
	struct timer *cleaning;
	uint32_t processors;
	uint32_t asked; /* places that the host pool will call */
	bool closed;
};

/* What is wanted of one location, and who waits for a worker of it, oldest first. */
struct place {
	struct place *next;
	struct local *local;
	sv name;
	struct worker_pool *workers;      /* NULL until its code was loaded */
	struct local_attempt *waiting;
	struct timer *poke;
	uint32_t soon, later; /* steps that may start soon; at all */
	bool fresh_only; /* the step that was claimed last takes a worker of its own */
	bool asked;      /* the host pool will call */
};

enum attempt_state {
	ATTEMPT_WAITING,  /* for a worker */
	ATTEMPT_READY,    /* has one */
	ATTEMPT_GOING,    /* was handed over */
	ATTEMPT_FOLLOWED, /* of an earlier server */
	ATTEMPT_ENDED,    /* on_ended was called, or will be */
};

struct local_attempt {
	struct attempt base;
	struct local_attempt *next, *previous; /* of all */
	struct local_attempt *after;           /* in its place's queue */
	struct arena *arena;
	struct local *local;
	struct place *place; /* NULL when followed */
	struct attempt_request request;
	enum attempt_state state;
	struct worker *worker; /* while ready or going */
	struct attempt_process process;
	struct message_file messages;
	struct file_watch *watch;     /* when there is no socket */
	struct process_watch *ending; /* followed */
	struct timer *later;
	struct attempt_end end;       /* told by `later` */
	bool closed;                  /* it said so */
	bool retried;                 /* its host went away once before it got a worker */
	bool released;
	unsigned calls;               /* callbacks under way: it is freed after them */
};

struct local_attempt *local_attempt_new(struct local *x, const struct attempt_listener *listener);
/* The worker is its own until it is released: on_ready, or on_ended when there is no room for its messages. */
void local_attempt_lend(struct local_attempt *t, struct worker *w);
struct worker_listener local_attempt_hears(struct local_attempt *t);
void local_attempt_end_later(struct local_attempt *t, const struct attempt_end *end);
void local_attempt_go(struct attempt *base, sv context);
void local_attempt_cancel(struct attempt *base, bool hard);
void local_attempt_release(struct attempt *base);
void local_attempt_follow(struct local_attempt *t, const struct attempt_process *process);
void local_attempt_free(struct local_attempt *t); /* unlisted; whatever it is at, nothing is told */

void place_leave(struct local_attempt *t); /* out of its place's queue */
sv local_worker_folder(struct arena *a, const struct local *x, int64_t pid, sv started);
