/* toml.h -- TOML 1.0 text to values.  Dates and times come as text. */
#pragma once
#include "codec/value.h"

enum { TOML_DEPTH = 100 };

/* `name` is the file's name, for messages.  INVALID: "name:LINE:COLUMN: what". */
bool toml_read(struct arena *a, const char *name, sv text, const struct value **ret, struct err *e) CHECKED;
