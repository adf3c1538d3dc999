/* migration.h -- the numbered steps of the schema, forward only, compiled in from store/migrations/ in each backend's
 * dialect (tools/gen_migrations.py).  A released migration is never edited: the next change is the next number. */
#pragma once
#include "base/base.h"

struct migration {
	int64_t version;
	const char *name;
	const char *sql;
};

extern const struct migration migrations_sqlite[];
extern const size_t migrations_sqlite_count;
