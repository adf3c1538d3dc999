/* store.h -- the ledger: what happened, for good.  Locations and their manifests, pools, runs, steps, events, versions and
 * pointers.
 * One process owns the ledger for writing (sys/lock.h); any number may read.  Writes go into the open transaction of
 * the caller (store_begin … store_commit) and are refused outside one; acknowledged means committed, and committed means
 * on disk.  After a failed write or commit nothing of the transaction stays once store_rollback was called.
 * Rows come and go as the plain structs below; text in results lives in the arena that was given.  A view with p NULL is
 * "none" both ways.  NOT_FOUND when a named row is not there.  One thread at a time may use a store.
 * Backends: sqlite (store/sqlite/).  Knows nothing of processes, planning or people. */
#pragma once
#include "base/err.h"
#include "base/list.h"
#include "model/run.h"

struct store;

enum store_mode { STORE_READ, STORE_WRITE };

/* Opens (and, for writing, makes or migrates) the ledger at `path`.  NOT_FOUND when reading and there is none yet;
 * INVALID when its schema is newer than this program, or older and this is for reading; CORRUPT; DENIED. */
bool store_open(const char *path, enum store_mode mode, struct store **ret, struct err *e) CHECKED;
void store_close(struct store *s); /* NULL is fine; an open transaction is rolled back */

bool store_begin(struct store *s, struct err *e) CHECKED; /* for reading: what follows sees one moment */
bool store_commit(struct store *s, struct err *e) CHECKED; /* one that fails has rolled back */
void store_rollback(struct store *s); /* nothing when none is open, so that every way out may call it */

/* Housekeeping that a later commit would otherwise have to do; it takes milliseconds, so do it when nothing else is to be done,
 * between transactions.  Nothing depends on it. */
bool store_is_untidy(const struct store *s);
void store_tidy(struct store *s);

/* ---- locations ---- */
struct location_row {
	sv name;
	sv manifest_id;   /* last good manifest; p NULL when there never was one */
	sv fingerprint;   /* of the code and environment `manifest_id` or `error` was made from */
	sv error;         /* JSON error object of the newest failed load (doc/formats/host-protocol.md); p NULL when it loads */
	time_us loaded_at; /* when manifest_id was compiled */
	time_us tried_at;  /* when it was last tried */
	sv watch;          /* JSON: what the fingerprint covers beyond the project (outside files, environment names) */
};
bool store_put_location(struct store *s, const struct location_row *row, struct err *e) CHECKED;
bool store_get_location(struct store *s, struct arena *a, sv name, struct location_row *ret, struct err *e) CHECKED;
/* The same id again changes nothing: the id is the hash of the text. */
bool store_put_manifest(struct store *s, sv id, sv location, sv text, time_us at, struct err *e) CHECKED;
bool store_get_manifest(struct store *s, struct arena *a, sv id, sv *ret_text, struct err *e) CHECKED;

/* ---- assets: a small integer behind each key ---- */
bool store_asset_id(struct store *s, sv key, int64_t *ret, struct err *e) CHECKED; /* in a writing transaction made when new */

/* ---- pools: how many steps that name one may run at once ---- */
struct pool_row {
	sv name;
	int64_t slots;
};
struct pool_rows { struct pool_row *at; size_t n, cap; };
bool store_put_pool(struct store *s, const struct pool_row *row, struct err *e) CHECKED; /* slots below 0: forgets it */
bool store_list_pools(struct store *s, struct arena *a, struct pool_rows *ret, struct err *e) CHECKED; /* by name */

/* ---- runs and steps ---- */
struct run_row {
	sv id;
	enum run_state state;
	sv request;        /* JSON: selection, options, who */
	sv tags;           /* JSON object of texts; p NULL */
	sv plan;           /* JSON: what cannot be derived from its steps (warnings, selection, …); p NULL */
	sv error;          /* a sentence; p NULL */
	sv reason;         /* why it waits in the queue, or how it came about; p NULL */
	int64_t priority;  /* higher starts earlier */
	sv parent, root;   /* ids of the run this one retries, and of the first of them all; p NULL */
	int64_t retry_number; /* 0: nobody's retry */
	time_us created_at, started_at, ended_at; /* 0: not yet */
	int64_t steps, steps_done, steps_failed;  /* filled when read: all, succeeded, failed; settled when its end is put */
};

/* What a step is, then how it is.  store_put_step writes all, store_move_step the second part. */
struct step_row {
	sv run;
	int64_t index;     /* position in the plan */
	sv name;
	int64_t partition; /* 0: unpartitioned */
	struct sv_list assets; /* keys */
	struct sv_list waits_for; /* plan indexes as text, for showing */
	sv inputs;         /* JSON [{"asset","loaded","in_run","version"}] as planned; p NULL */
	sv reason_planned; /* why it is in the plan; p NULL */

	enum step_state state;
	sv location, manifest_id; /* the code it runs, or is to run */
	int64_t attempt;   /* the newest; 0: never started */
	int64_t retries;   /* that counted against its retry policy */
	time_us wake_at;   /* retrying: when it is tried again; 0 */
	int64_t pid;       /* 0: none */
	sv pid_started;    /* kernel start time, tells a reused pid; p NULL */
	sv method;         /* how its process was made: "fork", "spawn"; p NULL */
	sv directory;      /* of the attempt's files; p NULL before it starts */
	sv messages;       /* path of the attempt's message file; p NULL: in `directory` */
	int64_t messages_from; /* where in it this attempt's begin, bytes */
	int64_t offset;    /* up to where its messages are committed as events, bytes */
	sv reason;         /* why it is in this state */
	sv error;          /* JSON exception object; p NULL */
	time_us started_at, ended_at;
	int64_t max_rss_kib, user_us, system_us; /* 0 unknown */
};

