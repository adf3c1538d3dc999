/* env_project.h -- what a project's own files ask of its environment: which Python, which packages, which of them lie in
 * folders beside it.  Reads files; installs nothing. */
#pragma once
#include "base/err.h"
#include "base/list.h"

enum env_kind {
	ENV_EMPTY,        /* no pyproject.toml: nothing to install */
	ENV_REQUIREMENTS, /* requirements.txt only */
	ENV_DEPENDENCIES, /* a pyproject.toml without a package: its dependencies only */
	ENV_PACKAGE,      /* installed itself, editable */
};

/* A dependency that pip would not find: [tool.uv.sources]. */
struct env_source {
	sv name;
	sv path;        /* absolute; p NULL: `requirement` says where it is */
	sv requirement; /* "name @ git+https://…" */
	bool editable;
};

struct env_project {
	sv folder;
	enum env_kind kind;
	sv requires_python; /* empty when it asks for nothing */
	struct sv_list dependencies;
	LIST(struct env_source) sources; /* those of path dependencies too */
	bool locked;                     /* there is a uv.lock for it */
	sv digest;                       /* changes when any of the files read here does */
};

/* INVALID, DENIED … with the file: a pyproject.toml that cannot be read. */
bool env_project_read(struct arena *a, sv folder, struct env_project *ret, struct err *e) CHECKED;

/* What pip installs, as arguments behind "install": path dependencies first, all in one call, so that each finds the other. */
struct sv_list env_project_pip_arguments(struct arena *a, const struct env_project *p);
/* The same for `uv pip`, which knows [tool.uv.sources] itself. */
struct sv_list env_project_uv_arguments(struct arena *a, const struct env_project *p);
/* For uv, which takes a folder whose version is the same for unchanged: install copied path dependencies again. */
void env_project_add_reinstalls(struct arena *a, const struct env_project *p, struct sv_list *ret);
