/* main.c -- the only place that knows everything: reads the environment, wires the rooms, exits. */
#include <signal.h>

#include "base/time.h"
#include "cli/cli.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/process.h"

/* As a shell has it: set to nothing is not set. */
static sv variable(const char *name)
{
	sv value = sv_of(getenv(name));

	return value.n ? value : (sv){0};
}

static const char *read_environment(const char *name)
{
	return getenv(name);
}

/* The Python SDK: where PLAIT_SDK says, in the tree plait was built in, beside the binary, where it was installed. */
static sv find_sdk(struct arena *a)
{
	sv self, chosen = variable("PLAIT_SDK");

	if (chosen.p)
		return path_resolve(a, path_current(a), chosen);
	if (!file_link_text(a, SV("/proc/self/exe"), &self))
		self = SV(PLAIT_SDK_BUILD);
	sv folder = path_parent(self);
	sv installed = path_clean(a, path_join(a, folder, SV("../lib/plait/python")));
	sv tree = path_clean(a, path_join(a, folder, SV("..")));
	if (path_within(tree, SV(PLAIT_SDK_BUILD)) && file_is_folder(SV(PLAIT_SDK_BUILD)))
		return SV(PLAIT_SDK_BUILD);
	return file_is_folder(installed) ? installed : SV(PLAIT_SDK_INSTALLED);
}

/* The SDK's part in C: beside the binary, as in the tree plait was built in, or where it was installed. */
static sv find_sdk_library(struct arena *a)
{
	static const char *const places[] = {"sdk/native/huge_pages.so",
					     "../lib/plait/huge_pages.so"};
	sv self;

	if (!file_link_text(a, SV("/proc/self/exe"), &self))
		return (sv){0};
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		sv path = path_clean(a, path_join(a, path_parent(self), sv_of(places[i])));

		if (file_exists(path))
			return path;
	}
	return (sv){0};
}

/* A number of seconds; anything else is as good as not set. */
static time_us seconds(const char *name)
{
	uint64_t value;

	return sv_u64(variable(name), &value) && value < 1000000 ? (time_us)value * TIME_SECOND : 0;
}

int main(int argc, char **argv)
{
	process_fill_standard();
	AUTO_ARENA a = arena_new();
	struct cli_world world = {
		.workspace_file = variable("DAGSTER_WORKSPACE_YAML"),
		.home = variable("PLAIT_HOME"),
		.cwd = path_current(a),
		.sdk = find_sdk(a),
		.sdk_library = find_sdk_library(a),
		.no_color = variable("NO_COLOR").p != NULL,
		.compile_limit = seconds("PLAIT_COMPILE_TIMEOUT"),
		.getenv = read_environment,
	};

	if (!world.workspace_file.p)
		world.workspace_file = variable("DAGSTER_WEBSERVER_WORKSPACE");
	/* `plait run logs | head` ends quietly, and a run goes on when its reader leaves. */
	signal(SIGPIPE, SIG_IGN);
	return cli_main(&world, argc, argv);
}