bool store_put_run(struct store *s, const struct run_row *row, struct err *e) CHECKED;   /* insert or replace by id */
/* A new step, once; the run must be there.  One that is there already is moved instead. */
bool store_put_step(struct store *s, const struct step_row *row, struct err *e) CHECKED;
/* How the step (run, index) is now; the rest of the row is not looked at.  NOT_FOUND. */
bool store_move_step(struct store *s, const struct step_row *row, struct err *e) CHECKED;
/* Only its offset, beside the events that were made of the messages before it.  NOT_FOUND. */
bool store_move_offset(struct store *s, sv run, int64_t index, int64_t offset, struct err *e) CHECKED;
bool store_get_run(struct store *s, struct arena *a, sv id, struct run_row *ret, struct err *e) CHECKED;
/* `typed`: a whole id, a unique piece of one from either end (4 characters or more), or "latest".
 * NOT_FOUND, CONFLICT naming some when it fits several, INVALID when too short. */
bool store_find_run(struct store *s, struct arena *a, sv typed, struct run_row *ret, struct err *e) CHECKED;

struct run_rows { struct run_row *at; size_t n, cap; };
struct step_rows { struct step_row *at; size_t n, cap; };
/* Newest first; `before`: id to go on from (p NULL: from the newest). */
bool store_list_runs(struct store *s, struct arena *a, sv before, size_t most, struct run_rows *ret, struct err *e) CHECKED;
bool store_list_open_runs(struct store *s, struct arena *a, struct run_rows *ret, struct err *e) CHECKED; /* not ended */
bool store_list_steps(struct store *s, struct arena *a, sv run, struct step_rows *ret, struct err *e) CHECKED;
bool store_get_step(struct store *s, struct arena *a, sv run, int64_t index, struct step_row *ret, struct err *e) CHECKED;
bool store_run_has_location(struct store *s, sv run, sv location, bool *ret, struct err *e) CHECKED; /* of any of its steps */

/* ---- events: append only ---- */
struct event_row {
	int64_t id;        /* 0 when appending */
	sv run;            /* p NULL: none */
	int64_t step;      /* plan index; -1: none */
	int64_t attempt;
	sv kind;           /* "run_started", "step_started", "log", "materialization", "output", "step_failed", … */
	sv asset;          /* key; p NULL */
	int64_t partition; /* of the asset; 0: unpartitioned */
	sv body;           /* JSON */
	time_us at;
};
/* Fills row->id: greater than all before. */
bool store_append_event(struct store *s, struct event_row *row, struct err *e) CHECKED;
struct event_rows { struct event_row *at; size_t n, cap; };
struct event_query {
	sv run;            /* p NULL: of all runs */
	int64_t step;      /* plan index; -1: all */
	int64_t after;     /* event id to go on from */
	size_t most;
};
/* In order. */
bool store_list_events(struct store *s, struct arena *a, const struct event_query *query, struct event_rows *ret,
		       struct err *e) CHECKED;

/* ---- versions and pointers ---- */
struct version_row {
	sv id;
	sv asset;            /* key */
	int64_t partition;   /* 0: unpartitioned */
	sv run;              /* p NULL: none */
	int64_t step, attempt;
	sv location, manifest_id;
	sv code_version, data_version; /* p NULL unknown */
	sv inputs;           /* JSON: [{"asset","version","pinned"}] as opened */
	sv storage;          /* JSON {"kind","base","format"}; p NULL when the value is not plait's */
	sv directory;        /* absolute; p NULL when not versioned */
	sv files;            /* JSON {name: {path, bytes, sha256}} */
	sv views;            /* JSON [{path, target}] */
	sv manager, manager_type;
	bool versioned;      /* false: the user's own manager wrote it in place */
	sv note;             /* why not versioned */
	int64_t bytes, rows; /* -1 unknown */
	sv columns;          /* JSON [{name,type}]; p NULL */
	sv metadata;         /* JSON */
	time_us created_at;
	time_us duration;    /* of the step that made it */
};
/* A version never changes: CONFLICT when its id is there. */
bool store_put_version(struct store *s, const struct version_row *row, struct err *e) CHECKED;
/* NOT_FOUND when `version` is not one of that asset and partition. */
bool store_move_pointer(struct store *s, sv asset, int64_t partition, sv version, time_us at, struct err *e) CHECKED;
bool store_get_version(struct store *s, struct arena *a, sv id, struct version_row *ret, struct err *e) CHECKED;

struct version_rows { struct version_row *at; size_t n, cap; };
/* What every pointer points at, by key. */
bool store_list_current(struct store *s, struct arena *a, struct version_rows *ret, struct err *e) CHECKED;
bool store_current(struct store *s, struct arena *a, sv asset, int64_t partition, struct version_row *ret,
		   struct err *e) CHECKED; /* NOT_FOUND */
bool store_list_versions(struct store *s, struct arena *a, sv asset, size_t most, struct version_rows *ret,
			 struct err *e) CHECKED; /* newest first */

/* The last step, of any run, that was to make each asset: for status ("failed" although an older version stands). */
struct attempt_row { sv asset, run; enum step_state state; time_us ended_at; };
struct attempt_rows { struct attempt_row *at; size_t n, cap; };
bool store_list_last_attempts(struct store *s, struct arena *a, struct attempt_rows *ret, struct err *e) CHECKED;
