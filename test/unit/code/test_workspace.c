/* Workspaces on disk: finding the file, folders, interpreters, environments, and locations that cannot be used. */
#include <sys/stat.h>

#include "scratch.h"

#include "code/workspace.h"
#include "sys/path.h"

static const char *plait_python;

static const char *fake_getenv(const char *name)
{
	if (strcmp(name, "PLAIT_PYTHON") == 0)
		return plait_python;
	return strcmp(name, "PATH") == 0 ? getenv("PATH") : NULL;
}

static void put(struct arena *a, const char *name, const char *content)
{
	sv path = sv_of(scratch_file(a, name));
	struct err e;

	CHECK_OK(folder_make(path_parent(path), &e), &e);
	CHECK_OK(file_replace_fast(path, sv_of(content), &e), &e);
}

static bool load_from(struct arena *a, const char *cwd, const char *file, struct workspace **ret, struct err *e)
{
	struct workspace_request request = {
		.file = sv_of(file), .cwd = path_clean(a, sv_of(scratch_file(a, cwd))), .getenv = fake_getenv};

	return workspace_load(a, &request, ret, e);
}

static struct workspace *load(struct arena *a, const char *cwd)
{
	struct workspace *w = NULL;
	struct err e;

	CHECK_OK(load_from(a, cwd, NULL, &w, &e), &e);
	return w;
}

static void check_path(struct arena *a, const char *want, sv got)
{
	CHECK_SV(path_clean(a, sv_of(scratch_file(a, want))), got);
}

#define TWO_TEAMS                                 \
	"load_from:\n"                            \
	"- python_package:\n"                     \
	"    package_name: analytics.definitions\n" \
	"    location_name: analytics-team\n"     \
	"    working_directory: ./repo-analytics\n" \
	"- python_package:\n"                     \
	"    package_name: ml_platform.definitions\n" \
	"    location_name: ml-platform\n"        \
	"    working_directory: ./repo-ml\n"

static void put_two_teams(struct arena *a)
{
	put(a, "workspace.yaml", TWO_TEAMS);
	put(a, "repo-analytics/pyproject.toml", "[project]\nname = 'a'\n");
	put(a, "repo-analytics/src/analytics/definitions.py", "");
	put(a, "repo-analytics/.venv/bin/python", "");
	put(a, "repo-ml/src/ml_platform/definitions.py", "");
}

static void test_two_teams_load_with_absolute_paths(void)
{
	AUTO_ARENA a = arena_new();
	struct workspace *w;
	const struct code_location *l;

	put_two_teams(a);
	w = load(a, ".");
	check_path(a, "workspace.yaml", w->file);
	check_path(a, ".", w->root);
	CHECK_INT(2, w->n);
	l = workspace_find(w, SV("analytics-team"));
	CHECK(l && !l->problem.p);
	check_path(a, "repo-analytics", l->working_directory);
	check_path(a, "repo-analytics", l->project_root);
	check_path(a, "repo-analytics/.venv/bin/python", l->interpreter);
	CHECK_SV(SV("repo-analytics/.venv"), l->interpreter_why);
	CHECK_INT(2, l->import_paths.n);
	check_path(a, "repo-analytics/src", l->import_paths.at[1]);
	check_path(a, "workspace.yaml", l->declared.file);
	CHECK_INT(2, l->declared.line);
}

static void test_missing_environment_says_how_to_make_one(void)
{
	AUTO_ARENA a = arena_new();
	const struct code_location *l;

	put_two_teams(a);
	l = workspace_find(load(a, "."), SV("ml-platform"));
	CHECK(!l->interpreter.p);
	CHECK_STR("no Python environment: repo-ml has no .venv and no executable_path is set", l->problem.p);
	CHECK_STR("make one: plait env sync ml-platform", l->problem_hint.p);
	plait_python = "sh";
	l = workspace_find(load(a, "."), SV("ml-platform"));
	CHECK(!l->problem.p);
	CHECK_SV(SV("/sh"), sv_from(l->interpreter, l->interpreter.n - 3));
	CHECK_SV(SV("PLAIT_PYTHON"), l->interpreter_why);
	CHECK_SV(SV("repo-analytics/.venv"), workspace_find(load(a, "."), SV("analytics-team"))->interpreter_why);
}

