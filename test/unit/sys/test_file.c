#include "sys/file.h"

#include <sys/stat.h>

#include "scratch.h"
#include "sys/path.h"

static void write_file(const char *path, const char *text)
{
	struct err e;

	CHECK_OK(file_replace_fast(sv_of(path), sv_of(text), &e), &e);
}

static void test_a_replaced_file_leaves_nothing_beside_it(void)
{
	AUTO_ARENA a = arena_new();
	const char *path = scratch_file(a, "file");
	struct folder_entries entries = {0};
	struct err e;
	sv text;

	write_file(path, "one");
	write_file(path, "two");
	CHECK_OK(file_read(a, sv_of(path), 100, &text, &e), &e);
	CHECK_SV(SV("two"), text);
	CHECK_OK(folder_list(a, scratch(), &entries, &e), &e);
	CHECK_INT(1, (long long)entries.n);
}

static void test_reading_tells_what_is_wrong(void)
{
	AUTO_ARENA a = arena_new();
	struct err e;
	sv text;

	write_file(scratch_file(a, "file"), "0123456789");
	CHECK(!file_read(a, sv_of(scratch_file(a, "none")), 100, &text, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK_CONTAINS("none", e.text);
	CHECK(!file_read(a, sv_of(scratch_file(a, "file")), 9, &text, &e));
	CHECK_INT(ERR_LIMIT, e.kind);
	CHECK(!file_read(a, scratch(), 100, &text, &e));
	CHECK_CONTAINS("directory", e.text);
}

static void test_reading_goes_on_where_it_stopped(void)
{
	AUTO_ARENA a = arena_new();
	sv path = sv_of(scratch_file(a, "log")), text;
	struct err e;

	CHECK_OK(file_read_from(a, path, 0, 4, &text, &e), &e);
	CHECK_INT(0, (long long)text.n);
	CHECK_OK(file_append(path, SV("01234"), &e), &e);
	CHECK_OK(file_append(path, SV("56789"), &e), &e);
	CHECK_OK(file_read_from(a, path, 3, 4, &text, &e), &e);
	CHECK_SV(SV("3456"), text);
	CHECK_OK(file_read_from(a, path, 8, 4, &text, &e), &e);
	CHECK_SV(SV("89"), text);
	CHECK_OK(file_read_from(a, path, 20, 4, &text, &e), &e);
	CHECK_INT(0, (long long)text.n);
}

static void test_a_folder_is_made_with_its_parents(void)
{
	AUTO_ARENA a = arena_new();
	sv folder = sv_of(scratch_file(a, "a/b c/\xc3\xbc"));
	struct err e;

	CHECK_OK(folder_make(folder, &e), &e);
	CHECK_OK(folder_make(folder, &e), &e);
	CHECK(file_is_folder(folder));
	write_file(scratch_file(a, "file"), "");
	CHECK(!folder_make(sv_of(scratch_file(a, "file/x")), &e));
	CHECK_CONTAINS("file/x", e.text);
}

static void test_removing_a_folder_follows_no_link(void)
{
	AUTO_ARENA a = arena_new();
	struct err e;

	CHECK_OK(folder_make(sv_of(scratch_file(a, "kept")), &e), &e);
	CHECK_OK(folder_make(sv_of(scratch_file(a, "gone/deep")), &e), &e);
	write_file(scratch_file(a, "kept/file"), "");
	CHECK(symlink("../kept", scratch_file(a, "gone/link")) == 0);
	CHECK(symlink("nowhere", scratch_file(a, "gone/deep/broken")) == 0);
	folder_remove(sv_of(scratch_file(a, "gone")));
	CHECK(!file_exists(sv_of(scratch_file(a, "gone"))));
	CHECK(file_exists(sv_of(scratch_file(a, "kept/file"))));
}

TESTS(TEST(test_a_replaced_file_leaves_nothing_beside_it) TEST(test_reading_tells_what_is_wrong)
	      TEST(test_reading_goes_on_where_it_stopped)
		      TEST(test_a_folder_is_made_with_its_parents)
			      TEST(test_removing_a_folder_follows_no_link))
