/* local_attempt.c -- one attempt, from getting its worker to its end.  What comes over the socket counts; where there is no
 * socket, or not any more, the message file tells the same. */
#include <signal.h>

#include "exec/local_parts.h"
#include "model/limits.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/process.h"

enum { ROTATE_BYTES = 16 << 20 }; /* a worker's steps share a message file up to here */

/* doc/formats/step.md gives a line's members in this order. */
static const char CLOSED[] = "{\"__dagster_pipes_version\":\"0.1\",\"method\":\"closed\"";

/* ---- being made and freed ---- */

struct local_attempt *local_attempt_new(struct local *x, const struct attempt_listener *listener)
{
	struct arena *a = arena_new();
	struct local_attempt *t = NEW(a, struct local_attempt, 1);

	*t = (struct local_attempt){.arena = a, .local = x, .next = x->attempts};
	t->base.ops = x->base.ops;
	t->request.listener = *listener;
	if (t->next)
		t->next->previous = t;
	return x->attempts = t;
}

static void stop_watching(struct local_attempt *t)
{
	file_watch_close(t->watch);
	process_watch_close(t->ending);
	timer_close(t->later);
	t->watch = NULL;
	t->ending = NULL;
	t->later = NULL;
}

static void unlist(struct local_attempt *t)
{
	if (t->next)
		t->next->previous = t->previous;
	if (t->previous)
		t->previous->next = t->next;
	else
		t->local->attempts = t->next;
}

void local_attempt_free(struct local_attempt *t)
{
	if (t->state == ATTEMPT_WAITING)
		place_leave(t);
	if (t->worker && t->state == ATTEMPT_GOING)
		worker_forget(t->worker);
	else if (t->worker)
		worker_give_back(t->worker);
	stop_watching(t);
	unlist(t);
	arena_free(t->arena);
}

/* Around callbacks, from within which it may be released. */
static void hold(struct local_attempt *t)
{
	t->calls++;
}

static void let_go(struct local_attempt *t)
{
	if (--t->calls == 0 && t->released)
		local_attempt_free(t);
}

/* ---- its end ---- */

static void tell_end(struct local_attempt *t)
{
	t->end.unheard = t->messages.unheard;
	t->state = ATTEMPT_ENDED;
	t->request.listener.on_ended(t->request.listener.ctx, &t->end);
}

static void on_later(void *ctx)
{
	struct local_attempt *t = ctx;

	hold(t);
	tell_end(t);
	let_go(t);
}

void local_attempt_end_later(struct local_attempt *t, const struct attempt_end *end)
{
	t->state = ATTEMPT_ENDED;
	t->end = *end;
	if (end->message.p)
		t->end.message = arena_sv(t->arena, end->message);
	if (end->hint.p)
		t->end.hint = arena_sv(t->arena, end->hint);
	t->later = timer_start(t->local->request.loop, 0, on_later, t);
}

static void end_with_error(struct local_attempt *t, const struct err *e)
{
	local_attempt_end_later(t, &(struct attempt_end){
					   .message = sv_of(e->text),
					   .hint = e->hint[0] ? sv_of(e->hint) : (sv){NULL, 0},
				   });
}

static void give_back(struct local_attempt *t)
{
	struct worker *w = t->worker;

	t->worker = NULL;
	if (w)
		worker_give_back(w);
}

/* ---- messages ---- */

static bool take_line(void *ctx, sv line)
{
	struct local_attempt *t = ctx;

	if (sv_starts(line, (sv){CLOSED, sizeof(CLOSED) - 1}))
		t->closed = true;
	t->base.unheard = t->messages.unheard;
	t->request.listener.on_message(t->request.listener.ctx, line, t->messages.offset);
	return !t->released;
}

static void read_file(struct local_attempt *t)
{
	if (!t->released)
		message_file_read(&t->messages, take_line, t);
}

static void on_file(void *ctx)
{
	struct local_attempt *t = ctx;

	hold(t);
	read_file(t);
	let_go(t);
}

/* The folder, for the file need not be there yet. */
static void watch_file(struct local_attempt *t)
{
	struct err e;

	if (!file_watch_start(t->local->request.loop, path_parent(t->messages.path), on_file, t,
			      &t->watch, &e))
		t->watch = NULL; /* its end tells what is missing */
}

static void on_line(void *ctx, sv line)
{
	struct local_attempt *t = ctx;

	hold(t);
	if (t->state == ATTEMPT_GOING && message_file_heard(&t->messages, line))
		take_line(t, line);
	let_go(t);
}

static void lose_worker(struct local_attempt *t)
{
	local_attempt_end_later(
		t, &(struct attempt_end){
			   .message = SV("its process ended before the step was handed to it"),
			   .hint = SV("if nobody killed it, the system may have run out of "
				      "memory: dmesg | tail tells"),
		   });
}

