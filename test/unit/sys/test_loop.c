#include "sys/loop.h"

#include <time.h>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"
#include "sys/process.h"

enum { BIG = 8 << 20 }; /* more than a socket's buffers take */

struct side {
	struct loop *loop;
	struct channel *channel;
	size_t lines, bytes;
	bool ended, close_at_first;
};

static sv big_text(struct arena *a)
{
	char *p = arena_alloc(a, BIG);

	memset(p, 'x', BIG);
	return (sv){p, BIG};
}

static void on_line(void *ctx, sv line)
{
	struct side *s = ctx;

	s->lines++;
	s->bytes += line.n;
	if (s->close_at_first)
		channel_close(s->channel);
}

static void on_end(void *ctx)
{
	struct side *s = ctx;

	s->ended = true;
	channel_close(s->channel);
	loop_stop(s->loop);
}

static void listen_with(struct side *s)
{
	channel_listen_to(s->channel,
			  &(struct channel_events){.on_line = on_line, .on_end = on_end, .ctx = s});
}

static void open_side(struct side *s, int fd)
{
	s->loop = loop_new();
	s->channel = channel_adopt(s->loop, fd);
	listen_with(s);
}

static void open_both(struct side *here, struct side *there)
{
	int fds[2];

	CHECK_INT(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
	open_side(here, fds[0]);
	open_side(there, fds[1]);
}

static void on_late(void *ctx)
{
	CHECK(!"too late");
}

static void run_until_ended(struct side *s)
{
	struct timer *limit = timer_start(s->loop, 10000000, on_late, NULL);

	loop_run(s->loop);
	timer_close(limit);
}

static void test_a_reader_that_reads_nothing_keeps_nobody(void)
{
	AUTO_ARENA a = arena_new();
	struct side here = {0}, there = {0};

	open_both(&here, &there);
	channel_send(here.channel, big_text(a));
	channel_close(here.channel);
	loop_free(here.loop);
	channel_close(there.channel);
	loop_free(there.loop);
}

static void test_what_was_sent_last_is_heard(void)
{
	AUTO_ARENA a = arena_new();
	struct side here = {0};
	int status, fds[2];
	pid_t pid;

	CHECK_INT(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		struct side there = {0};

		close(fds[0]);
		open_side(&there, fds[1]);
		loop_run(there.loop);
		_exit(there.ended && there.lines == 2 && there.bytes == BIG + 3 ? 0 : 1);
	}
	close(fds[1]);
	open_side(&here, fds[0]);
	channel_send(here.channel, big_text(a));
	channel_send(here.channel, SV("end"));
	channel_close(here.channel);
	loop_free(here.loop);
	CHECK_INT(pid, waitpid(pid, &status, 0));
	CHECK_INT(0, status);
}

static void test_a_channel_may_be_closed_by_its_own_line(void)
{
	struct side here = {.close_at_first = true}, there = {0};

	open_both(&here, &there);
	channel_send(there.channel, SV("one\ntwo\nthree"));
	loop_run(here.loop);
	run_until_ended(&there);
	CHECK_INT(1, (long long)here.lines);
	CHECK(!here.ended);
	loop_free(here.loop);
	loop_free(there.loop);
}

static void count(void *ctx)
{
	++*(int *)ctx;
}

static void test_a_closed_timer_is_silent(void)
{
	struct loop *l = loop_new();
	int calls = 0;
	struct timer *kept = timer_start(l, 0, count, &calls),
		     *closed = timer_start(l, 0, count, &calls);

	timer_close(closed);
	loop_run(l);
	timer_close(kept);
	loop_free(l);
	CHECK_INT(1, calls);
}

struct child_seen {
	struct child_exit how;
	bool exited;
};

static void on_exit_of_child(void *ctx, struct child_exit how)
{
	struct child_seen *seen = ctx;

	seen->how = how;
	seen->exited = true;
}

static void test_a_child_that_is_killed_tells_by_what(void)
{
	const char *argv[] = {"/bin/sleep", "60", NULL};
	struct child_seen seen = {0};
	struct child_request request = {.argv = argv, .on_exit = on_exit_of_child, .ctx = &seen};
	struct loop *l = loop_new();
	struct child *c;
	struct err e;

	CHECK_OK(child_start(l, &request, &c, &e), &e);
	child_signal(c, SIGKILL);
	loop_run(l);
	CHECK(seen.exited);
	CHECK_INT(SIGKILL, seen.how.signal);
	child_close(c);
	loop_free(l);
}

static void test_a_program_that_is_not_there_is_named(void)
{
	const char *argv[] = {"/nowhere/python", NULL};
	struct loop *l = loop_new();
	struct child *c;
	struct err e;

	CHECK(!child_start(l, &(struct child_request){.argv = argv}, &c, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK_CONTAINS("/nowhere/python", e.text);
	loop_free(l);
}

static void count_and_stop(void *ctx)
{
	struct side *s = ctx;

	s->lines++;
	loop_stop(s->loop);
}

static void test_a_process_that_is_no_child_is_seen_to_end(void)
{
	struct side s = {.loop = loop_new()};
	AUTO_ARENA a = arena_new();
	struct process_watch *w;
	int ready[2];
	pid_t pid, middle;
	sv started;

	CHECK(pipe(ready) == 0);
	middle = fork();
	if (middle == 0) {
		pid = fork();
		if (pid)
			_exit(write(ready[1], &pid, sizeof(pid)) < 0);
		pause();
	}
	CHECK_INT(sizeof(pid), read(ready[0], &pid, sizeof(pid)));
	CHECK_INT(middle, waitpid(middle, NULL, 0));
	CHECK(process_started(a, pid, &started));
	CHECK(!process_watch_start(s.loop, pid, SV("1"), count_and_stop, &s));
	w = process_watch_start(s.loop, pid, started, count_and_stop, &s);
	CHECK(w);
	kill(pid, SIGKILL);
	run_until_ended(&s);
	CHECK_INT(1, (long long)s.lines);
	process_watch_close(w);
	CHECK(!process_watch_start(s.loop, pid, started, count_and_stop, &s));
	loop_free(s.loop);
}

struct task {
	struct loop *loop;
	struct work *work;
	int ran, told;
};

static void run_task(void *ctx)
{
	struct task *t = ctx;
	struct timespec nap = {.tv_nsec = 2000000};

	nanosleep(&nap, NULL);
	t->ran++;
}

static void end_task(void *ctx)
{
	struct task *t = ctx;

	CHECK(t->ran > t->told);
	t->told++;
	work_close(t->work);
	t->work = NULL;
}

static void begin_task(void *ctx)
{
	struct task *t = ctx;

	if (!t->work && t->told < 2)
		t->work = work_start(t->loop, run_task, end_task, t);
}

static void test_work_is_told_of_when_it_is_done(void)
{
	struct task t = {.loop = loop_new()};

	begin_task(&t);
	loop_run(t.loop);
	CHECK_INT(1, t.told);
	begin_task(&t);
	work_close(t.work); /* waits, and is not told */
	CHECK_INT(2, t.ran);
	CHECK_INT(1, t.told);
	loop_free(t.loop);
}

static void test_work_of_the_last_turn_is_not_left_behind(void)
{
	struct task t = {.loop = loop_new()};

	loop_on_turn_end(t.loop, begin_task, &t);
	loop_run(t.loop);
	CHECK_INT(2, t.told);
	loop_free(t.loop);
}

TESTS(TEST(test_work_is_told_of_when_it_is_done) TEST(test_work_of_the_last_turn_is_not_left_behind)
	      TEST(test_a_process_that_is_no_child_is_seen_to_end)
		      TEST(test_a_reader_that_reads_nothing_keeps_nobody)
			      TEST(test_what_was_sent_last_is_heard)
				      TEST(test_a_channel_may_be_closed_by_its_own_line) TEST(
					      test_a_closed_timer_is_silent)
					      TEST(test_a_child_that_is_killed_tells_by_what) TEST(
						      test_a_program_that_is_not_there_is_named))
