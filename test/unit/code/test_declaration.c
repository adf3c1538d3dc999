/* What workspace.yaml, dg.toml and pyproject.toml declare: from text to declared locations, and every fault by its place. */
#include "check.h"

#include "code/declaration.h"
#include "codec/toml.h"
#include "codec/yaml.h"

static const char *fake_getenv(const char *name)
{
	return strcmp(name, "TEAM") == 0 ? "analytics" : NULL;
}

static struct declaration start(struct arena *a)
{
	return (struct declaration){.a = a, .label = SV("w"), .getenv = fake_getenv};
}

static struct declaration declare_yaml(struct arena *a, const char *text)
{
	struct declaration d = start(a);
	const struct value *root;
	struct err e;

	CHECK_OK(yaml_read(a, "w", sv_of(text), &root, &e), &e);
	workspace_yaml_declare(&d, root);
	return d;
}

static void test_every_loader_is_understood(void)
{
	static const struct {
		const char *yaml, *name, *target;
		enum code_loader loader;
	} rows[] = {
		{"load_from:\n- python_file: a/b.py", "b.py", "a/b.py", LOADER_FILE},
		{"load_from:\n- python_module: a.b", "a.b", "a.b", LOADER_MODULE},
		{"load_from:\n- python_package: a.b", "a.b", "a.b", LOADER_PACKAGE},
		{"load_from:\n- autoload_defs_module: a.b", "a.b", "a.b", LOADER_AUTOLOAD},
		{"load_from:\n- python_file: {relative_path: b.py, attribute: defs}", "b.py:defs", "b.py", LOADER_FILE},
		{"load_from:\n- python_module: {module_name: m, attribute: x}", "m:x", "m", LOADER_MODULE},
		{"load_from:\n- python_package: {package_name: p, location_name: n}", "n", "p", LOADER_PACKAGE},
		{"load_from:\n- autoload_defs_module: {module_name: m, attribute: x}", "m", "m", LOADER_AUTOLOAD},
		{"load_from:\n- python_package: {package_name: {env: TEAM}}", "analytics", "analytics", LOADER_PACKAGE},
		{"load_from:\n- grpc_server: {port: 4266}", "grpc:localhost:4266", "", LOADER_GRPC},
		{"load_from:\n- grpc_server: {socket: /run/x.sock, host: h}", "grpc:h:x.sock", "", LOADER_GRPC},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct declaration d = declare_yaml(a, rows[i].yaml);
		struct err e;

		CHECK_OK(declaration_end(&d, &e), &e);
		CHECK_INT(1, d.locations.n);
		CHECK_SV(sv_of(rows[i].name), d.locations.at[0].name);
		CHECK_SV(sv_of(rows[i].target), d.locations.at[0].target);
		CHECK_INT(rows[i].loader, d.locations.at[0].loader);
		CHECK_INT(2, d.locations.at[0].line);
		CHECK_INT(rows[i].loader == LOADER_GRPC, d.locations.at[0].problem.p != NULL);
	}
}

