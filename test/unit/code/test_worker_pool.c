/* Hosts that do not keep to the protocol, and workers that do not live: the server neither hangs nor asks for ever. */
#include "code/host_pool.h"

#include "fake_host.h"
#include "loop_until.h"
#include "scratch.h"

struct seen {
	struct loop *loop;
	struct host_pool *hosts;
	struct worker_pool *workers;
	struct code_location code;
	int idle, none, gone, retired, exits, lines;
	int64_t retired_pid;
	struct err why;
	struct worker_exit how;
	char line[256];
	time_us limit, pause;
	bool compiled, insists;
};

/* ---- the host's side ---- */

static sv fake_manifest(struct arena *a, const struct value *location)
{
	return SV("{}");
}

static int echo(int sock)
{
	AUTO_BUF in = {0}, line = {0};

	if (strcmp(fake_target, "stillborn") == 0)
		return 3;
	if (strcmp(fake_target, "talks") == 0)
		fake_write(sock, SV("hello?\n"));
	while (fake_read_line(sock, &in, &line)) {
		buf_addc(&line, '\n');
		fake_write(sock, buf_sv(&line));
		if (sv_eq(buf_sv(&line), SV("end\n")))
			return 7;
	}
	return 0;
}

/* Its end is told before it. */
static void exit_first(struct fake_host *h)
{
	struct rusage used = {0};
	int fd;
	pid_t pid = fake_make(h, &fd);

	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	fake_exit_event(h, pid, SIGKILL, &used);
	fake_announce_as(h, pid, SV("1"), &fd, 1);
	close(fd);
}

static void without_descriptor(struct fake_host *h)
{
	int fd;

	fake_announce(h, fake_make(h, &fd), NULL, 0);
	close(fd);
}

static void with_two(struct fake_host *h)
{
	int fds[2];
	pid_t pid = fake_make(h, &fds[0]);

	fds[1] = open("/dev/null", O_RDONLY);
	fake_announce(h, pid, fds, 2);
	close(fds[0]);
	close(fds[1]);
}

static void with_a_file(struct fake_host *h)
{
	int fd;
	pid_t pid = fake_make(h, &fd);

	close(fd);
	fd = open("/etc/passwd", O_RDONLY);
	fake_announce(h, pid, &fd, 1);
	close(fd);
}

/* It has not come to lead a group of its own yet, and stays like that.  `other`: the host takes it for another process. */
static void without_group(struct fake_host *h, bool other)
{
	int fd;
	pid_t pid = fake_make_one(h, false, &fd);

	if (other)
		fake_announce_as(h, pid, SV("1"), &fd, 1);
	else
		fake_announce(h, pid, &fd, 1);
	close(fd);
}

/* The first answer is strange, later ones are not. */
static void strange_fork(struct fake_host *h, int64_t id, int64_t count)
{
	static int asked;
	bool first = asked++ == 0;

	if (strcmp(fake_target, "fails") == 0) {
		fake_reply(h, id, "Cannot allocate memory");
		return;
	}
	if (strcmp(fake_target, "never") == 0)
		return;
	if (strcmp(fake_target, "all_without") == 0) {
		for (int64_t i = 0; i < count; i++)
			without_descriptor(h);
		fake_reply(h, id, NULL);
		return;
	}
	if (strcmp(fake_target, "late") == 0)
		usleep(100000);
	if (strcmp(fake_target, "half") == 0 && first) {
		fake_worker(h);
		fake_reply(h, id, "Resource temporarily unavailable");
		return;
	}
	if (strcmp(fake_target, "garbage") == 0)
		fake_write(h->fd, SV("print() of user code\n"));
	if (strcmp(fake_target, "dies") == 0)
		_exit(9);
	if (strcmp(fake_target, "no_group") == 0 || strcmp(fake_target, "no_group_other") == 0) {
		without_group(h, strcmp(fake_target, "no_group_other") == 0);
		fake_reply(h, id, NULL);
		return;
	}
	if (strcmp(fake_target, "exit_first") == 0 && first)
		exit_first(h);
	else if (strcmp(fake_target, "none") == 0 && first)
		without_descriptor(h);
	else if (strcmp(fake_target, "two") == 0 && first)
		with_two(h);
	else if (strcmp(fake_target, "file") == 0 && first)
		with_a_file(h);
	else
		fake_worker(h);
	for (int64_t i = 1; i < count; i++)
		fake_worker(h);
	fake_reply(h, id, NULL);
}

