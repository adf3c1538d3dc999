/* cgroup.c -- finding our place in the hierarchy, and writing into its files. */
#include "sys/cgroup.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/list.h"
#include "sys/fd.h"
#include "sys/path.h"

enum { LONGEST_TABLE = 256 << 10 };

/* A file of /proc, which does not tell its size beforehand. */
static sv read_table(struct arena *a, const char *path)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = arena_alloc(a, LONGEST_TABLE);
	size_t n = 0;
	ssize_t got;

	while (fd >= 0 && n < LONGEST_TABLE && (got = read(fd, text + n, LONGEST_TABLE - n)) > 0)
		n += (size_t)got;
	return (sv){text, n};
}

/* "0::/our/group" of /proc/self/cgroup */
static bool find_name(struct arena *a, sv *ret)
{
	sv rest = read_table(a, "/proc/self/cgroup"), line;

	while (sv_split(&rest, '\n', &line))
		if (sv_starts(line, SV("0::/"))) {
			*ret = sv_from(line, 3);
			return true;
		}
	return false;
}

/* "ID PARENT DEVICE ROOT POINT … - cgroup2 …" of /proc/self/mountinfo */
static bool find_mount(struct arena *a, sv *ret_root, sv *ret_point)
{
	sv rest = read_table(a, "/proc/self/mountinfo"), line;

	while (sv_split(&rest, '\n', &line)) {
		LIST(sv) words = {0};
		sv word, tail = line;

		while (sv_split(&tail, ' ', &word))
			*LIST_ADD(a, &words) = word;
		for (size_t i = 5; i + 1 < words.n; i++)
			if (sv_eq(words.at[i], SV("-")) && sv_eq(words.at[i + 1], SV("cgroup2"))) {
				*ret_root = words.at[3];
				*ret_point = words.at[4];
				return true;
			}
	}
	return false;
}

bool cgroup_find(struct arena *a, sv *ret_folder)
{
	sv name, root, point;

	if (!find_name(a, &name) || !find_mount(a, &root, &point))
		return false;
	if (root.n > 1 && path_within(root, name))
		name = sv_from(name, root.n);
	*ret_folder = path_clean(a, arena_fmt(a, SV_FMT "/" SV_FMT, SV_ARG(point), SV_ARG(name)));
	return access(arena_cstr(a, *ret_folder), W_OK) == 0;
}

static bool write_number(sv folder, const char *file, long long number)
{
	AUTO_ARENA a = arena_new();
	sv text = arena_fmt(a, "%lld", number);
	AUTO_FD fd = open(arena_fmt(a, SV_FMT "/%s", SV_ARG(folder), file).p, O_WRONLY | O_CLOEXEC);

	return fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n;
}

bool cgroup_enter(struct arena *a, sv parent, int64_t pid, sv *ret_folder)
{
	sv folder = arena_fmt(a, SV_FMT "/plait-worker-%lld", SV_ARG(parent), (long long)pid);

	if (mkdir(folder.p, 0755) < 0)
		return false;
	if (!write_number(folder, "cgroup.procs", pid)) {
		cgroup_remove(folder);
		return false;
	}
	*ret_folder = folder;
	return true;
}

bool cgroup_kill(sv folder)
{
	return write_number(folder, "cgroup.kill", 1);
}

bool cgroup_remove(sv folder)
{
	AUTO_ARENA a = arena_new();

	return rmdir(arena_cstr(a, folder)) == 0;
}
