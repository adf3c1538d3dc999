#include "sys/cgroup.h"

#include "check.h"
#include "sys/file.h"

/* A child in a session of its own would escape a group signal. */
static void test_killing_a_group_ends_all_in_it(void)
{
	AUTO_ARENA a = arena_new();
	sv ours, group;
	int ready[2], ended[2];
	char byte;
	pid_t pid;

	if (!cgroup_find(a, &ours)) {
		fprintf(stderr, "skipped: no control group that we may divide\n");
		return;
	}
	CHECK(pipe(ready) == 0 && pipe(ended) == 0);
	pid = fork();
	if (pid == 0) {
		CHECK(read(ready[0], &byte, 1) == 1);
		close(ended[0]);
		if (fork() == 0)
			setsid();
		pause();
		_exit(0);
	}
	close(ended[1]);
	if (!cgroup_enter(a, ours, pid, &group)) {
		kill(pid, SIGKILL);
		fprintf(stderr, "skipped: %.*s takes no process\n", SV_ARG(ours));
		return;
	}
	CHECK(write(ready[1], "x", 1) == 1);
	usleep(50000);
	CHECK(!cgroup_remove(group));
	CHECK(cgroup_kill(group));
	CHECK_INT(0, read(ended[0], &byte, 1)); /* the last of them is gone */
	CHECK_INT(pid, waitpid(pid, NULL, 0));
	for (int i = 0; i < 100 && !cgroup_remove(group); i++)
		usleep(10000);
	CHECK(!file_exists(group));
}

TESTS(TEST(test_killing_a_group_ends_all_in_it))
