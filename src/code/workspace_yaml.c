/* workspace_yaml.c -- workspace.yaml: a list of entries, each with exactly one loader. */
#include "code/declaration.h"

#include "sys/path.h"

#define NO_PATH ((sv){NULL, 0})

static const struct {
	enum code_loader loader;
	const char *target; /* the key that names the code */
} targets[] = {
	{LOADER_FILE, "relative_path"},
	{LOADER_MODULE, "module_name"},
	{LOADER_PACKAGE, "package_name"},
	{LOADER_AUTOLOAD, "module_name"},
};

#define X(id, word) SV(word),
static const sv loaders[] = {CODE_LOADERS(X)}; /* by enum code_loader */
#undef X

static uint32_t loader_of(sv key)
{
	for (uint32_t i = 0; i < COUNT_OF(loaders); i++)
		if (sv_eq(loaders[i], key))
			return i;
	return NO_ID;
}

/* Known and refused: the location is listed with its reason, the others go on. */
static void declare_grpc(struct declaration *d, const struct value *map, sv path,
			 struct declared_location *ret)
{
	static const sv known[] = {SV("host"),          SV("port"), SV("socket"),
				   SV("location_name"), SV("ssl"),  SV("additional_metadata")};
	sv host = SV("localhost"), at = NO_PATH;
	const struct value *port;

	if (map->type != VALUE_MAP) {
		declaration_fault(d, map, path, "a map with port or socket is wanted");
		return;
	}
	declaration_check_keys(d, map, path, known, COUNT_OF(known), false);
	port = value_get(map, "port");
	if ((port != NULL) == (value_get(map, "socket") != NULL))
		declaration_fault(d, map, path, "exactly one of port and socket is wanted");
	else if (port && port->type == VALUE_INT)
		at = arena_fmt(d->a, "%lld", (long long)port->integer);
	else
		at = declaration_text(d, map, path, port ? "port" : "socket");
	if (value_get(map, "host"))
		host = declaration_text(d, map, path, "host");
	ret->name = declaration_text(d, map, path, "location_name");
	if (!ret->name.p)
		ret->name = arena_fmt(d->a, "grpc:" SV_FMT ":" SV_FMT, SV_ARG(host),
				      SV_ARG(path_leaf(at)));
	ret->problem = SV("grpc_server is not supported: plait starts the code itself and talks to "
			  "no code server");
	ret->problem_hint = SV("list the code instead, with python_package or python_file, its "
			       "working_directory and "
			       "the executable_path of the server's Python");
}

static void declare_code(struct declaration *d, const struct value *map, sv path,
			 struct declared_location *ret)
{
	const char *target = targets[ret->loader].target;
	const sv known[] = {sv_of(target), SV("attribute"), SV("location_name"),
			    SV("working_directory"), SV("executable_path")};
	const struct value *executable;

	if (map->type == VALUE_TEXT && map->text.n) { /* the shorthand */
		ret->target = map->text;
		return;
	}
	if (map->type != VALUE_MAP) {
		declaration_fault(d, map, path, "a text or a map with %s is wanted, not %s", target,
				  value_type_word(map->type));
		return;
	}
	declaration_check_keys(d, map, path, known, COUNT_OF(known), false);
	if (!value_get(map, target))
		declaration_fault(d, map, path, "%s is missing", target);
	ret->target = declaration_text(d, map, path, target);
	ret->attribute = declaration_text(d, map, path, "attribute");
	ret->name = declaration_text(d, map, path, "location_name");
	ret->working_directory = declaration_text(d, map, path, "working_directory");
	ret->executable = declaration_text(d, map, path, "executable_path");
	executable = value_get(map, "executable_path");
	ret->executable_line = executable ? executable->line : 0;
}

/* An empty loader with its members beside it: the members lost their indentation. */
static bool lost_indentation(struct declaration *d, const struct value *entry, sv path)
{
	for (size_t i = 0; i < entry->n; i++) {
		if (loader_of(entry->keys[i]) == NO_ID || entry->items[i].type != VALUE_NULL ||
		    entry->n == 1)
			continue;
		declaration_fault(d, &entry->items[i], path,
				  SV_FMT
				  " is empty and other keys stand beside it: indent them below it",
				  SV_ARG(entry->keys[i]));
		return true;
	}
	return false;
}

static void declare_entry(struct declaration *d, const struct value *entry, sv path)
{
	struct declared_location location = {.line = entry->line};
	size_t faults = d->faults.n, found = 0;
	sv where;

	if (entry->type != VALUE_MAP) {
		declaration_fault(d, entry, path,
				  "a map with one loader is wanted, such as python_package");
		return;
	}
	if (lost_indentation(d, entry, path))
		return;
	declaration_check_keys(d, entry, path, loaders, COUNT_OF(loaders), false);
	for (size_t i = 0; i < entry->n; i++) {
		uint32_t loader = loader_of(entry->keys[i]);

		if (loader == NO_ID || found++)
			continue;
		where = arena_fmt(d->a, SV_FMT "." SV_FMT, SV_ARG(path), SV_ARG(entry->keys[i]));
		location.loader = (enum code_loader)loader;
		if (location.loader == LOADER_GRPC)
			declare_grpc(d, &entry->items[i], where, &location);
		else
			declare_code(d, &entry->items[i], where, &location);
	}
	if (found != 1 && d->faults.n == faults)
		declaration_fault(d, entry, path, "exactly one loader is wanted, here are %zu",
				  found);
	if (d->faults.n == faults)
		*LIST_ADD(d->a, &d->locations) = location;
}

void workspace_yaml_declare(struct declaration *d, const struct value *root)
{
	static const sv known[] = {SV("load_from")};
	const struct value *list = value_get(root, "load_from");

	if (root->type != VALUE_MAP) {
		declaration_fault(d, root, NO_PATH, "%s",
				  root->type == VALUE_NULL ? "the file is empty"
							   : "a map with load_from is wanted");
		return;
	}
	declaration_check_keys(d, root, NO_PATH, known, COUNT_OF(known), false);
	if (list && list->type != VALUE_LIST && list->type != VALUE_NULL) {
		declaration_fault(d, list, SV("load_from"), "a list is wanted, not %s",
				  value_type_word(list->type));
		return;
	}
	for (size_t i = 0; list && list->type == VALUE_LIST && i < list->n; i++)
		declare_entry(d, &list->items[i], arena_fmt(d->a, "load_from[%zu]", i));
	declaration_settle_names(d);
}
