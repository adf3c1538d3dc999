/* declaration.h -- inside of workspace: what a file says about code locations, before any path is resolved, and the faults
 * found while reading it (all are collected, so that one look at the message mends them all).  Touches no file. */
#pragma once
#include "base/buf.h"
#include "code/workspace.h"

struct declared_location {
	sv name;              /* p NULL: the default */
	enum code_loader loader;
	sv target;            /* a file as written, or a module */
	sv attribute, working_directory, executable; /* as written; p NULL when absent */
	uint32_t line, executable_line;
	sv problem, problem_hint; /* p NULL when nothing is wrong with it */
};

struct declared_locations {
	struct declared_location *at;
	size_t n, cap;
};

struct declaration {
	struct arena *a;
	sv label;                                /* the file's name, for messages */
	const char *(*getenv)(const char *name);
	struct declared_locations locations;
	struct sv_list faults;                   /* "file:LINE:COLUMN: what" */
	sv hint;                                 /* of the first fault that has one */
};

/* A fault at a value's place; `path` names the value as "load_from[0].python_file", empty for the whole file. */
void declaration_fault(struct declaration *d, const struct value *at, sv path, const char *fmt, ...) PRINTF(4, 5);
/* True when there was no fault; else INVALID with all of them. */
bool declaration_end(const struct declaration *d, struct err *e);

/* A fault for each key of `map` that is not known; with `lenient` only for those that look like a known one. */
void declaration_check_keys(struct declaration *d, const struct value *map, sv path, const sv *known, size_t count,
			    bool lenient);
/* The text of a member, p NULL when absent; {env: NAME} is looked up.  Anything else is a fault. */
sv declaration_text(struct declaration *d, const struct value *map, sv path, const char *key);
/* The same without {env: NAME}, and a fault when it is missing and `required`. */
sv declaration_plain_text(struct declaration *d, const struct value *map, sv path, const char *key, bool required);

sv declaration_default_name(struct arena *a, const struct declared_location *location);
/* Gives every location its name; faults for names that stand twice or cannot be used. */
void declaration_settle_names(struct declaration *d);

/* workspace_yaml.c */
void workspace_yaml_declare(struct declaration *d, const struct value *root);

/* workspace_dg.c: dg.toml, and [tool.dg] of pyproject.toml. */
enum dg_type { DG_NONE, DG_WORKSPACE, DG_PROJECT };

struct dg_member {
	sv path; /* as written */
	uint32_t line;
};

struct dg_config {
	enum dg_type type;
	LIST(struct dg_member) projects; /* of a workspace */
	struct declared_location project; /* of a project; its name may be absent: the folder's */
};

/* `path` is where `table` stands: empty, or "tool.dg". */
void dg_declare(struct declaration *d, const struct value *table, sv path, struct dg_config *ret);

/* workspace_pyproject.c */
struct pyproject {
	struct dg_config dg;        /* [tool.dg] */
	struct declared_locations dagster; /* [tool.dagster] */
};
void pyproject_declare(struct declaration *d, const struct value *root, struct pyproject *ret);
/* [tool.plait] */
struct plait_switches {
	sv definitions;                /* p NULL when absent */
	uint32_t max_concurrent_steps; /* 0 when absent */
};
void pyproject_switches(struct declaration *d, const struct value *root, struct plait_switches *ret);