/* ---- the server's side ---- */

static void on_idle(void *ctx)
{
	struct seen *s = ctx;

	s->idle++;
	if (s->insists)
		worker_pool_want(s->workers, 2, true);
}

static void on_none(void *ctx, const struct err *why, bool host_gone)
{
	struct seen *s = ctx;

	s->none++;
	s->gone += host_gone;
	s->why = *why;
}

static void on_retired(void *ctx, const struct worker *w)
{
	struct seen *s = ctx;

	s->retired++;
	s->retired_pid = w->pid;
}

static void on_compiled(void *ctx, const struct compiled *result)
{
	struct seen *s = ctx;

	CHECK(result->host);
	s->workers = result->workers;
	s->compiled = true;
	worker_pool_listen(s->workers, &(struct worker_pool_listener){on_idle, on_none, on_retired, s});
}

static void on_line(void *ctx, sv line)
{
	struct seen *s = ctx;

	s->lines++;
	snprintf(s->line, sizeof(s->line), SV_FMT, SV_ARG(line));
}

static void on_silent(void *ctx)
{
}

static void on_exit_of_worker(void *ctx, const struct worker_exit *how)
{
	struct seen *s = ctx;

	s->exits++;
	s->how = *how;
}

static void start(struct seen *s, const char *target)
{
	s->loop = loop_new();
	s->code = (struct code_location){
		.name = SV("shop"), .loader = LOADER_MODULE, .target = sv_of(target), .interpreter = SV("/proc/self/exe"),
		.working_directory = scratch(), .project_root = scratch()};
	s->hosts = host_pool_new(s->loop, &(struct host_pool_request){.sdk = scratch(), .state = scratch(), .worker_limit = s->limit, .worker_pause = s->pause});
	host_pool_compile(s->hosts, &s->code, on_compiled, s);
	loop_until(s->loop, loop_until_is_set, &s->compiled);
}

static void stop(struct seen *s)
{
	host_pool_free(s->hosts);
	loop_free(s->loop);
}

static struct worker *take(struct seen *s)
{
	return worker_pool_take(s->workers, true,
				&(struct worker_listener){on_line, on_silent, on_exit_of_worker, s});
}

static bool two_idle(void *ctx)
{
	return ((struct seen *)ctx)->idle >= 2;
}

static bool one_idle(void *ctx)
{
	return ((struct seen *)ctx)->idle >= 1;
}

static bool one_none(void *ctx)
{
	return ((struct seen *)ctx)->none >= 1;
}

static bool one_line(void *ctx)
{
	return ((struct seen *)ctx)->lines >= 1;
}

static bool one_exit(void *ctx)
{
	return ((struct seen *)ctx)->exits >= 1;
}

static void test_a_worker_that_is_taken_hears_and_answers(void)
{
	struct seen s = {0};
	struct worker *w;

	start(&s, "usual");
	worker_pool_want(s.workers, 2, true);
	loop_until(s.loop, two_idle, &s);
	w = take(&s);
	CHECK(w && w->pid > 1 && process_lives(w->pid, sv_of(w->started)));
	worker_send(w, SV("{\"do\":1}"));
	loop_until(s.loop, one_line, &s);
	CHECK_STR("{\"do\":1}", s.line);
	worker_give_back(w);
	CHECK_INT(3, s.idle);
	CHECK(take(&s) && !take(&s)); /* the other one: this is not fresh any more */
	stop(&s);
}

static void test_no_more_are_made_than_wanted(void)
{
	struct seen s = {0};

	start(&s, "usual");
	for (int i = 0; i < 5; i++)
		worker_pool_want(s.workers, 2, true);
	loop_until(s.loop, two_idle, &s);
	loop_for(s.loop, 200000);
	CHECK_INT(2, s.idle);
	CHECK(take(&s) && take(&s) && !take(&s));
	stop(&s);
}

