/* The table follows the ledger: what an event names is read again, the rest stays as it is. */
#include "api_world.h"

#include "codec/json.h"

static struct err e;

#define TEAMS "north raw\nnorth orders < raw!\nsouth report < orders!\nsouth =outside\n"

static sv status(struct world *w, const char *asset)
{
	return value_text(world_summary(w, asset), "status");
}

/* "true", "false", "null" */
static sv stale(struct world *w, const char *asset)
{
	return json_print(w->arena, value_get(world_summary(w, asset), "stale"));
}

static sv changes(struct world *w)
{
	struct sv_list list;
	sv text = {"", 0};

	CHECK_OK(asset_table_changes(w->table, w->arena, &list, &e), &e);
	for (size_t i = 0; i < list.n; i++) {
		const struct value *v;

		CHECK_OK(json_read(w->arena, list.at[i], &v, &e), &e);
		text = arena_fmt(w->arena, SV_FMT "%s" SV_FMT, SV_ARG(text), i ? " " : "",
				 SV_ARG(value_text(v, "key")));
	}
	return text;
}

static void test_status_follows_a_run(void)
{
	struct world w = world_new(TEAMS);

	CHECK_SV(SV("missing"), status(&w, "raw"));
	CHECK_SV(SV("external"), status(&w, "outside"));
	CHECK_SV(SV("null"), stale(&w, "raw"));
	world_put_run(&w, "r1");
	world_move(&w, "r1", 0, "raw", STEP_WAITING, 0);
	CHECK_SV(SV("missing"), status(&w, "raw"));
	world_move(&w, "r1", 0, "raw", STEP_RUNNING, 0);
	CHECK_SV(SV("running"), status(&w, "raw"));
	world_make(&w, "raw", "v1", "r1", 5, "[]");
	world_move(&w, "r1", 0, "raw", STEP_SUCCESS, 6);
	CHECK_SV(SV("materialized"), status(&w, "raw"));
	CHECK_SV(SV("false"), stale(&w, "raw"));
	CHECK_SV(SV("/values/there"), value_text(world_summary(&w, "raw"), "path"));
	CHECK_INT(3, value_int(world_summary(&w, "raw"), "rows", -1));
	world_put_run(&w, "r2");
	world_move(&w, "r2", 0, "raw", STEP_FAILURE, 9);
	CHECK_SV(SV("failed"), status(&w, "raw"));
	CHECK_SV(SV("v1"), value_text(world_summary(&w, "raw"), "version"));
	world_free(&w);
}

/* As a run is made: its steps are there before the event that says so. */
static void put_waiting(struct world *w, const char *run, const char *asset)
{
	struct run_row row = {.id = sv_of(run), .state = RUN_STARTED, .created_at = 1};
	sv key = sv_of(asset);
	struct step_row step = {.run = row.id, .name = key, .assets = {&key, 1, 1}};

	CHECK_OK(store_begin(w->store, &e), &e);
	CHECK_OK(store_put_run(w->store, &row, &e), &e);
	CHECK_OK(store_put_step(w->store, &step, &e), &e);
	CHECK_OK(store_commit(w->store, &e), &e);
	world_tell(w, "run_created", run, -1, (sv){0});
}

static void test_new_attempt_ends_the_failed_one(void)
{
	struct world w = world_new(TEAMS);

	world_put_run(&w, "r1");
	world_move(&w, "r1", 0, "raw", STEP_FAILURE, 9);
	CHECK_SV(SV("failed"), status(&w, "raw"));
	put_waiting(&w, "r2", "raw"); /* no event of a step tells of that */
	CHECK_SV(SV("missing"), status(&w, "raw"));
	world_free(&w);
}

