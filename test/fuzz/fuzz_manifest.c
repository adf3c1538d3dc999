/* fuzz_manifest.c -- a manifest reads, or says why not: it comes from another process. */
#include "fuzz.h"

#include "model/step_options.h"

static void fuzz_manifest(struct arena *a, sv input)
{
	struct sv_list problems = {0};
	struct manifest *m;
	struct err e;

	if (!manifest_read(a, SV("id"), input, &m, &e)) {
		assert(e.text[0]);
		return;
	}
	for (size_t i = 0; i < m->steps_count; i++)
		(void)step_options_read(a, m, &m->steps[i], &problems);
}

FUZZ(fuzz_manifest)
