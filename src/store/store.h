/* store.h -- the ledger: what happened, for good.  Locations and their manifests, pools, runs, steps, events, versions and
 * pointers.
 * One process owns the ledger for writing (sys/lock.h); any number may read.  Writes go into the open transaction of
 * the caller (store_begin … store_commit) and are refused outside one; acknowledged means committed, and committed means
 * on disk.  After a failed write or commit nothing of the transaction stays once store_rollback was called.
 * Rows come and go as plain structs (rows.h); text in results lives in the arena that was given.  NOT_FOUND when a named row
 * is not there.  One thread at a time may use a store.
 * Backends: sqlite (store/sqlite/).  Knows nothing of processes, planning or people. */
#pragma once
#include "base/err.h"
#include "store/rows.h"

struct store;

enum store_mode { STORE_READ, STORE_WRITE };

/* Opens (and, for writing, makes or migrates) the ledger at `path`.  NOT_FOUND when reading and there is none yet;
 * INVALID when its schema is newer than this program, or older and this is for reading; CORRUPT; DENIED. */
bool store_open(const char *path, enum store_mode mode, struct store **ret, struct err *e) CHECKED;
void store_close(struct store *s); /* NULL is fine; an open transaction is rolled back */

bool store_begin(struct store *s, struct err *e) CHECKED; /* for reading: what follows sees one moment */
bool store_commit(struct store *s, struct err *e) CHECKED; /* one that fails has rolled back */
/* The same in two parts, where the backend can: what is committed is seen by all, and is on disk once store_flush has
 * returned.  That may run in another thread while this one goes on using the store; nobody may be told before. */
bool store_flushes_apart(const struct store *s);
bool store_commit_unflushed(struct store *s, struct err *e) CHECKED;
bool store_flush(struct store *s, struct err *e) CHECKED;
void store_rollback(struct store *s); /* nothing when none is open, so that every way out may call it */

/* Housekeeping that a later commit would otherwise have to do; it takes milliseconds, so do it when nothing else is to be done,
 * between transactions.  Nothing depends on it. */
bool store_is_untidy(const struct store *s);
void store_tidy(struct store *s);

/* ---- locations ---- */
bool store_put_location(struct store *s, const struct location_row *row, struct err *e) CHECKED;
bool store_get_location(struct store *s, struct arena *a, sv name, struct location_row *ret, struct err *e) CHECKED;
/* The same id again changes nothing: the id is the hash of the text. */
bool store_put_manifest(struct store *s, sv id, sv location, sv text, time_us at, struct err *e) CHECKED;
bool store_get_manifest(struct store *s, struct arena *a, sv id, sv *ret_text, struct err *e) CHECKED;

/* ---- assets: a small integer behind each key ---- */
bool store_asset_id(struct store *s, sv key, int64_t *ret, struct err *e) CHECKED; /* in a writing transaction made when new */

/* ---- pools: how many steps that name one may run at once ---- */
bool store_put_pool(struct store *s, const struct pool_row *row, struct err *e) CHECKED; /* slots below 0: forgets it */
bool store_list_pools(struct store *s, struct arena *a, struct pool_rows *ret, struct err *e) CHECKED; /* by name */

/* ---- runs and steps ---- */
bool store_put_run(struct store *s, const struct run_row *row, struct err *e) CHECKED;   /* insert or replace by id */
/* A new step, once; the run must be there.  One that is there already is moved instead. */
bool store_put_step(struct store *s, const struct step_row *row, struct err *e) CHECKED;
/* How the step (run, index) is now; the rest of the row is not looked at.  NOT_FOUND. */
bool store_move_step(struct store *s, const struct step_row *row, struct err *e) CHECKED;
bool store_get_run(struct store *s, struct arena *a, sv id, struct run_row *ret, struct err *e) CHECKED;
/* `typed`: a whole id, a unique piece of one from either end (4 characters or more), or "latest".
 * NOT_FOUND, CONFLICT naming some when it fits several, INVALID when too short. */