static void test_children_are_stale_once_a_parent_is_newer(void)
{
	struct world w = world_new(TEAMS);

	world_put_run(&w, "r1");
	world_make(&w, "raw", "v1", "r1", 1, "[]");
	world_make(&w, "orders", "o1", "r1", 2, "[{\"asset\":\"raw\",\"version\":\"v1\",\"pinned\":true}]");
	world_make(&w, "report", "p1", "r1", 3, "[{\"asset\":\"orders\",\"version\":\"o1\",\"pinned\":true}]");
	CHECK_SV(SV("false"), stale(&w, "orders"));
	CHECK_SV(SV(""), changes(&w)); /* who begins to listen reads the list */
	world_make(&w, "raw", "v2", "r1", 4, "[]");
	CHECK_SV(SV("orders raw"), changes(&w));
	CHECK_SV(SV(""), changes(&w));
	CHECK_SV(SV("true"), stale(&w, "orders"));
	CHECK_SV(SV("false"), stale(&w, "report"));
	world_free(&w);
}

static void test_same_text_is_no_change(void)
{
	struct world w = world_new(TEAMS);

	world_put_run(&w, "r1");
	world_move(&w, "r1", 0, "raw", STEP_RUNNING, 0);
	CHECK_SV(SV("running"), status(&w, "raw"));
	CHECK_SV(SV("missing"), status(&w, "orders"));
	CHECK_SV(SV(""), changes(&w));
	world_tell(&w, "step_restarted", "r1", 0, (sv){0});
	world_tell(&w, "log", "r1", 0, (sv){0});
	CHECK_SV(SV(""), changes(&w));
	world_free(&w);
}

static void test_another_view_keeps_what_is_known(void)
{
	struct world w = world_new(TEAMS);
	struct code_view *later = world_code("north raw\nnorth orders < raw! new!\nnorth new\n");

	world_put_run(&w, "r1");
	world_make(&w, "raw", "v1", "r1", 1, "[]");
	world_make(&w, "orders", "o1", "r1", 2, "[{\"asset\":\"raw\",\"version\":\"v1\",\"pinned\":true}]");
	CHECK_SV(SV("false"), stale(&w, "orders"));
	world_make(&w, "new", "n1", "r1", 2, "[]"); /* before any code names it */
	CHECK_OK(asset_table_renew(w.table, later, &e), &e);
	code_view_release(later);
	CHECK_SV(SV("materialized"), status(&w, "raw"));
	CHECK_SV(SV("materialized"), status(&w, "new"));
	CHECK_SV(SV("true"), stale(&w, "orders")); /* it has a new dependency */
	CHECK_INT(NO_ID, asset_graph_find(asset_table_code(w.table)->graph, SV("report")));
	world_free(&w);
}

static void test_list_is_kept_until_something_changes(void)
{
	struct world w = world_new(TEAMS);
	struct http_body *one = asset_table_list(w.table);
	uint64_t state = asset_table_state(w.table);

	CHECK_OK(asset_table_refresh(w.table, &e), &e);
	CHECK(one == asset_table_list(w.table));
	CHECK_INT(state, asset_table_state(w.table));
	world_put_run(&w, "r1");
	world_make(&w, "raw", "v1", "r1", 1, "[]");
	CHECK_OK(asset_table_refresh(w.table, &e), &e);
	CHECK(state != asset_table_state(w.table));
	world_free(&w);
}

/* Texts grow and shrink, arenas are made anew: what is shown stays right. */
static void test_many_changes_leave_it_right(void)
{
	struct world w = world_new(TEAMS);

	world_put_run(&w, "r1");
	for (int i = 0; i < 2000; i++) {
		const char *version = arena_fmt(w.arena, "v%0*d", 1 + i % 40, i).p;

		world_make(&w, "raw", version, "r1", i + 1, "[]");
		CHECK_SV(sv_of(version), value_text(world_summary(&w, "raw"), "version"));
		if (i % 100 == 0)
			CHECK_SV(SV("missing"), status(&w, "orders"));
	}
	world_free(&w);
}

