/* python_find.h -- interpreters on this machine, and environments made from them: by looking at files, starting nothing. */
#pragma once
#include "base/list.h"
#include "env/python_version.h"

/* What someone asked for: nothing, a version ("3.12", ">=3.10"), or a program (a path, or a name on PATH). */
bool python_wanted_is_version(sv wanted);

/* Programs to try, best first: the named one, or python3, python, python3.N newest first.  None lies below `except`. */
struct sv_list python_candidates(struct arena *a, sv path_variable, sv wanted, sv cwd, sv except);

bool python_on_path(struct arena *a, sv path_variable, sv name,
		    sv *ret); /* an absolute path of that program */

/* An environment: its bin/python can be started, and pyvenv.cfg tells the version.  False when it is none or broken. */
bool python_environment(struct arena *a, sv folder, struct python_version *ret);
/* The folder of the environment that an interpreter belongs to; false when to none. */
bool python_environment_of(struct arena *a, sv interpreter, sv *ret);
struct sv_list python_site_packages(struct arena *a, sv environment); /* usually one */
