/* loop.h -- the one thing that waits: timers, line channels over unix sockets, byte streams (stream.h), child processes,
 * file watches, signals.
 * Callbacks come from loop_run, never from within the call that asked for them.  libuv stays behind loop*.c.
 *
 * Ownership: each thing below belongs to the loop once made; x_close gives it back to the loop, which frees it after the
 * current turn and calls nothing of it again. */
#pragma once
#include "base/err.h"
#include "base/list.h"

struct loop;

struct loop *loop_new(void);
void loop_free(struct loop *l);  /* closes what is left; what was sent may take 2 s to go */
void loop_run(struct loop *l);   /* until loop_stop, or nothing is left to wait for */
void loop_wait(struct loop *l);  /* until loop_stop: a server, which nothing need happen to for days */
void loop_stop(struct loop *l);
/* Called at the end of each turn, before waiting again: where one commit serves all that the turn brought. One per loop. */
void loop_on_turn_end(struct loop *l, void (*fn)(void *ctx), void *ctx);
time_us loop_now(const struct loop *l); /* monotonic, of when the turn began, in whole milliseconds: costs nothing */

/* ---- work: a function that blocks, in a thread of its own; `done` then comes from the loop, at the latest at
 * the end of loop_run ---- */
struct work;
struct work *work_start(struct loop *l, void (*fn)(void *ctx), void (*done)(void *ctx), void *ctx);
void work_close(struct work *w); /* waits for fn where it has not returned; also needed after `done`; NULL is fine */

/* ---- timers ---- */
struct timer;
struct timer *timer_start(struct loop *l, time_us after, void (*fn)(void *ctx), void *ctx); /* once */
void timer_close(struct timer *t); /* also needed after it fired; NULL is fine */

/* ---- signals of this process; NULL for one that whoever started us wants ignored (nohup) ---- */
struct signal_watch;
struct signal_watch *signal_watch_start(struct loop *l, int number, void (*fn)(void *ctx, int number), void *ctx);
void signal_watch_close(struct signal_watch *w);

/* ---- file watches: woken when a file grows or is touched; no polling ---- */
struct file_watch;
bool file_watch_start(struct loop *l, sv path, void (*fn)(void *ctx), void *ctx, struct file_watch **ret,
		      struct err *e) CHECKED;
void file_watch_close(struct file_watch *w); /* NULL is fine */

/* ---- process watches: the end of a process that is no child of ours; NULL when it is gone already ---- */
struct process_watch;
struct process_watch *process_watch_start(struct loop *l, int64_t pid, sv started, void (*fn)(void *ctx), void *ctx);
void process_watch_close(struct process_watch *w); /* also needed after it fired; NULL is fine */

/* ---- line channels: one JSON document a line, both ways ---- */
struct channel;
struct channel_events {
	void (*on_line)(void *ctx, sv line);  /* without its newline; valid during the call */
	void (*on_end)(void *ctx);            /* the other side is gone, or sent an overlong line; close it then */
	void *ctx;
};
struct channel *channel_adopt(struct loop *l, int fd); /* of a connected stream socket, which is its own from now on */
void channel_listen_to(struct channel *c, const struct channel_events *on); /* replaces the callbacks */
/* Within on_line of a child's channel: the socket that was sent along with the line; NULL when none was. */
struct channel *channel_take(struct channel *c);
void channel_send(struct channel *c, sv line); /* queued; adds the newline */
void channel_close(struct channel *c);         /* after what was sent has gone; NULL is fine */

/* ---- child processes ---- */
struct child_exit {
	int64_t code; /* when signal is 0 */
	int signal;
};
struct child_request {
	const char *const *argv;   /* ends with NULL; argv[0] is a path */
	const char *const *env;    /* ends with NULL; NULL: as ours */
	const char *folder;        /* to start in */
	const char *output;        /* file its stdout and stderr are appended to; NULL: ours */
	bool own_session;          /* lives on when we go */
	bool channel;              /* descriptor 3 becomes a channel to us */
	struct channel_events on;  /* of that channel */
	void (*on_exit)(void *ctx, struct child_exit how);
	void *ctx;
};
struct child;
/* NOT_FOUND, DENIED … with the program's path. */
bool child_start(struct loop *l, const struct child_request *request, struct child **ret, struct err *e) CHECKED;
int child_pid(const struct child *c);
struct channel *child_channel(const struct child *c); /* NULL when none was asked for */
void child_signal(struct child *c, int number);       /* the process only */
void child_close(struct child *c); /* stops listening to it (its channel too); does not end it; NULL is fine */
