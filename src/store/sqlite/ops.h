/* ops.h -- the SQLite backend's entries of store_ops, by the file they live in, and the look-ups they share. */
#pragma once
#include "store/sqlite/statement.h"

static inline struct sqlite_store *sqlite_of(struct store *s)
{
	return (struct sqlite_store *)s;
}

/* location.c */
bool sqlite_put_location(struct store *s, const struct location_row *row, struct err *e) CHECKED;
bool sqlite_get_location(struct store *s, struct arena *a, sv name, struct location_row *ret, struct err *e) CHECKED;
bool sqlite_put_manifest(struct store *s, sv id, sv location, sv text, time_us at, struct err *e) CHECKED;
bool sqlite_get_manifest(struct store *s, struct arena *a, sv id, sv *ret_text, struct err *e) CHECKED;

/* asset.c */
bool sqlite_find_asset(struct store *s, sv key, int64_t *ret, struct err *e) CHECKED;
bool sqlite_make_asset(struct store *s, sv key, int64_t *ret, struct err *e) CHECKED;
/* The keys behind numbers, space between; they live in `a`. */
bool sqlite_asset_keys(struct sqlite_store *s, struct arena *a, sv numbers, struct sv_list *ret, struct err *e) CHECKED;

/* pool.c */
bool sqlite_put_pool(struct store *s, const struct pool_row *row, struct err *e) CHECKED;
bool sqlite_list_pools(struct store *s, struct arena *a, struct pool_rows *ret, struct err *e) CHECKED;

/* run.c */
bool sqlite_put_run(struct store *s, const struct run_row *row, struct err *e) CHECKED;
bool sqlite_get_run(struct store *s, struct arena *a, sv id, struct run_row *ret, struct err *e) CHECKED;
bool sqlite_find_run(struct store *s, struct arena *a, sv typed, struct run_row *ret, struct err *e) CHECKED;
bool sqlite_list_runs(struct store *s, struct arena *a, sv before, size_t most, struct run_rows *ret,
		      struct err *e) CHECKED;
bool sqlite_list_children(struct store *s, struct arena *a, sv run, struct run_rows *ret, struct err *e) CHECKED;
bool sqlite_list_runs_of(struct store *s, struct arena *a, const struct run_query *query, struct run_rows *ret,
			 struct err *e) CHECKED;
bool sqlite_list_open_runs(struct store *s, struct arena *a, struct run_rows *ret, struct err *e) CHECKED;
bool sqlite_run_number(struct sqlite_store *s, sv id, int64_t *ret, struct err *e) CHECKED; /* id p NULL: 0 */

/* step.c */
bool sqlite_put_step(struct store *s, const struct step_row *row, struct err *e) CHECKED;
bool sqlite_move_step(struct store *s, const struct step_row *row, struct err *e) CHECKED;
bool sqlite_list_steps(struct store *s, struct arena *a, sv run, struct step_rows *ret, struct err *e) CHECKED;
bool sqlite_get_step(struct store *s, struct arena *a, sv run, int64_t index, struct step_row *ret, struct err *e) CHECKED;

/* standing.c */
bool sqlite_list_standings(struct store *s, struct arena *a, sv asset, struct standing_rows *ret,
			   struct err *e) CHECKED;

/* event.c */
bool sqlite_append_event(struct store *s, struct event_row *row, struct err *e) CHECKED;
bool sqlite_list_events(struct store *s, struct arena *a, const struct event_query *query, struct event_rows *ret,
			struct err *e) CHECKED;
bool sqlite_list_starts(struct store *s, struct arena *a, int64_t after, size_t most, struct event_rows *ret,
			struct err *e) CHECKED;
bool sqlite_list_made(struct store *s, struct arena *a, sv run, struct event_rows *ret, struct err *e) CHECKED;
bool sqlite_list_checks(struct store *s, struct arena *a, sv asset, size_t most, struct event_rows *ret,
			struct err *e) CHECKED;

/* version.c */
bool sqlite_put_version(struct store *s, const struct version_row *row, struct err *e) CHECKED;
bool sqlite_move_pointer(struct store *s, sv asset, int64_t partition, sv version, time_us at, struct err *e) CHECKED;
bool sqlite_get_version(struct store *s, struct arena *a, sv id, struct version_row *ret, struct err *e) CHECKED;
bool sqlite_list_current(struct store *s, struct arena *a, struct version_rows *ret, struct err *e) CHECKED;
bool sqlite_current(struct store *s, struct arena *a, sv asset, int64_t partition, struct version_row *ret,
		    struct err *e) CHECKED;
bool sqlite_list_versions(struct store *s, struct arena *a, const struct version_query *query, struct version_rows *ret,
			  struct err *e) CHECKED;
bool sqlite_get_data_version(struct store *s, struct arena *a, sv id, sv *ret, struct err *e) CHECKED;
