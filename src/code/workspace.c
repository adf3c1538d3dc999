/* workspace.c -- finding the file that names the code locations, and reading it whichever of the three kinds it is. */
#include "code/workspace.h"

#include "base/buf.h"
#include "base/nearest.h"
#include "code/location_resolve.h"
#include "codec/toml.h"
#include "codec/yaml.h"
#include "model/limits.h"
#include "sys/file.h"
#include "sys/path.h"

#define MINIMAL_WORKSPACE                              \
	"load_from:\n"                                 \
	"  - python_package:\n"                        \
	"      package_name: my_package.definitions\n" \
	"      location_name: my-team\n"               \
	"      working_directory: ./my-repository\n"

const char *code_loader_word(enum code_loader loader)
{
#define X(id, word) [LOADER_##id] = word,
	static const char *const words[] = {CODE_LOADERS(X)};
#undef X
	return words[loader];
}

const struct code_location *workspace_find(const struct workspace *w, sv name)
{
	for (size_t i = 0; i < w->n; i++)
		if (sv_eq(w->at[i].name, name))
			return &w->at[i];
	return NULL;
}

bool workspace_unknown(const struct workspace *w, sv typed, struct err *e)
{
	AUTO_ARENA a = arena_new();
	AUTO_BUF all = {0};
	struct sv_list names = {0};
	uint32_t near;

	for (size_t i = 0; i < w->n; i++) {
		buf_addf(&all, "%s" SV_FMT, i ? ", " : "", SV_ARG(w->at[i].name));
		*LIST_ADD(a, &names) = w->at[i].name;
	}
	near = nearest(typed, names.at, names.n);
	err_set(e, ERR_NOT_FOUND, "there is no code location '" SV_FMT "' in " SV_FMT,
		SV_ARG(typed), SV_ARG(w->file));
	if (near != NO_ID)
		return err_hint(e, "did you mean '" SV_FMT "'?", SV_ARG(names.at[near]));
	return err_hint(e, "there are: " SV_FMT, SV_ARG(buf_sv(&all)));
}

struct search {
	struct arena *a;
	const struct workspace_request *request;
	struct err *e;
};

/* What a file turned out to be. */
enum source { SOURCE_NONE, SOURCE_WORKSPACE, SOURCE_PROJECT };

/* --- reading one file --- */

static struct declaration start(struct search *s, sv path)
{
	sv cwd = s->request->cwd;

	return (struct declaration){
		.a = s->a,
		.label = path_within(cwd, path) ? path_relative(s->a, cwd, path) : path,
		.getenv = s->request->getenv,
	};
}

static bool read_yaml(struct search *s, sv path, struct declaration *d)
{
	const struct value *root;
	sv text;

	if (!file_read(s->a, path, LIMIT_CONFIG_BYTES, &text, s->e))
		return false;
	if (!yaml_read(s->a, d->label.p, text, &root, s->e))
		return err_hint(s->e, "indentation matters; the least a workspace file needs:\n%s",
				MINIMAL_WORKSPACE);
	workspace_yaml_declare(d, root);
	if (!d->hint.n && root->type != VALUE_MAP)
		d->hint = SV("the least it needs:\n" MINIMAL_WORKSPACE);
	return declaration_end(d, s->e);
}

static bool read_toml(struct search *s, sv path, const struct declaration *d,
		      const struct value **ret)
{
	sv text;

	return file_read(s->a, path, LIMIT_CONFIG_BYTES, &text, s->e) &&
	       toml_read(s->a, d->label.p, text, ret, s->e);
}

/* dg's configuration of a folder: dg.toml, or else [tool.dg] of pyproject.toml. */
static bool read_dg_folder(struct search *s, sv folder, struct dg_config *ret)
{
	sv path = path_join(s->a, folder, SV("dg.toml"));
	bool own = file_exists(path);
	struct declaration d;
	const struct value *root;

	if (!own)
		path = path_join(s->a, folder, SV("pyproject.toml"));
	*ret = (struct dg_config){0};
	if (!file_exists(path))
		return true;
	d = start(s, path);
	if (!read_toml(s, path, &d, &root))
		return false;
	dg_declare(&d, own ? root : value_map(value_map(root, "tool"), "dg"),
		   own ? SV("") : SV("tool.dg"), ret);
	return declaration_end(&d, s->e);
}

