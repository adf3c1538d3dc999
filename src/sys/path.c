/* path.c -- work on the text of paths. */
#include "sys/path.h"

#include <pwd.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/list.h"

bool path_is_absolute(sv path)
{
	return path.n && path.p[0] == '/';
}

sv path_join(struct arena *a, sv folder, sv name)
{
	char *p;

	if (path_is_absolute(name) || folder.n == 0)
		return arena_sv(a, name);
	if (folder.p[folder.n - 1] == '/')
		folder.n--;
	p = arena_alloc(a, folder.n + 1 + name.n + 1);
	memcpy(p, folder.p, folder.n);
	p[folder.n] = '/';
	if (name.n)
		memcpy(p + folder.n + 1, name.p, name.n);
	return (sv){p, folder.n + 1 + name.n};
}

sv path_clean(struct arena *a, sv path)
{
	bool absolute = path_is_absolute(path);
	struct sv_list parts = {0};
	AUTO_BUF out = {0};
	sv part;

	while (sv_split(&path, '/', &part)) {
		bool up = sv_eq(part, SV(".."));

		if (part.n == 0 || sv_eq(part, SV(".")) || (up && absolute && parts.n == 0))
			continue;
		if (up && parts.n && !sv_eq(parts.at[parts.n - 1], SV("..")))
			parts.n--;
		else
			*LIST_ADD(a, &parts) = part;
	}
	if (absolute)
		buf_addc(&out, '/');
	for (size_t i = 0; i < parts.n; i++) {
		if (i)
			buf_addc(&out, '/');
		buf_add(&out, parts.at[i]);
	}
	return out.n ? arena_sv(a, buf_sv(&out)) : SV(".");
}

static bool last_slash(sv path, size_t *ret)
{
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/') {
			*ret = i - 1;
			return true;
		}
	return false;
}

sv path_parent(sv path)
{
	size_t at;

	if (!last_slash(path, &at))
		return SV(".");
	return (sv){path.p, at ? at : 1};
}

sv path_leaf(sv path)
{
	size_t at;

	return last_slash(path, &at) ? sv_from(path, at + 1) : path;
}

static sv home_folder(void)
{
	const char *home = getenv("HOME");
	struct passwd *user;

	if (home && *home)
		return sv_of(home);
	user = getpwuid(getuid());
	return user ? sv_of(user->pw_dir) : SV("/");
}

sv path_expand(struct arena *a, sv path)
{
	if (sv_eq(path, SV("~")))
		return arena_sv(a, home_folder());
	if (sv_starts(path, SV("~/")))
		return path_join(a, home_folder(), sv_from(path, 2));
	return path;
}

sv path_resolve(struct arena *a, sv folder, sv path)
{
	return path_clean(a, path_join(a, folder, path_expand(a, path)));
}

bool path_within(sv folder, sv path)
{
	if (!sv_starts(path, folder))
		return false;
	return path.n == folder.n || sv_eq(folder, SV("/")) || path.p[folder.n] == '/';
}

sv path_current(struct arena *a)
{
	char *cwd = getcwd(NULL, 0);
	sv result = arena_sv(a, cwd ? sv_of(cwd) : SV("/"));

	free(cwd);
	return result;
}

sv path_relative(struct arena *a, sv from_folder, sv path)
{
	AUTO_BUF out = {0};
	sv folder = from_folder;

	while (!path_within(folder, path)) {
		buf_add(&out, SV("../"));
		folder = path_parent(folder);
	}
	sv rest = sv_from(path, sv_eq(folder, SV("/")) ? 1 : folder.n + 1);
	buf_add(&out, rest.n ? rest : SV("."));
	return arena_sv(a, buf_sv(&out));
}