static void test_executable_path_is_relative_to_the_file(void)
{
	static const struct {
		const char *written, *found, *problem;
	} rows[] = {
		{"env/bin/python", "env/bin/python", NULL},
		{"./env", "env/bin/python", NULL},
		{"env/bin/none", NULL, "(executable_path in w.yaml:5)"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct workspace *w;
		struct err e;

		put(a, "deep/env/bin/python", "");
		put(a, "deep/defs.py", "");
		put(a, "deep/w.yaml",
		    arena_fmt(a, "load_from:\n- python_file:\n    relative_path: defs.py\n    attribute: defs\n"
				 "    executable_path: %s\n", rows[i].written).p);
		CHECK_OK(load_from(a, ".", "deep/w.yaml", &w, &e), &e);
		check_path(a, "deep/defs.py", w->at[0].target);
		check_path(a, "deep", w->at[0].working_directory);
		if (rows[i].found) {
			CHECK(!w->at[0].problem.p);
			check_path(a, arena_fmt(a, "deep/%s", rows[i].found).p, w->at[0].interpreter);
		} else {
			CHECK(!w->at[0].interpreter.p);
			CHECK_CONTAINS(rows[i].problem, w->at[0].problem.p);
		}
	}
}

static void test_workspace_is_found_upward(void)
{
	AUTO_ARENA a = arena_new();

	put_two_teams(a);
	check_path(a, "workspace.yaml", load(a, "repo-ml/src")->file);
	/* a project of its own still belongs to the file above that lists it */
	put(a, "repo-ml/dg.toml", "directory_type = 'project'\n[project]\nroot_module = 'ml_platform'\n");
	check_path(a, "workspace.yaml", load(a, "repo-ml/src")->file);
	/* and stands alone when none does */
	put(a, "other/pyproject.toml", "[tool.dagster]\nmodule_name = 'x'\n");
	check_path(a, "other/pyproject.toml", load(a, "other")->file);
	check_path(a, "workspace.yaml", load(a, "repo-analytics")->file);
}

static void test_dg_workspace_reads_its_projects(void)
{
	AUTO_ARENA a = arena_new();
	struct workspace *w;

	put(a, "dg.toml", "directory_type = 'workspace'\n[workspace]\n"
			  "projects = [{path = 'data-engineering'}, {path = 'data-science'}, {path = 'gone'}, {path = 'plain'}]\n");
	put(a, "data-engineering/pyproject.toml",
	    "[tool.dg]\ndirectory_type = 'project'\n[tool.dg.project]\nroot_module = 'data_engineering'\n");
	put(a, "data-engineering/.venv/bin/python", "");
	put(a, "data-science/dg.toml",
	    "directory_type = 'project'\n[project]\nroot_module = 'ds'\nautoload_defs = true\ncode_location_name = 'science'\n");
	put(a, "data-science/pyproject.toml", "[tool.plait]\ndefinitions = 'dagster'\nmax_concurrent_steps = 3\n");
	put(a, "plain/x", "");
	w = load(a, "data-science");
	check_path(a, "dg.toml", w->file);
	CHECK_INT(4, w->n);
	CHECK_SV(SV("data-engineering"), w->at[0].name);
	CHECK_SV(SV("data_engineering.definitions"), w->at[0].target);
	CHECK(!w->at[0].problem.p);
	CHECK_SV(SV("science"), w->at[1].name);
	CHECK_INT(LOADER_AUTOLOAD, w->at[1].loader);
	CHECK_SV(SV("dagster"), w->at[1].definitions);
	CHECK_INT(3, w->at[1].max_concurrent_steps);
	CHECK_INT(0, w->at[0].max_concurrent_steps);
	CHECK_CONTAINS("data-science/pyproject.toml says [tool.plait] definitions = \"dagster\"", w->at[1].problem.p);
	CHECK_SV(SV("gone"), w->at[2].name);
	CHECK_CONTAINS("does not exist", w->at[2].problem.p);
	CHECK_CONTAINS("is no project", w->at[3].problem.p);
	CHECK_INT(3, w->at[3].declared.line);
}

static void test_project_env_overrides_the_workspaces(void)
{
	AUTO_ARENA a = arena_new();
	const struct code_location *l;

	put_two_teams(a);
	put(a, ".env", "A=1\nB=1\n");
	put(a, "repo-analytics/.env", "B=2\nC=2\n");
	l = workspace_find(load(a, "."), SV("analytics-team"));
	CHECK_INT(3, l->env.n);
	CHECK_SV(SV("2"), l->env.at[1].value);
	put(a, "repo-analytics/.env", "B=2\nwhat is this\n");
	l = workspace_find(load(a, "."), SV("analytics-team"));
	CHECK_CONTAINS("repo-analytics/.env:2: ", l->problem.p);
	CHECK(!workspace_find(load(a, "."), SV("ml-platform"))->env.at[0].name.p[1]);
}

static void test_broken_locations_leave_the_others(void)
{
	AUTO_ARENA a = arena_new();
	struct workspace *w;

	put(a, "ok/.venv/bin/python", "");
	put(a, "old/.venv/lib", "");
	put(a, "workspace.yaml", "load_from:\n- python_file: none.py\n- python_module: {module_name: m, working_directory: none}\n"
				 "- grpc_server: {port: 1}\n- python_module: {module_name: o, working_directory: old}\n"
				 "- python_module: {module_name: k, working_directory: ok}\n");
	w = load(a, ".");
	CHECK_CONTAINS("there is no file", w->at[0].problem.p);
	CHECK_CONTAINS("is no folder", w->at[1].problem.p);
	CHECK_CONTAINS("grpc_server is not supported", w->at[2].problem.p);
	CHECK_CONTAINS("python_package or python_file", w->at[2].problem_hint.p);
	CHECK_CONTAINS("old/.venv has no working bin/python", w->at[3].problem.p);
	CHECK(!w->at[4].problem.p);
}

static void test_failures_say_where_and_what(void)
{
	static const struct {
		const char *file, *content, *cwd, *named, *error, *hint;
	} rows[] = {
		{"empty/x", "", "empty", "empty.yaml", "there is no workspace file ", "upward"},
		{"empty/x", "", "empty", ".", "no workspace: neither workspace.yaml, dg.toml nor a pyproject.toml", "load_from:\n"},
		{"b/workspace.yaml", "load_from: [", "b", NULL, "workspace.yaml:2:1: ", "load_from:\n"},
		{"b/workspace.yaml", "", "b", NULL, "workspace.yaml:1:1: the file is empty", "load_from:\n"},
		{"c/dg.toml", "directory_type = ", "c", NULL, "dg.toml:1:18: a value is expected", ""},
		{"c/dg.toml", "[cli]\nverbose = true\n", "c", "dg.toml", "names no code location", "directory_type"},
		{"d/pyproject.toml", "[tool.dagster]\nmodule_name = 5\n", "d", NULL, "pyproject.toml:2:15: tool.dagster.module_name: a text is wanted", ""},
		{"e/dg.toml", "directory_type = 'workspace'\n[workspace]\nprojects = [{path = 'x/a'},\n {path = 'y/a'}]\n", "e", NULL,
		 "dg.toml:4:1: the location name a stands already in line 3", ""},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct workspace *w;
		struct err e;

		put(a, rows[i].file, rows[i].content);
		CHECK(!load_from(a, rows[i].cwd, rows[i].named, &w, &e));
		CHECK_CONTAINS(rows[i].error, e.text);
		CHECK_CONTAINS(rows[i].hint, e.hint);
	}
}

TESTS(TEST(test_two_teams_load_with_absolute_paths) TEST(test_missing_environment_says_how_to_make_one)
      TEST(test_executable_path_is_relative_to_the_file) TEST(test_workspace_is_found_upward)
      TEST(test_dg_workspace_reads_its_projects) TEST(test_project_env_overrides_the_workspaces)
      TEST(test_broken_locations_leave_the_others) TEST(test_failures_say_where_and_what))
