/* session.h -- one command's view of the world: the workspace, its state directory, the ledger, every location's manifest
 * (compiled now if its code changed, else the stored one), the union graph and what is wrong in it. */
#pragma once
#include "code/host_pool.h"
#include "model/asset_graph.h"
#include "plan/workspace_check.h"
#include "store/store.h"

enum location_health {
	LOCATION_OK,
	LOCATION_STALE,  /* the newest code does not load; the last good manifest serves */
	LOCATION_BROKEN, /* does not load, and never did */
};

struct location_state {
	const struct code_location *code;
	enum location_health health;
	const struct manifest *manifest; /* NULL when broken */
	sv fingerprint;
	sv error;            /* JSON error object; p NULL when it loads */
	time_us loaded_at;   /* when the manifest was compiled; 0 never */
	bool compiled_now;   /* in this session */
	time_us compile_time;
};

struct channels {
	struct channel **at;
	size_t n, cap;
};

struct session {
	struct arena *arena; /* everything here lives in it */
	struct workspace *workspace;
	sv state;            /* absolute: .plait or PLAIT_HOME */
	struct store *store; /* for writing when `owner`; NULL when there is no ledger yet and this is no owner */
	bool owner;
	sv owner_in_charge;  /* when another process owns the state: its own words; else p NULL */
	struct channel *owner_channel; /* to that owner, when `serve` was asked for and it takes requests */
	bool owner_left; /* it ended before it took the request: open another session and run there */
	struct location_state *locations; /* as in the workspace's order */
	size_t locations_count;
	struct asset_graph *graph;
	struct findings findings;
	sv sdk;              /* folder of the Python SDK */
	struct loop *loop;
	struct host_pool *hosts;   /* hosts that compiled stay for the steps that follow */
	struct listener *listener; /* where other commands reach the owner; NULL unless it serves */
	struct channels callers;   /* commands that have called and were not answered yet */
	void (*on_caller)(void *ctx, struct channel *c); /* NULL: they wait in `callers` */
	void *on_caller_ctx;
	int lock;                  /* descriptor; -1 */
};

/* How opening goes, for people; not called after session_open has returned.  All may be NULL. */
struct session_listener {
	void (*on_compile_start)(void *ctx, const struct code_location *location);
	void (*on_compile_step)(void *ctx, const struct code_location *location, sv module); /* importing … */
	void (*on_compile_end)(void *ctx, const struct location_state *state);
	void (*on_waiting)(void *ctx, sv holder);     /* another command owns the state for a moment */
	void (*on_recovered)(void *ctx, sv sentence); /* what became of a run whose plait was killed */
	void *ctx;
};

struct session_request {
	sv workspace_file;   /* -w or DAGSTER_WORKSPACE_YAML; p NULL: search upward from cwd */
	sv home;             /* PLAIT_HOME; p NULL: .plait beside the workspace file */
	sv cwd;
	sv sdk;
	const char *(*getenv)(const char *name);
	sv who;              /* this command, for others who find the state in use: "plait materialize (pid 7)" */
	bool serve;          /* will run things: be the owner, or know that another one takes requests */
	bool recompile;      /* even where nothing changed */
	bool stored;         /* compile nothing: the ledger's manifests serve, for commands that only look at runs */
	sv only;             /* name of the one location to recompile; p NULL: all */
	time_us compile_limit; /* 0: the default, 60 s */
	struct session_listener listener;
};

/* Fails only when there is no usable workspace or state; a broken location is a state, not a failure.
 * Tries to become the owner; where another process is, goes on for reading (owner false). */
/* With `serve`, an owner that takes no requests (a short command) is waited for. */
bool session_open(const struct session_request *request, struct session **ret, struct err *e) CHECKED;
void session_close(struct session *s); /* NULL is fine */

/* Hands over who has called and who will; NULL: callers wait again. */
void session_take_callers(struct session *s, void (*fn)(void *ctx, struct channel *c), void *ctx);

const struct location_state *session_location(const struct session *s, sv name); /* NULL when unknown */

/* What the ledger knows of each node of the graph: known[node]. */
struct known_version;
bool session_known(struct session *s, struct arena *a, struct known_version **ret, struct err *e) CHECKED;
