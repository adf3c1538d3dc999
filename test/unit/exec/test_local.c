/* The local executor against a host in C.  A step's context says what its worker does: {"messages": PATH, "do": [WORD …]}. */
#include "exec/local.h"

#include "base/digest.h"
#include "fake_host.h"
#include "loop_until.h"
#include "model/limits.h"
#include "scratch.h"
#include "sys/cgroup.h"
#include "sys/path.h"

/* ---- the worker's side ---- */

#define LINE(method, params) \
	"{\"__dagster_pipes_version\":\"0.1\",\"method\":\"" method "\",\"params\":" params "}\n"

struct work {
	int file, output, sock;
	bool heard;
};

static void say(struct work *w, sv text)
{
	fake_write(w->file, text);
	if (w->heard)
		fake_write(w->sock, text);
}

static void say_long(struct work *w)
{
	static char text[LIMIT_MESSAGE_BYTES + 10];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\n';
	say(w, (sv){text, sizeof(text)});
}

/* A child in a session of its own, whose pid is told. */
static void leave_stray(struct work *w)
{
	char line[100];
	int ready[2];
	char byte;
	pid_t pid;

	CHECK(pipe(ready) == 0);
	pid = fork();
	if (pid == 0) {
		setsid();
		close(w->sock);
		close(ready[1]);
		close(ready[0]);
		pause();
		_exit(0);
	}
	close(ready[1]);
	(void)!read(ready[0], &byte, 1);
	snprintf(line, sizeof(line), "stray %d\n", (int)pid);
	say(w, sv_of(line));
}

