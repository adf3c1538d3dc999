/* Moving views: old or new, never nothing; what is found is kept; what fails leaves the old view standing. */
#include "check.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>

#include "base/time.h"
#include "object/publish.h"
#include "sys/path.h"

#define V1 "0195f1c2-0000-7000-8000-000000000001"
#define V2 "0195f1c2-0000-7000-8000-000000000002"

static struct err e;

static sv put(struct arena *a, const char *name, const char *text)
{
	sv path = sv_of(scratch_file(a, name));

	CHECK_OK(folder_make(path_parent(path), &e), &e);
	CHECK_OK(file_replace_fast(path, sv_of(text), &e), &e);
	return path;
}

static sv text_at(struct arena *a, sv path)
{
	sv text;

	CHECK_OK(file_read(a, path, 1000, &text, &e), &e);
	return text;
}

static struct view view_of(struct arena *a, const char *path, const char *target)
{
	return (struct view){sv_of(scratch_file(a, path)), sv_of(scratch_file(a, target))};
}

static size_t entries_in(struct arena *a, const char *name)
{
	struct folder_entries entries = {0};

	CHECK_OK(folder_list(a, name ? sv_of(scratch_file(a, name)) : scratch(), &entries, &e), &e);
	return entries.n;
}

static void test_view_moves_from_version_to_version(void)
{
	AUTO_ARENA a = arena_new();
	struct view one = view_of(a, "a/b", ".plait/a/b/" V1 "/b"), two = view_of(a, "a/b", ".plait/a/b/" V2 "/b");
	sv link;

	put(a, ".plait/a/b/" V1 "/b", "one");
	put(a, ".plait/a/b/" V2 "/b", "two");
	CHECK(!view_is_current(&one));
	CHECK_OK(view_move(scratch(), &one, &e), &e);
	CHECK(view_is_current(&one) && !view_is_current(&two));
	CHECK_SV(SV("one"), text_at(a, one.path));
	CHECK(file_link_text(a, one.path, &link));
	CHECK_SV(SV("../.plait/a/b/" V1 "/b"), link);
	CHECK_OK(view_move(scratch(), &two, &e), &e);
	CHECK_OK(view_move(scratch(), &two, &e), &e); /* again is fine */
	CHECK(view_is_current(&two) && !view_is_current(&one));
	CHECK_SV(SV("two"), text_at(a, two.path));
	CHECK_INT(1, entries_in(a, "a"));
}

static void test_view_survives_a_move_of_the_base(void)
{
	AUTO_ARENA a = arena_new();
	struct view v = view_of(a, "base/a", "base/.plait/a/" V1 "/a");

	put(a, "base/.plait/a/" V1 "/a", "one");
	CHECK_OK(view_move(sv_of(scratch_file(a, "base")), &v, &e), &e);
	CHECK_OK(file_rename(sv_of(scratch_file(a, "base")), sv_of(scratch_file(a, "else")), &e), &e);
	CHECK_SV(SV("one"), text_at(a, sv_of(scratch_file(a, "else/a"))));
}

/* A step with many outputs, and many steps that share a commit: all their links are there before the first is moved. */
static void test_any_number_of_views_is_prepared_in_one_folder(void)
{
	enum { MANY = 250 };
	AUTO_ARENA a = arena_new();
	sv *beside = NEW(a, sv, MANY);

	for (int i = 0; i < MANY; i++) {
		const char *target = arena_fmt(a, ".plait/a%d/" V1 "/a", i).p;
		struct view v = view_of(a, arena_fmt(a, "a%d", i).p, target);

		put(a, target, "one");
		CHECK_OK(view_prepare(a, scratch(), &v, &beside[i], &e), &e);
	}
	for (int i = 0; i < MANY; i++) {
		struct view v = view_of(a, arena_fmt(a, "a%d", i).p, arena_fmt(a, ".plait/a%d/" V1 "/a", i).p);

		CHECK_OK(view_move_prepared(&v, beside[i], &e), &e);
		CHECK(view_is_current(&v));
	}
	CHECK_INT(MANY + 1, entries_in(a, NULL));
}

