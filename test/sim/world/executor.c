/* executor.c -- the same order of calls as exec/local_attempt.c keeps. */
#include "executor.h"

#include <signal.h>

#include "code.h"
#include "watch.h"

enum state { CLAIMED, READY, GOING, FOLLOWED, ENDED };

struct fake_attempt {
	struct attempt base;
	struct fake_executor *x;
	struct fake_attempt *next;
	struct attempt_listener listener;
	enum state state;
	struct sim_step *step;
	int64_t number;
	sv directory;
	enum isolation isolation;
	struct sim_location *location;
	struct process *process; /* NULL: none yet, or gone */
	struct attempt_process known;
	struct message_log *log;
	uint64_t offset;
	bool closed, released,
		silent; /* silent: its place in line is kept, but nothing ever comes */
	struct due *later, *delivery;
	struct attempt_end end;
};

static const char CLOSED[] = "{\"__dagster_pipes_version\":\"0.1\",\"method\":\"closed\"";

static void stop(struct fake_attempt *t)
{
	forget(t->later);
	forget(t->delivery);
	t->later = t->delivery = NULL;
}

static bool died(struct fake_executor *x, const char *what)
{
	return x->dead || x->on_call(what);
}

/* ---- the end ---- */

static void say_end(void *ctx)
{
	struct fake_attempt *t = ctx;

	stop(t);
	t->state = ENDED;
	t->end.unheard = t->base.unheard;
	tell("  attempt " SV_FMT " has ended%s", SV_ARG(t->directory),
	     t->end.began ? "" : " without beginning");
	t->listener.on_ended(t->listener.ctx, &t->end);
}

static void end_later(struct fake_attempt *t, const char *message)
{
	stop(t);
	t->state = ENDED;
	t->end = (struct attempt_end){.message = sv_of(message)};
	t->later = soon(0, say_end, t);
}

/* ---- messages ---- */

static void take(struct fake_attempt *t, sv line)
{
	if (sv_eq(line, SV("OVERLONG"))) {
		t->base.unheard = true;
		return;
	}
	if (sv_starts(line, (sv){CLOSED, sizeof(CLOSED) - 1}))
		t->closed = true;
	world.events++;
	t->listener.on_message(t->listener.ctx, line, t->offset);
}

/* Every whole line that there is. */
static void read_lines(struct fake_attempt *t)
{
	size_t at;

	while (!t->released && !t->x->dead && t->offset < t->log->text.n &&
	       sv_find(sv_from(buf_sv(&t->log->text), t->offset), '\n', &at)) {
		/* buf may move while a line is heard */
		sv line = arena_sv(world.arena, (sv){t->log->text.p + t->offset, at});

		t->offset += at + 1;
		take(t, line);
	}
}

static void deliver(void *ctx)
{
	struct fake_attempt *t = ctx;

	t->delivery = NULL;
	read_lines(t);
}

void executor_wrote(struct process *p)
{
	struct fake_attempt *t = p->attempt;

	if (t && !t->delivery && (t->state == GOING || t->state == FOLLOWED))
		t->delivery = soon(percent(95) ? (time_us)below(20) * 1000 : TIME_SECOND, deliver,
				   t);
}

/* What it wrote before it went is heard first. */
static void on_gone(void *ctx)
{
	struct fake_attempt *t = ctx;

	stop(t);
	read_lines(t);
	if (!t->released && !t->x->dead)
		say_end(t);
}

void executor_gone(struct process *p)
{
	struct fake_attempt *t = p->attempt;

	p->attempt = NULL;
	if (!t)
		return;
	t->process = NULL;
	if (t->state == CLAIMED || t->state == READY) {
		end_later(t, "its process ended before the step was handed to it");
		return;
	}
	if (t->state == ENDED)
		return;
	t->end = (struct attempt_end){.began = true, .code = p->code, .signal = p->signal};
	if (t->state == FOLLOWED || percent(10))
		t->end = (struct attempt_end){.began = true, .unknown = true};
	forget(t->later);
	t->later = soon(below(5) * 1000, on_gone, t);
}

/* ---- workers ---- */

static void lend(struct fake_attempt *t, struct process *p)
{
	sv path = t->isolation == ISOLATION_WORKER
			  ? arena_fmt(world.arena, "/workers/%lld-" SV_FMT "-%llu",
				      (long long)p->pid, SV_ARG(p->started),
				      (unsigned long long)machine.boot)
			  : arena_fmt(world.arena, SV_FMT "/messages", SV_ARG(t->directory));

	stop(t);
	t->process = p;
	t->state = READY;
	p->attempt = t;
	p->kept = t->isolation == ISOLATION_WORKER;
	p->used = true;
	p->log = t->log = message_log_at(path);
	t->offset = p->log->text.n;
	t->known = (struct attempt_process){
		.pid = p->pid,
		.pid_started = p->started,
		.messages = path,
		.offset = t->offset,
		.method = "fork",
	};
	t->listener.on_ready(t->listener.ctx, &t->known);
}

