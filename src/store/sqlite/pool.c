/* pool.c -- limits that people have set by name. */
#include "store/sqlite/ops.h"

static bool forget_pool(struct sqlite_store *s, sv name, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(s, "DELETE FROM pool WHERE name = $1", &q, e))
		return false;
	bind_text(&q, name);
	return statement_run(&q, e);
}

bool sqlite_put_pool(struct store *s, const struct pool_row *row, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (row->slots < 0)
		return forget_pool(sqlite_of(s), row->name, e);
	if (!statement_start(sqlite_of(s),
			     "INSERT INTO pool (name, slots) VALUES ($1, $2)"
			     " ON CONFLICT (name) DO UPDATE SET slots = excluded.slots",
			     &q, e))
		return false;
	bind_text(&q, row->name);
	bind_int(&q, row->slots);
	return statement_run(&q, e);
}

bool sqlite_list_pools(struct store *s, struct arena *a, struct pool_rows *ret, struct err *e)
{
	AUTO_STATEMENT q = {0};
	bool found;

	if (!statement_start(sqlite_of(s), "SELECT name, slots FROM pool ORDER BY name", &q, e))
		return false;
	*ret = (struct pool_rows){0};
	while (statement_row(&q, &found, e)) {
		struct pool_row *row;

		if (!found)
			return true;
		row = LIST_ADD(a, ret);
		row->name = take_text(&q, a);
		row->slots = take_int(&q);
	}
	return false;
}