/* A user may have put one folder of the base on another disk. */
static void test_view_in_a_linked_folder_leads_home(void)
{
	AUTO_ARENA a = arena_new();
	struct view v = view_of(a, "base/big/a", "base/.plait/big/a/" V1 "/a");

	put(a, "base/.plait/big/a/" V1 "/a", "one");
	put(a, "far/away/disk/x", "");
	CHECK(symlink(scratch_file(a, "far/away/disk"), scratch_file(a, "base/big")) == 0);
	CHECK_OK(view_move(sv_of(scratch_file(a, "base")), &v, &e), &e);
	CHECK_SV(SV("one"), text_at(a, v.path));
	CHECK(view_is_current(&v));
}

static void test_found_file_is_kept(void)
{
	AUTO_ARENA a = arena_new();
	struct view v = view_of(a, "a/b", ".plait/a/b/" V1 "/b");
	struct timeval times[2] = {{1700000000, 5}, {1700000000, 5}};

	put(a, ".plait/a/b/" V1 "/b", "one");
	for (int i = 0; i < 2; i++) {
		file_remove(v.path);
		put(a, "a/b", i ? "older" : "oldest");
		CHECK(utimes(v.path.p, times) == 0);
		CHECK_OK(view_move(scratch(), &v, &e), &e);
		CHECK_SV(SV("one"), text_at(a, v.path));
	}
	CHECK_SV(SV("oldest"), text_at(a, sv_of(scratch_file(a, ".plait/a/b/found-20231114T221320.000005Z/b"))));
	CHECK_SV(SV("older"), text_at(a, sv_of(scratch_file(a, ".plait/a/b/found-20231114T221320.000005Z/b.2"))));
}

static void test_what_is_in_the_way_is_named(void)
{
	AUTO_ARENA a = arena_new();
	struct view folder = view_of(a, "a", ".plait/a/" V1 "/a"), below = view_of(a, "f/b", ".plait/a/" V1 "/a");

	put(a, ".plait/a/" V1 "/a", "one");
	put(a, "a/inside", "x");
	put(a, "f", "a file");
	CHECK(!view_move(scratch(), &folder, &e));
	CHECK_INT(ERR_CONFLICT, e.kind);
	CHECK_CONTAINS("/a: a folder is there already", e.text);
	CHECK_CONTAINS("mv '", e.hint);
	CHECK(!view_move(scratch(), &below, &e));
	CHECK_INT(ERR_CONFLICT, e.kind);
	CHECK_CONTAINS("/f is a file", e.text);
	CHECK_SV(SV("x"), text_at(a, sv_of(scratch_file(a, "a/inside"))));
	CHECK_INT(3, entries_in(a, NULL)); /* no new link left beside */
}

static void test_paths_outside_are_refused(void)
{
	static const struct {
		const char *path, *target;
		enum err_kind kind;
	} rows[] = {
		{"base/a", "elsewhere", ERR_INVALID},
		{"elsewhere", "base/.plait/a/" V1 "/a", ERR_INVALID},
		{"base/../elsewhere", "base/.plait/a/" V1 "/a", ERR_INVALID},
		{"base/a", "base/../elsewhere", ERR_INVALID},
		{"base", "base/.plait/a/" V1 "/a", ERR_INVALID},
		{"base2/a", "base/.plait/a/" V1 "/a", ERR_INVALID},
		{"base/.plait/a/" V1 "/a", "base/.plait/a/" V1 "/a", ERR_INVALID},
		{"base/a", "base/.plait/a/" V2 "/a", ERR_NOT_FOUND},
	};
	AUTO_ARENA a = arena_new();

	put(a, "base/.plait/a/" V1 "/a", "one");
	put(a, "elsewhere", "other");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct view v = view_of(a, rows[i].path, rows[i].target);

		CHECK(!view_move(sv_of(scratch_file(a, "base")), &v, &e));
		CHECK_INT(rows[i].kind, e.kind);
	}
	CHECK_INT(1, entries_in(a, "base"));
}

static void become_nobody(void)
{
	CHECK(chmod(scratch().p, 0755) == 0);
	if (geteuid() == 0)
		CHECK(setegid(65534) == 0 && seteuid(65534) == 0);
}