static void test_a_taken_one_is_replaced_when_wanted(void)
{
	struct seen s = {0};
	struct worker *w;

	start(&s, "usual");
	worker_pool_want(s.workers, 1, true);
	loop_until(s.loop, one_idle, &s);
	w = take(&s);
	worker_pool_want(s.workers, 1, true);
	loop_until(s.loop, two_idle, &s);
	worker_send(w, SV("end"));
	loop_until(s.loop, one_exit, &s);
	CHECK_INT(7, s.how.code);
	CHECK(!s.how.unknown);
	stop(&s);
}

/* Each of these gives two workers in the end, no more; a server that is `late` finds all that its host wrote in one piece. */
static void make_workers_from(const char *target, bool late)
{
	struct seen s = {0};
	struct worker *w;

	start(&s, target);
	worker_pool_want(s.workers, 2, true);
	if (late)
		usleep(200000);
	loop_until(s.loop, two_idle, &s);
	loop_for(s.loop, 200000);
	CHECK_INT(0, s.none);
	CHECK_INT(2, s.idle);
	w = take(&s);
	worker_send(w, SV("ping"));
	loop_until(s.loop, one_line, &s);
	CHECK_STR("ping", s.line);
	stop(&s);
}

static void test_strange_hosts_still_give_workers(void)
{
	static const char *const targets[] = {"late", "exit_first", "none", "two", "file"};

	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		make_workers_from(targets[i], false);
		make_workers_from(targets[i], true);
	}
}

static void test_a_fork_that_fails_is_told_with_its_reason(void)
{
	struct seen s = {0};

	start(&s, "fails");
	worker_pool_want(s.workers, 2, true);
	loop_until(s.loop, one_none, &s);
	CHECK_CONTAINS("location 'shop'", s.why.text);
	CHECK_CONTAINS("Cannot allocate memory", s.why.text);
	CHECK_CONTAINS("ulimit", s.why.hint);
	loop_for(s.loop, 200000);
	CHECK_INT(1, s.none);
	stop(&s);
}

static void test_a_fork_that_fails_half_way_keeps_what_came(void)
{
	struct seen s = {0};

	start(&s, "half");
	worker_pool_want(s.workers, 2, true);
	loop_until(s.loop, one_none, &s);
	CHECK_INT(1, s.idle);
	worker_pool_want(s.workers, 2, true);
	loop_until(s.loop, two_idle, &s);
	CHECK_INT(1, s.none);
	stop(&s);
}

static void test_a_host_that_never_answers_is_ended(void)
{
	struct seen s = {.limit = 300000};

	start(&s, "never");
	worker_pool_want(s.workers, 1, true);
	loop_until(s.loop, one_none, &s);
	CHECK_INT(ERR_TIMEOUT, s.why.kind);
	CHECK_CONTAINS("made no process", s.why.text);
	loop_for(s.loop, 100000);
	s.compiled = false;
	s.code.target = SV("usual");
	host_pool_compile(s.hosts, &s.code, on_compiled, &s);
	loop_until(s.loop, loop_until_is_set, &s.compiled);
	worker_pool_want(s.workers, 1, true);
	loop_until(s.loop, one_idle, &s);
	stop(&s);
}

static void test_a_host_that_goes_away_is_told(void)
{
	static const char *const targets[] = {"garbage", "dies"};

	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		struct seen s = {0};

		start(&s, targets[i]);
		worker_pool_want(s.workers, 1, true);
		loop_until(s.loop, one_none, &s);
		CHECK_INT(1, s.gone);
		CHECK_CONTAINS("shop", s.why.text);
		stop(&s);
	}
}

static void test_workers_that_end_at_once_are_not_made_for_ever(void)
{
	struct seen s = {0};

	start(&s, "stillborn");
	worker_pool_want(s.workers, 1, true);
	loop_until(s.loop, one_none, &s);
	CHECK_CONTAINS("as soon as they are made", s.why.text);
	loop_for(s.loop, 300000);
	CHECK_INT(1, s.none);
	stop(&s);
}

