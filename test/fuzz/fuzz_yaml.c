/* fuzz_yaml.c -- YAML reads, or says why not. */
#include "fuzz.h"

#include "codec/yaml.h"

static void fuzz_yaml(struct arena *a, sv input)
{
	const struct value *v;
	struct err e;

	if (!yaml_read(a, "fuzz", input, &v, &e))
		assert(e.text[0]);
}

FUZZ(fuzz_yaml)
