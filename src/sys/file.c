/* file.c -- files and folders through plain system calls. */
#include "sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/path.h"

/* errno -> kind, with the remedy people need most. */
#undef file_error /* a macro under the analyzer */
bool file_error(struct err *e, const char *verb, sv path, int error_number)
{
	static const struct {
		int number;
		enum err_kind kind;
		const char *hint;
	} rows[] = {
		{ENOENT, ERR_NOT_FOUND, ""},
		{EACCES, ERR_DENIED,
		 "check who owns it and its rights: ls -ld on it and on its folder"},
		{EPERM, ERR_DENIED,
		 "check who owns it and its rights: ls -ld on it and on its folder"},
		{EROFS, ERR_DENIED, "the file system is mounted read-only"},
		{ENOSPC, ERR_LIMIT, "the disk is full: df -h on that folder, then free some space"},
		{EDQUOT, ERR_LIMIT, "the disk quota is used up"},
		{EMFILE, ERR_LIMIT, "too many open files: raise ulimit -n"},
		{ENFILE, ERR_LIMIT, "the system has too many open files"},
		{EEXIST, ERR_CONFLICT, ""},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (rows[i].number != error_number)
			continue;
		err_set(e, rows[i].kind, "%s " SV_FMT ": %s", verb, SV_ARG(path),
			strerror(error_number));
		if (rows[i].hint[0])
			err_hint(e, "%s", rows[i].hint);
		return false;
	}
	return err_set(e, ERR_UNAVAILABLE, "%s " SV_FMT ": %s", verb, SV_ARG(path),
		       strerror(error_number));
}

static bool facts_of(sv path, bool through, struct file_facts *ret)
{
	AUTO_ARENA a = arena_new();
	const char *name = arena_cstr(a, path);
	struct stat st;

	if ((through ? stat(name, &st) : lstat(name, &st)) < 0)
		return false;
	*ret = (struct file_facts){
		.type = S_ISREG(st.st_mode)   ? FILE_REGULAR
			: S_ISDIR(st.st_mode) ? FILE_FOLDER
			: S_ISLNK(st.st_mode) ? FILE_LINK
					      : FILE_OTHER,
		.bytes = (uint64_t)st.st_size,
		.modified_ns = st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec,
		.inode = st.st_ino,
	};
	return true;
}

bool file_look(sv path, struct file_facts *ret)
{
	return facts_of(path, false, ret);
}

bool file_look_through(sv path, struct file_facts *ret)
{
	return facts_of(path, true, ret);
}

bool file_exists(sv path)
{
	struct file_facts facts;

	return file_look_through(path, &facts);
}

bool file_is_folder(sv path)
{
	struct file_facts facts;

	return file_look_through(path, &facts) && facts.type == FILE_FOLDER;
}

/* Reads up to `most` bytes at `offset`, however many calls it takes. */
static bool read_at(int fd, struct arena *a, uint64_t offset, size_t most, sv *ret)
{
	char *p = arena_alloc(a, most + 1);
	size_t n = 0;

	while (n < most) {
		ssize_t got = pread(fd, p + n, most - n, (off_t)(offset + n));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	p[n] = '\0';
	*ret = (sv){p, n};
	return true;
}

bool file_read(struct arena *a, sv path, size_t most, sv *ret, struct err *e)
{
	AUTO_FD fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return file_error(e, "reading", path, errno);
	if (S_ISDIR(st.st_mode))
		return file_error(e, "reading", path, EISDIR);
	if ((uint64_t)st.st_size > most)
		return err_set(e, ERR_LIMIT, "reading " SV_FMT ": %llu bytes, at most %zu are read",
			       SV_ARG(path), (unsigned long long)st.st_size, most);
	if (!read_at(fd, a, 0, (size_t)st.st_size, ret))
		return file_error(e, "reading", path, errno);
	return true;
}

bool file_read_from(struct arena *a, sv path, uint64_t offset, size_t most, sv *ret, struct err *e)
{
	AUTO_FD fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC);
	struct stat st;

	*ret = (sv){"", 0};
	if (fd < 0)
		return errno == ENOENT || file_error(e, "reading", path, errno);
	if (fstat(fd, &st) < 0)
		return file_error(e, "reading", path, errno);
	if ((uint64_t)st.st_size <= offset)
		return true;
	if ((uint64_t)st.st_size - offset < most)
		most = (size_t)((uint64_t)st.st_size - offset);
	if (!read_at(fd, a, offset, most, ret))
		return file_error(e, "reading", path, errno);
	return true;
}