/* A project that cannot be read is one broken location: the others of the workspace go on. */
static struct declared_location declare_member(struct search *s, sv root,
					       const struct dg_member *member)
{
	sv folder = path_resolve(s->a, root, member->path);
	struct dg_config config;
	struct declared_location location = {
		.name = path_leaf(folder), .loader = LOADER_MODULE, .line = member->line};

	if (!file_is_folder(folder)) {
		location.problem = arena_fmt(s->a, "the project's folder " SV_FMT " does not exist",
					     SV_ARG(folder));
		location.problem_hint = SV("correct its path, or check the submodule out");
	} else if (!read_dg_folder(s, folder, &config)) {
		location.problem = arena_sv(s->a, sv_of(s->e->text));
		location.problem_hint = arena_sv(s->a, sv_of(s->e->hint));
	} else if (config.type != DG_PROJECT) {
		location.problem = arena_fmt(s->a, SV_FMT " is no project", SV_ARG(folder));
		location.problem_hint = SV(
			"it needs a dg.toml with directory_type = \"project\", or the same under "
			"[tool.dg] in its pyproject.toml");
	} else {
		location = config.project;
		location.line = member->line;
		if (!location.name.p)
			location.name = path_leaf(folder);
	}
	location.working_directory = folder;
	return location;
}

static void take_dg(struct search *s, sv root, const struct dg_config *config,
		    struct declaration *d)
{
	for (size_t i = 0; i < config->projects.n; i++)
		*LIST_ADD(s->a, &d->locations) = declare_member(s, root, &config->projects.at[i]);
	if (config->type == DG_PROJECT) {
		struct declared_location location = config->project;

		if (!location.name.p)
			location.name = path_leaf(root);
		*LIST_ADD(s->a, &d->locations) = location;
	}
	declaration_settle_names(d);
}

static enum source source_of(const struct dg_config *config)
{
	return config->type == DG_WORKSPACE ? SOURCE_WORKSPACE : SOURCE_PROJECT;
}

static bool read_dg(struct search *s, sv path, struct declaration *d, enum source *ret)
{
	struct dg_config config = {0};
	const struct value *root;

	*ret = SOURCE_NONE;
	if (!read_toml(s, path, d, &root))
		return false;
	dg_declare(d, root, SV(""), &config);
	if (!declaration_end(d, s->e))
		return false;
	if (config.type == DG_NONE)
		return true;
	take_dg(s, path_parent(path), &config, d);
	*ret = source_of(&config);
	return declaration_end(d, s->e);
}

static bool read_pyproject(struct search *s, sv path, struct declaration *d, enum source *ret)
{
	struct pyproject pyproject;
	const struct value *root;

	*ret = SOURCE_NONE;
	if (!read_toml(s, path, d, &root))
		return false;
	pyproject_declare(d, root, &pyproject);
	if (!declaration_end(d, s->e))
		return false;
	if (pyproject.dg.type != DG_NONE) {
		take_dg(s, path_parent(path), &pyproject.dg, d);
		*ret = source_of(&pyproject.dg);
	} else if (pyproject.dagster.n) {
		d->locations = pyproject.dagster;
		declaration_settle_names(d);
		*ret = SOURCE_PROJECT;
	}
	return declaration_end(d, s->e);
}

static bool build(struct search *s, sv path, const struct declaration *d, struct workspace **ret)
{
	struct workspace *w = NEW(s->a, struct workspace, 1);
	bool named = s->request->code != NULL;
	struct location_surroundings around = {.file = path,
					       .root = named ? s->request->cwd
							     : arena_sv(s->a, path_parent(path)),
					       .cwd = s->request->cwd,
					       .named = named,
					       .getenv = s->request->getenv};

	if (d->locations.n > LIMIT_LOCATIONS)
		return err_set(s->e, ERR_LIMIT, SV_FMT " lists more than %d code locations",
			       SV_ARG(path), LIMIT_LOCATIONS);
	w->file = path;
	w->root = around.root;
	for (size_t i = 0; i < d->locations.n; i++)
		location_resolve(s->a, &around, &d->locations.at[i], LIST_ADD(s->a, w));
	*ret = w;
	return true;
}

/* By its name: pyproject.toml, any other .toml (dg's), or YAML. */
static bool read_file(struct search *s, sv path, enum source *ret_source, struct workspace **ret)
{
	struct declaration d = start(s, path);
	bool done = true;

	*ret_source = SOURCE_WORKSPACE;
	if (sv_eq(path_leaf(path), SV("pyproject.toml")))
		done = read_pyproject(s, path, &d, ret_source);
	else if (sv_ends(path, SV(".toml")))
		done = read_dg(s, path, &d, ret_source);
	else
		done = read_yaml(s, path, &d);
	return done && (*ret_source == SOURCE_NONE || build(s, path, &d, ret));
}

