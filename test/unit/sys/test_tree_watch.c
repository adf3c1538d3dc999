#include "sys/tree_watch.h"

#include <sys/stat.h>

#include "loop_until.h"
#include "scratch.h"
#include "sys/path.h"

struct seen {
	struct loop *loop;
	struct tree_watch *watch;
	struct arena *arena;
	struct sv_list paths;
};

static bool enters(sv name)
{
	return name.p[0] != '.';
}

static bool counts(sv path)
{
	return sv_ends(path, SV(".py"));
}

static void on_change(void *ctx, sv path)
{
	struct seen *s = ctx;

	*LIST_ADD(s->arena, &s->paths) = arena_sv(s->arena, path);
}

static void on_full(void *ctx, const struct err *why)
{
	fprintf(stderr, "%s\n", why->text);
}

static bool anything(void *ctx)
{
	struct seen *s = ctx;

	return s->paths.n > 0;
}

static void begin(struct seen *s, const char *folder, bool deep)
{
	struct err e;

	*s = (struct seen){.loop = loop_new(), .arena = arena_new()};
	struct tree_watch_request request = {.loop = s->loop,
					     .enters = enters,
					     .counts = counts,
					     .on_change = on_change,
					     .on_full = on_full,
					     .ctx = s};
	CHECK_OK(tree_watch_new(&request, &s->watch, &e), &e);
	tree_watch_add(s->watch, sv_of(folder), deep);
}

static void end(struct seen *s)
{
	tree_watch_free(s->watch);
	loop_free(s->loop);
	arena_free(s->arena);
}

static const char *in(struct seen *s, const char *name)
{
	return scratch_file(s->arena, name);
}

static void put(struct seen *s, const char *name)
{
	struct err e;

	CHECK_OK(file_replace_fast(sv_of(in(s, name)), SV("x"), &e), &e);
}

static void make(struct seen *s, const char *name)
{
	struct err e;

	CHECK_OK(folder_make(sv_of(in(s, name)), &e), &e);
}

/* What was seen so far is forgotten; the next word must be of `name`. */
static void wait_for(struct seen *s, const char *name)
{
	bool found = false;

	loop_until(s->loop, anything, s);
	loop_for(s->loop, 50000);
	for (size_t i = 0; i < s->paths.n; i++)
		found |= sv_eq(s->paths.at[i], sv_of(in(s, name)));
	CHECK(found);
	s->paths.n = 0;
}

static void nothing_comes(struct seen *s)
{
	loop_for(s->loop, 100000);
	CHECK_INT(0, s->paths.n);
}

static void test_saves_by_rename_and_new_folders_are_seen(void)
{
	struct seen s;
	struct err e;
	AUTO_ARENA a = arena_new();

	CHECK_OK(folder_make(sv_of(scratch_file(a, "top/.git")), &e), &e);
	begin(&s, scratch_file(a, "top"), true);
	put(&s, "top/one.py");
	wait_for(&s, "top/one.py");
	put(&s, "top/one.py");
	wait_for(&s, "top/one.py");
	make(&s, "top/new/deeper");
	wait_for(&s, "top/new");
	put(&s, "top/new/deeper/two.py");
	wait_for(&s, "top/new/deeper/two.py");
	put(&s, "top/.git/three.py");
	put(&s, "top/value.bin");
	nothing_comes(&s);
	end(&s);
}

static void test_folders_that_move_or_go_are_followed(void)
{
	struct seen s;
	struct err e;
	AUTO_ARENA a = arena_new();

	CHECK_OK(folder_make(sv_of(scratch_file(a, "top/old/in")), &e), &e);
	begin(&s, scratch_file(a, "top"), true);
	size_t before = tree_watch_count(s.watch);
	CHECK_OK(file_rename(sv_of(in(&s, "top/old")), sv_of(in(&s, "top/now")), &e), &e);
	wait_for(&s, "top/now");
	CHECK_INT(before, tree_watch_count(s.watch));
	put(&s, "top/now/in/x.py");
	wait_for(&s, "top/now/in/x.py");
	folder_remove(sv_of(in(&s, "top/now")));
	wait_for(&s, "top/now");
	CHECK_INT(before - 2, tree_watch_count(s.watch));
	end(&s);
}

static void test_a_root_that_goes_is_found_again(void)
{
	struct seen s;
	struct err e;
	AUTO_ARENA a = arena_new();

	CHECK_OK(folder_make(sv_of(scratch_file(a, "repo/src")), &e), &e);
	begin(&s, scratch_file(a, "repo/src"), true);
	folder_remove(sv_of(in(&s, "repo")));
	wait_for(&s, "repo/src");
	make(&s, "repo/src/pkg");
	wait_for(&s, "repo/src");
	put(&s, "repo/src/pkg/x.py");
	wait_for(&s, "repo/src/pkg/x.py");
	end(&s);
}

static void test_a_shallow_folder_says_nothing_of_its_folders(void)
{
	struct seen s;
	struct err e;
	AUTO_ARENA a = arena_new();

	CHECK_OK(folder_make(sv_of(scratch_file(a, "flat/sub")), &e), &e);
	begin(&s, scratch_file(a, "flat"), false);
	put(&s, "flat/sub/x.py");
	make(&s, "flat/another");
	nothing_comes(&s);
	put(&s, "flat/x.py");
	wait_for(&s, "flat/x.py");
	end(&s);
}

static void test_more_at_once_than_the_queue_holds_is_told(void)
{
	struct seen s;
	AUTO_ARENA a = arena_new();
	struct err e;

	CHECK_OK(folder_make(sv_of(scratch_file(a, "top")), &e), &e);
	begin(&s, scratch_file(a, "top"), true);
	const char *file = in(&s, "top/x.py"), *other = in(&s, "top/y.py");
	put(&s, "top/x.py");
	for (size_t i = 0; i < 6000; i++) { /* four words each; the queue holds 16,384 */
		CHECK_OK(file_rename(sv_of(file), sv_of(other), &e), &e);
		CHECK_OK(file_rename(sv_of(other), sv_of(file), &e), &e);
	}
	loop_until(s.loop, anything, &s);
	loop_for(s.loop, 50000);
	CHECK(s.paths.at[s.paths.n - 1].n == 0);
	end(&s);
}

TESTS(TEST(test_saves_by_rename_and_new_folders_are_seen)
	      TEST(test_folders_that_move_or_go_are_followed)
		      TEST(test_a_root_that_goes_is_found_again)
			      TEST(test_a_shallow_folder_says_nothing_of_its_folders)
				      TEST(test_more_at_once_than_the_queue_holds_is_told))
