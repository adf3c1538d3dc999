/* workspace_pyproject.c -- the tables of pyproject.toml that speak of code locations: [tool.dg], [tool.dagster] and
 * [tool.plait].  All the rest belongs to others. */
#include "code/declaration.h"

static void add_module(struct declaration *d, sv module, const struct value *at,
		       struct declared_locations *to)
{
	if (module.p)
		*LIST_ADD(d->a, to) = (struct declared_location){
			.loader = LOADER_MODULE, .target = module, .line = at->line};
}

static void declare_modules(struct declaration *d, const struct value *list,
			    struct declared_locations *to)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct value *item = &list->items[i];
		sv path = arena_fmt(d->a, "tool.dagster.modules[%zu]", i), type;

		if (item->type != VALUE_MAP) {
			declaration_fault(d, item, path,
					  "a table with type = \"module\" and name is wanted");
			continue;
		}
		type = declaration_plain_text(d, item, path, "type", true);
		if (sv_eq(type, SV("module")))
			add_module(d, declaration_plain_text(d, item, path, "name", true), item,
				   to);
	}
}

static void declare_dagster(struct declaration *d, const struct value *table,
			    struct declared_locations *to)
{
	static const sv known[] = {SV("module_name"), SV("modules"), SV("code_location_name")};
	const struct value *modules = value_get(table, "modules"),
			   *module = value_get(table, "module_name");
	sv path = SV("tool.dagster"), name;

	declaration_check_keys(d, table, path, known, COUNT_OF(known), true);
	if (module && modules)
		declaration_fault(d, modules, path, "module_name and modules exclude each other");
	if (modules && (modules->type != VALUE_LIST || modules->n == 0))
		declaration_fault(d, modules, SV("tool.dagster.modules"),
				  "a list with at least one table is wanted");
	add_module(d, declaration_plain_text(d, table, path, "module_name", false), module, to);
	declare_modules(d, value_list(table, "modules"), to);
	name = declaration_plain_text(d, table, path, "code_location_name", false);
	if (to->n == 1)
		to->at[0].name = name;
}

void pyproject_declare(struct declaration *d, const struct value *root, struct pyproject *ret)
{
	const struct value *tool = value_map(root, "tool");

	*ret = (struct pyproject){0};
	dg_declare(d, value_map(tool, "dg"), SV("tool.dg"), &ret->dg);
	declare_dagster(d, value_map(tool, "dagster"), &ret->dagster);
}

void pyproject_switches(struct declaration *d, const struct value *root, struct plait_switches *ret)
{
	static const sv known[] = {SV("definitions"), SV("max_concurrent_steps")};
	const struct value *plait = value_map(value_map(root, "tool"), "plait");
	const struct value *most = value_get(plait, "max_concurrent_steps");
	sv path = SV("tool.plait");

	*ret = (struct plait_switches){0};
	declaration_check_keys(d, plait, path, known, COUNT_OF(known), true);
	ret->definitions = declaration_plain_text(d, plait, path, "definitions", false);
	if (!most)
		return;
	if (most->type != VALUE_INT || most->integer < 1 || most->integer > INT32_MAX)
		declaration_fault(d, most, SV("tool.plait.max_concurrent_steps"),
				  "a number from 1 on is wanted");
	else
		ret->max_concurrent_steps = (uint32_t)most->integer;
}