static void test_yaml_faults_name_path_and_place(void)
{
	static const struct {
		const char *yaml, *error;
	} rows[] = {
		{"", "w:1:1: the file is empty"},
		{"- a", "w:1:1: a map with load_from is wanted"},
		{"load_form: []", "w:1:12: load_form: unknown key; did you mean load_from?"},
		{"load_from: {a: b}", "w:1:12: load_from: a list is wanted, not a map"},
		{"load_from:\n- x.py", "w:2:3: load_from[0]: a map with one loader is wanted"},
		{"load_from:\n- python_fil: x.py", "w:2:15: load_from[0].python_fil: unknown key; did you mean python_file?"},
		{"load_from:\n- {python_file: a.py, python_module: b}", "w:2:3: load_from[0]: exactly one loader is wanted, here are 2"},
		{"load_from:\n- {}", "exactly one loader is wanted, here are 0"},
		{"load_from:\n- python_package:\n  package_name: x\n",
		 "load_from[0]: python_package is empty and other keys stand beside it: indent them"},
		{"load_from:\n- python_package:\n    location_name: x\n", "w:3:5: load_from[0].python_package: package_name is missing"},
		{"load_from:\n- python_package:\n", "load_from[0].python_package: a text or a map with package_name is wanted"},
		{"load_from:\n- python_package:\n    pakage_name: x\n", "w:3:18: load_from[0].python_package.pakage_name: unknown key; did you mean package_name?"},
		{"load_from:\n- python_package:\n    package_name: x\n    colour: red\n", "w:4:13: load_from[0].python_package.colour: unknown key"},
		{"load_from:\n- python_package:\n    package_name: 5\n", "w:3:19: load_from[0].python_package.package_name: a text is wanted, not a whole number"},
		{"load_from:\n- python_package:\n    package_name: ''\n", "package_name: is empty"},
		{"load_from:\n- python_package:\n    package_name: {env: NOPE}\n", "w:3:19: load_from[0].python_package.package_name: the environment variable NOPE is not set"},
		{"load_from:\n- python_package:\n    package_name: {envv: NOPE}\n", "a text is wanted, or {env: NAME}"},
		{"load_from:\n- grpc_server: {host: x}", "exactly one of port and socket is wanted"},
		{"load_from:\n- grpc_server: {port: 1, prot: 2}", "load_from[0].grpc_server.prot: unknown key; did you mean port?"},
		{"load_from:\n- python_package: x\n- python_module: x\n", "w:3:1: the location name x stands already in line 2"},
		{"load_from:\n- python_package: {package_name: x, location_name: ../y}\n", "the location name \"../y\" must not start with"},
		{"load_from:\n- python_package: {package_name: x, location_name: a/b}\n", "must not hold /"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct declaration d = declare_yaml(a, rows[i].yaml);
		struct err e;

		CHECK(!declaration_end(&d, &e));
		CHECK_INT(ERR_INVALID, e.kind);
		CHECK_CONTAINS(rows[i].error, e.text);
	}
}

static void test_all_faults_come_at_once(void)
{
	AUTO_ARENA a = arena_new();
	struct declaration d = declare_yaml(a, "x: 1\nload_from:\n- python_file: {a: 1}\n- python_package: 7\n");
	struct err e;

	CHECK(!declaration_end(&d, &e));
	CHECK_CONTAINS("w:1:4: x: unknown key\n", e.text);
	CHECK_CONTAINS("w:3:20: load_from[0].python_file.a: unknown key\n", e.text);
	CHECK_CONTAINS("w:4:19: load_from[1].python_package: a text or a map", e.text);
}

static struct declaration declare_dg(struct arena *a, const char *text, struct dg_config *ret)
{
	struct declaration d = start(a);
	const struct value *root;
	struct err e;

	*ret = (struct dg_config){0};
	CHECK_OK(toml_read(a, "w", sv_of(text), &root, &e), &e);
	dg_declare(&d, root, SV(""), ret);
	return d;
}

static void test_dg_workspace_lists_projects(void)
{
	AUTO_ARENA a = arena_new();
	struct dg_config config;
	struct declaration d = declare_dg(a, "directory_type = 'workspace'\n[workspace]\n[[workspace.projects]]\npath = 'a'\n"
					     "[[workspace.projects]]\npath = 'b/c'\n[cli]\nverbose = true\n", &config);
	struct err e;

	CHECK_OK(declaration_end(&d, &e), &e);
	CHECK_INT(DG_WORKSPACE, config.type);
	CHECK_INT(2, config.projects.n);
	CHECK_SV(SV("b/c"), config.projects.at[1].path);
	CHECK_INT(5, config.projects.at[1].line);
}

static void test_dg_project_defaults(void)
{
	static const struct {
		const char *toml, *name, *target;
		enum code_loader loader;
	} rows[] = {
		{"root_module = 'm'", NULL, "m.definitions", LOADER_MODULE},
		{"root_module = 'm'\ncode_location_name = 'n'", "n", "m.definitions", LOADER_MODULE},
		{"root_module = 'm'\ncode_location_target_module = 'm.x'", NULL, "m.x", LOADER_MODULE},
		{"root_module = 'm'\nautoload_defs = true", NULL, "m.defs", LOADER_AUTOLOAD},
		{"root_module = 'm'\nautoload_defs = true\ndefs_module = 'm.y'", NULL, "m.y", LOADER_AUTOLOAD},
		{"root_module = 'm'\nsomething_new = 1", NULL, "m.definitions", LOADER_MODULE},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct dg_config config;
		struct declaration d = declare_dg(
			a, arena_fmt(a, "directory_type = 'project'\n[project]\n%s\n", rows[i].toml).p, &config);
		struct err e;

		CHECK_OK(declaration_end(&d, &e), &e);
		CHECK_INT(DG_PROJECT, config.type);
		CHECK_SV(sv_of(rows[i].name), config.project.name);
		CHECK_SV(sv_of(rows[i].target), config.project.target);
		CHECK_INT(rows[i].loader, config.project.loader);
	}
}

static void test_dg_faults_name_path_and_place(void)
{
	static const struct {
		const char *toml, *error;
	} rows[] = {
		{"directory_type = 'worksapce'", "w:1:18: directory_type: \"workspace\" or \"project\" is wanted"},
		{"[project]\nroot_module = 'x'", "directory_type: is missing"},
		{"directory_type = 'project'", "w:1:1: project: a table with root_module is wanted"},
		{"directory_type = 'project'\n[project]\n", "w:2:2: project.root_module: is missing"},
		{"directory_type = 'project'\n[project]\nroot_modul = 'x'", "project.root_modul: unknown key; did you mean root_module?"},
		{"directory_type = 'workspace'\n[workspace]\nprojects = 5", "w:3:12: workspace.projects: a list of tables is wanted"},
		{"directory_type = 'workspace'\n[workspace]\nprojects = ['a']", "w:3:13: workspace.projects[0]: a table with path is wanted"},
		{"directory_type = 'workspace'\n[[workspace.projects]]\npth = 'a'", "workspace.projects[0].pth: unknown key; did you mean path?"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct dg_config config;
		struct declaration d = declare_dg(a, rows[i].toml, &config);
		struct err e;

		CHECK(!declaration_end(&d, &e));
		CHECK_CONTAINS(rows[i].error, e.text);
	}
}

static struct declaration declare_pyproject(struct arena *a, const char *text, struct pyproject *ret)
{
	struct declaration d = start(a);
	const struct value *root;
	struct err e;

	CHECK_OK(toml_read(a, "w", sv_of(text), &root, &e), &e);
	pyproject_declare(&d, root, ret);
	return d;
}

static void test_pyproject_tables_are_read(void)
{
	AUTO_ARENA a = arena_new();
	struct pyproject p;
	struct declaration d;

	d = declare_pyproject(a, "[project]\nname = 'x'\n[tool.ruff]\nfoo = 1\n", &p);
	CHECK_INT(0, d.faults.n + p.dagster.n + p.dg.type);
	d = declare_pyproject(a, "[tool.dagster]\nmodule_name = 'm'\ncode_location_name = 'n'\n", &p);
	CHECK_INT(0, d.faults.n);
	CHECK_SV(SV("m"), p.dagster.at[0].target);
	CHECK_SV(SV("n"), p.dagster.at[0].name);
	d = declare_pyproject(a, "[tool.dagster]\nmodules = [{type = 'module', name = 'a'}, {type = 'other'},\n"
				 "{type = 'module', name = 'b'}]\n", &p);
	CHECK_INT(0, d.faults.n);
	CHECK_INT(2, p.dagster.n);
	CHECK_INT(3, p.dagster.at[1].line);
	d = declare_pyproject(a, "[tool.dagster]\nmodule_name = 'm'\nmodules = []\n", &p);
	CHECK_INT(2, d.faults.n);
	d = declare_pyproject(a, "[tool.dagster]\nmodules = [{name = 'a'}]\n", &p);
	CHECK_SV(SV("w:2:12: tool.dagster.modules[0].type: is missing"), d.faults.at[0]);
	d = declare_pyproject(a, "[tool.dg]\ndirectory_type = 'project'\n[tool.dg.project]\n", &p);
	CHECK_SV(SV("w:3:10: tool.dg.project.root_module: is missing"), d.faults.at[0]);
}

TESTS(TEST(test_every_loader_is_understood) TEST(test_yaml_faults_name_path_and_place)
      TEST(test_all_faults_come_at_once) TEST(test_dg_workspace_lists_projects) TEST(test_dg_project_defaults)
      TEST(test_dg_faults_name_path_and_place) TEST(test_pyproject_tables_are_read))
