/* scratch.h -- a folder of its own for a test, gone when the test passes; left to be looked at when it fails. */
#pragma once
#include <limits.h>

#include "check.h"
#include "sys/file.h"

static char scratch_path[PATH_MAX];
static pid_t scratch_owner;

static inline void scratch_remove(void)
{
	if (scratch_path[0] && scratch_owner == getpid())
		folder_remove(sv_of(scratch_path));
}

/* The folder, made at the first call; under TMPDIR or /tmp. */
static inline sv scratch(void)
{
	const char *top = getenv("TMPDIR");

	if (scratch_path[0] && scratch_owner == getpid())
		return sv_of(scratch_path);
	snprintf(scratch_path, sizeof(scratch_path), "%s/plait-test-XXXXXX", top && *top ? top : "/tmp");
	CHECK(mkdtemp(scratch_path));
	scratch_owner = getpid();
	atexit(scratch_remove);
	return sv_of(scratch_path);
}

/* A path in it. */
static inline const char *scratch_file(struct arena *a, const char *name)
{
	sv folder = scratch();

	return arena_fmt(a, SV_FMT "/%s", SV_ARG(folder), name).p;
}
