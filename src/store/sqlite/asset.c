/* asset.c -- the small number behind each asset key. */
#include "base/list.h"
#include "store/sqlite/numbers.h"
#include "store/sqlite/ops.h"

static bool look_up(struct sqlite_store *s, sv key, bool *ret_found, int64_t *ret, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(s, "SELECT id FROM asset WHERE key = $1", &q, e))
		return false;
	bind_text(&q, key);
	if (!statement_row(&q, ret_found, e))
		return false;
	if (*ret_found)
		*ret = take_int(&q);
	return true;
}

bool sqlite_find_asset(struct store *s, sv key, int64_t *ret, struct err *e)
{
	bool found;

	if (!look_up(sqlite_of(s), key, &found, ret, e))
		return false;
	return found ||
	       err_set(e, ERR_NOT_FOUND, "the ledger knows no asset '" SV_FMT "'", SV_ARG(key));
}

bool sqlite_make_asset(struct store *s, sv key, int64_t *ret, struct err *e)
{
	AUTO_STATEMENT q = {0};
	bool found;

	if (numbers_recall(sqlite_of(s)->assets, key, ret))
		return true;
	if (!look_up(sqlite_of(s), key, &found, ret, e))
		return false;
	if (found) {
		numbers_remember(&sqlite_of(s)->assets, key, *ret);
		return true;
	}
	if (!statement_start(sqlite_of(s), "INSERT INTO asset (key) VALUES ($1)", &q, e))
		return false;
	bind_text(&q, key);
	if (!statement_insert(&q, ret, e))
		return false;
	numbers_remember(&sqlite_of(s)->assets, key, *ret);
	return true;
}

bool sqlite_asset_keys(struct sqlite_store *s, struct arena *a, sv numbers, struct sv_list *ret,
		       struct err *e)
{
	sv piece;

	while (numbers.n && sv_split(&numbers, ' ', &piece)) {
		AUTO_STATEMENT q = {0};
		uint64_t number;
		bool found;

		if (!sv_u64(piece, &number))
			return err_set(e, ERR_CORRUPT,
				       "the ledger has an asset number '" SV_FMT "'",
				       SV_ARG(piece));
		if (!statement_start(s, "SELECT key FROM asset WHERE id = $1", &q, e))
			return false;
		bind_int(&q, (int64_t)number);
		if (!statement_row(&q, &found, e))
			return false;
		if (found)
			*LIST_ADD(a, ret) = take_text(&q, a);
	}
	return true;
}
