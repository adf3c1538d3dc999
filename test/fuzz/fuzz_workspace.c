/* fuzz_workspace.c -- any tree as workspace.yaml, dagster.yaml, dg.toml and pyproject.toml: declared, or faults that say why not. */
#include "fuzz.h"

#include "code/declaration.h"
#include "code/settings_file.h"
#include "codec/toml.h"
#include "codec/yaml.h"

static const char *no_variable(const char *name)
{
	return NULL;
}

static struct declaration start(struct arena *a)
{
	return (struct declaration){.a = a, .label = SV("fuzz"), .getenv = no_variable};
}

static void end(const struct declaration *d)
{
	struct err e;

	if (!declaration_end(d, &e))
		assert(e.text[0]);
	else
		for (size_t i = 0; i < d->locations.n; i++)
			assert(d->locations.at[i].name.n && (d->locations.at[i].target.n || d->locations.at[i].problem.n));
}

static void fuzz_workspace(struct arena *a, sv input)
{
	struct declaration d = start(a), settings = start(a), dg = start(a), project = start(a);
	struct dg_config config = {0};
	struct pyproject pyproject;
	struct plait_switches switches;
	const struct value *root;
	struct err e;

	if (yaml_read(a, "fuzz", input, &root, &e)) {
		workspace_yaml_declare(&d, root);
		end(&d);
		(void)settings_declare(&settings, root);
		end(&settings);
	}
	if (toml_read(a, "fuzz", input, &root, &e)) {
		dg_declare(&dg, root, SV(""), &config);
		end(&dg);
		pyproject_declare(&project, root, &pyproject);
		pyproject_switches(&project, root, &switches);
		end(&project);
	}
}

FUZZ(fuzz_workspace)
