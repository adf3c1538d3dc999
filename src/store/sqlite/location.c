/* location.c -- code locations and the manifests compiled from them. */
#include "store/sqlite/ops.h"

bool sqlite_put_location(struct store *s, const struct location_row *row, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(sqlite_of(s),
			     "INSERT INTO location (name, manifest_id, fingerprint, error, "
			     "loaded_at, tried_at, watch)"
			     " VALUES ($1, $2, $3, $4, $5, $6, $7)"
			     " ON CONFLICT (name) DO UPDATE SET manifest_id = excluded.manifest_id,"
			     " fingerprint = excluded.fingerprint, error = excluded.error,"
			     " loaded_at = excluded.loaded_at, tried_at = excluded.tried_at, watch "
			     "= excluded.watch",
			     &q, e))
		return false;
	bind_text(&q, row->name);
	bind_text(&q, row->manifest_id);
	bind_text(&q, row->fingerprint);
	bind_text(&q, row->error);
	bind_known(&q, row->loaded_at);
	bind_known(&q, row->tried_at);
	bind_text(&q, row->watch);
	return statement_run(&q, e);
}

bool sqlite_get_location(struct store *s, struct arena *a, sv name, struct location_row *ret,
			 struct err *e)
{
	AUTO_STATEMENT q = {0};
	bool found;

	if (!statement_start(
		    sqlite_of(s),
		    "SELECT name, manifest_id, fingerprint, error, loaded_at, tried_at, watch"
		    " FROM location WHERE name = $1",
		    &q, e))
		return false;
	bind_text(&q, name);
	if (!statement_row(&q, &found, e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "the ledger knows no location '" SV_FMT "'",
			       SV_ARG(name));
	ret->name = take_text(&q, a);
	ret->manifest_id = take_text(&q, a);
	ret->fingerprint = take_text(&q, a);
	ret->error = take_text(&q, a);
	ret->loaded_at = take_int(&q);
	ret->tried_at = take_int(&q);
	ret->watch = take_text(&q, a);
	return true;
}

bool sqlite_put_manifest(struct store *s, sv id, sv location, sv text, time_us at, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!statement_start(
		    sqlite_of(s),
		    "INSERT INTO manifest (id, location, body, created_at) VALUES ($1, $2, $3, $4)"
		    " ON CONFLICT (id) DO NOTHING",
		    &q, e))
		return false;
	bind_text(&q, id);
	bind_text(&q, location);
	bind_text(&q, text);
	bind_int(&q, at);
	return statement_run(&q, e);
}

bool sqlite_get_manifest(struct store *s, struct arena *a, sv id, sv *ret_text, struct err *e)
{
	AUTO_STATEMENT q = {0};
	bool found;

	if (!statement_start(sqlite_of(s), "SELECT body FROM manifest WHERE id = $1", &q, e))
		return false;
	bind_text(&q, id);
	if (!statement_row(&q, &found, e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "the ledger holds no manifest " SV_FMT,
			       SV_ARG(id));
	*ret_text = take_text(&q, a);
	return true;
}