static void test_sockets_that_never_come_are_told(void)
{
	struct seen s = {0};

	start(&s, "all_without");
	worker_pool_want(s.workers, 1, true);
	loop_until(s.loop, one_none, &s);
	CHECK_CONTAINS("do not arrive", s.why.text);
	CHECK_CONTAINS("ulimit -n", s.why.hint);
	CHECK_INT(0, s.idle);
	stop(&s);
}

static void test_an_idle_worker_that_talks_is_not_used(void)
{
	struct seen s = {0};
	struct worker *w;

	start(&s, "talks");
	worker_pool_want(s.workers, 1, true);
	loop_until(s.loop, one_idle, &s);
	loop_for(s.loop, 100000);
	CHECK(s.retired >= 1);
	w = take(&s);
	CHECK(!w || w->pid != s.retired_pid);
	stop(&s);
}

/* Whoever takes workers wants two again each time one comes.  A few come; from then on there is only the reason, at once. */
static void give_up_on(const char *target, const char *why)
{
	struct seen s = {.insists = true};
	int made;

	start(&s, target);
	worker_pool_want(s.workers, 2, true);
	loop_until(s.loop, one_none, &s);
	loop_for(s.loop, 300000);
	CHECK_CONTAINS("location 'shop'", s.why.text);
	CHECK_CONTAINS(why, s.why.text);
	CHECK(s.why.hint[0]);
	made = s.idle;
	CHECK(made <= 5); /* three, and what was in the making */
	s.none = 0;
	worker_pool_want(s.workers, 1, true);
	CHECK_INT(1, s.none);
	loop_for(s.loop, 100000);
	CHECK_INT(made, s.idle);
	stop(&s);
}

static void test_workers_of_no_use_are_not_made_for_ever(void)
{
	give_up_on("talks", "before they have a step");
	give_up_on("stillborn", "as soon as they are made");
}

static void test_after_a_while_a_host_may_try_again(void)
{
	struct seen s = {.pause = 200000};

	start(&s, "talks");
	worker_pool_want(s.workers, 1, true);
	loop_until(s.loop, one_none, &s);
	loop_for(s.loop, 300000);
	s.idle = 0;
	worker_pool_want(s.workers, 1, true);
	loop_until(s.loop, one_idle, &s);
	stop(&s);
}

static void test_an_idle_worker_that_dies_is_replaced(void)
{
	struct seen s = {0};
	struct worker *w;
	int64_t pid;

	start(&s, "usual");
	worker_pool_want(s.workers, 1, true);
	loop_until(s.loop, one_idle, &s);
	w = take(&s);
	pid = w->pid;
	worker_give_back(w);
	s.idle = 0;
	kill((pid_t)pid, SIGKILL);
	loop_until(s.loop, one_idle, &s);
	w = take(&s);
	CHECK(w && w->pid != pid);
	CHECK_INT(0, s.none);
	stop(&s);
}

static pid_t parent_of(int64_t pid)
{
	AUTO_ARENA a = arena_new();
	char text[512] = {0};
	int fd = open(arena_fmt(a, "/proc/%lld/stat", (long long)pid).p, O_RDONLY), parent = 0;

	CHECK(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	CHECK(sscanf(strrchr(text, ')') + 1, " %*c %d", &parent) == 1);
	return parent;
}

/* A process that was just forked leads no group for a moment; what is told to its group reaches it all the same. */
static void test_a_signal_reaches_a_worker_that_leads_no_group_yet(void)
{
	static const int numbers[] = {SIGTERM, SIGKILL};

	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		struct seen s = {0};
		struct worker *w;

		start(&s, "no_group");
		worker_pool_want(s.workers, 1, true);
		loop_until(s.loop, one_idle, &s);
		w = take(&s);
		worker_pool_want(s.workers, 0, true);
		CHECK(getpgid((pid_t)w->pid) == parent_of(w->pid));
		worker_signal(w, numbers[i]);
		loop_until(s.loop, one_exit, &s);
		CHECK_INT(numbers[i], s.how.signal);
		CHECK_INT(0, s.gone); /* the host, whose group it was in, was not meant */
		stop(&s);
	}
}

