/* loop.c -- libuv behind our own words: the loop, timers, watches.  Every handle's memory is freed in its close callback, as
 * libuv asks. */
#include "sys/loop.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/loop_parts.h"
#include "sys/process.h"

enum { LAST_WORDS_MS = 2000 }; /* how long a closing loop waits for who listens slowly */

/* What is told while streams are flushed is part of the turn, too. */
static void turn_ended(struct loop *l)
{
	do {
		if (l->on_turn_end)
			l->on_turn_end(l->ctx);
	} while (streams_flush(l));
}

/* Prepare runs just before waiting: after timers and after what other prepares queued. */
static void on_prepare(uv_prepare_t *handle)
{
	turn_ended(handle->data);
}

struct loop *loop_new(void)
{
	struct loop *l = heap_alloc(sizeof(*l));

	signal(SIGPIPE, SIG_IGN);
	if (uv_loop_init(&l->uv) < 0)
		abort();
	uv_prepare_init(&l->uv, &l->prepare);
	l->prepare.data = l;
	uv_prepare_start(&l->prepare, on_prepare);
	uv_unref((uv_handle_t *)&l->prepare);
	return l;
}

static void close_silent(uv_handle_t *handle, void *ctx)
{
	if (!uv_is_closing(handle) && !channel_is_speaking(handle))
		uv_close(handle, uv_handle_get_type(handle) == UV_PROCESS ? loop_free_data : NULL);
}

static void close_speaking(uv_handle_t *handle, void *ctx)
{
	if (!uv_is_closing(handle))
		uv_close(handle, channel_is_speaking(handle) ? channel_freed : NULL);
}

static void on_silence(uv_timer_t *timer)
{
	uv_stop(timer->loop);
}

/* A reader that has been stopped must not keep us. */
static void send_last_words(struct loop *l)
{
	uv_timer_t limit;

	uv_timer_init(&l->uv, &limit);
	uv_timer_start(&limit, on_silence, LAST_WORDS_MS, 0);
	uv_unref((uv_handle_t *)&limit);
	uv_run(&l->uv, UV_RUN_DEFAULT);
	uv_walk(&l->uv, close_speaking, NULL);
	uv_run(&l->uv, UV_RUN_DEFAULT);
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	l->on_turn_end = NULL;
	uv_walk(&l->uv, close_silent, NULL);
	send_last_words(l);
	uv_loop_close(&l->uv);
	streams_release(l);
	free(l);
}

void loop_run(struct loop *l)
{
	uv_run(&l->uv, UV_RUN_DEFAULT);
	do
		turn_ended(l);
	while (work_settle(l)); /* what the last turns began, too, has its end */
}

void loop_wait(struct loop *l)
{
	uv_ref((uv_handle_t *)&l->prepare);
	loop_run(l);
	uv_unref((uv_handle_t *)&l->prepare);
}

void loop_stop(struct loop *l)
{
	uv_stop(&l->uv);
}

void loop_on_turn_end(struct loop *l, void (*fn)(void *ctx), void *ctx)
{
	l->on_turn_end = fn;
	l->ctx = ctx;
}

time_us loop_now(const struct loop *l)
{
	return (time_us)uv_now(&l->uv) * 1000;
}

void loop_free_data(uv_handle_t *handle)
{
	free(handle->data);
}

bool loop_failed(struct err *e, const char *what, sv which, int status)
{
	return err_set(e,
		       status == UV_ENOENT   ? ERR_NOT_FOUND
		       : status == UV_EACCES ? ERR_DENIED
					     : ERR_UNAVAILABLE,
		       "%s " SV_FMT ": %s", what, SV_ARG(which), uv_strerror(status));
}

/* ---- timers ---- */

struct timer {
	uv_timer_t uv;
	void (*fn)(void *ctx);
	void *ctx;
};

static void on_timer(uv_timer_t *handle)
{
	struct timer *t = handle->data;

	t->fn(t->ctx);
}

struct timer *timer_start(struct loop *l, time_us after, void (*fn)(void *ctx), void *ctx)
{
	struct timer *t = heap_alloc(sizeof(*t));