static struct process *idle_worker(const struct fake_attempt *t)
{
	for (struct process *p = machine.processes; p; p = p->next)
		if (p->alive && p->connected && !p->attempt && !p->job &&
		    p->location == t->location &&
		    (t->isolation == ISOLATION_WORKER ? p->kept || !p->used : !p->used))
			return p;
	return NULL;
}

static void make_ready(void *ctx)
{
	struct fake_attempt *t = ctx;
	struct process *p;

	t->later = NULL;
	if (t->state != CLAIMED)
		return;
	p = idle_worker(t);
	lend(t, p ? p : process_make(t->location, t->isolation == ISOLATION_WORKER));
}

/* Who waits for a worker may get it at once, from within the release of another. */
static void give_back(struct fake_attempt *t)
{
	struct process *p = t->process;

	t->process = NULL;
	if (!p)
		return;
	p->attempt = NULL;
	if (p->job && p->job->end == JOB_RUNS)
		return; /* it goes on, nobody listens */
	if (!p->alive || !p->kept || percent(20)) {
		if (!p->job)
			process_exit(p, 0, 0);
		return;
	}
	for (struct fake_attempt *other = t->x->attempts; other && percent(60); other = other->next)
		if (other->state == CLAIMED && !other->released && other->location == p->location &&
		    other->isolation == ISOLATION_WORKER) {
			lend(other, p);
			return;
		}
}

/* ---- the table ---- */

static struct fake_attempt *attempt_new(struct fake_executor *x, const struct attempt_listener *l)
{
	struct fake_attempt *t = NEW(world.arena, struct fake_attempt, 1);

	*t = (struct fake_attempt){
		.base = {.ops = x->base.ops}, .x = x, .next = x->attempts, .listener = *l};
	return x->attempts = t;
}

/* ".../runs/RUN/NNNN-STEP.ATTEMPT" */
static void read_directory(struct fake_attempt *t)
{
	sv rest = t->directory, run = {0}, leaf = {0}, piece, number;
	uint64_t value;

	while (sv_split(&rest, '/', &piece)) {
		run = leaf;
		leaf = piece;
	}
	rest = leaf;
	HOLDS(sv_split(&rest, '-', &number) && sv_u64(number, &value));
	t->step = ledger_step(run, (int64_t)value);
	while (sv_split(&rest, '.', &number))
		;
	HOLDS(sv_u64(number, &value));
	t->number = (int64_t)value;
}

static void choose(struct fake_attempt *t, const struct attempt_request *request)
{
	uint32_t dice = below(1000), code_version = t->location->current;
	bool calm = t->x->calm;

	if (!sv_eq(request->manifest_id, t->location->manifests[code_version]->id)) {
		t->step->excused = true;
		end_later(t, "other code");
		t->end.code_changed = true;
	} else if (dice < 450) {
		make_ready(t);
	} else if (dice < 940 || calm) {
		t->later = soon(some_time(3 * TIME_SECOND), make_ready, t);
	} else if (dice < 970) {
		end_later(t, "the host could not fork");
	} else if (dice < 985) {
		t->later = soon(some_time(400 * TIME_SECOND), make_ready, t);
	} else {
		t->silent = true;
	}
}

static struct attempt *fake_claim(struct executor *base, const struct attempt_request *request)
{
	struct fake_executor *x = (struct fake_executor *)base;
	struct fake_attempt *t = attempt_new(x, &request->listener);

	t->directory = arena_sv(world.arena, request->directory);
	t->isolation = request->isolation;
	if (died(x, "claim") || x->doomed)
		return &t->base;
	world.events++;
	x->claims++;
	t->location = code_location_find(request->location);
	read_directory(t);
	tell("claim " SV_FMT, SV_ARG(t->directory));
	watch_claim(t->step);
	t->step->claimed = true;
	t->step->claimed_at = world.now;
	choose(t, request);
	return &t->base;
}

static void fake_go(struct attempt *base, sv context)
{
	struct fake_attempt *t = (struct fake_attempt *)base;
	struct sv_list given;

	if (died(t->x, "go"))
		return;
	if (t->state != READY)
		return;
	tell("go    " SV_FMT " to process %lld", SV_ARG(t->directory), (long long)t->known.pid);
	given = watch_go(t->step, t->number, &t->known, context);
	t->state = GOING;
	process_hand(t->process, t->step, t->number, &given);
	if (t->x->on_call("gone"))
		return;
}