static void on_silent(void *ctx)
{
	struct local_attempt *t = ctx;

	hold(t);
	if (t->state == ATTEMPT_READY) {
		give_back(t);
		lose_worker(t);
	} else if (t->state == ATTEMPT_GOING) {
		watch_file(t);
		read_file(t);
	}
	let_go(t);
}

/* A kept worker hands over what a step wrote when it closes it; of one that died we do: its folder goes. */
static void save_output(struct local_attempt *t)
{
	static const char *const names[] = {"stdout", "stderr"};
	struct file_facts facts;
	struct err ignored;

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		sv from = path_join(t->arena, path_parent(t->messages.path), sv_of(names[i]));
		sv to = path_join(t->arena, t->request.directory, sv_of(names[i]));

		if (!file_look(from, &facts) || facts.bytes == 0)
			continue;
		if (!folder_make(t->request.directory, &ignored) ||
		    !file_rename(from, to, &ignored))
			return; /* the step has failed for another reason, which is told */
	}
}

static void on_exit_of_worker(void *ctx, const struct worker_exit *how)
{
	struct local_attempt *t = ctx;
	bool alone = t->worker->alone;

	hold(t);
	t->worker = NULL;
	if (t->state == ATTEMPT_READY)
		lose_worker(t);
	if (t->state != ATTEMPT_GOING) {
		let_go(t);
		return;
	}
	t->end = (struct attempt_end){
		.began = true,
		.unknown = how->unknown,
		.host_gone = alone,
		.code = how->code,
		.signal = how->signal,
		.user_us = how->user_us,
		.system_us = how->system_us,
		.max_rss_kib = how->max_rss_kib,
	};
	read_file(t);
	stop_watching(t);
	if (!t->released && t->request.isolation == ISOLATION_WORKER)
		save_output(t);
	if (!t->released)
		tell_end(t);
	let_go(t);
}

struct worker_listener local_attempt_hears(struct local_attempt *t)
{
	return (struct worker_listener){on_line, on_silent, on_exit_of_worker, t};
}

/* ---- getting a worker, and going ---- */

/* doc/formats/step.md: the name of a message file, wherever it is; later ones of the same worker are numbered. */
static sv message_file(struct arena *a, sv folder, uint32_t number)
{
	if (number == 0)
		return path_join(a, folder, SV("messages.jsonl"));
	return arena_fmt(a, SV_FMT "/messages.%u.jsonl", SV_ARG(folder), number);
}

/* The file that the steps of a worker share, a new one when it is long.  The one before the last is nobody's any more. */
static bool share_file(struct local_attempt *t, struct err *e)
{
	struct worker *w = t->worker;
	sv folder = local_worker_folder(t->arena, t->local, w->pid, sv_of(w->started));

	if (!w->has_file && !folder_make(folder, e))
		return false;
	w->has_file = true;
	if (w->offset >= ROTATE_BYTES) {
		if (w->file)
			file_remove(message_file(t->arena, folder, w->file - 1));
		w->file++;
		w->offset = 0;
	}
	t->messages.path = message_file(t->arena, folder, w->file);
	t->messages.offset = w->offset;
	return true;
}

void local_attempt_lend(struct local_attempt *t, struct worker *w)
{
	struct err e;

	t->worker = w;
	t->state = ATTEMPT_READY;
	if (t->request.isolation == ISOLATION_PROCESS) {
		t->messages.path = message_file(t->arena, t->request.directory, 0);
	} else if (!share_file(t, &e)) {
		give_back(t);
		end_with_error(t, &e);
		return;
	}
	t->process = (struct attempt_process){
		.pid = w->pid,
		.pid_started = arena_sv(t->arena, sv_of(w->started)),
		.messages = t->messages.path,
		.offset = t->messages.offset,
		.method = w->method,
	};
	hold(t);
	t->request.listener.on_ready(t->request.listener.ctx, &t->process);
	let_go(t);
}

static sv step_file(struct local_attempt *t)
{
	return path_join(t->arena, t->request.directory, SV("step.json"));
}

/* While it waited the worker has made a folder with the files that the step will write: it becomes the step's. */
static bool take_folder(struct local_attempt *t)
{
	struct worker *w = t->worker;
	sv made = local_worker_folder(t->arena, t->local, w->pid, sv_of(w->started));
	struct err none;

	w->folder_taken = file_rename(made, t->request.directory, &none);
	return w->folder_taken;
}