	*t = (struct timer){.fn = fn, .ctx = ctx};
	uv_timer_init(&l->uv, &t->uv);
	t->uv.data = t;
	uv_timer_start(&t->uv, on_timer, (uint64_t)((after + 999) / 1000), 0);
	return t;
}

void timer_close(struct timer *t)
{
	if (t)
		uv_close((uv_handle_t *)&t->uv, loop_free_data);
}

/* ---- signals ---- */

struct signal_watch {
	uv_signal_t uv;
	void (*fn)(void *ctx, int number);
	void *ctx;
};

static void on_signal(uv_signal_t *handle, int number)
{
	struct signal_watch *w = handle->data;

	w->fn(w->ctx, number);
}

struct signal_watch *signal_watch_start(struct loop *l, int number,
					void (*fn)(void *ctx, int number), void *ctx)
{
	struct signal_watch *w;
	struct sigaction now;

	if (sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN)
		return NULL;
	w = heap_alloc(sizeof(*w));
	*w = (struct signal_watch){.fn = fn, .ctx = ctx};
	uv_signal_init(&l->uv, &w->uv);
	w->uv.data = w;
	uv_signal_start(&w->uv, on_signal, number);
	uv_unref((uv_handle_t *)&w->uv);
	return w;
}

void signal_watch_close(struct signal_watch *w)
{
	if (w)
		uv_close((uv_handle_t *)&w->uv, loop_free_data);
}

/* ---- file watches ---- */

struct file_watch {
	uv_fs_event_t uv;
	void (*fn)(void *ctx);
	void *ctx;
};

static void on_file_event(uv_fs_event_t *handle, const char *name, int events, int status)
{
	struct file_watch *w = handle->data;

	w->fn(w->ctx);
}

bool file_watch_start(struct loop *l, sv path, void (*fn)(void *ctx), void *ctx,
		      struct file_watch **ret, struct err *e)
{
	AUTO_ARENA a = arena_new();
	struct file_watch *w = heap_alloc(sizeof(*w));
	int status;

	*w = (struct file_watch){.fn = fn, .ctx = ctx};
	uv_fs_event_init(&l->uv, &w->uv);
	w->uv.data = w;
	status = uv_fs_event_start(&w->uv, on_file_event, arena_cstr(a, path), 0);
	if (status < 0) {
		file_watch_close(w);
		return loop_failed(e, "watching", path, status);
	}
	*ret = w;
	return true;
}

void file_watch_close(struct file_watch *w)
{
	if (w)
		uv_close((uv_handle_t *)&w->uv, loop_free_data);
}

/* ---- process watches ---- */

struct process_watch {
	uv_poll_t uv;
	int fd;
	void (*fn)(void *ctx);
	void *ctx;
};

static void on_process_gone(uv_poll_t *handle, int status, int events)
{
	struct process_watch *w = handle->data;

	uv_poll_stop(handle);
	w->fn(w->ctx);
}

/* The descriptor first, then whether it is the one that is meant: the pid may have been given to another in between. */
struct process_watch *process_watch_start(struct loop *l, int64_t pid, sv started,
					  void (*fn)(void *ctx), void *ctx)
{
	AUTO_FD fd = pid > 0 ? (int)syscall(SYS_pidfd_open, (pid_t)pid, 0) : -1;
	struct process_watch *w;

	if (fd < 0 || !process_lives(pid, started))
		return NULL;
	w = heap_alloc(sizeof(*w));
	*w = (struct process_watch){.fd = fd_take(&fd), .fn = fn, .ctx = ctx};
	uv_poll_init(&l->uv, &w->uv, w->fd);
	w->uv.data = w;
	uv_poll_start(&w->uv, UV_READABLE, on_process_gone);
	return w;
}

void process_watch_close(struct process_watch *w)
{
	if (!w)
		return;
	uv_poll_stop(&w->uv);
	close(w->fd);
	uv_close((uv_handle_t *)&w->uv, loop_free_data);
}
