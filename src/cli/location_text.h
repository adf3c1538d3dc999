/* location_text.h -- code locations in words and in JSON, shared by the location commands. */
#pragma once
#include "cli/cli_json.h"
#include "cli/failure_text.h"

enum { LOCATION_TRACEBACK_LINES = 15 };

const char *location_health_word(enum location_health health);      /* "ok", "stale", "broken" */
enum style location_health_style(enum location_health health);
sv location_python(struct arena *a, const struct manifest *m);      /* "CPython 3.11.7" */
int64_t location_warnings(const struct manifest *m);                  /* how many its code gave; 0 for NULL */
void location_members(struct json *j, const struct location_state *state); /* members of an open map */
