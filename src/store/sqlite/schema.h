/* schema.h -- bringing a database file to the schema this program speaks. */
#pragma once
#include "store/sqlite/statement.h"

/* The file's schema version; 0 for an empty file.  INVALID when it is somebody else's database. */
bool schema_version(struct sqlite_store *s, int64_t *ret, struct err *e) CHECKED;
/* INVALID when the schema is newer than this program, or (for reading) older. */
bool schema_check(struct sqlite_store *s, int64_t version, struct err *e) CHECKED;
/* Applies what is missing, all or nothing; several processes may try at once. */
bool schema_migrate(struct sqlite_store *s, struct err *e) CHECKED;
