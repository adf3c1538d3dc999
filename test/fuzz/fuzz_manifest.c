/* fuzz_manifest.c -- a manifest reads, or says why not: it comes from another process. */
#include "fuzz.h"

#include "model/manifest.h"

static void fuzz_manifest(struct arena *a, sv input)
{
	struct manifest *m;
	struct err e;

	if (!manifest_read(a, input, &m, &e))
		assert(e.text[0]);
}

FUZZ(fuzz_manifest)
