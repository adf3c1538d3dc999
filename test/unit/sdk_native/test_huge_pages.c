#include "huge_pages.h"

#include <signal.h>
#include <sys/mman.h>

#include "check.h"

enum { PAGE = 4096, HUGE_PAGE = 2 << 20 };

/* Memory that begins `offset` bytes after a border of huge pages; no two words of it are alike. */
static struct memory filled(size_t offset, size_t size)
{
	char *all = mmap(NULL, size + 2 * HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct memory part = {NULL, size};
	uint32_t *words;

	CHECK(all != MAP_FAILED);
	part.first = words = (void *)((((uintptr_t)all + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1)) + offset);
	for (size_t i = 0; i < size / sizeof(*words); i++)
		words[i] = (uint32_t)i * 2654435761u;
	return part;
}

static bool is_filled(struct memory part)
{
	const uint32_t *words = part.first;

	for (size_t i = 0; i < part.size / sizeof(*words); i++)
		if (words[i] != (uint32_t)i * 2654435761u)
			return false;
	return true;
}

/* What of the mapping that holds `part` is mapped by whole huge pages, in KiB. */
static long huge_kib(struct memory part)
{
	FILE *smaps = fopen("/proc/self/smaps", "r");
	char line[512];
	bool here = false;
	long kib = -1;

	CHECK(smaps);
	while (fgets(line, sizeof(line), smaps)) {
		unsigned long first, end;

		if (sscanf(line, "%lx-%lx ", &first, &end) == 2)
			here = first <= (uintptr_t)part.first && (uintptr_t)part.first < end;
		else if (here)
			sscanf(line, "AnonHugePages: %ld kB", &kib);
	}
	fclose(smaps);
	return kib;
}

static bool moved(const struct memory *parts, size_t count)
{
	size_t total = 0, got = huge_pages_move(parts, count);

	for (size_t i = 0; i < count; i++)
		total += parts[i].size;
	if (got == 0) /* before Linux 6.1, or memory in pieces */
		fprintf(stderr, "skipped: the kernel gives no huge page here\n");
	else
		CHECK_INT(total, got);
	return got > 0;
}

static void test_memory_is_where_and_what_it_was(void)
{
	struct memory parts[] = {filled(PAGE, PAGE), filled(3 * PAGE, 5 * HUGE_PAGE + 7 * PAGE), filled(0, 100 * PAGE)};

	if (!moved(parts, COUNT_OF(parts)))
		return;
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		CHECK(is_filled(parts[i]));
		memset(parts[i].first, 7, parts[i].size);
	}
	CHECK(huge_pages_move(parts, COUNT_OF(parts)) > 0); /* and once more */
	CHECK_INT(7, ((char *)parts[1].first)[parts[1].size - 1]);
}

static void test_it_lies_in_huge_pages(void)
{
	struct memory part = filled(0, 4 * HUGE_PAGE);

	CHECK(madvise(part.first, part.size, MADV_NOHUGEPAGE) == 0);
	if (moved(&part, 1))
		CHECK_INT(4 * HUGE_PAGE / 1024, huge_kib(part));
}

static void test_more_than_is_held_twice(void)
{
	struct memory parts[] = {filled(PAGE, 70 << 20), filled(2 * PAGE, 40 << 20)};

	if (moved(parts, COUNT_OF(parts)))
		CHECK(is_filled(parts[0]) && is_filled(parts[1]));
}

static void test_forks_stay_apart(void)
{
	struct memory part = filled(PAGE, 3 * HUGE_PAGE);
	int status;
	pid_t pid;

	moved(&part, 1);
	pid = fork();
	if (pid == 0) {
		memset(part.first, 0, part.size);
		_exit(is_filled(part));
	}
	CHECK_INT(pid, waitpid(pid, &status, 0));
	CHECK_INT(0, status);
	CHECK(is_filled(part));
}

static int heard;

static void hear(int number)
{
	heard = number;
}

static void test_signals_wait_and_are_let_in_again(void)
{
	struct memory part = filled(PAGE, HUGE_PAGE);
	sigset_t usr2, now;

	signal(SIGUSR1, hear);
	sigemptyset(&usr2);
	sigaddset(&usr2, SIGUSR2);
	sigprocmask(SIG_BLOCK, &usr2, NULL);
	moved(&part, 1);
	sigprocmask(SIG_SETMASK, NULL, &now);
	CHECK(sigismember(&now, SIGUSR2) == 1 && sigismember(&now, SIGUSR1) == 0);
	raise(SIGUSR1);
	CHECK_INT(SIGUSR1, heard);
}

static void test_nothing_is_nothing(void)
{
	CHECK_INT(0, huge_pages_move(NULL, 0));
}

TESTS(TEST(test_memory_is_where_and_what_it_was) TEST(test_it_lies_in_huge_pages)
	      TEST(test_more_than_is_held_twice) TEST(test_forks_stay_apart)
		      TEST(test_signals_wait_and_are_let_in_again) TEST(test_nothing_is_nothing))
