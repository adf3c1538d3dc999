/* check.h -- the whole test harness: checks that print both values, tests in a table, each run in a
 * forked child with a time limit, so a crash or a hang fails one test and names it.
 *
 *	static void test_thing_expected(void) { CHECK_INT(2, 1 + 1); }
 *	TESTS(TEST(test_thing_expected))
 *
 * The last line a test program prints is "N passed, N failed".  TESTS() writes main(). */
#pragma once
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"

enum { CHECK_TIME_LIMIT_SECONDS = 60 };

#define CHECK_AT __FILE__, __LINE__

static inline void check_fail(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	_exit(1);
}

#define CHECK(condition)                                           \
	do {                                                       \
		if (!(condition))                                  \
			check_fail(CHECK_AT, "not so: " #condition); \
	} while (0)

/* A call of the bool-and-err kind that must succeed; prints its error. */
#define CHECK_OK(call, e)                                                                        \
	do {                                                                                     \
		if (!(call)) {                                                                   \
			fprintf(stderr, "%s:%d: %s: %s\n", CHECK_AT, #call, (e)->text);          \
			_exit(1);                                                                \
		}                                                                                \
	} while (0)

static inline void check_int(const char *file, int line, long long want, long long got)
{
	if (want == got)
		return;
	fprintf(stderr, "%s:%d: want %lld, got %lld\n", file, line, want, got);
	_exit(1);
}

static inline void check_sv(const char *file, int line, sv want, sv got)
{
	if (sv_eq(want, got))
		return;
	fprintf(stderr, "%s:%d:\n  want \"%.*s\"\n  got  \"%.*s\"\n", file, line, SV_ARG(want), SV_ARG(got));
	_exit(1);
}

static inline void check_contains(const char *file, int line, const char *part, const char *whole)
{
	if (strstr(whole, part))
		return;
	fprintf(stderr, "%s:%d:\n  want …%s…\n  got  \"%s\"\n", file, line, part, whole);
	_exit(1);
}

#define CHECK_INT(want, got) check_int(CHECK_AT, (long long)(want), (long long)(got))
#define CHECK_SV(want, got) check_sv(CHECK_AT, (want), (got))
#define CHECK_STR(want, got) check_sv(CHECK_AT, sv_of(want), sv_of(got))
#define CHECK_CONTAINS(part, whole) check_contains(CHECK_AT, (part), (whole))

struct check_test {
	const char *name;
	void (*run)(void);
};

static inline bool check_run_one(const struct check_test *test)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		alarm(CHECK_TIME_LIMIT_SECONDS);
		test->run();
		exit(0); /* not _exit: leak checking happens here */
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return false;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (WIFSIGNALED(status))
		fprintf(stderr, "FAILED %s (%s)\n", test->name, strsignal(WTERMSIG(status)));
	else
		fprintf(stderr, "FAILED %s\n", test->name);
	return false;
}

static inline int check_main(const struct check_test *tests, size_t count, int argc, char **argv)
{
	int passed = 0, failed = 0;

	for (size_t i = 0; i < count; i++) {
		if (argc > 1 && !strstr(tests[i].name, argv[1]))
			continue;
		if (check_run_one(&tests[i]))
			passed++;
		else
			failed++;
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}

#define TEST(function) {#function, function},
#define TESTS(list)                                                                       \
	int main(int argc, char **argv)                                                   \
	{                                                                                 \
		static const struct check_test tests[] = {list};                          \
		return check_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);   \
	}
