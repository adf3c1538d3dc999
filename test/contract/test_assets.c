/* test_assets.c -- what the ledger knows of an asset: its number, its standing, the runs that were to make it. */
#include "contract.h"

static struct err e;

static void test_asset_keeps_its_number(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	int64_t first, second, again;

	CHECK_OK(store_asset_id(s, SV("a/b"), &first, &e), &e);
	CHECK_OK(store_asset_id(s, SV("a/c"), &second, &e), &e);
	contract_commit(s);
	CHECK_OK(store_asset_id(s, SV("a/b"), &again, &e), &e);
	CHECK(first != second);
	CHECK_INT(first, again);
	CHECK(!store_asset_id(s, SV("a/d"), &again, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

static const struct standing_row *standing_of(const struct standing_rows *rows, const char *asset)
{
	for (size_t i = 0; i < rows->n; i++)
		if (sv_eq(rows->at[i].asset, sv_of(asset)))
			return &rows->at[i];
	CHECK(!"an asset that the ledger knows has no standing");
	return NULL;
}

static void test_last_attempt_is_of_the_newest_run(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct standing_rows rows;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_put_step(s, "r1", 0, "b", STEP_SUCCESS);
	contract_put_step(s, "r1", 1, "a", STEP_RUNNING);
	contract_put_run(s, "r2", RUN_STARTED);
	contract_put_step(s, "r2", 0, "a", STEP_WAITING);
	contract_put_step(s, "r2", 0, "a", STEP_FAILURE);
	contract_put_step(s, "r1", 1, "a", STEP_SUCCESS); /* the older run ends last */
	contract_commit(s);
	CHECK_OK(store_list_standings(s, a, (sv){0}, &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_SV(SV("r2"), standing_of(&rows, "a")->tried_by);
	CHECK_INT(STEP_FAILURE, standing_of(&rows, "a")->tried);
	CHECK_INT(5, standing_of(&rows, "a")->tried_at);
	CHECK_INT(STEP_SUCCESS, standing_of(&rows, "b")->tried);
	CHECK(!standing_of(&rows, "b")->version.p);
	store_close(s);
}

static void test_standing_has_the_current_value_and_the_last_attempt(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct version_row one, two = contract_version("v2", "b", NULL);
	struct standing_rows rows;
	sv data_version;

	contract_put_run(s, "r1", RUN_SUCCESS);
	contract_put_step(s, "r1", 0, "a", STEP_SUCCESS);
	one = contract_version("v1", "a", "r1");
	one.data_version = SV("d1");
	one.views = SV("[{}]");
	CHECK_OK(store_put_version(s, &one, &e), &e);
	CHECK_OK(store_move_pointer(s, SV("a"), 0, SV("v1"), 1, &e), &e);
	CHECK_OK(store_put_version(s, &two, &e), &e);
	CHECK_OK(store_move_pointer(s, SV("b"), 0, SV("v2"), 1, &e), &e);
	contract_commit(s);
	CHECK_OK(store_list_standings(s, a, SV("a"), &rows, &e), &e);
	CHECK_INT(1, rows.n);
	CHECK_SV(SV("v1"), rows.at[0].version);
	CHECK_SV(SV("r1"), rows.at[0].run);
	CHECK_SV(SV("r1"), rows.at[0].tried_by);
	CHECK_SV(one.code_version, rows.at[0].code_version);
	CHECK_SV(SV("d1"), rows.at[0].data_version);
	CHECK_SV(one.inputs, rows.at[0].inputs);
	CHECK_SV(one.views, rows.at[0].views);
	CHECK(!rows.at[0].metadata.p); /* a view tells where it is */
	CHECK_INT(one.bytes, rows.at[0].bytes);
	CHECK_INT(-1, rows.at[0].rows);
	CHECK_INT(one.created_at, rows.at[0].created_at);
	CHECK_OK(store_list_standings(s, a, SV("b"), &rows, &e), &e);
	CHECK(!rows.at[0].tried_by.p);
	CHECK_SV(two.metadata, rows.at[0].metadata);
	CHECK_OK(store_list_standings(s, a, SV("nobody"), &rows, &e), &e);
	CHECK_INT(0, rows.n);
	CHECK_OK(store_get_data_version(s, a, SV("v1"), &data_version, &e), &e);
	CHECK_SV(SV("d1"), data_version);
	CHECK_OK(store_get_data_version(s, a, SV("v9"), &data_version, &e), &e);
	CHECK(!data_version.p);
	store_close(s);
}

/* Made in r1, failed in r2, about to be made in r4; r3 makes another, whose number begins alike. */
static void test_runs_of_an_asset_are_all_that_were_to_make_it(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_query of_a = {.asset = SV("a"), .most = 10};
	struct version_row row;
	struct run_rows rows;
	int64_t number;

	contract_put_run(s, "r1", RUN_SUCCESS);
	contract_put_step(s, "r1", 0, "a", STEP_SUCCESS);
	row = contract_version("v1", "a", "r1");
	CHECK_OK(store_put_version(s, &row, &e), &e);
	contract_put_run(s, "r2", RUN_FAILURE);
	contract_put_step(s, "r2", 0, "a", STEP_FAILURE);
	for (int i = 0; i < 20; i++)
		CHECK_OK(store_asset_id(s, arena_fmt(a, "other%d", i), &number, &e), &e);
	contract_put_run(s, "r3", RUN_FAILURE);
	contract_put_step(s, "r3", 0, "other8", STEP_FAILURE);
	contract_put_run(s, "r4", RUN_STARTED);
	contract_put_step(s, "r4", 0, "a", STEP_WAITING);
	contract_commit(s);
	CHECK_OK(store_list_runs_of(s, a, &of_a, &rows, &e), &e);
	CHECK_INT(3, rows.n);
	CHECK_SV(SV("r4"), rows.at[0].id);
	CHECK_SV(SV("r2"), rows.at[1].id);
	CHECK_SV(SV("r1"), rows.at[2].id);
	of_a.most = 1;
	of_a.before = SV("r4");
	CHECK_OK(store_list_runs_of(s, a, &of_a, &rows, &e), &e);
	CHECK_INT(1, rows.n);
	CHECK_SV(SV("r2"), rows.at[0].id);
	of_a.before = SV("r1");
	CHECK_OK(store_list_runs_of(s, a, &of_a, &rows, &e), &e);
	CHECK_INT(0, rows.n);
	of_a = (struct run_query){.asset = SV("nobody"), .most = 10};
	CHECK_OK(store_list_runs_of(s, a, &of_a, &rows, &e), &e);
	CHECK_INT(0, rows.n);
	store_close(s);
}

TESTS(TEST(test_asset_keeps_its_number) TEST(test_last_attempt_is_of_the_newest_run)
	      TEST(test_standing_has_the_current_value_and_the_last_attempt)
		      TEST(test_runs_of_an_asset_are_all_that_were_to_make_it))
