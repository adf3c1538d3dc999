/* workspace.h -- which code locations there are, where their code lies and which interpreter runs it: read from workspace.yaml,
 * dg.toml or pyproject.toml.  Loads no code.  Paths come out absolute. */
#pragma once
#include "base/err.h"
#include "base/list.h"
#include "codec/dotenv.h"
#include "model/manifest.h"

#define CODE_LOADERS(X)                 \
	X(FILE, "python_file")          \
	X(MODULE, "python_module")      \
	X(PACKAGE, "python_package")    \
	X(AUTOLOAD, "autoload_defs_module") \
	X(GRPC, "grpc_server") /* known and refused: such a location has a problem and nothing else */

#define X(id, word) LOADER_##id,
enum code_loader { CODE_LOADERS(X) };
#undef X
const char *code_loader_word(enum code_loader loader);

struct code_location {
	sv name;
	enum code_loader loader;
	sv target;                  /* absolute path of a file, or a module's name */
	sv attribute;               /* p NULL: the module is scanned */
	sv working_directory;
	sv project_root;            /* folder of the project's pyproject.toml or dg.toml; else the working directory */
	struct sv_list import_paths; /* put at the front of the module path, in order */
	sv interpreter;             /* p NULL: none yet, `problem` says how to make one */
	sv named_interpreter;       /* what executable_path says, absolute, whether there or not; p NULL when it is not set */
	sv interpreter_why;         /* where the choice comes from: "executable_path in workspace.yaml:4", "repo-ml/.venv" */
	sv definitions;             /* "plait" */
	uint32_t max_concurrent_steps; /* [tool.plait]: how many of its steps may run at once; 0: no limit of its own */
	struct source_position declared; /* in the workspace file */
	struct dotenv env;          /* of the project's .env; the workspace's first */
	sv problem, problem_hint;   /* why it cannot be used; p NULL when it can. Other locations go on */
};

struct workspace {
	sv file; /* absolute: what named the locations */
	sv root; /* its folder */
	struct code_location *at;
	size_t n, cap;
};

/* Code that is named itself, instead of a file that lists it: each a location of its own, from the folder they are named in. */
struct workspace_code {
	struct workspace_named {
		enum code_loader loader;
		sv target; /* a file, or a module */
	} *at;
	size_t n, cap;
	sv attribute, working_directory; /* of all; p NULL: none */
};

struct workspace_request {
	sv file;                           /* p NULL: search upward from cwd */
	const struct workspace_code *code; /* then no file is looked for; NULL: none; outlives all that is made of it */
	sv cwd;                            /* absolute */
	const char *(*getenv)(const char *name); /* NULL result: unset */
};

/* NOT_FOUND: no workspace, saying what was looked for and where.  INVALID: file:line and every fault found. */
bool workspace_load(struct arena *a, const struct workspace_request *request, struct workspace **ret, struct err *e) CHECKED;

const struct code_location *workspace_find(const struct workspace *w, sv name); /* NULL when unknown */
bool workspace_unknown(const struct workspace *w, sv typed, struct err *e); /* NOT_FOUND with "did you mean"; false */
