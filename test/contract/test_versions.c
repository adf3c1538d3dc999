/* test_versions.c -- versions never change; the pointer to the current one moves. */
#include "contract.h"

static struct err e;

static void test_version_comes_back_as_put(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct version_row row = contract_version("v1", "a/b", "r1"),
			   bare = {.id = SV("v0"), .asset = SV("c")}, got;

	contract_put_run(s, "r1", RUN_STARTED);
	CHECK_OK(store_put_version(s, &row, &e), &e);
	CHECK_OK(store_put_version(s, &bare, &e), &e);
	contract_commit(s);
	CHECK_OK(store_get_version(s, a, SV("v1"), &got, &e), &e);
	CHECK_SV(row.id, got.id);
	CHECK_SV(row.asset, got.asset);
	CHECK_SV(row.run, got.run);
	CHECK_INT(3, got.step);
	CHECK_INT(2, got.attempt);
	CHECK_SV(row.location, got.location);
	CHECK_SV(row.manifest_id, got.manifest_id);
	CHECK_SV(row.code_version, got.code_version);
	CHECK(!got.data_version.p && !got.note.p && !got.columns.p);
	CHECK_SV(row.inputs, got.inputs);
	CHECK_SV(row.storage, got.storage);
	CHECK_SV(row.directory, got.directory);
	CHECK_SV(row.files, got.files);
	CHECK_SV(row.views, got.views);
	CHECK_SV(row.manager, got.manager);
	CHECK_SV(row.manager_type, got.manager_type);
	CHECK_SV(row.metadata, got.metadata);
	CHECK(got.versioned);
	CHECK_INT(1234567890123, got.bytes);
	CHECK_INT(-1, got.rows);
	CHECK_INT(1700000000000001, got.created_at);
	CHECK_INT(42, got.duration);
	CHECK_OK(store_get_version(s, a, SV("v0"), &got, &e), &e);
	CHECK(!got.versioned && !got.run.p && !got.directory.p);
	store_close(s);
}

static void test_version_never_changes(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct version_row row = contract_version("v1", "a", NULL);

	CHECK_OK(store_put_version(s, &row, &e), &e);
	CHECK(!store_put_version(s, &row, &e));
	CHECK_INT(ERR_CONFLICT, e.kind);
	CHECK_CONTAINS("v1", e.text);
	store_close(s);
}

static bool list_versions(struct store *s, struct arena *a, sv asset, sv before, size_t most,
			  struct version_rows *ret)
{
	struct version_query query = {.asset = asset, .before = before, .most = most};

	return store_list_versions(s, a, &query, ret, &e);
}

static void test_pointer_moves_forth_and_back(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct version_row one = contract_version("v1", "b", NULL),
			   two = contract_version("v2", "b", NULL),
			   other = contract_version("v3", "a", NULL), got;
	struct version_rows rows;

	CHECK_OK(store_put_version(s, &one, &e), &e);
	CHECK(!store_current(s, a, SV("b"), 0, &got, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK_OK(store_put_version(s, &two, &e), &e);
	CHECK_OK(store_put_version(s, &other, &e), &e);
	CHECK_OK(store_move_pointer(s, SV("b"), 0, SV("v1"), 1, &e), &e);
	CHECK_OK(store_move_pointer(s, SV("b"), 0, SV("v2"), 2, &e), &e);
	CHECK_OK(store_move_pointer(s, SV("a"), 0, SV("v3"), 2, &e), &e);
	CHECK_OK(store_list_current(s, a, &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_SV(SV("v3"), rows.at[0].id);
	CHECK_SV(SV("v2"), rows.at[1].id);
	CHECK_OK(store_move_pointer(s, SV("b"), 0, SV("v1"), 3, &e), &e);
	contract_commit(s);
	CHECK_OK(store_current(s, a, SV("b"), 0, &got, &e), &e);
	CHECK_SV(SV("v1"), got.id);
	CHECK_OK(list_versions(s, a, SV("b"), (sv){0}, 10, &rows), &e);
	CHECK_INT(2, rows.n);
	CHECK_SV(SV("v2"), rows.at[0].id);
	CHECK_OK(list_versions(s, a, SV("b"), (sv){0}, 1, &rows), &e);
	CHECK_INT(1, rows.n);
	CHECK_OK(list_versions(s, a, SV("b"), SV("v2"), 10, &rows), &e);
	CHECK_INT(1, rows.n);
	CHECK_SV(SV("v1"), rows.at[0].id);
	CHECK_OK(list_versions(s, a, SV("nobody"), (sv){0}, 1, &rows), &e);
	CHECK_INT(0, rows.n);
	CHECK(!list_versions(s, a, SV("b"), SV("v3"), 10, &rows)); /* another asset's */
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK(!list_versions(s, a, SV("nobody"), SV("v1"), 10, &rows));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

static void test_pointer_to_foreign_version_is_refused(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct version_row row = contract_version("v1", "a", NULL);
	struct version_rows rows;

	CHECK_OK(store_put_version(s, &row, &e), &e);
	CHECK(!store_move_pointer(s, SV("a"), 0, SV("v9"), 1, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK(!store_move_pointer(s, SV("b"), 0, SV("v1"), 1, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK(!store_move_pointer(s, SV("a"), 1, SV("v1"), 1, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK_OK(store_list_current(s, a, &rows, &e), &e);
	CHECK_INT(0, rows.n);
	store_close(s);
}

static void test_partitions_have_their_own_pointers(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct version_row one = contract_version("v1", "a", NULL),
			   two = contract_version("v2", "a", NULL), got;

	two.partition = 7;
	CHECK_OK(store_put_version(s, &one, &e), &e);
	CHECK_OK(store_put_version(s, &two, &e), &e);
	CHECK_OK(store_move_pointer(s, SV("a"), 0, SV("v1"), 1, &e), &e);
	CHECK_OK(store_move_pointer(s, SV("a"), 7, SV("v2"), 1, &e), &e);
	CHECK_OK(store_current(s, a, SV("a"), 0, &got, &e), &e);
	CHECK_SV(SV("v1"), got.id);
	CHECK_OK(store_current(s, a, SV("a"), 7, &got, &e), &e);
	CHECK_SV(SV("v2"), got.id);
	CHECK_INT(7, got.partition);
	store_close(s);
}

TESTS(TEST(test_version_comes_back_as_put) TEST(test_version_never_changes)
	      TEST(test_pointer_moves_forth_and_back)
		      TEST(test_pointer_to_foreign_version_is_refused)
			      TEST(test_partitions_have_their_own_pointers))
