/* machine.c -- what user code does: it opens, talks, makes, and closes; or dies, hangs, goes on when it is told to end. */
#include "machine.h"

#include <signal.h>

#include "code.h"

struct machine machine;

void machine_make(void)
{
	machine = (struct machine){.boot = 1};
}

void machine_end(void)
{
	for (struct message_log *l = machine.logs; l; l = l->next)
		buf_free(&l->text);
}

sv machine_boot(struct arena *a)
{
	return arena_fmt(a, "boot-%llu", (unsigned long long)machine.boot);
}

struct message_log *message_log_at(sv path)
{
	struct message_log *l = machine.logs;

	while (l && !sv_eq(l->path, path))
		l = l->next;
	if (l)
		return l;
	l = NEW(world.arena, struct message_log, 1);
	*l = (struct message_log){.next = machine.logs, .path = arena_sv(world.arena, path)};
	return machine.logs = l;
}

/* ---- processes ---- */

static bool pid_is_used(int64_t pid)
{
	for (struct process *p = machine.processes; p; p = p->next)
		if (p->alive && p->pid == pid)
			return true;
	return false;
}

/* Few pids, so that they are used again. */
struct process *process_make(struct sim_location *l, bool kept)
{
	struct process *p = NEW(world.arena, struct process, 1);
	int64_t pid = 100 + below(40);

	while (pid_is_used(pid))
		pid++;
	*p = (struct process){
		.next = machine.processes,
		.pid = pid,
		.started = arena_fmt(world.arena, "%llu", (unsigned long long)machine.ticks++),
		.location = l,
		.alive = true,
		.kept = kept,
		.connected = true,
	};
	return machine.processes = p;
}

struct process *process_find(int64_t pid, sv started)
{
	for (struct process *p = machine.processes; p; p = p->next)
		if (p->alive && p->pid == pid && sv_eq(p->started, started))
			return p;
	return NULL;
}

void process_exit(struct process *p, int64_t status, int number)
{
	if (!p->alive)
		return;
	p->alive = false;
	p->code = status;
	p->signal = number;
	forget(p->next_act);
	if (p->job && p->job->end == JOB_RUNS) {
		p->job->end = JOB_DEAD;
		tell("  process %lld dies with its step (signal %d, status %lld)",
		     (long long)p->pid, number, (long long)status);
	}
	p->job = NULL;
	executor_gone(p);
}

/* ---- writing ---- */

static void append(struct process *p, sv text)
{
	buf_add(&p->log->text, text);
}

#define HEAD "{\"__dagster_pipes_version\":\"0.1\",\"method\":"

static sv next_serial(struct job *j)
{
	sv serial = arena_fmt(world.arena, "m%llu-", (unsigned long long)++world.ids);

	*LIST_ADD(world.arena, &j->serials) = serial;
	return serial;
}

static void write_opened(struct process *p)
{
	struct job *j = p->job;

	j->opened = true;
	append(p, arena_fmt(world.arena,
			    HEAD "\"opened\",\"params\":{\"extras\":{\"plait\":{\"pid\":%lld,"
				 "\"started\":\"" SV_FMT "\",\"run\":\"" SV_FMT
				 "\",\"step\":\"" SV_FMT "\",\"attempt\":%lld}}}}\n",
			    (long long)p->pid, SV_ARG(p->started), SV_ARG(j->step->run->id),
			    SV_ARG(j->step->plan->name), (long long)j->attempt));
}

static void write_talk(struct process *p)
{
	static const char *const lines[] = {
		HEAD "\"report_custom_message\",\"params\":{\"payload\":{\"x\":\"%s\"}}}\n",
		HEAD
		"\"report_asset_check\",\"params\":{\"asset_key\":\"k0\",\"check_name\":\"%s\"}}\n",
		HEAD "\"log\",\"params\":{\"message\":\"%s\",\"level\":\"INFO\"}}\n",
	};
	AUTO_BUF out = {0};

	if (percent(20)) {
		append(p, percent(50) ? SV("{\"method\":\"log\"}\n") : SV("Traceback {\n"));
		return;
	}
	buf_addf(&out, lines[below(COUNT_OF(lines))], next_serial(p->job).p);
	append(p, buf_sv(&out));
}

static void write_made(struct process *p, sv key, sv version)
{
	struct job *j = p->job;

	if (percent(85)) {
		sv serial = next_serial(j);

		*LIST_ADD(world.arena, &j->viewed) = version;
		append(p, arena_fmt(world.arena,
				    HEAD "\"report_custom_message\",\"params\":{\"payload\":{"
					 "\"plait\":\"output\",\"asset_key\":\"" SV_FMT
					 "\",\"version\":\"" SV_FMT "\",\"versioned\":true,"
					 "\"storage\":{\"kind\":\"filesystem\",\"base\":\"/"
					 "b\",\"format\":\"pickle\"},"
					 "\"directory\":\"/b/.plait/" SV_FMT "/" SV_FMT
					 "\",\"files\":{},\"views\":[{\"path\":\"/b/" SV_FMT
					 "\",\"target\":\"/b/.plait/" SV_FMT "/" SV_FMT
					 "/value\"}],\"rows\":1,\"note\":\"" SV_FMT "\"}}}\n",
				    SV_ARG(key), SV_ARG(version), SV_ARG(key), SV_ARG(version),
				    SV_ARG(key), SV_ARG(key), SV_ARG(version), SV_ARG(serial)));
	}
	append(p,
	       arena_fmt(world.arena,
			 HEAD "\"report_asset_materialization\",\"params\":{\"asset_key\":\"" SV_FMT
			      "\",\"data_version\":null,\"metadata\":{}}}\n",
			 SV_ARG(key)));
	*LIST_ADD(world.arena, &j->made) = key;
	*LIST_ADD(world.arena, &j->versions) = version;
}

