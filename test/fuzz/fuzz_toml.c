/* fuzz_toml.c -- TOML reads, or says why not. */
#include "fuzz.h"

#include "codec/toml.h"

static void fuzz_toml(struct arena *a, sv input)
{
	const struct value *v;
	struct err e;

	if (!toml_read(a, "fuzz", input, &v, &e))
		assert(e.text[0]);
}

FUZZ(fuzz_toml)