bool store_find_run(struct store *s, struct arena *a, sv typed, struct run_row *ret, struct err *e) CHECKED;
/* Newest first; `before`: id to go on from (p NULL: from the newest). */
bool store_list_runs(struct store *s, struct arena *a, sv before, size_t most, struct run_rows *ret, struct err *e) CHECKED;
bool store_list_open_runs(struct store *s, struct arena *a, struct run_rows *ret, struct err *e) CHECKED; /* not ended */
bool store_list_steps(struct store *s, struct arena *a, sv run, struct step_rows *ret, struct err *e) CHECKED;
bool store_get_step(struct store *s, struct arena *a, sv run, int64_t index, struct step_row *ret, struct err *e) CHECKED;

/* ---- events: append only ---- */
/* Fills row->id: greater than all before. */
bool store_append_event(struct store *s, struct event_row *row, struct err *e) CHECKED;
struct event_query {
	sv run;            /* p NULL: of all runs */
	int64_t step;      /* plan index; -1: all */
	int64_t after;     /* event id to go on from */
	size_t most;
};
/* In order. */
bool store_list_events(struct store *s, struct arena *a, const struct event_query *query, struct event_rows *ret,
		       struct err *e) CHECKED;

/* Starts of steps of all runs (kind "step_started") behind the event `after`, in order. */
bool store_list_starts(struct store *s, struct arena *a, int64_t after, size_t most, struct event_rows *ret,
		       struct err *e) CHECKED;
/* What a run made (kind "materialization"), in order. */
bool store_list_made(struct store *s, struct arena *a, sv run, struct event_rows *ret, struct err *e) CHECKED;
/* What checks said of an asset (kind "check"), newest first. */
bool store_list_checks(struct store *s, struct arena *a, sv asset, size_t most, struct event_rows *ret, struct err *e) CHECKED;

/* ---- versions and pointers ---- */
/* A version never changes: CONFLICT when its id is there. */
bool store_put_version(struct store *s, const struct version_row *row, struct err *e) CHECKED;
/* NOT_FOUND when `version` is not one of that asset and partition. */
bool store_move_pointer(struct store *s, sv asset, int64_t partition, sv version, time_us at, struct err *e) CHECKED;
bool store_get_version(struct store *s, struct arena *a, sv id, struct version_row *ret, struct err *e) CHECKED;

/* What every pointer points at, by key. */
bool store_list_current(struct store *s, struct arena *a, struct version_rows *ret, struct err *e) CHECKED;
bool store_current(struct store *s, struct arena *a, sv asset, int64_t partition, struct version_row *ret,
		   struct err *e) CHECKED; /* NOT_FOUND */
struct version_query {
	sv asset;
	sv before;         /* id of one of its versions, to go on from; p NULL: from the newest */
	size_t most;
};
/* Newest first.  NOT_FOUND for a `before` that is none of its versions. */
bool store_list_versions(struct store *s, struct arena *a, const struct version_query *query, struct version_rows *ret,
			 struct err *e) CHECKED;
bool store_get_data_version(struct store *s, struct arena *a, sv id, sv *ret, struct err *e) CHECKED; /* p NULL: none */

/* `asset` p NULL: of all that the ledger knows, in any order; else at most one. */
bool store_list_standings(struct store *s, struct arena *a, sv asset, struct standing_rows *ret, struct err *e) CHECKED;
/* The runs that run it again, newest first. */
bool store_list_children(struct store *s, struct arena *a, sv run, struct run_rows *ret, struct err *e) CHECKED;
struct run_query {
	sv asset;          /* that a step was to make */
	sv before;         /* id to go on from; p NULL: from the newest */
	size_t most;
};
/* Newest first. */
bool store_list_runs_of(struct store *s, struct arena *a, const struct run_query *query, struct run_rows *ret,
			struct err *e) CHECKED;