/* The pid of a worker that has ended may be another's now, which was started at another time. */
static void test_a_signal_reaches_no_other_process_with_that_pid(void)
{
	static const int numbers[] = {SIGTERM, SIGKILL};
	struct seen s = {0};
	struct worker *w;

	start(&s, "no_group_other");
	worker_pool_want(s.workers, 1, true);
	loop_until(s.loop, one_idle, &s);
	w = take(&s);
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		s.lines = 0;
		worker_signal(w, numbers[i]);
		worker_send(w, SV("still there?"));
		loop_until(s.loop, one_line, &s);
		CHECK_STR("still there?", s.line);
	}
	CHECK_INT(0, s.exits);
	stop(&s);
}

/* Its host is gone, so nobody can tell how it ended; that it ended is seen. */
static void test_a_busy_worker_outlives_its_host(void)
{
	struct seen s = {0};
	struct worker *w;

	start(&s, "usual");
	worker_pool_want(s.workers, 2, true);
	loop_until(s.loop, two_idle, &s);
	w = take(&s);
	worker_send(w, SV("dies with me"));
	loop_until(s.loop, one_line, &s);
	kill(parent_of(w->pid), SIGKILL);
	loop_until(s.loop, one_none, &s);
	CHECK_INT(1, s.gone);
	CHECK(!take(&s));
	CHECK_INT(0, s.exits);
	s.lines = 0;
	worker_send(w, SV("still there?"));
	loop_until(s.loop, one_line, &s);
	CHECK_STR("still there?", s.line);
	worker_send(w, SV("end"));
	loop_until(s.loop, one_exit, &s);
	CHECK(s.how.unknown);
	stop(&s);
}

/* The new host's workers and the old one's are told apart. */
static void test_a_new_host_takes_the_old_one_s_place(void)
{
	struct seen s = {0};

	start(&s, "dies");
	worker_pool_want(s.workers, 1, true);
	loop_until(s.loop, one_none, &s);
	s.compiled = false;
	s.code.target = SV("usual");
	host_pool_compile(s.hosts, &s.code, on_compiled, &s);
	loop_until(s.loop, loop_until_is_set, &s.compiled);
	loop_until(s.loop, one_idle, &s);
	CHECK(take(&s));
	stop(&s);
}

static const struct check_test tests[] = {
	TEST(test_a_worker_that_is_taken_hears_and_answers) TEST(test_no_more_are_made_than_wanted)
	TEST(test_a_taken_one_is_replaced_when_wanted) TEST(test_strange_hosts_still_give_workers)
	TEST(test_a_fork_that_fails_is_told_with_its_reason) TEST(test_a_fork_that_fails_half_way_keeps_what_came)
	TEST(test_a_host_that_never_answers_is_ended) TEST(test_a_host_that_goes_away_is_told) TEST(test_workers_that_end_at_once_are_not_made_for_ever)
	TEST(test_sockets_that_never_come_are_told) TEST(test_an_idle_worker_that_talks_is_not_used) TEST(test_an_idle_worker_that_dies_is_replaced)
	TEST(test_workers_of_no_use_are_not_made_for_ever) TEST(test_after_a_while_a_host_may_try_again)
	TEST(test_a_signal_reaches_a_worker_that_leads_no_group_yet) TEST(test_a_signal_reaches_no_other_process_with_that_pid)
	TEST(test_a_busy_worker_outlives_its_host) TEST(test_a_new_host_takes_the_old_one_s_place)
};

int main(int argc, char **argv)
{
	static const struct fake_script script = {.manifest = fake_manifest, .work = echo, .fork = strange_fork};

	if (fake_host_wanted(argc, argv))
		return fake_host_run(&script);
	return check_main(tests, COUNT_OF(tests), argc, argv);
}
