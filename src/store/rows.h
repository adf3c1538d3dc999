/* rows.h -- what the ledger keeps, as plain structs.  Text lives in the arena it was read into, or is borrowed from who
 * writes; a view with p NULL is "none" both ways. */
#pragma once
#include "base/list.h"
#include "model/run.h"

struct location_row {
	sv name;
	sv manifest_id;   /* last good manifest; p NULL when there never was one */
	sv fingerprint;   /* of the code and environment `manifest_id` or `error` was made from */
	sv error;         /* JSON error object of the newest failed load (doc/formats/host-protocol.md); p NULL when it loads */
	time_us loaded_at; /* when manifest_id was compiled */
	time_us tried_at;  /* when it was last tried */
	sv watch;          /* JSON: what the fingerprint covers beyond the project (outside files, environment names) */
};

struct pool_row {
	sv name;
	int64_t slots;
};
struct pool_rows { struct pool_row *at; size_t n, cap; };

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
	/* Filled when read, settled when its end is put: its steps, those that succeeded, that failed, and whose they are. */
	int64_t steps, steps_done, steps_failed;
	struct sv_list locations; /* by name */
};
struct run_rows { struct run_row *at; size_t n, cap; };

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
struct step_rows { struct step_row *at; size_t n, cap; };

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
struct event_rows { struct event_row *at; size_t n, cap; };

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
struct version_rows { struct version_row *at; size_t n, cap; };

/* How an asset stands, in short: its current value, and the last step of any run that was to make it ("failed" although an
 * older value stands). */
struct standing_row {
	sv asset;
	sv version;        /* p NULL: none, and what follows of the value says nothing */
	sv run, code_version, data_version, inputs, directory, views; /* as in struct version_row */
	sv metadata;       /* where there are no views */
	int64_t bytes, rows;
	time_us created_at;
	sv tried_by;       /* run of the last attempt; p NULL: never tried */
	enum step_state tried;
	time_us tried_at;  /* its end; 0 */
};
struct standing_rows { struct standing_row *at; size_t n, cap; };
