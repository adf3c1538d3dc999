/* data_version.c -- the concatenation that Dagster hashes, so that versions mean the same in both. */
#include "model/data_version.h"

#include "base/buf.h"
#include "base/digest.h"

static const sv UNKNOWN = {"UNKNOWN", 7};
static const sv NEVER_MADE = {"NULL", 4};

static int by_key(const void *a, const void *b)
{
	return sv_cmp(((const struct data_input *)a)->key, ((const struct data_input *)b)->key);
}

sv data_version_compute(struct arena *a, sv code_version, const struct data_inputs *inputs)
{
	struct data_input *sorted = NEW(a, struct data_input, inputs->n + 1);
	AUTO_BUF text = {0};

	if (inputs->n)
		memcpy(sorted, inputs->at, inputs->n * sizeof(sorted[0]));
	qsort(sorted, inputs->n, sizeof(sorted[0]), by_key);
	buf_add(&text, code_version);
	for (size_t i = 0; i < inputs->n; i++) {
		sv version = sorted[i].data_version.p ? sorted[i].data_version : NEVER_MADE;

		if (sv_eq(version, UNKNOWN))
			return UNKNOWN;
		buf_add(&text, version);
	}
	return digest_sha256(a, buf_sv(&text));
}
