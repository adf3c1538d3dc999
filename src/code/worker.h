/* worker.h -- one worker: a process that waits on a socket for a step, as it is seen by whoever lends it.  Made by a host, kept
 * by its location's pool (code/worker_pool.h), which lends it; outlives its host.
 * Knows nothing of what goes over the socket. */
#pragma once
#include "code/host.h"

struct worker {
	int64_t pid;
	char started[24];   /* kernel start time */
	const char *method; /* "fork", "spawn" */
	bool alone;         /* its host is gone: its end is watched, its status lost */
	/* Kept for whoever lends it: the message file that its steps share. */
	uint32_t file;
	uint64_t offset;
	bool has_file;
	bool folder_taken;  /* what it made ahead for its files is a step's now */
};

struct worker_listener {
	void (*on_line)(void *ctx, sv line);
	void (*on_silent)(void *ctx); /* its socket has ended; on_exit may follow at once, or hours later */
	void (*on_exit)(void *ctx, const struct worker_exit *how); /* last call; the worker is freed after it */
	void *ctx;
};

/* For the time it is lent. */
void worker_send(struct worker *w, sv line);
void worker_signal(struct worker *w, int number); /* its group; SIGKILL: all that it started */
/* The end of being lent, one of: */
void worker_give_back(struct worker *w); /* it waits for the next step */
void worker_leave(struct worker *w);     /* its step is done, and it will not take another */
void worker_forget(struct worker *w);    /* its step goes on */