/* --- finding it --- */

static bool nothing_found(struct search *s, const char *where)
{
	err_set(s->e, ERR_NOT_FOUND,
		"no workspace: neither workspace.yaml, dg.toml nor a pyproject.toml with [tool.dg] "
		"or [tool.dagster] in %s",
		where);
	return err_hint(s->e, "name one with -w FILE, or write a workspace.yaml such as:\n%s",
			MINIMAL_WORKSPACE);
}

/* The first file of a folder that names locations; SOURCE_NONE when there is none. */
static bool look_in(struct search *s, sv folder, enum source *ret_source, struct workspace **ret)
{
	static const char *const names[] = {"workspace.yaml", "dg.toml", "pyproject.toml"};

	*ret_source = SOURCE_NONE;
	for (size_t i = 0; i < COUNT_OF(names) && *ret_source == SOURCE_NONE; i++) {
		sv path = path_join(s->a, folder, sv_of(names[i]));

		if (file_exists(path) && !file_is_folder(path) &&
		    !read_file(s, path, ret_source, ret))
			return false;
	}
	return true;
}

static bool lists_project(const struct workspace *w, sv project)
{
	for (size_t i = 0; i < w->n; i++)
		if (sv_eq(w->at[i].project_root, project) ||
		    sv_eq(w->at[i].working_directory, project))
			return true;
	return false;
}

/* A project counts as the workspace only when no file above lists it: else one repository would be seen alone. */
static bool search_upward(struct search *s, struct workspace **ret)
{
	struct workspace *project = NULL, *found = NULL;
	enum source source;

	for (sv folder = s->request->cwd;; folder = path_parent(folder)) {
		if (!look_in(s, folder, &source, &found))
			return false;
		if (source == SOURCE_WORKSPACE &&
		    (!project || lists_project(found, project->root))) {
			*ret = found;
			return true;
		}
		if (source == SOURCE_PROJECT && !project)
			project = found;
		if (folder.n <= 1)
			break;
	}
	if (!project)
		return nothing_found(s, arena_fmt(s->a, SV_FMT " or any folder above it",
						  SV_ARG(s->request->cwd))
						.p);
	*ret = project;
	return true;
}

static bool load_named(struct search *s, sv path, struct workspace **ret)
{
	enum source source;

	if (file_is_folder(path)) {
		if (!look_in(s, path, &source, ret))
			return false;
		return source != SOURCE_NONE || nothing_found(s, path.p);
	}
	if (!file_exists(path)) {
		err_set(s->e, ERR_NOT_FOUND, "there is no workspace file " SV_FMT, SV_ARG(path));
		return err_hint(
			s->e,
			"without -w and DAGSTER_WORKSPACE_YAML it is looked for upward from here");
	}
	if (!read_file(s, path, &source, ret))
		return false;
	if (source != SOURCE_NONE)
		return true;
	err_set(s->e, ERR_INVALID, SV_FMT " names no code location", SV_ARG(path));
	return err_hint(
		s->e, "it needs directory_type (dg.toml, [tool.dg]) or [tool.dagster] module_name");
}

/* The first of them stands for the file. */
static bool take_named(struct search *s, struct workspace **ret)
{
	const struct workspace_code *code = s->request->code;
	struct declaration d = {
		.a = s->a, .label = SV("command line"), .getenv = s->request->getenv};

	for (size_t i = 0; i < code->n; i++)
		*LIST_ADD(s->a, &d.locations) = (struct declared_location){
			.loader = code->at[i].loader,
			.target = code->at[i].target,
			.attribute = code->attribute,
			.working_directory = code->working_directory,
			.line = 1,
		};
	declaration_settle_names(&d);
	sv path = code->at[0].loader == LOADER_FILE
			  ? path_resolve(s->a, s->request->cwd, code->at[0].target)
			  : s->request->cwd;
	return declaration_end(&d, s->e) && build(s, path, &d, ret);
}

bool workspace_load(struct arena *a, const struct workspace_request *request,
		    struct workspace **ret, struct err *e)
{
	struct search s = {.a = a, .request = request, .e = e};

	if (request->code)
		return take_named(&s, ret);
	if (!request->file.n)
		return search_upward(&s, ret);
	return load_named(&s, path_resolve(a, request->cwd, request->file), ret);
}
