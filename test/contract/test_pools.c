/* test_pools.c -- pools and their slots. */
#include "contract.h"

static struct err e;

static void test_pools_are_kept_by_name(void)
{
	static const struct pool_row puts[] = {{{"heavy", 5}, 2},
					       {{"api", 3}, 1},
					       {{"gone", 4}, 1},
					       {{"heavy", 5}, 0},
					       {{"gone", 4}, -1}};
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct pool_rows rows;

	CHECK_OK(store_list_pools(s, a, &rows, &e), &e);
	CHECK_INT(0, rows.n);
	for (size_t i = 0; i < COUNT_OF(puts); i++)
		CHECK_OK(store_put_pool(s, &puts[i], &e), &e);
	contract_commit(s);
	CHECK_OK(store_list_pools(s, a, &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_SV(SV("api"), rows.at[0].name);
	CHECK_INT(1, rows.at[0].slots);
	CHECK_SV(SV("heavy"), rows.at[1].name);
	CHECK_INT(0, rows.at[1].slots);
	CHECK(!store_put_pool(s, &puts[0], &e));
	CHECK_INT(ERR_INVALID, e.kind);
	store_close(s);
}

TESTS(TEST(test_pools_are_kept_by_name))
