/* fuzz.h -- one parser under strange input.  A target is one function and FUZZ(it):
 *
 *	static void fuzz_json(struct arena *a, sv input) { … }
 *	FUZZ(fuzz_json)
 *
 * Built with -DFUZZ_LIVE it is libFuzzer's entry point (tools/fuzz.sh).  Built as a test its main() replays every
 * file of a corpus folder, whole and in a few hundred seeded mutations, a child process a file, and counts. */
#pragma once
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"

enum { FUZZ_MUTATIONS = 300, FUZZ_INPUT_BYTES = 1 << 16, FUZZ_SECONDS = 60 };

typedef void fuzz_fn(struct arena *a, sv input);

/* The parser sees a copy of the exact size, so that a sanitizer sees a read past its end. */
static inline void fuzz_feed(fuzz_fn *target, const char *bytes, size_t n)
{
	struct arena *a = arena_new();
	char *copy = malloc(n ? n : 1);

	if (!copy)
		abort();
	memcpy(copy, bytes, n);
	target(a, (sv){copy, n});
	free(copy);
	arena_free(a);
}

static inline uint64_t fuzz_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* One to four small wounds: a byte changed, doubled, cut out, or the rest cut off. */
static inline size_t fuzz_mutate(char *bytes, size_t n, uint64_t *state)
{
	static const char hostile[] = "{}[]\":,\\\n\t'#&*!|>%@`-?\0\xff\xc0 0e+.";

	for (uint64_t left = 1 + fuzz_random(state) % 4; left && n; left--) {
		size_t at = fuzz_random(state) % n;

		switch (fuzz_random(state) % 4) {
		case 0: bytes[at] = hostile[fuzz_random(state) % (sizeof(hostile) - 1)]; break;
		case 1: bytes[at] = (char)fuzz_random(state); break;
		case 2: memmove(bytes + at, bytes + at + 1, --n - at); break;
		default: n = fuzz_random(state) % 8 ? n : at; break;
		}
	}
	return n;
}

static inline void fuzz_replay_bytes(fuzz_fn *target, const char *bytes, size_t n)
{
	uint64_t state = 0x9e3779b97f4a7c15u ^ n;
	char *work = malloc(n + 1);

	if (!work)
		abort();
	fuzz_feed(target, bytes, n);
	for (int i = 0; i < FUZZ_MUTATIONS; i++) {
		memcpy(work, bytes, n);
		fuzz_feed(target, work, fuzz_mutate(work, n, &state));
	}
	free(work);
}

static inline bool fuzz_replay_file(fuzz_fn *target, const char *path)
{
	static char bytes[FUZZ_INPUT_BYTES];
	FILE *file = fopen(path, "rb");
	size_t n = file ? fread(bytes, 1, sizeof(bytes), file) : 0;
	int status = 0;
	pid_t pid;

	if (!file)
		return false;
	fclose(file);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		alarm(FUZZ_SECONDS);
		fuzz_replay_bytes(target, bytes, n);
		exit(0);
	}
	if (pid > 0 && waitpid(pid, &status, 0) == pid && status == 0)
		return true;
	fprintf(stderr, "FAILED on %s (status %d)\n", path, status);
	return false;
}

static inline int fuzz_replay(fuzz_fn *target, const char *folder)
{
	static DIR *dir; /* static: a child that exits still holds it, which is no leak */
	int passed = 0, failed = 0;
	char path[PATH_MAX];

	dir = opendir(folder);

	for (struct dirent *d; dir && (d = readdir(dir));) {
		if (d->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, d->d_name);
		if (fuzz_replay_file(target, path))
			passed++;
		else
			failed++;
	}
	if (dir)
		closedir(dir);
	printf("%d passed, %d failed\n", passed, failed);
	return failed || !passed;
}

#ifdef FUZZ_LIVE
#define FUZZ(target)                                                    \
	int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);     \
	int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)      \
	{                                                               \
		fuzz_feed(target, (const char *)bytes, n);              \
		return 0;                                               \
	}
#else
#define FUZZ(target)                                                         \
	int main(int argc, char **argv)                                      \
	{                                                                    \
		return argc == 2 ? fuzz_replay(target, argv[1]) : 2;         \
	}
#endif