static void test_unwritable_folder_leaves_the_old_view(void)
{
	AUTO_ARENA a = arena_new();
	struct view one = view_of(a, "a/b", ".plait/a/b/" V1 "/b"), two = view_of(a, "a/b", ".plait/a/b/" V2 "/b"),
		    fresh = view_of(a, "a/new/b", ".plait/a/b/" V2 "/b");

	put(a, ".plait/a/b/" V1 "/b", "one");
	put(a, ".plait/a/b/" V2 "/b", "two");
	CHECK_OK(view_move(scratch(), &one, &e), &e);
	CHECK(chmod(scratch_file(a, "a"), 0555) == 0);
	become_nobody();
	CHECK(!view_move(scratch(), &two, &e));
	CHECK_INT(ERR_DENIED, e.kind);
	CHECK_CONTAINS("/a/b", e.text);
	CHECK(e.hint[0]);
	CHECK_SV(SV("one"), text_at(a, one.path));
	CHECK(!view_move(scratch(), &fresh, &e));
	CHECK_INT(ERR_DENIED, e.kind);
	CHECK(seteuid(getuid()) == 0);
	CHECK(chmod(scratch_file(a, "a"), 0755) == 0);
}

static void test_full_disk_leaves_the_old_view(void)
{
	AUTO_ARENA a = arena_new();
	const char *base = scratch_file(a, "base");
	struct view one = view_of(a, "base/a", "base/.plait/a/" V1 "/a"),
		    two = view_of(a, "base/a", "base/.plait/a/" V2 "/a");
	struct statvfs left;

	CHECK(mkdir(base, 0755) == 0);
	if (mount("none", base, "tmpfs", 0, "size=1m,nr_inodes=64") < 0) {
		fprintf(stderr, "skipped: a small disk needs the right to mount (%s)\n", strerror(errno));
		return;
	}
	put(a, "base/.plait/a/" V1 "/a", "one");
	put(a, "base/.plait/a/" V2 "/a", "two");
	CHECK_OK(view_move(sv_of(base), &one, &e), &e);
	for (int i = 0; statvfs(base, &left) == 0 && left.f_ffree > 0; i++)
		put(a, arena_fmt(a, "base/fill%d", i).p, "");
	CHECK(!view_move(sv_of(base), &two, &e));
	CHECK_INT(ERR_LIMIT, e.kind);
	CHECK_CONTAINS("df -h", e.hint);
	CHECK_SV(SV("one"), text_at(a, one.path));
	file_remove(sv_of(scratch_file(a, "base/fill0")));
	CHECK_OK(view_move(sv_of(base), &two, &e), &e);
	CHECK_SV(SV("two"), text_at(a, two.path));
	CHECK(umount(base) == 0);
}

static void read_until_told(const char *path, int told)
{
	char text[8], stop;
	long reads = 0;

	while (read(told, &stop, 1) < 0) {
		int fd = open(path, O_RDONLY);
		ssize_t n;

		if (fd < 0)
			_exit(1);
		n = read(fd, text, sizeof(text));
		close(fd);
		if (n != 3 || (memcmp(text, "one", 3) != 0 && memcmp(text, "two", 3) != 0))
			_exit(2);
		reads++;
	}
	_exit(reads > 0 ? 0 : 3);
}

static void test_readers_see_old_or_new_while_a_thousand_moves_happen(void)
{
	AUTO_ARENA a = arena_new();
	struct view one = view_of(a, "a", ".plait/a/" V1 "/a"), two = view_of(a, "a", ".plait/a/" V2 "/a");
	int told[2], status;

	put(a, ".plait/a/" V1 "/a", "one");
	put(a, ".plait/a/" V2 "/a", "two");
	put(a, "a", "one"); /* found; even its going is not seen */
	CHECK(pipe2(told, O_CLOEXEC | O_NONBLOCK) == 0);
	for (int i = 0; i < 2; i++)
		if (fork() == 0) {
			close(told[1]);
			read_until_told(one.path.p, told[0]);
		}
	for (int i = 0; i < 1000; i++)
		CHECK_OK(view_move(scratch(), i % 2 ? &one : &two, &e), &e);
	close(told[1]); /* end of file is the word to stop */
	for (int i = 0; i < 2; i++) {
		CHECK(wait(&status) > 0);
		CHECK_INT(0, WIFEXITED(status) ? WEXITSTATUS(status) : 99);
	}
}

