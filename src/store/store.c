/* store.c -- hands each call to the backend, and keeps the one rule all backends share: writes come inside a writing
 * transaction, and transactions do not nest. */
#include "store/store.h"

#include "store/backend.h"

bool store_open(const char *path, enum store_mode mode, struct store **ret, struct err *e)
{
	return sqlite_store_open(path, mode, ret, e);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	store_rollback(s);
	s->ops->close(s);
}

bool store_begin(struct store *s, struct err *e)
{
	if (s->open)
		return err_set(e, ERR_INVALID, "the ledger has an open transaction already");
	s->open = s->ops->begin(s, e);
	return s->open;
}

static bool commit_by(struct store *s, bool (*commit)(struct store *s, struct err *e),
		      struct err *e)
{
	if (!s->open)
		return err_set(e, ERR_INVALID, "the ledger has no open transaction to commit");
	s->open = false;
	if (commit(s, e))
		return true;
	s->ops->rollback(s);
	return false;
}

bool store_commit(struct store *s, struct err *e)
{
	return commit_by(s, s->ops->commit, e);
}

bool store_flushes_apart(const struct store *s)
{
	return s->ops->flushes_apart && s->ops->flushes_apart(s);
}

bool store_commit_unflushed(struct store *s, struct err *e)
{
	assert(store_flushes_apart(s));
	return commit_by(s, s->ops->commit_unflushed, e);
}

bool store_flush(struct store *s, struct err *e)
{
	assert(store_flushes_apart(s));
	return s->ops->flush(s, e);
}

void store_rollback(struct store *s)
{
	if (!s->open)
		return;
	s->open = false;
	s->ops->rollback(s);
}

bool store_is_untidy(const struct store *s)
{
	return s->mode == STORE_WRITE && s->ops->is_untidy(s);
}

void store_tidy(struct store *s)
{
	if (s->mode == STORE_WRITE && !s->open)
		s->ops->tidy(s);
}

static bool may_write(const struct store *s, const char *what, struct err *e)
{
	if (s->mode != STORE_WRITE)
		return err_set(e, ERR_INVALID, "writing %s to a ledger opened for reading", what);
	if (!s->open)
		return err_set(e, ERR_INVALID, "writing %s to the ledger outside a transaction",
			       what);
	return true;
}

bool store_put_location(struct store *s, const struct location_row *row, struct err *e)
{
	return may_write(s, "a location", e) && s->ops->put_location(s, row, e);
}

bool store_get_location(struct store *s, struct arena *a, sv name, struct location_row *ret,
			struct err *e)
{
	return s->ops->get_location(s, a, name, ret, e);
}

bool store_put_manifest(struct store *s, sv id, sv location, sv text, time_us at, struct err *e)
{
	return may_write(s, "a manifest", e) && s->ops->put_manifest(s, id, location, text, at, e);
}

bool store_get_manifest(struct store *s, struct arena *a, sv id, sv *ret_text, struct err *e)
{
	return s->ops->get_manifest(s, a, id, ret_text, e);
}

bool store_asset_id(struct store *s, sv key, int64_t *ret, struct err *e)
{
	if (s->mode == STORE_WRITE && s->open)
		return s->ops->make_asset(s, key, ret, e);
	return s->ops->find_asset(s, key, ret, e);
}

bool store_put_pool(struct store *s, const struct pool_row *row, struct err *e)
{
	return may_write(s, "a pool", e) && s->ops->put_pool(s, row, e);
}

bool store_list_pools(struct store *s, struct arena *a, struct pool_rows *ret, struct err *e)
{
	return s->ops->list_pools(s, a, ret, e);
}

bool store_put_run(struct store *s, const struct run_row *row, struct err *e)
{
	return may_write(s, "a run", e) && s->ops->put_run(s, row, e);
}

bool store_put_step(struct store *s, const struct step_row *row, struct err *e)
{
	return may_write(s, "a step", e) && s->ops->put_step(s, row, e);
}

bool store_move_step(struct store *s, const struct step_row *row, struct err *e)
{
	return may_write(s, "a step", e) && s->ops->move_step(s, row, e);
}

