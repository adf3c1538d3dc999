/* location_resolve.c -- folders, interpreter, environment and switches of one code location. */
#include "code/location_resolve.h"

#include "codec/toml.h"
#include "model/limits.h"
#include "sys/file.h"
#include "sys/path.h"

struct resolver {
	struct arena *a;
	const struct location_surroundings *around;
	const struct declared_location *declared;
	struct code_location *ret;
};

/* The first problem is the one that counts. */
static void problem(struct resolver *r, sv what, sv hint)
{
	if (r->ret->problem.p)
		return;
	r->ret->problem = what;
	r->ret->problem_hint = hint;
}

/* As people would write it: from the workspace's folder when it lies below. */
static sv shown(struct resolver *r, sv path)
{
	return path_within(r->around->root, path) ? path_relative(r->a, r->around->root, path)
						  : path;
}

/* --- folders --- */

static bool has(struct resolver *r, sv folder, const char *name)
{
	return file_exists(path_join(r->a, folder, sv_of(name)));
}

static bool is_project(struct resolver *r, sv folder)
{
	static const char *const markers[] = {"pyproject.toml", "dg.toml", "setup.py", "setup.cfg",
					      ".venv"};

	for (size_t i = 0; i < COUNT_OF(markers); i++)
		if (has(r, folder, markers[i]))
			return true;
	return false;
}

/* Upward from where the code lies, never past the workspace's folder or the repository's, and never into a folder that
 * holds the workspace too: what lies there belongs to neither. */
static sv find_project(struct resolver *r, sv from)
{
	sv root = r->around->root;

	for (sv folder = from;; folder = path_parent(folder)) {
		if (!sv_eq(folder, from) && !sv_eq(folder, root) && path_within(folder, root))
			return r->ret->working_directory;
		if (is_project(r, folder))
			return arena_sv(r->a, folder);
		if (sv_eq(folder, root) || folder.n <= 1 || has(r, folder, ".git"))
			return r->ret->working_directory;
	}
}

static void resolve_folders(struct resolver *r)
{
	struct code_location *l = r->ret;
	sv root = r->around->root, from;

	l->working_directory = r->declared->working_directory.p
				       ? path_resolve(r->a, root, r->declared->working_directory)
				       : root;
	from = l->working_directory;
	l->target = r->declared->target;
	if (l->loader == LOADER_FILE) {
		l->target = path_resolve(r->a, root, l->target);
		/* a file written as seen from its working directory is understood too */
		if (!file_exists(l->target) &&
		    file_exists(path_resolve(r->a, l->working_directory, r->declared->target)))
			l->target = path_resolve(r->a, l->working_directory, r->declared->target);
		from = path_parent(l->target);
	}
	l->project_root = find_project(r, from);
	if (!file_is_folder(l->working_directory))
		problem(r,
			arena_fmt(r->a, "the working_directory " SV_FMT " is no folder",
				  SV_ARG(l->working_directory)),
			arena_fmt(r->a, "correct it: it is taken relative to the folder of " SV_FMT,
				  SV_ARG(r->around->file)));
	else if (l->loader == LOADER_FILE && !file_exists(l->target))
		problem(r, arena_fmt(r->a, "there is no file " SV_FMT, SV_ARG(l->target)),
			arena_fmt(r->a, "correct it: it is taken relative to the folder of " SV_FMT,
				  SV_ARG(r->around->file)));
}

static void add_import_path(struct resolver *r, sv folder)
{
	struct sv_list *paths = &r->ret->import_paths;

	for (size_t i = 0; i < paths->n; i++)
		if (sv_eq(paths->at[i], folder))
			return;
	if (file_is_folder(folder))
		*LIST_ADD(r->a, paths) = folder;
}

/* The working directory first, as the field expects; then what makes src/ layouts work without being installed. */
static void add_import_paths(struct resolver *r)
{
	sv project = r->ret->project_root;

	*LIST_ADD(r->a, &r->ret->import_paths) = r->ret->working_directory;
	add_import_path(r, path_join(r->a, r->ret->working_directory, SV("src")));
	add_import_path(r, path_join(r->a, project, SV("src")));
	add_import_path(r, project);
}

