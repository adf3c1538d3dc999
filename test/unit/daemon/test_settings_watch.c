/* dagster.yaml comes, changes and goes, in each folder that it may be in; a burst of saves is one change. */
#include "loop_until.h"
#include "scratch.h"

#include "base/time.h"
#include "daemon/settings_watch.h"
#include "sys/clock.h"

enum { SETTLED = 400000 }; /* us: well beyond the moment that a burst is waited for */

static struct err e;

struct seen {
	struct arena *arena;
	struct loop *loop;
	struct settings_watch *watch;
	int changes, troubles;
};

static const char *home(const char *name)
{
	return strcmp(name, "PLAIT_HOME") == 0 ? "state" : NULL;
}

static void on_changed(void *ctx)
{
	((struct seen *)ctx)->changes++;
}

static void on_trouble(void *ctx, const struct err *why)
{
	((struct seen *)ctx)->troubles++;
}

static struct seen *seen_new(void)
{
	struct arena *a = arena_new();
	struct seen *s = NEW(a, struct seen, 1);
	struct settings_watch_request request = {
		.where = {.workspace_root = arena_fmt(a, SV_FMT "/ws", SV_ARG(scratch())), .cwd = scratch(), .getenv = home},
		.on_changed = on_changed,
		.on_trouble = on_trouble,
		.ctx = s,
	};

	*s = (struct seen){.arena = a, .loop = loop_new()};
	CHECK_OK(folder_make(sv_of(scratch_file(a, "ws/below")), &e), &e);
	CHECK_OK(folder_make(sv_of(scratch_file(a, "state")), &e), &e);
	request.loop = s->loop;
	s->watch = settings_watch_new(&request);
	CHECK(s->watch != NULL);
	return s;
}

static void seen_free(struct seen *s)
{
	CHECK_INT(0, s->troubles);
	settings_watch_free(s->watch);
	loop_free(s->loop);
	arena_free(s->arena);
}

static void save(struct seen *s, const char *name)
{
	CHECK_OK(file_replace_fast(sv_of(scratch_file(s->arena, name)), SV("run_queue: {}\n"), &e), &e);
}

static bool has_changed(void *ctx)
{
	return ((struct seen *)ctx)->changes > 0;
}

/* One change is told, and no second one. */
static void expect_one(struct seen *s)
{
	loop_until(s->loop, has_changed, s);
	loop_for(s->loop, SETTLED);
	CHECK_INT(1, s->changes);
	s->changes = 0;
}

static void test_it_comes_changes_and_goes(void)
{
	struct seen *s = seen_new();

	save(s, "ws/dagster.yaml");
	expect_one(s);
	CHECK_OK(file_append(sv_of(scratch_file(s->arena, "ws/dagster.yaml")), SV("# in place\n"), &e), &e);
	expect_one(s);
	file_remove(sv_of(scratch_file(s->arena, "ws/dagster.yaml")));
	expect_one(s);
	save(s, "state/dagster.yaml"); /* PLAIT_HOME, from the folder we are in */
	expect_one(s);
	seen_free(s);
}

static void test_a_thousand_saves_at_once_are_one_change(void)
{
	struct seen *s = seen_new();

	for (int i = 0; i < 1000; i++)
		save(s, i % 2 ? "ws/dagster.yaml" : "state/dagster.yaml");
	expect_one(s);
	seen_free(s);
}

/* Saves for longer than a burst is waited for; the longest time between two of them. */
static time_us save_for_a_while(struct seen *s)
{
	time_us longest = 0, last = clock_monotonic();

	for (int i = 0; i < 20; i++) {
		time_us at;

		save(s, "ws/dagster.yaml");
		loop_for(s->loop, TIME_SECOND / 100);
		at = clock_monotonic();
		longest = at - last > longest ? at - last : longest;
		last = at;
	}
	return longest;
}

static void test_nothing_is_told_while_it_is_being_written(void)
{
	struct seen *s = seen_new();

	while (save_for_a_while(s) > TIME_SECOND / 20) { /* the machine had other things to do */
		loop_for(s->loop, SETTLED);
		s->changes = 0;
	}
	CHECK_INT(0, s->changes);
	expect_one(s);
	seen_free(s);
}

static void test_other_files_are_none_of_it(void)
{
	static const char *const names[] = {"ws/dagster.yml", "ws/xdagster.yaml", "ws/dagster.yaml.bak", "ws/below/dagster.yaml",
					    "dagster.yaml"};
	struct seen *s = seen_new();

	for (size_t i = 0; i < COUNT_OF(names); i++)
		save(s, names[i]);
	loop_for(s->loop, SETTLED);
	CHECK_INT(0, s->changes);
	save(s, "ws/dagster.yaml"); /* it does look */
	expect_one(s);
	seen_free(s);
}

static void test_who_let_go_is_told_nothing(void)
{
	struct seen *s = seen_new();

	save(s, "ws/dagster.yaml");
	loop_for(s->loop, TIME_SECOND / 50); /* seen, and waited for */
	settings_watch_free(s->watch);
	s->watch = NULL;
	loop_for(s->loop, SETTLED);
	CHECK_INT(0, s->changes);
	seen_free(s);
}

TESTS(TEST(test_it_comes_changes_and_goes) TEST(test_a_thousand_saves_at_once_are_one_change)
	      TEST(test_nothing_is_told_while_it_is_being_written) TEST(test_other_files_are_none_of_it)
	      TEST(test_who_let_go_is_told_nothing))