static bool keep_v1(void *ctx, sv version)
{
	return sv_eq(version, SV(V1));
}

static void age(struct arena *a, const char *name)
{
	struct timeval times[2] = {{1000, 0}, {1000, 0}};

	CHECK(lutimes(scratch_file(a, name), times) == 0);
}

static void test_sweep_takes_only_what_nobody_knows(void)
{
	static const struct {
		const char *file, *folder; /* the version's, or what must stay */
		bool old, kept;
	} rows[] = {
		{".plait/a/b/" V1 "/b", ".plait/a/b/" V1, true, true},
		{".plait/a/b/" V2 "/b", ".plait/a/b/" V2, true, false},
		{".plait/c/" V2 "/c", ".plait/c/" V2, false, true},
		{".plait/c/found-20231114T221320.000005Z/c", ".plait/c/found-20231114T221320.000005Z", true, true},
		{".plait/" V2 "/part/" V1 "/part", ".plait/" V2, true, true}, /* a key that looks like an id */
		{"c/" V2 "/own", "c/" V2, true, true},                         /* not under .plait */
	};
	AUTO_ARENA a = arena_new();
	size_t removed;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		put(a, rows[i].file, "value");
		if (!rows[i].old)
			continue;
		age(a, rows[i].file);
		age(a, rows[i].folder);
	}
	CHECK(symlink(scratch_file(a, "c"), scratch_file(a, ".plait/a/link")) == 0);
	CHECK_OK(view_sweep(scratch(), keep_v1, NULL, 2000 * TIME_SECOND, &removed, &e), &e);
	CHECK_INT(1, removed);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK_INT(rows[i].kept, file_exists(sv_of(scratch_file(a, rows[i].file))));
	CHECK_OK(view_sweep(sv_of(scratch_file(a, "nowhere")), keep_v1, NULL, 0, &removed, &e), &e);
	CHECK_INT(0, removed);
}

static void test_a_version_lies_below_the_base_or_nowhere(void)
{
	static const struct {
		const char *base, *asset, *version, *folder;
	} rows[] = {
		{"/d", "a/b", V1, "/d/.plait/a/b/" V1},
		{"/d", "a\\/b", V1, "/d/.plait/a/b/" V1},
		{"/d", "..", V1, NULL},
		{"/d", "../../etc", V1, NULL},
		{"/d", "\\/etc", V1, NULL},
		{"/d", "a", "..", NULL},
		{"/d", "a", "b", NULL},
		{"d", "a", V1, NULL},
	};
	AUTO_ARENA a = arena_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK_SV(sv_of(rows[i].folder), view_version_folder(a, sv_of(rows[i].base), sv_of(rows[i].asset),
								    sv_of(rows[i].version)));
}

static void test_sweep_leaves_the_runs_of_a_state_directory(void)
{
	AUTO_ARENA a = arena_new();
	size_t removed;

	put(a, ".plait/ledger.db", "");
	put(a, ".plait/runs/" V2 "/step.1/step.json", "{}");
	age(a, ".plait/runs/" V2 "/step.1");
	age(a, ".plait/runs/" V2);
	CHECK_OK(view_sweep(scratch(), keep_v1, NULL, 2000 * TIME_SECOND, &removed, &e), &e);
	CHECK_INT(0, removed);
	CHECK(file_exists(sv_of(scratch_file(a, ".plait/runs/" V2 "/step.1/step.json"))));
}

TESTS(TEST(test_view_moves_from_version_to_version)
      TEST(test_view_survives_a_move_of_the_base)
      TEST(test_any_number_of_views_is_prepared_in_one_folder)
      TEST(test_view_in_a_linked_folder_leads_home)
      TEST(test_found_file_is_kept)
      TEST(test_what_is_in_the_way_is_named)
      TEST(test_paths_outside_are_refused)
      TEST(test_unwritable_folder_leaves_the_old_view)
      TEST(test_full_disk_leaves_the_old_view)
      TEST(test_readers_see_old_or_new_while_a_thousand_moves_happen)
      TEST(test_sweep_takes_only_what_nobody_knows)
      TEST(test_a_version_lies_below_the_base_or_nowhere)
      TEST(test_sweep_leaves_the_runs_of_a_state_directory))