static void test_an_empty_view_has_an_empty_list(void)
{
	struct world w = world_new("");
	struct code_view *later = world_code("north raw\n");
	size_t count;

	world_put_run(&w, "r1");
	world_make(&w, "raw", "v1", "r1", 1, "[]");
	world_tell(&w, "materialization", "r1", 0, SV("nobody's"));
	CHECK_OK(asset_table_refresh(w.table, &e), &e);
	asset_table_defined(w.table, &count);
	CHECK_INT(0, count);
	CHECK_SV(SV(""), changes(&w));
	CHECK_OK(asset_table_renew(w.table, later, &e), &e);
	code_view_release(later);
	CHECK_SV(SV("materialized"), status(&w, "raw"));
	world_free(&w);
}

static void test_without_a_ledger_all_is_missing(void)
{
	struct world w = world_new(TEAMS);

	asset_table_free(w.table);
	w.table = asset_table_new(NULL);
	CHECK_OK(asset_table_renew(w.table, w.code, &e), &e);
	world_tell(&w, "step_started", "r1", 0, (sv){0});
	world_tell(&w, "materialization", "r1", 0, SV("raw"));
	CHECK_SV(SV("missing"), status(&w, "raw"));
	CHECK_SV(SV("external"), status(&w, "outside"));
	world_free(&w);
}

/* More steps move than are remembered: everything is read again. */
static void test_too_much_to_remember_is_read_again(void)
{
	struct world w = world_new(TEAMS);

	world_put_run(&w, "r1");
	CHECK_SV(SV("missing"), status(&w, "raw"));
	world_move(&w, "r1", 0, "raw", STEP_RUNNING, 0);
	for (int64_t step = 1; step <= 70000; step++)
		world_tell(&w, "step_started", "r1", step, (sv){0});
	CHECK_SV(SV("running"), status(&w, "raw"));
	world_move(&w, "r1", 0, "raw", STEP_FAILURE, 3); /* and it goes on noting */
	CHECK_SV(SV("failed"), status(&w, "raw"));
	world_free(&w);
}

static void test_a_thousand_assets_follow_their_runs(void)
{
	enum { MANY = 1000 };
	AUTO_ARENA a = arena_new();
	AUTO_BUF lines = {0};
	struct sv_list changed;
	struct world w;

	for (int i = 0; i < MANY; i++)
		buf_addf(&lines, "north a%03d\n", i);
	w = world_new(arena_cstr(a, buf_sv(&lines)));
	world_put_run(&w, "r1");
	CHECK(asset_table_list(w.table) != NULL); /* who begins to listen has read it */
	CHECK_SV(SV(""), changes(&w));
	CHECK_OK(store_begin(w.store, &e), &e);
	for (int i = 0; i < MANY; i += 2) {
		sv key = arena_fmt(a, "a%03d", i);
		struct step_row row = {.run = SV("r1"), .index = i, .name = key, .state = STEP_FAILURE, .ended_at = 1};

		row.assets = (struct sv_list){&key, 1, 1};
		CHECK_OK(store_put_step(w.store, &row, &e), &e);
		world_tell(&w, "step_failed", "r1", i, (sv){0});
	}
	CHECK_OK(store_commit(w.store, &e), &e);
	CHECK_OK(asset_table_changes(w.table, a, &changed, &e), &e);
	CHECK_INT(MANY / 2, changed.n);
	for (int i = 0; i < MANY; i++)
		CHECK_STR(i % 2 ? "missing" : "failed", status(&w, arena_fmt(a, "a%03d", i).p).p);
	world_free(&w);
}

TESTS(TEST(test_status_follows_a_run) TEST(test_new_attempt_ends_the_failed_one)
	      TEST(test_children_are_stale_once_a_parent_is_newer) TEST(test_same_text_is_no_change)
		      TEST(test_another_view_keeps_what_is_known)
			      TEST(test_list_is_kept_until_something_changes)
				      TEST(test_many_changes_leave_it_right) TEST(test_an_empty_view_has_an_empty_list)
					      TEST(test_without_a_ledger_all_is_missing)
						      TEST(test_too_much_to_remember_is_read_again)
							      TEST(test_a_thousand_assets_follow_their_runs))
