#include "check.h"
#include "env/env_output.h"

static void feed(struct env_output *o, const char *text)
{
	sv rest = sv_of(text), line;

	*o = (struct env_output){0};
	while (sv_split(&rest, '\n', &line))
		env_output_line(o, line);
}

static void test_failing_package_named(void)
{
	static const struct {
		const char *output, *package, *sentence;
	} cases[] = {
		{"Collecting iniconfig (from aa==0.1)\n"
		 "ERROR: Could not find a version that satisfies the requirement no-such>=2 (from "
		 "aa) (from versions: none)\n"
		 "ERROR: No matching distribution found for no-such>=2\n",
		 "no-such", "no version of no-such>=2 can be installed"},
		{"Building wheels for collected packages: wh-thing\n"
		 "  Building wheel for wh-thing (pyproject.toml): finished with status 'error'\n"
		 "  error: subprocess-exited-with-error\n"
		 "  × Building wheel for wh-thing (pyproject.toml) did not run successfully.\n"
		 "  ERROR: Failed building wheel for wh-thing\n"
		 "Failed to build wh-thing\n",
		 "wh-thing", "building wh-thing failed"},
		{"Processing /w/bad\n"
		 "  × Getting requirements to build wheel did not run successfully.\n"
		 "error: subprocess-exited-with-error\n",
		 "bad", "building bad failed"},
		{"ERROR: Cannot install aa and aa==0.1 because these package versions have "
		 "conflicting dependencies.\n"
		 "The conflict is caused by:\n"
		 "    aa 0.1 depends on pluggy==1.0.0\n"
		 "    pytest 8.0.0 depends on pluggy<2.0 and >=1.3.0\n"
		 "\n"
		 "ERROR: ResolutionImpossible: for help visit the documentation\n",
		 "pluggy",
		 "contradict each other: aa 0.1 depends on pluggy==1.0.0; pytest 8.0.0 depends on "
		 "pluggy<2.0 and >=1.3.0"},
		{"ERROR: Package 'aa' requires a different Python: 3.11.7 not in '>=3.14'\n", "aa",
		 "requires a different Python: 3.11.7 not in '>=3.14'"},
		{"error: No solution found when resolving dependencies\n"
		 "  cause: Because no-such was not found in the package registry and aa==0.1 "
		 "depends on no-such>=2, we can\n",
		 "no-such", "there is no package no-such"},
		{"  × No solution found when resolving dependencies:\n"
		 "  ╰─▶ Because there is no version of iniconfig==99 and aa==0.1 depends on "
		 "iniconfig==99, we can\n",
		 "iniconfig", "no version of iniconfig==99 can be installed"},
		{"error: No solution found when resolving dependencies\n"
		 "  cause: Because pytest==8.0.0 depends on pluggy>=1.3.0,<2.0 and aa depends on "
		 "pytest, we can\n"
		 "         And because aa depends on pluggy==0.1, we can conclude that aa cannot "
		 "be used.\n",
		 "pluggy", "contradict each other: pytest==8.0.0 depends on pluggy>=1.3.0,<2.0"},
		{"error: Failed to build `bad-thing @ file:///w/bad`\n  cause: The build backend "
		 "returned an error\n",
		 "bad-thing", "building bad-thing failed"},
		{"error: No interpreter found for Python >=3.14 in search path\n", "",
		 "No interpreter found for Python >=3.14"},
		{"ERROR: Could not install packages due to an OSError: [Errno 28] No space left on "
		 "device\n",
		 "", "the disk is full"},
		{"fatal: clone of 'x' into submodule path 'libs/a' failed\n", "",
		 "clone of 'x' into submodule path"},
		{"Successfully installed iniconfig-2.3.1\n", "", ""},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct env_output o;

		feed(&o, cases[i].output);
		CHECK_STR(cases[i].package, o.package);
		CHECK_CONTAINS(cases[i].sentence, o.sentence);
	}
}

static void test_activity_follows_lines(void)
{
	struct env_output o;

	feed(&o, "Looking in links: /opt\nCollecting pandas>=2 (from aa==0.1)\n");
	CHECK_STR("Collecting pandas>=2", o.activity);
	feed(&o, "Collecting pandas\n  Installing build dependencies: started\n");
	CHECK_STR("Installing build dependencies", o.activity);
	feed(&o, "   Building aa @ file:///w/aa\n");
	CHECK_STR("Building aa @ file:///w/aa", o.activity);
}

static void test_circumstances_noticed(void)
{
	struct env_output o;

	feed(&o, "error: The lockfile at `uv.lock` needs to be updated, but `--locked` was "
		 "provided.\n");
	CHECK(o.lock_outdated);
	feed(&o, "WARNING: Retrying after connection broken by 'NewConnectionError(x)'\n");
	CHECK(o.unreachable);
	feed(&o, "The virtual environment was not created successfully because ensurepip is not "
		 "available.\n");
	CHECK(o.no_venv);
	CHECK_CONTAINS("cannot make environments", o.sentence);
}

TESTS(TEST(test_failing_package_named) TEST(test_activity_follows_lines)
	      TEST(test_circumstances_noticed))
