#include "env/env_project.h"
#include "scratch.h"
#include "sys/path.h"

static void put(struct arena *a, const char *name, const char *text)
{
	const char *path = scratch_file(a, name);
	struct err e = {0};

	CHECK_OK(folder_make(path_parent(sv_of(path)), &e), &e);
	CHECK_OK(file_replace_fast(sv_of(path), sv_of(text), &e), &e);
}

static struct env_project read_project(struct arena *a, const char *name)
{
	struct env_project p;
	struct err e = {0};

	CHECK_OK(env_project_read(a, sv_of(scratch_file(a, name)), &p, &e), &e);
	return p;
}

/* Arguments in one line, the scratch folder as "@". */
static sv joined(struct arena *a, struct sv_list list)
{
	sv text = SV(""), top = scratch();

	for (size_t i = 0; i < list.n; i++) {
		sv word = list.at[i];

		if (sv_starts(word, top))
			word = arena_fmt(a, "@" SV_FMT, SV_ARG(sv_from(word, top.n)));
		text = arena_fmt(a, SV_FMT "%s" SV_FMT, SV_ARG(text), i ? " " : "", SV_ARG(word));
	}
	return text;
}

static void test_path_dependencies_come_first(void)
{
	AUTO_ARENA a = arena_new();

	put(a, "shared/pyproject.toml",
	    "[project]\nname='Shared_Lib'\ndependencies=['base-lib']\n[tool.uv.sources]\nbase_lib={"
	    "path='../base'}\n");
	put(a, "base/pyproject.toml", "[project]\nname='base-lib'\n");
	put(a, "app/pyproject.toml",
	    "[project]\nname='app'\nrequires-python='>=3.9'\n"
	    "dependencies=['shared-lib[x]>=1', 'remote', 'plain']\n"
	    "[dependency-groups]\ndev=['pytest', 'tools']\n"
	    "[build-system]\nrequires=[]\n"
	    "[tool.uv.sources]\nshared_lib={path='../shared', "
	    "editable=true}\ntools={path='../nowhere'}\n"
	    "remote={git='https://h/r.git', tag='v1', subdirectory='py'}\n");
	struct env_project p = read_project(a, "app");
	CHECK_INT(ENV_PACKAGE, p.kind);
	CHECK_SV(SV(">=3.9"), p.requires_python);
	CHECK_SV(SV("-e @/shared @/base remote @ git+https://h/r.git@v1#subdirectory=py -e ."),
		 joined(a, env_project_pip_arguments(a, &p)));
	CHECK_SV(SV("-e . --reinstall-package base-lib"),
		 joined(a, env_project_uv_arguments(a, &p)));
}

static void test_workspace_member_found_by_name(void)
{
	AUTO_ARENA a = arena_new();

	put(a, "mono/pyproject.toml", "[tool.uv.workspace]\nmembers=['packages/*']\n");
	put(a, "mono/uv.lock", "version = 1\n");
	put(a, "mono/packages/one/pyproject.toml", "[project]\nname='lib-one'\n");
	put(a, "mono/packages/two/pyproject.toml",
	    "[project]\nname='two'\ndependencies=['lib_one']\n[tool.uv.sources]\nlib-one={"
	    "workspace=true}\n");
	struct env_project p = read_project(a, "mono/packages/two");
	CHECK(p.locked);
	CHECK_SV(SV("-e @/mono/packages/one lib_one"), joined(a, env_project_pip_arguments(a, &p)));
}

static void test_kind_of_project_follows_its_files(void)
{
	AUTO_ARENA a = arena_new();

	put(a, "k1/main.py", "");
	CHECK_INT(ENV_EMPTY, read_project(a, "k1").kind);
	put(a, "k2/requirements.txt", "x\n");
	struct env_project p = read_project(a, "k2");
	CHECK_SV(SV("-r requirements.txt"), joined(a, env_project_pip_arguments(a, &p)));
	put(a, "k3/setup.py", "");
	CHECK_INT(ENV_PACKAGE, read_project(a, "k3").kind);
	put(a, "k4/pyproject.toml", "[project]\nname='x'\ndependencies=['a>=1', 'b']\n");
	p = read_project(a, "k4");
	CHECK_SV(SV("a>=1 b"), joined(a, env_project_pip_arguments(a, &p)));
	CHECK_SV(SV("-r pyproject.toml"), joined(a, env_project_uv_arguments(a, &p)));
	put(a, "k5/pyproject.toml",
	    "[project]\nname='x'\n[build-system]\nrequires=[]\n[tool.uv]\npackage=false\n");
	CHECK_INT(ENV_DEPENDENCIES, read_project(a, "k5").kind);
}

static void test_digest_changes_with_path_dependency(void)
{
	AUTO_ARENA a = arena_new();

	put(a, "d/pyproject.toml",
	    "[project]\nname='d'\ndependencies=['s']\n[tool.uv.sources]\ns={path='../s'}\n");
	put(a, "s/pyproject.toml", "[project]\nname='s'\n");
	sv first = read_project(a, "d").digest;
	CHECK_SV(first, read_project(a, "d").digest);
	put(a, "s/pyproject.toml", "[project]\nname='s'\ndependencies=['x']\n");
	sv second = read_project(a, "d").digest;
	CHECK(!sv_eq(first, second));
	put(a, "s/src/s/__init__.py", "x = 1\n"); /* not editable: it is copied, so this counts */
	CHECK(!sv_eq(second, read_project(a, "d").digest));
}

static void test_missing_path_dependency_told(void)
{
	AUTO_ARENA a = arena_new();
	struct env_project p;
	struct err e = {0};

	put(a, "m/pyproject.toml",
	    "[project]\nname='m'\ndependencies=['gone']\n[tool.uv.sources]\ngone={path='../"
	    "gone'}\n");
	CHECK(!env_project_read(a, sv_of(scratch_file(a, "m")), &p, &e));
	CHECK_CONTAINS("path dependency gone of", e.text);
	CHECK_CONTAINS("check that repository out", e.hint);
}

TESTS(TEST(test_path_dependencies_come_first) TEST(test_workspace_member_found_by_name)
	      TEST(test_kind_of_project_follows_its_files)
		      TEST(test_digest_changes_with_path_dependency)
			      TEST(test_missing_path_dependency_told))
