/* settings_file.h -- dagster.yaml (doc/formats/settings.md): finds it, checks it, reads what plait acts on; sections that
 * only Dagster knows are let pass. */
#pragma once
#include "code/workspace.h"
#include "model/settings.h"

#define SETTINGS_FILE "dagster.yaml"

struct settings_request {
	sv workspace_root; /* the folder of the workspace file; looked into first.  p NULL: none */
	sv cwd;            /* absolute; paths in messages are shown from here */
	const char *(*getenv)(const char *name); /* PLAIT_HOME, DAGSTER_HOME, and {env: NAME} */
};

/* The folders that it may be in, the first one first. */
void settings_folders(struct arena *a, const struct settings_request *request, struct sv_list *ret);

/* The defaults where there is no file.  INVALID: file:line:column and every fault found. */
bool settings_load(struct arena *a, const struct settings_request *request, struct settings *ret, struct err *e) CHECKED;

/* What the file's tree says, over the defaults; faults are collected in the declaration. */
struct declaration;
struct settings settings_declare(struct declaration *d, const struct value *root);
