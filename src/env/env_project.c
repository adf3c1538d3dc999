/* env_project.c -- pyproject.toml, what it refers to, and the uv workspace it may be a member of. */
#include "env/env_project.h"

#include "base/buf.h"
#include "base/digest.h"
#include "codec/toml.h"
#include "model/limits.h"
#include "sys/file.h"
#include "sys/path.h"

enum { MOST_SOURCES = 200, MOST_DEPTH = 16, MOST_DIGESTED = 8 << 20 };

struct reading {
	struct arena *a;
	struct env_project *ret;
	struct buf digested;
	sv workspace; /* root of the uv workspace; p NULL: none */
	const struct value *workspace_toml;
	struct err *e;
};

/* "My_Package.x[extra]>=1" -> "my-package-x": two spellings of a name are one name. */
static sv name_of(struct arena *a, sv requirement)
{
	char *name = arena_alloc(a, requirement.n + 1);
	size_t n = 0;

	requirement = sv_trim(requirement);
	for (size_t i = 0; i < requirement.n && !strchr("<>=!~[;@( ", requirement.p[i]); i++) {
		char c = requirement.p[i];

		name[n++] = c == '_' || c == '.' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	return (sv){name, n};
}

static void digest_file(struct reading *r, sv folder, const char *name)
{
	sv path = path_join(r->a, folder, sv_of(name)), text;
	struct err e;

	if (!file_exists(path) || !file_read(r->a, path, LIMIT_CONFIG_BYTES, &text, &e))
		text = SV("");
	buf_addf(&r->digested, SV_FMT " %zu\n", SV_ARG(path), text.n);
	buf_add(&r->digested, text);
}

/* Names, sizes and times of what lies in a folder that is copied when it is installed: a change means installing anew.
 * Builds write beside the sources; that is no change. */
static void digest_folder(struct reading *r, sv folder, unsigned depth)
{
	struct folder_entries entries = {0};
	struct err e;

	if (depth > MOST_DEPTH || r->digested.n > MOST_DIGESTED ||
	    !folder_list(r->a, folder, &entries, &e))
		return;
	for (size_t i = 0; i < entries.n; i++) {
		sv name = entries.at[i].name, path = path_join(r->a, folder, name);
		struct file_facts facts;

		if (name.p[0] == '.' || sv_eq(name, SV("__pycache__")) ||
		    sv_eq(name, SV("build")) || sv_ends(name, SV(".egg-info")) ||
		    !file_look(path, &facts))
			continue;
		if (facts.type == FILE_FOLDER)
			digest_folder(r, path, depth + 1);
		else
			buf_addf(&r->digested, SV_FMT " %llu %lld\n", SV_ARG(path),
				 (unsigned long long)facts.bytes, (long long)facts.modified_ns);
	}
}

/* NULL when there is none. */
static bool read_toml(struct reading *r, sv folder, const struct value **ret)
{
	sv path = path_join(r->a, folder, SV("pyproject.toml")), text;

	*ret = NULL;
	if (!file_exists(path))
		return true;
	return file_read(r->a, path, LIMIT_CONFIG_BYTES, &text, r->e) &&
	       toml_read(r->a, path.p, text, ret, r->e);
}

static const struct value *uv_of(const struct value *root)
{
	return value_map(value_map(root, "tool"), "uv");
}

/* ---- uv workspaces ---- */

/* The member whose project has that name. `pattern` is a folder, its last part may hold `*`. */
static bool find_in(struct reading *r, sv pattern, sv name, sv *ret)
{
	sv above = path_resolve(r->a, r->workspace, path_parent(pattern)),
	   leaf = path_leaf(pattern);
	struct folder_entries entries = {0};
	const struct value *root;
	struct err quiet, *loud = r->e;

	if (!sv_find(pattern, '/', &(size_t){0}))
		above = r->workspace;
	if (!folder_list(r->a, above, &entries, &quiet))
		return false;
	for (size_t i = 0; i < entries.n; i++) {
		sv folder = path_join(r->a, above, entries.at[i].name);
		bool read;

		if (!sv_matches(entries.at[i].name, leaf) || !file_is_folder(folder))
			continue;
		r->e = &quiet;
		read = read_toml(r, folder, &root);
		r->e = loud;
		if (read && root &&
		    sv_eq(name_of(r->a, value_text(value_map(root, "project"), "name")), name)) {
			*ret = folder;
			return true;
		}
	}
	return false;
}

static bool find_member(struct reading *r, sv name, sv *ret)
{
	const struct value *members = value_list(value_map(uv_of(r->workspace_toml), "workspace"),
						 "members");

	for (size_t i = 0; r->workspace.p && i < members->n; i++)
		if (members->items[i].type == VALUE_TEXT &&
		    find_in(r, members->items[i].text, name, ret))
			return true;
	return false;
}

/* Upward to the first pyproject.toml with [tool.uv.workspace], the project's own included; not past its repository. */
static bool find_workspace(struct reading *r, sv folder)
{
	const struct value *root;

	for (;; folder = path_parent(folder)) {
		if (!read_toml(r, folder, &root))
			return sv_eq(folder, r->ret->folder) ? false : true;
		if (root && value_get(uv_of(root), "workspace")) {
			r->workspace = folder;
			r->workspace_toml = root;
			return true;
		}
		if (folder.n <= 1 || file_exists(path_join(r->a, folder, SV(".git"))))
			return true;
	}
}

/* ---- sources ---- */

static bool read_dependencies(struct reading *r, sv folder, const struct value *root,
			      unsigned depth);

static bool has_path(const struct env_project *p, sv path)
{
	for (size_t i = 0; i < p->sources.n; i++)
		if (sv_eq(p->sources.at[i].path, path))
			return true;
	return sv_eq(p->folder, path);
}

static bool add_path(struct reading *r, sv name, sv path, bool editable, unsigned depth)
{
	const struct value *root;

	if (has_path(r->ret, path) || depth > MOST_DEPTH || r->ret->sources.n >= MOST_SOURCES)
		return true;
	if (!file_exists(path)) {
		err_set(r->e, ERR_NOT_FOUND,
			"the path dependency " SV_FMT " of " SV_FMT " is not at " SV_FMT,
			SV_ARG(name), SV_ARG(path_join(r->a, r->ret->folder, SV("pyproject.toml"))),
			SV_ARG(path));
		return err_hint(r->e,
				"check that repository out there, or correct [tool.uv.sources]");
	}
	*LIST_ADD(r->a, &r->ret->sources) = (struct env_source){
		.name = name, .path = path, .editable = editable && file_is_folder(path)};
	digest_file(r, path, "pyproject.toml");
	digest_file(r, path, "setup.py");
	digest_file(r, path, "setup.cfg");
	if (!editable)
		digest_folder(r, path, 0);
	return read_toml(r, path, &root) && (!root || read_dependencies(r, path, root, depth + 1));
}

static void add_remote(struct reading *r, sv name, const struct value *source)
{
	static const char *const revisions[] = {"rev", "tag", "branch"};
	sv git = value_text(source, "git"), url = value_text(source, "url"),
	   below = value_text(source, "subdirectory");
	sv requirement;

	if (!git.p && !url.p)
		return; /* an index: pip's own configuration says which */
	requirement = git.p ? arena_fmt(r->a, SV_FMT " @ git+" SV_FMT, SV_ARG(name), SV_ARG(git))
			    : arena_fmt(r->a, SV_FMT " @ " SV_FMT, SV_ARG(name), SV_ARG(url));
	for (size_t i = 0; git.p && i < COUNT_OF(revisions); i++) {
		sv revision = value_text(source, revisions[i]);

		if (revision.p)
			requirement = arena_fmt(r->a, SV_FMT "@" SV_FMT, SV_ARG(requirement),
						SV_ARG(revision));
	}
	if (below.p)
		requirement = arena_fmt(r->a, SV_FMT "#subdirectory=" SV_FMT, SV_ARG(requirement),
					SV_ARG(below));
	*LIST_ADD(r->a, &r->ret->sources) = (struct env_source){.name = name,
								.requirement = requirement};
}

/* Several sources for one name differ by platform: the one without a condition, else the first. */
static const struct value *one_source(const struct value *source)
{
	if (source->type != VALUE_LIST)
		return source;
	for (size_t i = 0; i < source->n; i++)
		if (!value_get(&source->items[i], "marker"))
			return &source->items[i];
	return source->n ? &source->items[0] : source;
}

static bool add_source(struct reading *r, sv folder, sv name, const struct value *source,
		       unsigned depth)
{
	sv path = value_text(source, "path");

	if (path.p)
		return add_path(r, name, path_resolve(r->a, folder, path),
				value_bool(source, "editable", false), depth);
	if (!value_bool(source, "workspace", false)) {
		add_remote(r, name, source);
		return true;
	}
	if (find_member(r, name, &path))
		return add_path(r, name, path, value_bool(source, "editable", true), depth);
	err_set(r->e, ERR_NOT_FOUND,
		"%s: %.*s is to come from the uv workspace, and no member of it has that name",
		path_join(r->a, folder, SV("pyproject.toml")).p, SV_ARG(name));
	return err_hint(r->e,
			"correct [tool.uv.sources], or add it to [tool.uv.workspace] members");
}

static const struct value *source_of(struct reading *r, const struct value *sources, sv name)
{
	for (size_t i = 0; i < sources->n; i++)
		if (sv_eq(name_of(r->a, sources->keys[i]), name))
			return one_source(&sources->items[i]);
	return NULL;
}

/* The sources of what the project depends on; those that only groups for developers use are left alone. */
static bool read_dependencies(struct reading *r, sv folder, const struct value *root,
			      unsigned depth)
{
	const struct value *wanted = value_list(value_map(root, "project"), "dependencies");
	const struct value *own = value_map(uv_of(root), "sources");
	const struct value *shared = value_map(uv_of(r->workspace_toml), "sources");

	for (size_t i = 0; i < wanted->n; i++) {
		const struct value *source;
		sv name;

		if (wanted->items[i].type != VALUE_TEXT)
			continue;
		if (depth == 0)
			*LIST_ADD(r->a, &r->ret->dependencies) = wanted->items[i].text;
		name = name_of(r->a, wanted->items[i].text);
		source = source_of(r, own, name);
		if (source) {
			if (!add_source(r, folder, name, source, depth))
				return false;
		} else if ((source = source_of(r, shared, name)) &&
			   !add_source(r, r->workspace, name, source, depth)) {
			return false;
		}
	}
	return true;
}

/* ---- the project ---- */

static enum env_kind kind_of(struct reading *r, sv folder, const struct value *root)
{
	bool setup = file_exists(path_join(r->a, folder, SV("setup.py")));

	if (!root && setup)
		return ENV_PACKAGE;
	if (!root)
		return file_exists(path_join(r->a, folder, SV("requirements.txt")))
			       ? ENV_REQUIREMENTS
			       : ENV_EMPTY;
	if (!value_bool(uv_of(root), "package", true))
		return ENV_DEPENDENCIES;
	return setup || value_get(root, "build-system") ? ENV_PACKAGE : ENV_DEPENDENCIES;
}

static bool read_project(struct reading *r, sv folder)
{
	static const char *const files[] = {"pyproject.toml", "uv.lock", "setup.py", "setup.cfg",
					    "requirements.txt"};
	struct env_project *p = r->ret;
	const struct value *root;

	for (size_t i = 0; i < COUNT_OF(files); i++)
		digest_file(r, folder, files[i]);
	if (!read_toml(r, folder, &root) || !find_workspace(r, folder))
		return false;
	p->kind = kind_of(r, folder, root);
	p->requires_python = value_text(value_map(root, "project"), "requires-python");
	p->locked = root && file_exists(path_join(r->a, folder, SV("uv.lock")));
	if (r->workspace.p && !sv_eq(r->workspace, folder)) {
		digest_file(r, r->workspace, "uv.lock");
		p->locked |= file_exists(path_join(r->a, r->workspace, SV("uv.lock")));
	}
	return !root || read_dependencies(r, folder, root, 0);
}

bool env_project_read(struct arena *a, sv folder, struct env_project *ret, struct err *e)
{
	struct reading r = {.a = a, .ret = ret, .e = e};
	bool done;

	*ret = (struct env_project){.folder = folder};
	done = read_project(&r, folder);
	ret->digest = digest_sha256(a, buf_sv(&r.digested));
	buf_free(&r.digested);
	return done;
}

static void add_own(struct arena *a, const struct env_project *p, struct sv_list *ret)
{
	if (p->kind == ENV_PACKAGE) {
		*LIST_ADD(a, ret) = SV("-e");
		*LIST_ADD(a, ret) = SV(".");
	} else if (p->kind == ENV_REQUIREMENTS) {
		*LIST_ADD(a, ret) = SV("-r");
		*LIST_ADD(a, ret) = SV("requirements.txt");
	}
}

struct sv_list env_project_pip_arguments(struct arena *a, const struct env_project *p)
{
	struct sv_list ret = {0};

	for (size_t i = 0; i < p->sources.n; i++) {
		const struct env_source *source = &p->sources.at[i];

		if (source->editable)
			*LIST_ADD(a, &ret) = SV("-e");
		*LIST_ADD(a, &ret) = source->path.p ? source->path : source->requirement;
	}
	add_own(a, p, &ret);
	for (size_t i = 0; p->kind == ENV_DEPENDENCIES && i < p->dependencies.n; i++)
		*LIST_ADD(a, &ret) = p->dependencies.at[i];
	return ret;
}

struct sv_list env_project_uv_arguments(struct arena *a, const struct env_project *p)
{
	struct sv_list ret = {0};

	add_own(a, p, &ret);
	if (p->kind == ENV_DEPENDENCIES && p->dependencies.n) {
		*LIST_ADD(a, &ret) = SV("-r");
		*LIST_ADD(a, &ret) = SV("pyproject.toml");
	}
	if (ret.n)
		env_project_add_reinstalls(a, p, &ret);
	return ret;
}

void env_project_add_reinstalls(struct arena *a, const struct env_project *p, struct sv_list *ret)
{
	for (size_t i = 0; i < p->sources.n; i++)
		if (p->sources.at[i].path.p && !p->sources.at[i].editable) {
			*LIST_ADD(a, ret) = SV("--reinstall-package");
			*LIST_ADD(a, ret) = p->sources.at[i].name;
		}
}
