/* python_find.c -- PATH, pyvenv.cfg and site-packages. */
#include "env/python_find.h"

#include <unistd.h>

#include "model/limits.h"
#include "sys/file.h"
#include "sys/path.h"

enum { NEWEST_MINOR = 30, OLDEST_MINOR = 8 };

bool python_wanted_is_version(sv wanted)
{
	return wanted.n && strchr("0123456789<>=~!^", wanted.p[0]);
}

static bool is_program(struct arena *a, sv path)
{
	struct file_facts facts;

	return file_look_through(path, &facts) && facts.type == FILE_REGULAR &&
	       access(arena_cstr(a, path), X_OK) == 0;
}

bool python_on_path(struct arena *a, sv path_variable, sv name, sv *ret)
{
	sv rest = path_variable, folder;

	while (sv_split(&rest, ':', &folder)) {
		sv path = path_join(a, folder, name);

		if (path_is_absolute(folder) && is_program(a, path)) {
			*ret = path;
			return true;
		}
	}
	return false;
}

static void add(struct arena *a, struct sv_list *list, sv path_variable, sv name, sv except)
{
	sv rest = path_variable, folder;

	/* Every one of that name: the first may be the environment that is to be made anew. */
	while (sv_split(&rest, ':', &folder)) {
		sv path = path_clean(a, path_join(a, folder, name));

		if (path_is_absolute(folder) && is_program(a, path) &&
		    !(except.n && path_within(except, path)))
			*LIST_ADD(a, list) = path;
	}
}

struct sv_list python_candidates(struct arena *a, sv path_variable, sv wanted, sv cwd, sv except)
{
	struct sv_list ret = {0};
	sv named = path_resolve(a, cwd, wanted);

	if (wanted.n && !python_wanted_is_version(wanted)) {
		if (file_is_folder(named))
			named = path_join(a, named, SV("bin/python"));
		if (sv_find(wanted, '/', &(size_t){0}) || is_program(a, named))
			*LIST_ADD(a, &ret) = named;
		else
			add(a, &ret, path_variable, wanted, except);
		return ret;
	}
	add(a, &ret, path_variable, SV("python3"), except);
	add(a, &ret, path_variable, SV("python"), except);
	for (unsigned minor = NEWEST_MINOR; minor >= OLDEST_MINOR; minor--)
		add(a, &ret, path_variable, arena_fmt(a, "python3.%u", minor), except);
	return ret;
}

/* venv writes "version", uv and virtualenv "version_info". */
static bool read_version(sv text, struct python_version *ret)
{
	sv line;
	size_t at;

	while (sv_split(&text, '\n', &line)) {
		sv key;

		if (!sv_find(line, '=', &at))
			continue;
		key = sv_trim((sv){line.p, at});
		if (sv_eq(key, SV("version")) || sv_eq(key, SV("version_info")))
			return python_version_read(sv_trim(sv_from(line, at + 1)), ret);
	}
	return false;
}

bool python_environment(struct arena *a, sv folder, struct python_version *ret)
{
	struct err e;
	sv text;

	return is_program(a, path_join(a, folder, SV("bin/python"))) &&
	       file_read(a, path_join(a, folder, SV("pyvenv.cfg")), LIMIT_CONFIG_BYTES, &text,
			 &e) &&
	       read_version(text, ret);
}

bool python_environment_of(struct arena *a, sv interpreter, sv *ret)
{
	sv folder = path_parent(path_parent(interpreter));

	*ret = folder;
	return folder.n > 1 && file_exists(path_join(a, folder, SV("pyvenv.cfg")));
}

struct sv_list python_site_packages(struct arena *a, sv environment)
{
	sv lib = path_join(a, environment, SV("lib"));
	struct folder_entries entries = {0};
	struct sv_list ret = {0};
	struct err e;

	if (!folder_list(a, lib, &entries, &e))
		return ret;
	for (size_t i = 0; i < entries.n; i++) {
		sv folder = path_join(a, path_join(a, lib, entries.at[i].name),
				      SV("site-packages"));

		if (file_is_folder(folder))
			*LIST_ADD(a, &ret) = folder;
	}
	return ret;
}