static bool make_folder(struct local_attempt *t, struct err *e)
{
	if (take_folder(t))
		return true;
	/* One that is there is of a time when the attempt was chosen and never began. */
	if (file_exists(t->request.directory)) {
		file_remove(t->messages.path);
		file_remove(step_file(t));
		return true;
	}
	/* It is the run's first, or the worker was not that far. */
	return folder_make(path_parent(t->request.directory), e) &&
	       (take_folder(t) || folder_make(t->request.directory, e));
}

/* For people, and for the SDK's --step by hand: the worker was told already, and whoever follows needs it not.  So it is no
 * failure when it cannot be written.  25 us in memory, 60 on a disk, beside a fork of 2,200. */
static void write_step_file(struct local_attempt *t, sv context)
{
	struct err ignored;

	if (!file_append(step_file(t), context, &ignored))
		return;
}

void local_attempt_go(struct attempt *base, sv context)
{
	struct local_attempt *t = (struct local_attempt *)base;
	struct err e;

	if (t->state != ATTEMPT_READY)
		return; /* its worker is gone: on_ended is on its way */
	if (t->request.isolation == ISOLATION_PROCESS && !make_folder(t, &e)) {
		give_back(t);
		end_with_error(t, &e);
		return;
	}
	t->state = ATTEMPT_GOING;
	worker_send(t->worker, context);
	if (t->request.isolation == ISOLATION_PROCESS)
		write_step_file(t, context);
}

/* ---- ending it ---- */

static void refuse_canceled(struct local_attempt *t)
{
	local_attempt_end_later(t,
				&(struct attempt_end){.message = SV("canceled before it started")});
}

static void signal_followed(struct local_attempt *t, int number)
{
	if (!process_lives(t->process.pid, t->process.pid_started))
		return;
	if (number == SIGKILL)
		process_kill_strays(t->process.pid);
	process_signal_group(t->process.pid, number);
}

void local_attempt_cancel(struct attempt *base, bool hard)
{
	struct local_attempt *t = (struct local_attempt *)base;
	int number = hard ? SIGKILL : SIGTERM;

	switch (t->state) {
	case ATTEMPT_WAITING:
		place_leave(t);
		refuse_canceled(t);
		break;
	case ATTEMPT_READY:
		refuse_canceled(t);
		give_back(t);
		break;
	case ATTEMPT_GOING:
		if (t->worker)
			worker_signal(t->worker, number);
		break;
	case ATTEMPT_FOLLOWED: signal_followed(t, number); break;
	case ATTEMPT_ENDED: break;
	}
}

/* ---- release ---- */

static void finish_with_worker(struct local_attempt *t)
{
	struct worker *w = t->worker;
	bool kept;

	t->worker = NULL;
	if (!w)
		return;
	w->offset = t->messages.offset;
	kept = t->closed && t->request.isolation == ISOLATION_WORKER;
	if (kept || t->state != ATTEMPT_GOING)
		worker_give_back(w);
	else if (t->closed)
		worker_leave(w);
	else
		worker_forget(w);
}

void local_attempt_release(struct attempt *base)
{
	struct local_attempt *t = (struct local_attempt *)base;

	if (t->released)
		return;
	hold(t);
	t->released = true;
	if (t->state == ATTEMPT_WAITING)
		place_leave(t);
	if (t->state == ATTEMPT_FOLLOWED && t->closed && t->ending) {
		file_watch_close(t->watch);
		t->watch = NULL;
		return; /* held until its process is gone: what that leaves behind goes too */
	}
	finish_with_worker(t);
	stop_watching(t);
	t->state = ATTEMPT_ENDED;
	let_go(t);
}

/* ---- attempts of an earlier server ---- */

static void on_followed_gone(void *ctx)
{
	struct local_attempt *t = ctx;

	if (t->ending)
		process_signal_group(t->process.pid, SIGKILL);
	process_watch_close(t->ending);
	t->ending = NULL;
	if (t->released) {
		let_go(t);
		return;
	}
	hold(t);
	read_file(t);
	t->end = (struct attempt_end){.began = true, .unknown = true};
	if (!t->released)
		tell_end(t);
	let_go(t);
}

/* The process, then the file: what it wrote before it went is read in any case. */
void local_attempt_follow(struct local_attempt *t, const struct attempt_process *process)
{
	struct loop *l = t->local->request.loop;

	t->state = ATTEMPT_FOLLOWED;
	t->process = *process;
	t->process.pid_started = arena_sv(t->arena, process->pid_started);
	t->process.messages = t->messages.path = arena_sv(t->arena, process->messages);
	t->messages.offset = process->offset;
	t->ending = process_watch_start(l, process->pid, t->process.pid_started, on_followed_gone,
					t);
	if (t->ending) {
		watch_file(t);
		t->later = timer_start(l, 0, on_file, t); /* what it has said until now */
	} else {
		t->later = timer_start(l, 0, on_followed_gone, t);
	}
}
