/* dotenv.h -- `.env` files: NAME=value lines, `export` allowed, quotes, comments.
 * '…' is taken as it stands, "…" knows \n \t \r \" \\ \$, both may run over lines; unquoted values are trimmed and
 * end at " #".  Nothing is expanded ($NAME stays).  Knows nothing of the process's environment. */
#pragma once
#include "base/err.h"
#include "base/list.h"

struct dotenv_entry {
	sv name, value; /* both NUL-terminated behind their ends */
};

struct dotenv { /* names are unique */
	struct dotenv_entry *at;
	size_t n, cap;
};

/* Of a name that stands twice the later wins.  INVALID: "name:LINE: what". */
bool dotenv_read(struct arena *a, const char *name, sv text, struct dotenv *ret, struct err *e) CHECKED;
/* Adds, or replaces the value the name has. */
void dotenv_set(struct arena *a, struct dotenv *env, sv name, sv value);
