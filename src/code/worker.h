/* worker.h -- one worker: a process that waits on a socket for a step, as the server sees it.  Made by a host, kept by its
 * location's pool (code/worker_pool.h), lent to whoever has a step for it; outlives its host.
 * Knows nothing of what goes over the socket. */
#pragma once
#include "code/host.h"
#include "sys/process.h"

enum worker_state {
	WORKER_IDLE,
	WORKER_BUSY,      /* lent: worker_pool_take */
	WORKER_LEAVING,   /* its step is done; it ends by itself, or is ended a little later */
	WORKER_FORGOTTEN, /* goes on with its step, heard by nobody */
	WORKER_GONE,      /* only its control group is left, until the last killed in it is gone too */
};

struct worker_listener {
	void (*on_line)(void *ctx, sv line);
	void (*on_silent)(void *ctx); /* its socket has ended; on_exit may follow at once, or hours later */
	void (*on_exit)(void *ctx, const struct worker_exit *how); /* last call; the worker is freed after it */
	void *ctx;
};

struct worker {
	struct worker *next;
	struct worker_pool *pool;
	enum worker_state state;
	int64_t pid;
	char started[24];          /* kernel start time */
	const char *method;        /* "fork", "spawn" */
	bool used;                 /* has had a step */
	bool alone;                /* its host is gone: its end is watched, its status lost */
	bool ended;                /* seen from afar; the host may say more in a moment */
	time_us since;             /* it is in this state; monotonic */
	time_us due;               /* when the pool looks after it; 0: never */
	char *cgroup;              /* folder of its control group; NULL: none */
	struct channel *channel;   /* NULL: its socket has ended */
	struct process_watch *watch;
	struct worker_listener on; /* while it is busy */
	/* Kept for whoever lends it: the message file that its steps share. */
	uint32_t file;
	uint64_t offset;
	bool has_file;
	bool folder_taken;            /* what it made ahead for its files is a step's now */
	struct arena *arena;          /* of strays; NULL: none */
	struct process_names strays;  /* to kill when it has ended */
};

/* For the time it is busy. */
void worker_send(struct worker *w, sv line);
void worker_signal(struct worker *w, int number); /* its group; SIGKILL: all that it started */
/* The end of being busy, one of: */
void worker_give_back(struct worker *w); /* it waits for the next step */
void worker_leave(struct worker *w);     /* its step is done, and it will not take another */
void worker_forget(struct worker *w);    /* its step goes on */
