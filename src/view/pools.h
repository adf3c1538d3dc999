/* pools.h -- limits over all runs, and how much of the code they are about. */
#pragma once
#include "codec/json.h"
#include "daemon/session.h"

struct pool {
	sv name;
	int64_t limit; /* -1: none */
	bool own;      /* set with `plait pool set`; else that of dagster.yaml */
	size_t steps;  /* of the code as it is stored */
};

struct pools {
	struct pool *at;
	size_t n, cap;
};

/* Every pool that has a limit of its own or is named by code, by name.  `store` may be NULL. */
bool pools_read(struct arena *a, const struct session *s, struct store *store, struct pools *ret, struct err *e) CHECKED;
void pools_document(struct json *j, const struct pools *pools);
