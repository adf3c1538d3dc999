#include "sys/path.h"

#include "check.h"

static void test_paths_are_cleaned_by_their_text(void)
{
	static const struct {
		const char *path, *clean;
	} rows[] = {
		{"/", "/"},          {"//a///b/", "/a/b"},    {"/a/../..", "/"},
		{"/a/./b", "/a/b"},  {"a/..", "."},           {"", "."},
		{"../a", "../a"},    {"../../a/..", "../.."}, {"/a b/\xc3\xbc", "/a b/\xc3\xbc"},
		{"a/b/../c", "a/c"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();

		CHECK_SV(sv_of(rows[i].clean), path_clean(a, sv_of(rows[i].path)));
	}
}

static void test_parent_and_leaf_divide_a_path(void)
{
	static const struct {
		const char *path, *parent, *leaf;
	} rows[] = {{"/a/b", "/a", "b"},
		    {"/a", "/", "a"},
		    {"/", "/", ""},
		    {"a", ".", "a"},
		    {"a/b", "a", "b"}};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CHECK_SV(sv_of(rows[i].parent), path_parent(sv_of(rows[i].path)));
		CHECK_SV(sv_of(rows[i].leaf), path_leaf(sv_of(rows[i].path)));
	}
}

static void test_a_path_is_written_from_a_folder(void)
{
	static const struct {
		const char *from, *path, *relative;
	} rows[] = {
		{"/a", "/a/b", "b"},       {"/a/b", "/a/c/d", "../c/d"},
		{"/a", "/b", "../b"},      {"/", "/a", "a"},
		{"/a", "/a", "."},         {"/a/b", "/a", "../."},
		{"/ab", "/abc", "../abc"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();

		CHECK_SV(sv_of(rows[i].relative),
			 path_relative(a, sv_of(rows[i].from), sv_of(rows[i].path)));
	}
}

static void test_within_means_whole_names(void)
{
	CHECK(path_within(SV("/a"), SV("/a")));
	CHECK(path_within(SV("/a"), SV("/a/b")));
	CHECK(path_within(SV("/"), SV("/a")));
	CHECK(!path_within(SV("/a"), SV("/ab")));
	CHECK(!path_within(SV("/a/b"), SV("/a")));
}

static void test_home_is_expanded_at_the_front_only(void)
{
	AUTO_ARENA a = arena_new();

	setenv("HOME", "/home/x y", 1);
	CHECK_SV(SV("/home/x y"), path_expand(a, SV("~")));
	CHECK_SV(SV("/home/x y/b"), path_expand(a, SV("~/b")));
	CHECK_SV(SV("~other/b"), path_expand(a, SV("~other/b")));
	CHECK_SV(SV("/a/~"), path_resolve(a, SV("/a"), SV("./~")));
	unsetenv("HOME");
	CHECK(path_is_absolute(path_expand(a, SV("~"))));
}

TESTS(TEST(test_paths_are_cleaned_by_their_text) TEST(test_parent_and_leaf_divide_a_path)
	      TEST(test_a_path_is_written_from_a_folder) TEST(test_within_means_whole_names)
		      TEST(test_home_is_expanded_at_the_front_only))
