#include "sys/process.h"

#include <fcntl.h>

#include "check.h"

static void test_a_process_is_known_by_its_start(void)
{
	AUTO_ARENA a = arena_new();
	sv started;

	CHECK(process_started(a, getpid(), &started));
	CHECK(process_lives(getpid(), started));
	CHECK(!process_lives(getpid(), SV("1")));
	CHECK(!process_lives(0, started));
	CHECK(!process_started(a, 1 << 30, &started));
}

static void test_a_zombie_does_not_live(void)
{
	AUTO_ARENA a = arena_new();
	int ready[2], status;
	char byte;
	sv started;
	pid_t pid;

	CHECK(pipe(ready) == 0);
	pid = fork();
	if (pid == 0) {
		close(ready[1]);
		(void)!read(ready[0], &byte, 1);
		_exit(0);
	}
	CHECK(process_started(a, pid, &started));
	CHECK(process_lives(pid, started));
	close(ready[1]);
	while (process_lives(pid, started))
		usleep(1000);
	CHECK_INT(pid, waitpid(pid, &status, 0));
}

static void test_strays_are_found_through_their_parents(void)
{
	int ready[2], ended[2];
	char byte;
	pid_t pid;

	CHECK(pipe(ready) == 0 && pipe(ended) == 0);
	pid = fork();
	if (pid == 0) {
		setsid();
		close(ended[0]);
		if (fork() == 0) { /* leaves the group */
			setsid();
			CHECK(write(ready[1], "x", 1) == 1);
			pause();
		}
		close(ended[1]);
		pause();
		_exit(0);
	}
	close(ended[1]);
	CHECK_INT(1, read(ready[0], &byte, 1));
	process_kill_strays(pid);
	CHECK_INT(0, read(ended[0], &byte, 1));
	CHECK_INT(0, waitpid(pid, NULL, WNOHANG)); /* of the group, so left alone */
	process_signal_group(pid, SIGKILL);
	CHECK_INT(pid, waitpid(pid, NULL, 0));
}

static void test_standard_descriptors_are_filled(void)
{
	close(0);
	close(1);
	process_fill_standard();
	CHECK(fcntl(0, F_GETFD) >= 0);
	CHECK(fcntl(1, F_GETFD) >= 0);
	CHECK(fcntl(2, F_GETFD) >= 0);
}

TESTS(TEST(test_a_process_is_known_by_its_start) TEST(test_a_zombie_does_not_live)
	      TEST(test_strays_are_found_through_their_parents)
		      TEST(test_standard_descriptors_are_filled))
