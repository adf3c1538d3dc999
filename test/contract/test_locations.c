/* test_locations.c -- locations, and the manifests they have. */
#include "contract.h"

static struct err e;

static void test_location_comes_back_as_put(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct location_row row = {.name = SV("north"),
				   .error = SV("{\"kind\":\"syntax\"}"),
				   .tried_at = 9},
			    got;

	CHECK(!store_get_location(s, a, SV("north"), &got, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK_OK(store_put_location(s, &row, &e), &e);
	CHECK_OK(store_get_location(s, a, SV("north"), &got, &e), &e);
	CHECK(!got.manifest_id.p && !got.fingerprint.p && got.loaded_at == 0);
	CHECK_SV(row.error, got.error);

	row = (struct location_row){.name = SV("north"),
				    .manifest_id = SV("m1"),
				    .fingerprint = SV("f"),
				    .loaded_at = 11,
				    .tried_at = 12,
				    .watch = SV("[]")};
	CHECK_OK(store_put_manifest(s, SV("m1"), SV("north"), SV("{}"), 10, &e), &e);
	CHECK_OK(store_put_location(s, &row, &e), &e);
	contract_commit(s);
	CHECK_OK(store_get_location(s, a, SV("north"), &got, &e), &e);
	CHECK(!got.error.p);
	CHECK_SV(SV("m1"), got.manifest_id);
	CHECK_SV(SV("f"), got.fingerprint);
	CHECK_SV(SV("[]"), got.watch);
	CHECK_INT(11, got.loaded_at);
	CHECK_INT(12, got.tried_at);
	store_close(s);
}

static void test_manifest_is_kept_by_id(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	sv text;

	CHECK_OK(store_put_manifest(s, SV("m1"), SV("north"), SV("{\"format\":1}"), 10, &e), &e);
	CHECK_OK(store_put_manifest(s, SV("m1"), SV("north"), SV("{\"format\":1}"), 11, &e), &e);
	contract_commit(s);
	CHECK_OK(store_get_manifest(s, a, SV("m1"), &text, &e), &e);
	CHECK_SV(SV("{\"format\":1}"), text);
	CHECK(!store_get_manifest(s, a, SV("m2"), &text, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

TESTS(TEST(test_location_comes_back_as_put) TEST(test_manifest_is_kept_by_id))
