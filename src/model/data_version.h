/* data_version.h -- the version of a value's content as far as it can be told without looking: same code,
 * same inputs, same version. */
#pragma once
#include "base/list.h"

struct data_input {
	sv key;          /* escaped */
	sv data_version; /* p NULL: none recorded */
};
struct data_inputs {
	struct data_input *at;
	size_t n, cap;
};

/* Lowercase hex SHA-256 over the code version and the inputs' data versions in key order; "UNKNOWN" when an input's is. */
sv data_version_compute(struct arena *a, sv code_version, const struct data_inputs *inputs);
