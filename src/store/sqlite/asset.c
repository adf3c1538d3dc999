/* asset.c -- the small number behind each asset key. */
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

	if (!look_up(sqlite_of(s), key, &found, ret, e))
		return false;
	if (found)
		return true;
	if (!statement_start(sqlite_of(s), "INSERT INTO asset (key) VALUES ($1) RETURNING id", &q,
			     e))
		return false;
	bind_text(&q, key);
	return statement_number(&q, ret, e);
}