static struct attempt *fake_reattach(struct executor *base, const struct attempt_process *process,
				     const struct attempt_listener *listener)
{
	struct fake_executor *x = (struct fake_executor *)base;
	struct fake_attempt *t = attempt_new(x, listener);

	if (died(x, "reattach"))
		return &t->base;
	t->state = FOLLOWED;
	t->directory = arena_sv(world.arena, process->messages);
	t->log = message_log_at(process->messages);
	t->offset = process->offset;
	t->process = process_find(process->pid, process->pid_started);
	tell("reattach " SV_FMT " from %llu on: process %lld %s", SV_ARG(t->directory),
	     (unsigned long long)t->offset, (long long)process->pid,
	     t->process ? "lives" : "is gone");
	t->end = (struct attempt_end){.began = true, .unknown = true};
	machine.followed++;
	machine.followed_alive += t->process != NULL;
	if (t->process) {
		HOLDS_OF(!t->process->stranger, "a process is followed that is none of plait's");
		HOLDS(!t->process->attempt);
		t->process->attempt = t;
		t->delivery = soon(0, deliver, t);
	} else {
		t->later = soon(0, on_gone, t);
	}
	return &t->base;
}

static void fake_cancel(struct attempt *base, bool hard)
{
	struct fake_attempt *t = (struct fake_attempt *)base;

	if (died(t->x, "cancel"))
		return;
	switch (t->state) {
	case CLAIMED: end_later(t, "canceled before it started"); break;
	case READY:
		end_later(t, "canceled before it started");
		give_back(t);
		break;
	case GOING:
	case FOLLOWED:
		if (t->process)
			process_signal_to(t->process, hard ? SIGKILL : SIGTERM);
		break;
	case ENDED: break;
	}
}

static void fake_release(struct attempt *base)
{
	struct fake_attempt *t = (struct fake_attempt *)base;

	if (t->released)
		return;
	t->released = true;
	if (died(t->x, "release"))
		return;
	stop(t);
	if (t->step)
		t->step->claimed = false;
	if (t->state == GOING && !t->closed) {
		if (t->process)
			t->process->attempt = NULL;
		t->process = NULL;
	} else if (t->state == FOLLOWED) {
		if (t->process)
			t->process->attempt = NULL;
		if (t->process && t->closed && !t->process->job)
			process_exit(t->process, 0,
				     0); /* a worker whose server is gone has nothing to wait for */
		t->process = NULL;
	}
	t->state = ENDED;
	give_back(t);
}

static void fake_want(struct executor *base, sv location, uint32_t soon, uint32_t later)
{
	struct fake_executor *x = (struct fake_executor *)base;
	struct sim_location *l = code_location_find(location);

	if (died(x, "want"))
		return;
	x->wants++;
	HOLDS(l);
	for (uint32_t i = 0; i < soon && percent(30); i++)
		(void)process_make(l, false);
}

static void fake_close(struct executor *base)
{
}

static const struct executor_ops ops = {
	.claim = fake_claim,
	.go = fake_go,
	.reattach = fake_reattach,
	.cancel = fake_cancel,
	.release = fake_release,
	.want = fake_want,
	.close = fake_close,
};

/* ---- its own life ---- */

void fake_executor_make(struct fake_executor *x, bool (*on_call)(const char *what))
{
	*x = (struct fake_executor){.base = {.ops = &ops}, .on_call = on_call};
}

void fake_executor_die(struct fake_executor *x)
{
	x->dead = true;
	for (struct fake_attempt *t = x->attempts; t; t = t->next)
		stop(t);
	machine_plait_gone();
}

void fake_executor_host_dies(struct fake_executor *x, struct sim_location *l)
{
	for (struct fake_attempt *t = x->attempts; t; t = t->next)
		if (t->state == CLAIMED && !t->released && t->location == l) {
			end_later(t, "the location's host ended");
			t->end.host_gone = true;
		}
}

bool fake_executor_is_empty(const struct fake_executor *x)
{
	for (const struct fake_attempt *t = x->attempts; t; t = t->next)
		if (!t->released)
			return false;
	return true;
}

static bool in_time(time_us from, time_us limit)
{
	time_us end = from + limit;

	return !limit || world.now <= (end > limits.awake ? end : limits.awake) + 10 * TIME_SECOND;
}

void fake_executor_check_limits(const struct fake_executor *x)
{
	for (const struct fake_attempt *t = x->attempts; t; t = t->next) {
		const struct job *j = t->process ? t->process->job : NULL;

		if (t->released)
			continue;
		if (t->state == CLAIMED && t->step)
			HOLDS(in_time(t->step->claimed_at, limits.settings.start_timeout));
		if ((t->state == GOING || t->state == FOLLOWED) && j && j->end == JOB_RUNS &&
		    j->opened && !j->term)
			HOLDS_OF(in_time(j->began_at, j->step->plan->options.timeout),
				 "a step goes on beyond its time limit");
	}
}