static bool may_leave_out(const struct job *j, sv key)
{
	const struct manifest_asset *a = manifest_asset_find(j->step->location->manifests[0], key);

	return a && !a->required;
}

static void write_outputs(struct process *p)
{
	struct job *j = p->job;

	for (size_t i = 0; i < j->step->plan->nodes_count; i++) {
		sv key = j->step->run->plan->graph->nodes[j->step->plan->nodes[i]].key;

		if (!may_leave_out(j, key) || percent(60))
			write_made(p, key, j->given.at[i]);
	}
}

static void write_wish(struct job *j, struct buf *out)
{
	if (percent(80))
		return;
	j->wish.said = true;
	j->wish.allowed = percent(70);
	j->wish.most = percent(50) ? (int64_t)below(3) : -1;
	j->wish.delay = percent(50) ? (int64_t)below(5) : -1;
	buf_addf(out, ",\"retry\":{\"allowed\":%s", j->wish.allowed ? "true" : "false");
	if (j->wish.most >= 0)
		buf_addf(out, ",\"max_retries\":%lld", (long long)j->wish.most);
	if (j->wish.delay >= 0)
		buf_addf(out, ",\"delay\":%lld", (long long)j->wish.delay);
	buf_addc(out, '}');
}

/* The whole line in one write, or, where it dies within it, a piece. */
static void write_closed(struct process *p, bool well, bool whole)
{
	struct job *j = p->job;
	AUTO_BUF out = {0};

	buf_addf(&out, HEAD "\"closed\",\"params\":{");
	if (percent(90))
		buf_addf(&out, "\"plait\":{\"user_us\":5,\"system_us\":1,\"max_rss_kib\":9}");
	if (!well) {
		buf_addf(&out, "%s\"exception\":{\"message\":\"no\",\"stack\":[],\"name\":\"E\"",
			 out.p[out.n - 1] == '{' ? "" : ",");
		write_wish(j, &out);
		buf_addc(&out, '}');
	}
	buf_addf(&out, "}}\n");
	if (!whole)
		out.n = below((uint32_t)out.n - 1);
	append(p, buf_sv(&out));
	if (!whole)
		return;
	j->serials_at_close = j->serials.n;
	j->end = well ? JOB_WELL : JOB_BADLY;
	tell("  process %lld closes " SV_FMT "/%u.%lld %s", (long long)p->pid,
	     SV_ARG(j->step->run->id), j->step->index, (long long)j->attempt,
	     well ? "well" : "badly");
}

/* ---- its life ---- */

static void leave(void *ctx)
{
	struct process *p = ctx;
	struct job *j = p->job;

	process_exit(p, j && j->end == JOB_BADLY, 0);
}

static void finish(struct process *p, bool well)
{
	struct job *j = p->job;

	if (well)
		write_outputs(p);
	if (permille(8)) {
		j->overlong = true;
		append(p, SV("OVERLONG\n"));
	}
	write_closed(p, well, true);
	if (p->kept && p->connected) {
		p->job = NULL;
		executor_wrote(p);
		return;
	}
	p->next_act = soon(some_time(2 * TIME_SECOND), leave, p);
	executor_wrote(p);
}

static void die(struct process *p)
{
	static const int signals[] = {0, SIGKILL, SIGSEGV};
	int signal = signals[below(COUNT_OF(signals))];

	if (percent(30))
		write_outputs(p);
	if (percent(50))
		write_closed(p, percent(50), false);
	process_exit(p, signal ? 0 : 1 + below(3), signal);
}

static void act(void *ctx);

static void act_later(struct process *p, time_us most)
{
	p->next_act = soon(some_time(most), act, p);
}

static void do_last(struct process *p)
{
	struct job *j = p->job;

	switch (j->plan) {
	case PLAN_WELL: finish(p, true); break;
	case PLAN_BADLY: finish(p, false); break;
	case PLAN_DEATH: die(p); break;
	case PLAN_HANG: break;
	}
}

static void act(void *ctx)
{
	struct process *p = ctx;
	struct job *j = p->job;

	if (!j->opened) {
		write_opened(p);
		j->began_at = world.now;
		executor_wrote(p);
		act_later(p, TIME_SECOND);
		return;
	}
	if (!j->talk) {
		do_last(p);
		return;
	}
	for (unsigned burst = 1 + below(4); burst && j->talk; burst--, j->talk--)
		write_talk(p);
	executor_wrote(p);
	if (p->alive)
		act_later(p, 30 * TIME_SECOND);
}

