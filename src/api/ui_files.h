/* ui_files.h -- the files that are compiled in: ui/dist, where there was one, and openapi.yaml.  tools/gen_ui_files.py writes
 * the table. */
#pragma once
#include <stddef.h>

struct ui_file {
	const char *path; /* "/static/main-4578a8bd48.js"; the page itself is "/index.html" */
	const char *type;
	const char *bytes;
	size_t size;
};

extern const struct ui_file ui_files[]; /* by path, bytewise */
extern const size_t ui_files_count;