/* errno says why not. */
static bool write_all(int fd, sv content)
{
	for (size_t done = 0; done < content.n;) {
		ssize_t n = write(fd, content.p + done, content.n - done);

		if (n < 0 && errno != EINTR)
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return true;
}

bool file_replace_fast(sv path, sv content, struct err *e)
{
	AUTO_ARENA a = arena_new();
	sv beside = arena_fmt(a, SV_FMT ".new.%ld", SV_ARG(path), (long)getpid());
	AUTO_FD fd = open(beside.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return file_error(e, "writing", path, errno);
	if (!write_all(fd, content) || rename(beside.p, arena_cstr(a, path)) < 0) {
		int why = errno;

		unlink(beside.p);
		return file_error(e, "writing", path, why);
	}
	return true;
}

bool file_append(sv path, sv content, struct err *e)
{
	AUTO_ARENA a = arena_new();
	AUTO_FD fd = open(arena_cstr(a, path), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	return (fd >= 0 && write_all(fd, content)) || file_error(e, "writing", path, errno);
}

bool file_link_text(struct arena *a, sv path, sv *ret)
{
	char text[4096];
	ssize_t n = readlink(arena_cstr(a, path), text, sizeof(text));

	if (n < 0 || (size_t)n == sizeof(text))
		return false;
	*ret = arena_sv(a, (sv){text, (size_t)n});
	return true;
}

bool file_link(sv target, sv path, struct err *e)
{
	AUTO_ARENA a = arena_new();

	if (symlink(arena_cstr(a, target), arena_cstr(a, path)) == 0)
		return true;
	if (errno == EEXIST)
		return err_set(e, ERR_CONFLICT, SV_FMT " is there already", SV_ARG(path));
	return file_error(e, "linking", path, errno);
}

bool file_sync_folder(sv path, struct err *e)
{
	AUTO_ARENA a = arena_new();
	AUTO_FD fd = open(arena_cstr(a, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return file_error(e, "syncing", path, errno);
	return true;
}

bool file_rename(sv from, sv to, struct err *e)
{
	AUTO_ARENA a = arena_new();

	if (rename(arena_cstr(a, from), arena_cstr(a, to)) < 0)
		return file_error(e, "renaming to", to, errno);
	return true;
}

void file_remove(sv path)
{
	AUTO_ARENA a = arena_new();

	unlink(arena_cstr(a, path));
}

void folder_remove(sv path)
{
	AUTO_ARENA a = arena_new();
	struct folder_entries entries = {0};
	struct err e;

	if (!folder_list(a, path, &entries, &e))
		return;
	for (size_t i = 0; i < entries.n; i++) {
		sv child = path_join(a, path, entries.at[i].name);

		if (entries.at[i].type == FILE_FOLDER)
			folder_remove(child);
		else
			file_remove(child);
	}
	rmdir(arena_cstr(a, path));
}

bool folder_make(sv path, struct err *e)
{
	AUTO_ARENA a = arena_new();
	sv parent = path_parent(path);

	if (mkdir(arena_cstr(a, path), 0755) == 0)
		return true;
	if (errno == EEXIST && file_is_folder(path))
		return true;
	if (errno != ENOENT || sv_eq(parent, path) || parent.n >= path.n)
		return file_error(e, "making the folder", path, errno);
	if (!folder_make(parent, e))
		return false;
	if (mkdir(arena_cstr(a, path), 0755) == 0 || errno == EEXIST)
		return true;
	return file_error(e, "making the folder", path, errno);
}

static enum file_type entry_type(sv folder, const struct dirent *d)
{
	AUTO_ARENA a = arena_new();
	struct file_facts facts;

	switch (d->d_type) {
	case DT_REG: return FILE_REGULAR;
	case DT_DIR: return FILE_FOLDER;
	case DT_LNK: return FILE_LINK;
	default:
		return file_look(path_join(a, folder, sv_of(d->d_name)), &facts) ? facts.type
										 : FILE_NONE;
	}
}

static int by_name(const void *a, const void *b)
{
	return sv_cmp(((const struct folder_entry *)a)->name,
		      ((const struct folder_entry *)b)->name);
}

bool folder_list(struct arena *a, sv path, struct folder_entries *ret, struct err *e)
{
	DIR *dir = opendir(arena_cstr(a, path));
	struct dirent *d;

	if (!dir)
		return file_error(e, "listing", path, errno);
	while ((d = readdir(dir)))
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			*LIST_ADD(a, ret) = (struct folder_entry){
				.name = arena_sv(a, sv_of(d->d_name)),
				.type = entry_type(path, d),
			};
	closedir(dir);
	if (ret->n)
		qsort(ret->at, ret->n, sizeof(ret->at[0]), by_name);
	return true;
}