struct job *process_hand(struct process *p, struct sim_step *s, int64_t attempt,
			 const struct sv_list *given)
{
	struct job *j = NEW(world.arena, struct job, 1);
	uint32_t dice = below(100), term = below(10);

	*j = (struct job){
		.next = s->jobs,
		.all = machine.jobs,
		.step = s,
		.attempt = attempt,
		.process = p,
		.log = p->log,
		.from = p->log->text.n,
		.given = *given,
		.talk = percent(70) ? below(4) : below(25),
		.plan = dice < 78   ? PLAN_WELL
			: dice < 88 ? PLAN_BADLY
			: dice < 97 ? PLAN_DEATH
				    : PLAN_HANG,
		.on_term = term < 5   ? TERM_DIES
			   : term < 8 ? TERM_CLOSES
			   : term < 9 ? TERM_IGNORES
				      : TERM_FINISHES,
	};
	machine.jobs = s->jobs = j;
	p->job = j;
	p->used = true;
	act_later(p, TIME_SECOND);
	return j;
}

static void term_now(struct process *p)
{
	struct job *j = p->job;

	switch (j->on_term) {
	case TERM_DIES: process_exit(p, 0, SIGTERM); break;
	case TERM_CLOSES:
		forget(p->next_act);
		j->plan = PLAN_BADLY;
		j->talk = 0;
		act_later(p, 2 * TIME_SECOND);
		break;
	case TERM_FINISHES:
		forget(p->next_act);
		j->plan = PLAN_WELL;
		j->talk = 0;
		act_later(p, 2 * TIME_SECOND);
		break;
	case TERM_IGNORES: break;
	}
}

void process_signal_to(struct process *p, int number)
{
	struct job *j = p->job;

	if (!p->alive)
		return;
	tell("  process %lld gets signal %d", (long long)p->pid, number);
	HOLDS_OF(!p->stranger, "plait signals a process that is none of its own");
	if (number == SIGKILL || !j || j->end != JOB_RUNS) {
		process_exit(p, 0, number == SIGKILL ? SIGKILL : 0);
		return;
	}
	if (j->term)
		return;
	j->term = true;
	j->term_at = world.now;
	if (!j->opened)
		process_exit(p, 0, SIGTERM);
	else
		term_now(p);
}

/* ---- the machine's life ---- */

static void leave_idle(void *ctx)
{
	struct process *p = ctx;

	if (p->alive && !p->job)
		process_exit(p, 0, 0);
}

/* Sockets end: who waits for a step goes. */
void machine_plait_gone(void)
{
	for (struct process *p = machine.processes; p; p = p->next) {
		p->attempt = NULL;
		if (p->alive && p->connected && !p->job)
			soon(some_time(3 * TIME_SECOND), leave_idle, p);
		p->connected = false;
	}
}

/* Without power, what was not flushed may be gone. */
static void cut(struct job *j)
{
	struct buf *text = &j->log->text;
	uint32_t lost = (uint32_t)(text->n - j->from);

	if (!lost)
		return;
	text->n -= below(lost + 1);
	j->cut = true;
}

/* After a restart others have the pids of before, and may even have started at the same tick. */
static void add_strangers(void)
{
	for (struct process *p = machine.processes; p; p = p->next) {
		if (p->stranger || pid_is_used(p->pid) || percent(50))
			continue;
		struct process *s = NEW(world.arena, struct process, 1);

		*s = (struct process){
			.pid = p->pid, .started = p->started, .alive = true, .stranger = true};
		s->next = machine.processes;
		machine.processes = s;
	}
}

void machine_reboot(void)
{
	bool power = percent(50);

	for (struct process *p = machine.processes; p; p = p->next) {
		struct job *j = p->job;

		p->attempt = NULL;
		if (!p->alive)
			continue;
		if (p->stranger) {
			p->alive = false;
			continue;
		}
		if (power && j && percent(50) && p->log->text.n >= j->from)
			cut(j);
		process_exit(p, 0, SIGKILL);
	}
	machine.boot++;
	machine.ticks = below(5);
	add_strangers();
}

/* ---- sys/process.h, as far as the engine looks at processes itself ---- */

sv __wrap_process_boot(struct arena *a);
bool __wrap_process_lives(int64_t pid, sv started);
bool __wrap_process_signal_group(int64_t group, int number);

sv __wrap_process_boot(struct arena *a)
{
	return machine_boot(a);
}

bool __wrap_process_lives(int64_t pid, sv started)
{
	return process_find(pid, started) != NULL;
}

bool __wrap_process_signal_group(int64_t group, int number)
{
	bool any = false;

	for (struct process *p = machine.processes; p; p = p->next)
		if (p->alive && p->pid == group) {
			any = true;
			process_signal_to(p, number);
		}
	return any;
}
