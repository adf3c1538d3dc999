/* fuzz_yaml.c -- YAML reads, or says why not; what was read is a whole tree that JSON can hold. */
#include "fuzz.h"

#include "codec/json.h"
#include "codec/yaml.h"

static void fuzz_yaml(struct arena *a, sv input)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	const struct value *v;
	struct err e;

	if (!yaml_read(a, "fuzz", input, &v, &e)) {
		assert(e.text[0]);
		return;
	}
	assert(v->line > 0 && v->column > 0);
	json_value(&j, v);
	if (!json_read(a, buf_sv(&out), &v, &e))
		abort();
}

FUZZ(fuzz_yaml)
