/* backend.h -- what a kind of ledger must be able to do: one table, one entry for each function of store.h.
 * A backend embeds struct store first and fills `ops`; a decorator (faults, traces) is a backend that wraps another.
 * store.c sees to it that writes come only inside a writing transaction, so no backend has to. */
#pragma once
#include "store/store.h"

struct store {
	const struct store_ops *ops;
	enum store_mode mode;
	bool open; /* a transaction */
};

struct store_ops {
	void (*close)(struct store *s);
	bool (*begin)(struct store *s, struct err *e);
	bool (*commit)(struct store *s, struct err *e);
	bool (*flushes_apart)(const struct store *s); /* NULL, as the next two: it cannot */
	bool (*commit_unflushed)(struct store *s, struct err *e);
	bool (*flush)(struct store *s, struct err *e); /* from any thread */
	void (*rollback)(struct store *s);
	bool (*is_untidy)(const struct store *s);
	void (*tidy)(struct store *s);

	bool (*put_location)(struct store *s, const struct location_row *row, struct err *e);
	bool (*get_location)(struct store *s, struct arena *a, sv name, struct location_row *ret, struct err *e);
	bool (*put_manifest)(struct store *s, sv id, sv location, sv text, time_us at, struct err *e);
	bool (*get_manifest)(struct store *s, struct arena *a, sv id, sv *ret_text, struct err *e);

	bool (*find_asset)(struct store *s, sv key, int64_t *ret, struct err *e);
	bool (*make_asset)(struct store *s, sv key, int64_t *ret, struct err *e); /* finds it when it is there */

	bool (*put_pool)(struct store *s, const struct pool_row *row, struct err *e);
	bool (*list_pools)(struct store *s, struct arena *a, struct pool_rows *ret, struct err *e);

	bool (*put_run)(struct store *s, const struct run_row *row, struct err *e);
	bool (*put_step)(struct store *s, const struct step_row *row, struct err *e);
	bool (*move_step)(struct store *s, const struct step_row *row, struct err *e);
	bool (*get_run)(struct store *s, struct arena *a, sv id, struct run_row *ret, struct err *e);
	bool (*find_run)(struct store *s, struct arena *a, sv typed, struct run_row *ret, struct err *e);
	bool (*list_runs)(struct store *s, struct arena *a, sv before, size_t most, struct run_rows *ret, struct err *e);
	bool (*list_open_runs)(struct store *s, struct arena *a, struct run_rows *ret, struct err *e);
	bool (*list_steps)(struct store *s, struct arena *a, sv run, struct step_rows *ret, struct err *e);
	bool (*get_step)(struct store *s, struct arena *a, sv run, int64_t index, struct step_row *ret, struct err *e);

	bool (*append_event)(struct store *s, struct event_row *row, struct err *e);
	bool (*list_events)(struct store *s, struct arena *a, const struct event_query *query, struct event_rows *ret,
			    struct err *e);
	bool (*list_starts)(struct store *s, struct arena *a, int64_t after, size_t most, struct event_rows *ret,
			    struct err *e);
	bool (*list_made)(struct store *s, struct arena *a, sv run, struct event_rows *ret, struct err *e);
	bool (*list_checks)(struct store *s, struct arena *a, sv asset, size_t most, struct event_rows *ret, struct err *e);

	bool (*put_version)(struct store *s, const struct version_row *row, struct err *e);
	bool (*move_pointer)(struct store *s, sv asset, int64_t partition, sv version, time_us at, struct err *e);
	bool (*get_version)(struct store *s, struct arena *a, sv id, struct version_row *ret, struct err *e);
	bool (*list_current)(struct store *s, struct arena *a, struct version_rows *ret, struct err *e);
	bool (*current)(struct store *s, struct arena *a, sv asset, int64_t partition, struct version_row *ret,
			struct err *e);
	bool (*list_versions)(struct store *s, struct arena *a, const struct version_query *query, struct version_rows *ret,
			      struct err *e);
	bool (*get_data_version)(struct store *s, struct arena *a, sv id, sv *ret, struct err *e);
	bool (*list_standings)(struct store *s, struct arena *a, sv asset, struct standing_rows *ret, struct err *e);
	bool (*list_children)(struct store *s, struct arena *a, sv run, struct run_rows *ret, struct err *e);
	bool (*list_runs_of)(struct store *s, struct arena *a, const struct run_query *query, struct run_rows *ret,
			     struct err *e);
};

/* The backends. */
bool sqlite_store_open(const char *path, enum store_mode mode, struct store **ret, struct err *e) CHECKED;
