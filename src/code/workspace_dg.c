/* workspace_dg.c -- what dg's configuration says about projects.  Keys that only matter to other tools are let pass. */
#include "code/declaration.h"

static sv inside(struct declaration *d, sv path, const char *key)
{
	return arena_fmt(d->a, SV_FMT "%s%s", SV_ARG(path), path.n ? "." : "", key);
}

static void declare_workspace(struct declaration *d, const struct value *table, sv path,
			      struct dg_config *ret)
{
	static const sv known[] = {SV("projects"), SV("scaffold_project_options")},
			known_project[] = {SV("path")};
	const struct value *workspace = value_map(table, "workspace");
	const struct value *projects = value_get(workspace, "projects");
	sv where = inside(d, path, "workspace");

	declaration_check_keys(d, workspace, where, known, COUNT_OF(known), true);
	where = inside(d, where, "projects");
	if (projects && projects->type != VALUE_LIST)
		declaration_fault(d, projects, where, "a list of tables is wanted, each with path");
	projects = value_list(workspace, "projects");
	for (size_t i = 0; i < projects->n; i++) {
		const struct value *project = &projects->items[i];
		sv one = arena_fmt(d->a, SV_FMT "[%zu]", SV_ARG(where), i);
		struct dg_member member = {.line = project->line};

		if (project->type != VALUE_MAP) {
			declaration_fault(d, project, one, "a table with path is wanted");
			continue;
		}
		declaration_check_keys(d, project, one, known_project, COUNT_OF(known_project),
				       true);
		member.path = declaration_plain_text(d, project, one, "path", true);
		if (member.path.p)
			*LIST_ADD(d->a, &ret->projects) = member;
	}
}

static void declare_project(struct declaration *d, const struct value *table, sv path,
			    struct dg_config *ret)
{
	static const sv known[] = {
		SV("root_module"),        SV("defs_module"),      SV("code_location_target_module"),
		SV("code_location_name"), SV("registry_modules"), SV("autoload_defs"),
		SV("python_environment"), SV("agent_queue"),      SV("image"),
	};
	const struct value *project = value_get(table, "project");
	sv where = inside(d, path, "project"), root, target, defs;

	if (!project || project->type != VALUE_MAP) {
		declaration_fault(d, project ? project : table, where,
				  "a table with root_module is wanted");
		return;
	}
	declaration_check_keys(d, project, where, known, COUNT_OF(known), true);
	root = declaration_plain_text(d, project, where, "root_module", true);
	target = declaration_plain_text(d, project, where, "code_location_target_module", false);
	defs = declaration_plain_text(d, project, where, "defs_module", false);
	ret->project.line = project->line;
	ret->project.name = declaration_plain_text(d, project, where, "code_location_name", false);
	if (value_bool(project, "autoload_defs", false)) {
		ret->project.loader = LOADER_AUTOLOAD;
		ret->project.target = defs.p ? defs : arena_fmt(d->a, SV_FMT ".defs", SV_ARG(root));
	} else {
		ret->project.loader = LOADER_MODULE;
		ret->project.target = target.p ? target
					       : arena_fmt(d->a, SV_FMT ".definitions",
							   SV_ARG(root));
	}
}

void dg_declare(struct declaration *d, const struct value *table, sv path, struct dg_config *ret)
{
	static const sv known[] = {SV("directory_type"), SV("project"), SV("workspace"), SV("cli")};
	sv type;

	if (!value_get(table, "directory_type") && !value_get(table, "project") &&
	    !value_get(table, "workspace"))
		return; /* settings of a user, or nothing at all */
	declaration_check_keys(d, table, path, known, COUNT_OF(known), true);
	type = declaration_plain_text(d, table, path, "directory_type", true);
	if (sv_eq(type, SV("workspace"))) {
		ret->type = DG_WORKSPACE;
		declare_workspace(d, table, path, ret);
	} else if (sv_eq(type, SV("project"))) {
		ret->type = DG_PROJECT;
		declare_project(d, table, path, ret);
	} else if (type.p) {
		declaration_fault(d, value_get(table, "directory_type"),
				  inside(d, path, "directory_type"),
				  "\"workspace\" or \"project\" is wanted");
	}
}
