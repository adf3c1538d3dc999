/* dotenv.h -- `.env` files: NAME=value lines, `export` allowed, quotes, comments.
 * '…' is taken as it stands, "…" knows \n \t \r \" \\ \$, both may run over lines; unquoted values are trimmed and
 * end at " #".  Reading expands nothing; dotenv_expand does.  Knows nothing of the process's environment. */
#pragma once
#include "base/err.h"
#include "base/list.h"

enum { DOTENV_VALUE_BYTES = 128 << 10 }; /* as long as the kernel lets a variable be */

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

/* `value` with ${NAME} and ${NAME:-otherwise} replaced: by what `known` has, else by `variable` (NULL result: unset), else
 * by `otherwise` or nothing.  Past DOTENV_VALUE_BYTES the rest stays as it is. */
sv dotenv_expand(struct arena *a, sv value, const struct dotenv *known, const char *(*variable)(const char *name));
