/* attempt.c -- host, file watch and process group tied into one life. */
#include "exec/attempt.h"

#include <signal.h>

#include "model/limits.h"
#include "sys/file.h"
#include "sys/process.h"

struct attempt {
	struct arena *arena;
	struct attempt_request request;
	struct file_watch *watch;
	uint64_t offset;   /* of the first byte not handed on */
	int64_t pid;       /* 0: not started yet */
	int cancel_signal; /* asked for before it started */
	struct timer *refusal;
	bool skipping; /* the rest of a line that is too long */
	bool unheard;
	bool waiting; /* the host pool will call yet */
	bool ended, closed;
};

/* Hands on the whole lines of `text`; the bytes they take. */
static size_t hand_on(struct attempt *t, sv text)
{
	size_t at, start = 0;

	while (!t->closed && sv_find(sv_from(text, start), '\n', &at)) {
		sv line = {text.p + start, at};

		start += at + 1;
		t->offset += at + 1;
		if (!t->skipping)
			t->request.listener.on_message(t->request.listener.ctx, line, t->offset);
		t->skipping = false;
	}
	return start;
}

/* Hands on every whole line that has come since. */
static void read_messages(struct attempt *t)
{
	while (!t->closed) {
		AUTO_ARENA a = arena_new();
		struct err e;
		sv text;

		if (!file_read_from(a, t->request.messages, t->offset, LIMIT_MESSAGE_BYTES, &text,
				    &e))
			return; /* the end of the process tells what is missing */
		if (hand_on(t, text) > 0)
			continue;
		if (text.n < LIMIT_MESSAGE_BYTES)
			return; /* nothing, or the beginning of a line */
		t->skipping = t->unheard = true;
		t->offset += text.n;
	}
}

/* A quick step writes before its host has said that it started; that comes first all the same. */
static void on_file_grew(void *ctx)
{
	struct attempt *t = ctx;

	if (t->pid)
		read_messages(t);
}

/* Closed and spoken of by nobody. */
static void free_if_done(struct attempt *t)
{
	if (t->closed && t->ended && !t->waiting)
		arena_free(t->arena);
}

static void end(struct attempt *t, const struct attempt_end *how)
{
	struct attempt_end told = *how;

	file_watch_close(t->watch);
	t->watch = NULL;
	timer_close(t->refusal);
	t->refusal = NULL;
	read_messages(t);
	t->ended = true;
	told.unheard = t->unheard;
	if (t->closed)
		free_if_done(t);
	else
		t->request.listener.on_ended(t->request.listener.ctx, &told);
}

static void on_started(void *ctx, int64_t pid, sv pid_started)
{
	struct attempt *t = ctx;

	t->pid = pid;
	t->request.listener.on_started(t->request.listener.ctx, pid, pid_started);
	if (t->cancel_signal)
		process_signal_group(pid, t->cancel_signal);
	read_messages(t);
}

static void on_exit_of_step(void *ctx, const struct step_exit *how)
{
	struct attempt *t = ctx;
	struct attempt_end told = {
		.started = true,
		.host_gone = how->host_gone,
		.code = how->code,
		.signal = how->signal,
		.user_us = how->user_us,
		.system_us = how->system_us,
		.max_rss_kib = how->max_rss_kib,
	};

	process_signal_group(t->pid, SIGKILL); /* what the step left behind in its session */
	if (how->host_gone) {
		told.message = SV("the host of its location went away while it ran");
		told.hint = SV("look at the host's log: plait location show NAME names it");
	}
	end(t, &told);
}

static void refuse(struct attempt *t, sv message, sv hint)
{
	end(t, &(struct attempt_end){.message = message, .hint = hint});
}

static void on_refused(void *ctx, sv message, sv hint)
{
	refuse(ctx, message, hint);
}

static void refuse_canceled(void *ctx)
{
	refuse(ctx, SV("canceled before it started"), (sv){NULL, 0});
}

static void refuse_other_code(struct attempt *t)
{
	sv name = t->request.location->name;

	end(t, &(struct attempt_end){
		       .code_changed = true,
		       .message = arena_fmt(t->arena,
					    "the code of location '" SV_FMT
					    "' changed after this run was planned",
					    SV_ARG(name)),
		       .hint = SV("run the command again: it will plan with the new code"),
	       });
}

static void on_compiled(void *ctx, const struct compiled *result)
{
	struct attempt *t = ctx;
	struct step_listener listener = {
		.on_started = on_started,
		.on_exit = on_exit_of_step,
		.on_refused = on_refused,
		.ctx = t,
	};

	t->waiting = false;
	if (t->ended)
		free_if_done(t);
	else if (t->cancel_signal || t->closed)
		refuse_canceled(t);
	else if (!result->host)
		refuse(t,
		       arena_fmt(t->arena, "location '" SV_FMT "' does not load",
				 SV_ARG(result->location->name)),
		       arena_fmt(t->arena, "plait location show " SV_FMT " tells why",
				 SV_ARG(result->location->name)));
	else if (!sv_eq(result->manifest_id, t->request.manifest_id))
		refuse_other_code(t);
	else
		host_step(result->host, t->request.spec, &listener);
}

bool attempt_start(const struct attempt_request *request, struct attempt **ret, struct err *e)
{
	struct arena *a = arena_new();
	struct attempt *t = NEW(a, struct attempt, 1);

	*t = (struct attempt){.arena = a, .request = *request};
	if (!file_replace_fast(request->messages, SV(""), e) ||
	    !file_watch_start(request->loop, request->messages, on_file_grew, t, &t->watch, e)) {
		arena_free(a);
		return false;
	}
	*ret = t;
	t->waiting = true;
	host_pool_compile(request->hosts, request->location, on_compiled, t);
	return true;
}

/* What waits for its code to load ends now: loading may take minutes, or hang. */
void attempt_cancel(struct attempt *t, bool hard)
{
	if (t->waiting && !t->cancel_signal)
		t->refusal = timer_start(t->request.loop, 0, refuse_canceled, t);
	t->cancel_signal = hard ? SIGKILL : SIGTERM;
	process_signal_group(t->pid, t->cancel_signal);
}

void attempt_close(struct attempt *t)
{
	if (!t || t->closed)
		return;
	t->closed = true;
	file_watch_close(t->watch);
	t->watch = NULL;
	timer_close(t->refusal);
	t->refusal = NULL;
	free_if_done(t); /* else its host may still speak of it */
}