/* A stray whose parent is gone: nothing in /proc leads to it. */
static void leave_orphan(struct work *w)
{
	pid_t pid = fork();

	if (pid == 0) {
		leave_stray(w);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void do_word(struct work *w, sv word)
{
	if (sv_eq(word, SV("opened")))
		say(w, SV(LINE("opened", "{}")));
	else if (sv_eq(word, SV("log")))
		say(w, SV(LINE("log", "{}")));
	else if (sv_eq(word, SV("closed")))
		say(w, SV(LINE("closed", "{}")));
	else if (sv_eq(word, SV("half")))
		say(w, SV("{\"half"));
	else if (sv_eq(word, SV("long")))
		say_long(w);
	else if (sv_eq(word, SV("silent"))) {
		close(w->sock);
		w->heard = false;
	} else if (sv_eq(word, SV("unsent")))
		w->heard = false;
	else if (sv_eq(word, SV("wait")))
		usleep(100000);
	else if (sv_eq(word, SV("hang")))
		pause();
	else if (sv_eq(word, SV("deaf")))
		signal(SIGTERM, SIG_IGN);
	else if (sv_eq(word, SV("stray")))
		leave_stray(w);
	else if (sv_eq(word, SV("orphan")))
		leave_orphan(w);
	else if (sv_eq(word, SV("print")))
		fake_write(w->output, SV("last words"));
	else if (sv_eq(word, SV("exit3")))
		_exit(3);
	else if (sv_eq(word, SV("kill")))
		kill(getpid(), SIGKILL);
}

static int work(int sock)
{
	AUTO_BUF in = {0}, line = {0};
	struct err e;

	if (strcmp(fake_target, "talks") == 0)
		fake_write(sock, SV("hello?\n"));
	while (fake_read_line(sock, &in, &line)) {
		AUTO_ARENA a = arena_new();
		const struct value *context, *words;
		struct work w = {.sock = sock, .heard = true};

		if (!json_read(a, buf_sv(&line), &context, &e))
			return 73;
		w.file = open(value_text(context, "messages").p,
			      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
		if (w.file < 0)
			return 74;
		w.output = open(arena_fmt(a, SV_FMT "/stderr",
					  SV_ARG(path_parent(value_text(context, "messages"))))
					.p,
				O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
		words = value_list(context, "do");
		for (size_t i = 0; i < words->n; i++)
			do_word(&w, words->items[i].text);
		close(w.file);
		close(w.output);
		if (!value_bool(context, "again", false))
			return 0;
	}
	return 0;
}

static sv fake_manifest(struct arena *a, const struct value *location)
{
	return SV("{}");
}

/* While the file is there, it waits; then a worker has ended before it was told of. */
static bool lost_one(const struct fake_host *h, int64_t id)
{
	sv hold = sv_of(fake_target + strlen("loses "));
	struct rusage used = {0};

	if (!file_exists(hold))
		return false;
	while (file_exists(hold))
		usleep(1000);
	fake_exit_event(h, getpid(), 0, &used);
	fake_reply(h, id, NULL);
	return true;
}

/* The first host dies of it; "always": each does. */
static void dying_fork(struct fake_host *h, int64_t id, int64_t count)
{
	sv mark = sv_of(fake_target);
	struct err e;

	if (strcmp(fake_target, "fails") == 0) {
		fake_reply(h, id, "Cannot allocate memory");
		return;
	}
	if (strncmp(fake_target, "loses ", strlen("loses ")) == 0 && lost_one(h, id))
		return;
	if (strcmp(fake_target, "always") == 0)
		_exit(9);
	if (fake_target[0] == '/' && !file_exists(mark)) {
		if (file_append(mark, SV("x"), &e))
			_exit(9);
	}
	fake_fork(h, id, count);
}

/* ---- the server's side ---- */

struct world {
	struct loop *loop;
	struct host_pool *hosts;
	struct executor *x;
	struct code_location code;
	bool no_code, cgroups;
};

struct one {
	struct world *w;
	struct attempt *attempt;
	enum isolation isolation;
	const char *words; /* ["opened", …]; NULL: it is not handed over when ready */
	const char *manifest, *directory;
	struct attempt_process process;
	struct attempt_end end;
	char error[300], hint[300];
	struct buf said; /* first letters of methods, "?" of what is none */
	uint64_t offset;
	int stray;
	bool ready, closed, ended, cancel_at_log, hard;
	struct arena *a;
};

static const char nothing[] =
	"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"; /* of "{}" */

static void go(struct one *o)
{
	AUTO_ARENA a = arena_new();

	attempt_go(o->attempt,
		   arena_fmt(a, "{\"messages\":\"" SV_FMT "\",\"again\":%s,\"do\":%s}",
			     SV_ARG(o->process.messages),
			     o->isolation == ISOLATION_WORKER ? "true" : "false", o->words));
}

static void on_ready(void *ctx, const struct attempt_process *process)
{
	struct one *o = ctx;

	CHECK(!o->ready);
	o->ready = true;
	o->process = *process;
	o->process.pid_started = arena_sv(o->a, process->pid_started);
	o->process.messages = arena_sv(o->a, process->messages);
	if (o->attempt && o->words)
		go(o);
}

static void on_message(void *ctx, sv line, uint64_t end)
{
	struct one *o = ctx;
	const char *method = strstr(line.p, "\"method\":\"");
	bool whole = method && method < line.p + line.n;

	CHECK(end > o->offset);
	o->offset = end;
	buf_addc(&o->said, whole ? method[10] : '?');
	if (sv_starts(line, SV("stray ")))
		o->stray = (int)strtol(line.p + 6, NULL, 10);
	if (whole && method[10] == 'l' && o->cancel_at_log)
		attempt_cancel(o->attempt, o->hard);
	if (whole && method[10] == 'c') {
		o->closed = true;
		attempt_release(o->attempt);
		o->attempt = NULL;
	}
}

static void on_ended(void *ctx, const struct attempt_end *end)
{
	struct one *o = ctx;

	CHECK(!o->ended && !o->closed);
	o->ended = true;
	o->end = *end;
	snprintf(o->error, sizeof(o->error), SV_FMT, SV_ARG(end->message));
	snprintf(o->hint, sizeof(o->hint), SV_FMT, SV_ARG(end->hint));
	attempt_release(o->attempt);
	o->attempt = NULL;
}

static struct attempt_listener listener_of(struct one *o)
{
	return (struct attempt_listener){on_ready, on_message, on_ended, o};
}

static void claim(struct world *w, struct one *o)
{
	o->w = w;
	o->a = arena_new();
	struct attempt_request request = {
		.location = SV("shop"),
		.manifest_id = sv_of(o->manifest ? o->manifest : nothing),
		.directory = arena_fmt(o->a, SV_FMT "/runs/r/%s", SV_ARG(scratch()),
				       o->directory ? o->directory : "0.1"),
		.isolation = o->isolation,
		.listener = listener_of(o),
	};

	o->attempt = executor_claim(w->x, &request);
	if (o->ready && o->words)
		go(o);
}

static void done_with(struct one *o)
{
	attempt_release(o->attempt);
	buf_free(&o->said);
	arena_free(o->a);
}

static const struct code_location *find(void *ctx, sv name)
{
	struct world *w = ctx;

	return w->no_code ? NULL : &w->code;
}

static void start(struct world *w, const char *target)
{
	w->loop = loop_new();
	w->code = (struct code_location){.name = SV("shop"),
					 .loader = LOADER_MODULE,
					 .target = sv_of(target),
					 .interpreter = SV("/proc/self/exe"),
					 .working_directory = scratch(),
					 .project_root = scratch()};
	w->hosts = host_pool_new(w->loop, &(struct host_pool_request){.sdk = scratch(),
								      .state = scratch(),
								      .cgroups = w->cgroups});
	w->x = local_executor_new(&(struct local_request){.loop = w->loop,
							  .hosts = w->hosts,
							  .state = scratch(),
							  .location_named = find,
							  .ctx = w});
}

static void stop(struct world *w)
{
	executor_close(w->x);
	host_pool_free(w->hosts);
	loop_free(w->loop);
}

static bool is_over(void *ctx)
{
	struct one *o = ctx;

	return o->closed || o->ended;
}

static bool is_ready(void *ctx)
{
	return ((struct one *)ctx)->ready;
}

static bool has_said_two(void *ctx)
{
	return ((struct one *)ctx)->said.n >= 2;
}

static bool is_gone(void *ctx)
{
	struct one *o = ctx;

	return !process_lives(o->process.pid, o->process.pid_started);
}

static void run(struct world *w, struct one *o)
{
	claim(w, o);
	loop_until(w->loop, is_over, o);
}

/* 0: the process is gone */
static int64_t parent_of(int64_t pid)
{
	AUTO_ARENA a = arena_new();
	int fd = open(arena_fmt(a, "/proc/%lld/stat", (long long)pid).p, O_RDONLY), parent = 0;
	char text[512] = {0};

	if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0)
		CHECK(sscanf(strrchr(text, ')') + 1, " %*c %d", &parent) == 1);
	close(fd);
	return parent;
}

static void test_steps_end_as_they_do(void)
{
	static const struct {
		const char *words, *said;
		bool closed, began;
		int code, signal;
	} rows[] = {
		{"[\"opened\",\"log\",\"closed\"]", "olc", .closed = true},
		{"[\"opened\",\"log\"]", "ol", .began = true},
		{"[\"opened\",\"exit3\"]", "o", .began = true, .code = 3},
		{"[\"exit3\"]", "", .began = true, .code = 3},
		{"[\"opened\",\"log\",\"half\",\"kill\"]", "ol", .began = true, .signal = SIGKILL},
		{"[\"opened\",\"unsent\",\"log\",\"log\",\"exit3\"]", "oll", .began = true,
		 .code = 3},
		{"[\"opened\",\"unsent\",\"log\",\"closed\",\"exit3\"]", "olc", .closed = true},
		{"[\"opened\",\"silent\",\"wait\",\"log\",\"wait\",\"closed\",\"hang\"]", "olc",
		 .closed = true},
		{"[\"opened\",\"silent\",\"log\",\"half\",\"kill\"]", "ol", .began = true,
		 .signal = SIGKILL},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct one o = {.words = rows[i].words};
		struct world w = {0};

		start(&w, "usual");
		run(&w, &o);
		CHECK_SV(sv_of(rows[i].said), buf_sv(&o.said));
		CHECK_INT(rows[i].closed, o.closed);
		CHECK_INT(rows[i].began, o.end.began);
		CHECK_INT(rows[i].signal, o.end.signal);
		CHECK(rows[i].signal || rows[i].code == o.end.code);
		CHECK(!o.end.unknown && !o.end.unheard);
		done_with(&o);
		stop(&w);
		folder_remove(sv_of(scratch_file(o.a = arena_new(), "runs")));
		arena_free(o.a);
	}
}

static void test_a_line_too_long_is_left_out_and_said(void)
{
	struct one o = {
		.words = "[\"opened\",\"long\",\"log\",\"unsent\",\"long\",\"log\",\"exit3\"]"};
	struct world w = {0};

	start(&w, "usual");
	run(&w, &o);
	CHECK_SV(SV("oll"), buf_sv(&o.said));
	CHECK(o.end.unheard);
	CHECK_INT(3, o.end.code);
	done_with(&o);
	stop(&w);
}

/* The offset is the one in the file, whichever way a line came. */
static void test_offsets_are_those_of_the_file(void)
{
	struct one o = {.words = "[\"opened\",\"log\",\"unsent\",\"log\",\"log\",\"exit3\"]"};
	struct world w = {0};
	struct file_facts facts;

	start(&w, "usual");
	run(&w, &o);
	CHECK(file_look(o.process.messages, &facts));
	CHECK_INT(facts.bytes, o.offset);
	CHECK_INT(4, (long long)o.said.n);
	done_with(&o);
	stop(&w);
}

static void test_a_worker_is_kept_and_its_file_shared(void)
{
	struct one first = {.words = "[\"opened\",\"closed\"]", .isolation = ISOLATION_WORKER},
		   second = first, third = first;
	struct world w = {0};

	third.isolation = ISOLATION_PROCESS;
	start(&w, "usual");
	run(&w, &first);
	run(&w, &second);
	run(&w, &third);
	CHECK_INT(first.process.pid, second.process.pid);
	CHECK_SV(first.process.messages, second.process.messages);
	CHECK_INT(first.offset, second.process.offset);
	CHECK_CONTAINS("/workers/", second.process.messages.p);
	CHECK(third.process.pid != first.process.pid);
	CHECK_CONTAINS("/runs/r/0.1/messages.jsonl", third.process.messages.p);
	CHECK(file_exists(first.process.messages));
	stop(&w);
	CHECK(!file_exists(first.process.messages)); /* nobody refers to it */
	CHECK(file_exists(third.process.messages));
	done_with(&first);
	done_with(&second);
	done_with(&third);
}

/* What it has open goes along; what it makes too late, or makes nothing, does no harm. */
/* What is open there goes along with it. */
static void test_a_folder_made_ahead_becomes_the_steps(void)
{
	struct one o = {.words = NULL};
	AUTO_ARENA a = arena_new();
	struct world w = {0};
	struct err e;
	sv folder;

	start(&w, "usual");
	claim(&w, &o);
	loop_until(w.loop, is_ready, &o);
	folder = arena_fmt(a, SV_FMT "/workers/%lld-" SV_FMT, SV_ARG(scratch()),
			   (long long)o.process.pid, SV_ARG(o.process.pid_started));
	CHECK_OK(folder_make(folder, &e), &e);
	CHECK_OK(file_append(path_join(a, folder, SV("stdout")), SV("mine"), &e), &e);
	o.words = "[\"opened\",\"closed\"]";
	go(&o);
	loop_until(w.loop, is_over, &o);
	CHECK(o.closed);
	CHECK(!file_exists(folder));
	CHECK(file_exists(sv_of(scratch_file(a, "runs/r/0.1/stdout"))));
	CHECK(file_exists(o.process.messages));
	done_with(&o);
	stop(&w);
}

static void test_last_words_of_a_kept_worker_are_saved(void)
{
	struct one o = {.words = "[\"opened\",\"print\",\"kill\"]", .isolation = ISOLATION_WORKER};
	AUTO_ARENA a = arena_new();
	struct world w = {0};
	struct err e;
	sv text;

	start(&w, "usual");
	run(&w, &o);
	CHECK_INT(SIGKILL, o.end.signal);
	CHECK_OK(file_read(a, sv_of(scratch_file(a, "runs/r/0.1/stderr")), 100, &text, &e), &e);
	CHECK_SV(SV("last words"), text);
	CHECK(!file_exists(sv_of(scratch_file(a, "runs/r/0.1/stdout"))));
	done_with(&o);
	stop(&w);
}

/* The old host and its spares go; a step at work goes on. */
static void test_changed_code_gets_a_new_host(void)
{
	struct one old = {.words = "[\"opened\",\"log\",\"wait\",\"wait\",\"wait\",\"closed\"]"},
		   next = {.words = "[\"opened\",\"closed\"]", .directory = "1.1"},
		   spare = {.words = NULL, .directory = "2.1"};
	struct world w = {0};
	int64_t host;

	start(&w, "usual");
	executor_want(w.x, SV("shop"), 1, 1);
	claim(&w, &old);
	loop_until(w.loop, has_said_two, &old);
	claim(&w, &spare);
	loop_until(w.loop, is_ready, &spare);
	attempt_release(spare.attempt);
	spare.attempt = NULL;
	host = parent_of(old.process.pid);
	w.code.target = SV("other");
	host_pool_renew(w.hosts, &w.code);
	claim(&w, &next);
	loop_until(w.loop, is_ready, &next);
	CHECK(parent_of(next.process.pid) != host);
	loop_until(w.loop, is_over, &next);
	loop_until(w.loop, is_over, &old);
	CHECK(old.closed && next.closed);
	loop_until(w.loop, is_gone, &spare);
	for (int i = 0; kill((pid_t)host, 0) == 0 && i < 200; i++)
		loop_for(w.loop, 10000);
	CHECK(kill((pid_t)host, 0) < 0);
	done_with(&old);
	done_with(&next);
	done_with(&spare);
	stop(&w);
}

static void test_a_long_message_file_is_followed_by_a_new_one(void)
{
	struct one first = {.words = "[\"opened\",\"long\",\"closed\"]",
			    .isolation = ISOLATION_WORKER},
		   second = {.words = "[\"opened\",\"closed\"]", .isolation = ISOLATION_WORKER};
	struct world w = {0};

	start(&w, "usual");
	run(&w, &first);
	run(&w, &second);
	CHECK_INT(first.process.pid, second.process.pid);
	CHECK_CONTAINS("messages.jsonl", first.process.messages.p);
	CHECK_CONTAINS("messages.1.jsonl", second.process.messages.p);
	CHECK_INT(0, second.process.offset);
	CHECK_SV(SV("oc"), buf_sv(&second.said));
	done_with(&first);
	done_with(&second);
	stop(&w);
}

static void test_a_claim_that_cannot_be_met_ends_with_its_reason(void)
{
	static const struct {
		const char *target, *manifest, *message;
		bool no_code, code_changed, host_gone;
	} rows[] = {
		{"usual", "0000", "changed after this run was planned", .code_changed = true},
		{"fails", NULL, "Cannot allocate memory", .no_code = false},
		{"always", NULL, "the host of location 'shop' ended with status 9",
		 .host_gone = true},
		{"usual", NULL, "does not load", .no_code = true},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct one o = {.words = "[\"opened\",\"closed\"]", .manifest = rows[i].manifest};
		struct world w = {.no_code = rows[i].no_code};

		start(&w, rows[i].target);
		run(&w, &o);
		CHECK(o.ended && !o.end.began);
		CHECK_CONTAINS(rows[i].message, o.error);
		CHECK(o.hint[0]);
		CHECK_INT(rows[i].code_changed, o.end.code_changed);
		CHECK_INT(rows[i].host_gone, o.end.host_gone);
		done_with(&o);
		stop(&w);
	}
}

static void test_a_host_that_dies_once_is_replaced(void)
{
	AUTO_ARENA a = arena_new();
	struct one o = {.words = "[\"opened\",\"closed\"]"};
	struct world w = {0};

	start(&w, scratch_file(a, "mark"));
	run(&w, &o);
	CHECK(o.closed);
	done_with(&o);
	stop(&w);
}

static void test_cancel_before_it_begins_ends_it(void)
{
	struct one waiting = {.words = "[\"opened\",\"closed\"]"}, ready = {.words = NULL};
	struct world w = {0};

	start(&w, "usual");
	claim(&w, &waiting);
	attempt_cancel(waiting.attempt, false);
	loop_until(w.loop, is_over, &waiting);
	CHECK(!waiting.end.began && !waiting.ready);
	CHECK_CONTAINS("canceled before it started", waiting.error);
	claim(&w, &ready);
	loop_until(w.loop, is_ready, &ready);
	attempt_cancel(ready.attempt, true);
	loop_until(w.loop, is_over, &ready);
	CHECK(!ready.end.began);
	CHECK(process_lives(ready.process.pid, ready.process.pid_started)); /* serves the next */
	done_with(&waiting);
	done_with(&ready);
	stop(&w);
}

static void check_gone(int pid)
{
	AUTO_ARENA a = arena_new();
	sv started;

	CHECK(pid > 1);
	/* a zombie of whoever takes orphans in does not count */
	for (int n = 0; process_started(a, pid, &started) && process_lives(pid, started); n++) {
		CHECK(n < 100);
		usleep(20000);
	}
}

static void test_cancel_ends_a_step_and_all_it_started(void)
{
	static const struct {
		const char *words;
		bool hard;
		int signal;
	} rows[] = {
		{"[\"opened\",\"stray\",\"log\",\"hang\"]", false, SIGTERM},
		{"[\"opened\",\"stray\",\"deaf\",\"log\",\"hang\"]", true, SIGKILL},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct one o = {
			.words = rows[i].words, .cancel_at_log = true, .hard = rows[i].hard};
		struct world w = {0};

		start(&w, "usual");
		run(&w, &o);
		CHECK(o.ended && o.end.began);
		CHECK_INT(rows[i].signal, o.end.signal);
		check_gone(o.stray);
		done_with(&o);
		stop(&w);
	}
}

static void test_a_control_group_ends_orphans_too(void)
{
	struct one o = {.words = "[\"opened\",\"orphan\",\"log\",\"hang\"]",
			.cancel_at_log = true,
			.hard = true};
	struct world w = {.cgroups = true};
	AUTO_ARENA a = arena_new();
	sv ours;

	if (!cgroup_find(a, &ours)) {
		fprintf(stderr, "skipped: no control group that we may divide\n");
		return;
	}
	start(&w, "usual");
	run(&w, &o);
	CHECK_INT(SIGKILL, o.end.signal);
	check_gone(o.stray);
	sv group = arena_fmt(a, SV_FMT "/plait-worker-%d", SV_ARG(ours), (int)o.process.pid);

	for (int i = 0; file_exists(group); i++) {
		CHECK(i < 100);
		loop_for(w.loop, 20000);
	}
	done_with(&o);
	stop(&w);
}

static void test_a_worker_that_dies_when_ready_is_told(void)
{
	struct one o = {.words = NULL};
	struct world w = {0};

	start(&w, "usual");
	claim(&w, &o);
	loop_until(w.loop, is_ready, &o);
	kill((pid_t)o.process.pid, SIGKILL);
	loop_until(w.loop, is_gone, &o);
	o.words = "[\"opened\"]";
	if (o.attempt)
		go(&o);
	loop_until(w.loop, is_over, &o);
	CHECK(o.ended);
	done_with(&o);
	stop(&w);
}

/* A server that goes leaves a step running; the next one finds it. */
static void test_a_step_of_an_earlier_server_is_followed(void)
{
	static const char *const words[] = {
		"[\"opened\",\"log\",\"wait\",\"wait\",\"wait\",\"log\",\"closed\"]",
		"[\"opened\",\"log\",\"wait\",\"wait\",\"wait\",\"log\",\"half\",\"kill\"]",
	};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		for (int late = 0; late < 2; late++) {
			struct one before = {.words = words[i]}, after = {0};
			struct world w = {0}, next = {0};
			struct attempt_listener listener = listener_of(&after);

			signal(SIGPIPE, SIG_IGN);
			start(&w, "usual");
			claim(&w, &before);
			loop_until(w.loop, has_said_two, &before);
			before.attempt = NULL;
			stop(&w);
			if (late)
				usleep(600000);
			start(&next, "usual");
			after.a = arena_new();
			before.process.offset = before.offset;
			after.offset = before.offset;
			after.process = before.process;
			after.attempt = executor_reattach(next.x, &before.process, &listener);
			loop_until(next.loop, is_over, &after);
			CHECK_SV(i == 0 ? SV("lc") : SV("l"), buf_sv(&after.said));
			CHECK_INT(i == 1, after.ended && after.end.began && after.end.unknown);
			loop_until(next.loop, is_gone, &after);
			done_with(&after);
			done_with(&before);
			stop(&next);
			AUTO_ARENA a = arena_new();
			folder_remove(sv_of(scratch_file(a, "runs")));
		}
}

/* It was chosen, and its server went before it began: what that left is not taken for this one's. */
static void test_an_attempt_that_never_began_starts_clean(void)
{
	AUTO_ARENA a = arena_new();
	struct one o = {.words = "[\"opened\",\"closed\"]"};
	struct world w = {0};
	struct err e;
	sv text;

	CHECK_OK(folder_make(sv_of(scratch_file(a, "runs/r/0.1")), &e), &e);
	CHECK_OK(
		file_append(sv_of(scratch_file(a, "runs/r/0.1/messages.jsonl")), SV("{\"half"), &e),
		&e);
	CHECK_OK(file_append(sv_of(scratch_file(a, "runs/r/0.1/step.json")), SV("{}"), &e), &e);
	start(&w, "usual");
	run(&w, &o);
	CHECK_OK(file_read(a, o.process.messages, 1000, &text, &e), &e);
	CHECK(sv_starts(text, SV("{\"__dag")));
	CHECK_INT(text.n, o.offset);
	CHECK_OK(file_read(a, sv_of(scratch_file(a, "runs/r/0.1/step.json")), 1000, &text, &e), &e);
	CHECK_CONTAINS("\"opened\"", text.p);
	CHECK(sv_starts(text, SV("{\"messages")));
	done_with(&o);
	stop(&w);
}

static void test_what_ended_workers_left_is_tidied(void)
{
	AUTO_ARENA a = arena_new();
	struct one o = {.words = "[\"opened\",\"closed\"]", .isolation = ISOLATION_WORKER};
	sv dead = sv_of(scratch_file(a, "workers/999999-1"));
	struct world w = {0};
	struct err e;

	CHECK_OK(folder_make(dead, &e), &e);
	start(&w, "usual");
	run(&w, &o);
	local_executor_tidy(w.x);
	CHECK(!file_exists(dead));
	CHECK(file_exists(o.process.messages));
	done_with(&o);
	stop(&w);
}

/* Spares are there before they are asked for; nothing waits for a fork then. */
static void test_a_spare_makes_a_claim_ready_at_once(void)
{
	struct one first = {.words = "[\"opened\",\"closed\"]"},
		   second = {.words = first.words, .directory = "1.1"};
	struct world w = {0};

	start(&w, "usual");
	executor_want(w.x, SV("shop"), 2, 2);
	run(&w, &first);
	loop_for(w.loop, 200000);
	claim(&w, &second);
	CHECK(second.ready);
	loop_until(w.loop, is_over, &second);
	CHECK(second.closed);
	done_with(&first);
	done_with(&second);
	stop(&w);
}

/* Of spares that talk several are ended; then no step is handed to more of them. */
static void test_steps_fail_where_workers_talk_before_they_have_one(void)
{
	struct one o = {.words = "[\"opened\",\"closed\"]"};
	struct world w = {0};

	start(&w, "talks");
	executor_want(w.x, SV("shop"), 2, 2);
	for (int i = 0; i < 20 && !o.ended; i++) {
		loop_for(w.loop, 100000);
		if (i > 0)
			done_with(&o);
		o = (struct one){.words = o.words};
		run(&w, &o);
	}
	CHECK(o.ended && !o.end.began);
	CHECK_CONTAINS("location 'shop': its step processes write to plait's socket", o.error);
	CHECK_CONTAINS("threads", o.hint);
	done_with(&o);
	stop(&w);
}

/* The idle worker that has had a step is none for it, whatever was claimed since. */
static void test_a_process_lost_in_the_making_is_made_again(void)
{
	struct one kept = {.words = "[\"opened\",\"closed\"]", .isolation = ISOLATION_WORKER},
		   again = kept, alone = kept;
	AUTO_ARENA a = arena_new();
	sv hold = path_join(a, scratch(), SV("hold"));
	struct world w = {0};
	struct err e;

	alone.isolation = ISOLATION_PROCESS;
	start(&w, arena_fmt(a, "loses " SV_FMT, SV_ARG(hold)).p);
	run(&w, &kept);
	CHECK(file_append(hold, SV("x"), &e));
	claim(&w, &alone);
	run(&w, &again);
	CHECK_INT(kept.process.pid, again.process.pid);
	file_remove(hold);
	loop_until(w.loop, is_over, &alone);
	CHECK(alone.closed);
	stop(&w);
	done_with(&kept);
	done_with(&again);
	done_with(&alone);
}

static void test_closing_while_code_loads_is_quiet(void)
{
	struct one o = {.words = "[\"opened\",\"closed\"]"};
	struct world w = {0};

	start(&w, "usual");
	claim(&w, &o);
	o.attempt = NULL;
	stop(&w);
	CHECK(!o.ready && !o.ended);
	done_with(&o);
}

static const struct check_test tests[] = {
	TEST(test_steps_end_as_they_do) TEST(test_a_line_too_long_is_left_out_and_said)
	TEST(test_offsets_are_those_of_the_file) TEST(test_a_worker_is_kept_and_its_file_shared)
	TEST(test_a_folder_made_ahead_becomes_the_steps) TEST(test_last_words_of_a_kept_worker_are_saved)
	TEST(test_changed_code_gets_a_new_host) TEST(test_a_long_message_file_is_followed_by_a_new_one)
	TEST(test_a_claim_that_cannot_be_met_ends_with_its_reason)
	TEST(test_a_host_that_dies_once_is_replaced) TEST(test_cancel_before_it_begins_ends_it)
	TEST(test_cancel_ends_a_step_and_all_it_started) TEST(test_a_control_group_ends_orphans_too)
	TEST(test_a_worker_that_dies_when_ready_is_told) TEST(test_a_step_of_an_earlier_server_is_followed)
	TEST(test_what_ended_workers_left_is_tidied) TEST(test_an_attempt_that_never_began_starts_clean)
	TEST(test_a_spare_makes_a_claim_ready_at_once)
	TEST(test_steps_fail_where_workers_talk_before_they_have_one)
	TEST(test_a_process_lost_in_the_making_is_made_again)
	TEST(test_closing_while_code_loads_is_quiet)
};

int main(int argc, char **argv)
{
	static const struct fake_script script = {
		.manifest = fake_manifest, .work = work, .fork = dying_fork};
	if (fake_host_wanted(argc, argv))
		return fake_host_run(&script);
	return check_main(tests, COUNT_OF(tests), argc, argv);
}