/* --- interpreter --- */

static bool is_program(sv path)
{
	struct file_facts facts;

	return file_look_through(path, &facts) && facts.type == FILE_REGULAR;
}

static bool find_on_path(struct resolver *r, sv name, sv *ret)
{
	sv rest = sv_of(r->around->getenv("PATH")), folder;

	while (sv_split(&rest, ':', &folder)) {
		sv path = path_join(r->a, folder, name);

		if (path_is_absolute(folder) && is_program(path)) {
			*ret = path;
			return true;
		}
	}
	return false;
}

/* What someone named as an interpreter: a program, an environment's folder, or a bare word on PATH. */
static bool find_named(struct resolver *r, sv base, sv named, sv *ret)
{
	sv path = path_resolve(r->a, base, named);
	size_t slash;

	if (file_is_folder(path))
		path = path_join(r->a, path, SV("bin/python"));
	*ret = path;
	if (is_program(path))
		return true;
	return !sv_find(named, '/', &slash) && find_on_path(r, named, ret);
}

static void use_named(struct resolver *r, sv base, sv named, sv why)
{
	sv found;

	r->ret->interpreter_why = why;
	if (find_named(r, base, named, &found))
		r->ret->interpreter = found;
	else
		problem(r,
			arena_fmt(r->a, "there is no interpreter " SV_FMT " (" SV_FMT ")",
				  SV_ARG(found), SV_ARG(why)),
			arena_fmt(
				r->a,
				path_within(r->ret->project_root, found)
					? "make it: plait env sync " SV_FMT
					: "correct it, or remove it and run `plait env sync " SV_FMT
					  "`",
				SV_ARG(r->ret->name)));
}

static bool use_environment_of(struct resolver *r, sv folder)
{
	sv environment = path_join(r->a, folder, SV(".venv"));
	sv python = path_join(r->a, environment, SV("bin/python"));

	if (!file_is_folder(environment))
		return false;
	if (is_program(python)) {
		r->ret->interpreter = python;
		r->ret->interpreter_why = shown(r, environment);
	} else {
		problem(r,
			arena_fmt(r->a, SV_FMT " has no working bin/python",
				  SV_ARG(shown(r, environment))),
			arena_fmt(r->a, "make it anew: plait env sync " SV_FMT,
				  SV_ARG(r->ret->name)));
	}
	return true;
}

/* The activated environment, or the Python on PATH. */
static bool use_what_is_ready(struct resolver *r)
{
	const char *active = r->around->getenv("VIRTUAL_ENV");
	sv found;

	if (!r->around->named)
		return false;
	if (active && *active) {
		use_named(r, r->around->cwd, sv_of(active), SV("VIRTUAL_ENV"));
		return true;
	}
	if (!find_on_path(r, SV("python3"), &found))
		return false;
	r->ret->interpreter = found;
	r->ret->interpreter_why = SV("python3 on PATH");
	return true;
}

static void find_interpreter(struct resolver *r)
{
	const char *fallback = r->around->getenv("PLAIT_PYTHON");
	sv where = shown(r, r->ret->project_root);

	if (r->declared->executable.p) {
		find_named(r, r->around->root, r->declared->executable, &r->ret->named_interpreter);
		use_named(r, r->around->root, r->declared->executable,
			  arena_fmt(r->a, "executable_path in " SV_FMT ":%u",
				    SV_ARG(path_leaf(r->around->file)),
				    r->declared->executable_line));
		return;
	}
	if (use_environment_of(r, r->ret->project_root) ||
	    use_environment_of(r, r->ret->working_directory))
		return;
	if (fallback && *fallback) {
		use_named(r, r->around->cwd, sv_of(fallback), SV("PLAIT_PYTHON"));
		return;
	}
	if (use_what_is_ready(r))
		return;
	if (sv_eq(where, SV(".")))
		where = r->ret->project_root;
	problem(r,
		arena_fmt(r->a,
			  "no Python environment: " SV_FMT
			  " has no .venv and no executable_path is set",
			  SV_ARG(where)),
		arena_fmt(r->a, "make one: plait env sync " SV_FMT, SV_ARG(r->ret->name)));
}

