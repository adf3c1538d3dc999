/* location_text.h -- code locations in words, shared by the location commands. */
#pragma once
#include "cli/cli_json.h"
#include "cli/failure_text.h"
#include "view/location_document.h"

enum { LOCATION_TRACEBACK_LINES = 15 };

enum style location_health_style(enum location_health health);
sv location_python(struct arena *a, const struct manifest *m); /* "CPython 3.11.7" */