bool store_get_run(struct store *s, struct arena *a, sv id, struct run_row *ret, struct err *e)
{
	return s->ops->get_run(s, a, id, ret, e);
}

bool store_find_run(struct store *s, struct arena *a, sv typed, struct run_row *ret, struct err *e)
{
	return s->ops->find_run(s, a, typed, ret, e);
}

bool store_list_runs(struct store *s, struct arena *a, sv before, size_t most, struct run_rows *ret,
		     struct err *e)
{
	return s->ops->list_runs(s, a, before, most, ret, e);
}

bool store_list_open_runs(struct store *s, struct arena *a, struct run_rows *ret, struct err *e)
{
	return s->ops->list_open_runs(s, a, ret, e);
}

bool store_list_steps(struct store *s, struct arena *a, sv run, struct step_rows *ret,
		      struct err *e)
{
	return s->ops->list_steps(s, a, run, ret, e);
}

bool store_get_step(struct store *s, struct arena *a, sv run, int64_t index, struct step_row *ret,
		    struct err *e)
{
	return s->ops->get_step(s, a, run, index, ret, e);
}

bool store_append_event(struct store *s, struct event_row *row, struct err *e)
{
	return may_write(s, "an event", e) && s->ops->append_event(s, row, e);
}

bool store_list_events(struct store *s, struct arena *a, const struct event_query *query,
		       struct event_rows *ret, struct err *e)
{
	return s->ops->list_events(s, a, query, ret, e);
}

bool store_list_starts(struct store *s, struct arena *a, int64_t after, size_t most,
		       struct event_rows *ret, struct err *e)
{
	return s->ops->list_starts(s, a, after, most, ret, e);
}

bool store_list_made(struct store *s, struct arena *a, sv run, struct event_rows *ret,
		     struct err *e)
{
	return s->ops->list_made(s, a, run, ret, e);
}

bool store_list_checks(struct store *s, struct arena *a, sv asset, size_t most,
		       struct event_rows *ret, struct err *e)
{
	return s->ops->list_checks(s, a, asset, most, ret, e);
}

bool store_put_version(struct store *s, const struct version_row *row, struct err *e)
{
	return may_write(s, "a version", e) && s->ops->put_version(s, row, e);
}

bool store_move_pointer(struct store *s, sv asset, int64_t partition, sv version, time_us at,
			struct err *e)
{
	return may_write(s, "a pointer", e) &&
	       s->ops->move_pointer(s, asset, partition, version, at, e);
}

bool store_get_version(struct store *s, struct arena *a, sv id, struct version_row *ret,
		       struct err *e)
{
	return s->ops->get_version(s, a, id, ret, e);
}

bool store_list_current(struct store *s, struct arena *a, struct version_rows *ret, struct err *e)
{
	return s->ops->list_current(s, a, ret, e);
}

bool store_current(struct store *s, struct arena *a, sv asset, int64_t partition,
		   struct version_row *ret, struct err *e)
{
	return s->ops->current(s, a, asset, partition, ret, e);
}

bool store_list_versions(struct store *s, struct arena *a, const struct version_query *query,
			 struct version_rows *ret, struct err *e)
{
	return s->ops->list_versions(s, a, query, ret, e);
}

bool store_get_data_version(struct store *s, struct arena *a, sv id, sv *ret, struct err *e)
{
	return s->ops->get_data_version(s, a, id, ret, e);
}

bool store_list_standings(struct store *s, struct arena *a, sv asset, struct standing_rows *ret,
			  struct err *e)
{
	return s->ops->list_standings(s, a, asset, ret, e);
}

bool store_list_children(struct store *s, struct arena *a, sv run, struct run_rows *ret,
			 struct err *e)
{
	return s->ops->list_children(s, a, run, ret, e);
}

bool store_list_runs_of(struct store *s, struct arena *a, const struct run_query *query,
			struct run_rows *ret, struct err *e)
{
	return s->ops->list_runs_of(s, a, query, ret, e);
}