/* --- .env and [tool.plait] --- */

static void read_env(struct resolver *r, sv folder)
{
	sv path = path_join(r->a, folder, SV(".env")), text;
	struct dotenv env;
	struct err e;

	if (!file_exists(path))
		return;
	if (!file_read(r->a, path, LIMIT_CONFIG_BYTES, &text, &e) ||
	    !dotenv_read(r->a, shown(r, path).p, text, &env, &e)) {
		problem(r, arena_sv(r->a, sv_of(e.text)), arena_sv(r->a, sv_of(e.hint)));
		return;
	}
	for (size_t i = 0; i < env.n; i++)
		dotenv_set(r->a, &r->ret->env, env.at[i].name,
			   dotenv_expand(r->a, env.at[i].value, &r->ret->env, r->around->getenv));
}

static bool read_plait_table(struct resolver *r, sv path, struct plait_switches *ret, struct err *e)
{
	struct declaration d = {.a = r->a, .label = shown(r, path), .getenv = r->around->getenv};
	const struct value *root;
	sv text;

	if (!file_read(r->a, path, LIMIT_CONFIG_BYTES, &text, e) ||
	    !toml_read(r->a, d.label.p, text, &root, e))
		return false;
	pyproject_switches(&d, root, ret);
	return declaration_end(&d, e);
}

static void read_switches(struct resolver *r)
{
	sv path = path_join(r->a, r->ret->project_root, SV("pyproject.toml"));
	struct plait_switches switches;
	sv definitions;
	struct err e;

	r->ret->definitions = SV("plait");
	if (!file_exists(path))
		return;
	if (!read_plait_table(r, path, &switches, &e)) {
		problem(r, arena_sv(r->a, sv_of(e.text)), arena_sv(r->a, sv_of(e.hint)));
		return;
	}
	r->ret->max_concurrent_steps = switches.max_concurrent_steps;
	definitions = switches.definitions;
	if (!definitions.p || sv_eq(definitions, SV("plait")))
		return;
	r->ret->definitions = definitions;
	if (sv_eq(definitions, SV("dagster")))
		problem(r,
			arena_fmt(r->a,
				  SV_FMT " says [tool.plait] definitions = \"dagster\": loading "
					 "with the real Dagster "
					 "package is reserved and not there yet",
				  SV_ARG(shown(r, path))),
			SV("set it to \"plait\" or remove it: code that imports dagster loads with "
			   "plait's SDK"));
	else
		problem(r,
			arena_fmt(r->a, SV_FMT ": [tool.plait] definitions is \"" SV_FMT "\"",
				  SV_ARG(shown(r, path)), SV_ARG(definitions)),
			SV("set it to \"plait\" or remove it"));
}

void location_resolve(struct arena *a, const struct location_surroundings *around,
		      const struct declared_location *declared, struct code_location *ret)
{
	struct resolver r = {.a = a, .around = around, .declared = declared, .ret = ret};

	*ret = (struct code_location){
		.name = declared->name,
		.loader = declared->loader,
		.attribute = declared->attribute,
		.working_directory = around->root,
		.project_root = around->root,
		.definitions = SV("plait"),
		.declared = {.file = around->file, .line = declared->line},
		.problem = declared->problem,
		.problem_hint = declared->problem_hint,
	};
	if (ret->loader == LOADER_GRPC)
		return;
	resolve_folders(&r);
	if (ret->problem.p)
		return;
	add_import_paths(&r);
	read_switches(&r);
	read_env(&r, around->root);
	if (!sv_eq(ret->project_root, around->root))
		read_env(&r, ret->project_root);
	find_interpreter(&r);
}
