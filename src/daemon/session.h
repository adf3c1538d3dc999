/* session.h -- one process's view of the world: the workspace, its state directory, the ledger, and the code: every location's
 * manifest (compiled now if its code changed, else the stored one), the union graph and what is wrong in it. */
#pragma once
#include "code/fingerprint.h"
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
	bool compiled_now;   /* for this view */
	time_us compile_time;
	struct fingerprint_watch watch; /* what the fingerprint covers beyond the project */
};

/* All code as it was at one moment.  A server makes a new one when code has changed; runs keep the one they were planned in. */
struct code_view {
	struct arena *arena;
	unsigned references;
	struct location_state *locations; /* as in the workspace's order */
	size_t locations_count;
	struct asset_graph *graph;
	struct findings findings;
};
struct code_view *code_view_keep(struct code_view *v);
void code_view_release(void *view); /* NULL is fine; a run's `release` */

/* How compiling goes, for people and logs.  All may be NULL. */
struct session_listener {
	void (*on_compile_start)(void *ctx, const struct code_location *location);
	void (*on_compile_step)(void *ctx, const struct code_location *location, sv module); /* importing … */
	void (*on_compile_end)(void *ctx, const struct location_state *state);
	void (*on_waiting)(void *ctx, sv holder);     /* another command owns the state for a moment */
	void (*on_told)(void *ctx, sv sentence);      /* what a crash left, and what becomes of it; session_unreached */
	void *ctx;
};

struct stream;
struct waiting_callers {
	struct stream **at;
	size_t n, cap;
};

struct session {
	struct arena *arena; /* everything here lives in it, but for the views */
	struct workspace *workspace;
	struct workspace_request workspace_request; /* to read it again */
	uint64_t workspace_digest;
	sv state;            /* absolute: .plait or PLAIT_HOME */
	struct store *store; /* for writing when `owner`; NULL when there is no ledger yet and this is no owner */
	bool owner;
	bool denied;         /* a reader, because the state cannot be written by us */
	sv owner_in_charge;  /* when another process owns the state: its own words; else p NULL */
	bool owner_answers;  /* and it can be asked: session_call_owner */
	struct stream *owner_stream;   /* by which it was found to answer; NULL: taken */
	struct code_view *code; /* the newest; NULL with `owner_answers`: the owner knows the code */
	struct code_loading *loading; /* what makes the next view; locations.c */
	sv sdk;              /* folder of the Python SDK */
	sv sdk_library;      /* its part in C; p NULL: none */
	struct loop *loop;
	struct host_pool *hosts;   /* hosts that compiled stay for the steps that follow */
	struct writer *writer;     /* of the engine while there is one: then the ledger is written through it alone */
	struct stream_listener *listener; /* where others reach the owner; NULL unless it takes requests */
	struct waiting_callers callers;   /* who has called and was not heard yet */
	void (*on_caller)(void *ctx, struct stream *s); /* NULL: they wait in `callers` */
	void *on_caller_ctx;
	struct session_listener heard;
	int lock;                  /* descriptor; -1 */
};

enum session_aim {
	SESSION_CODE,  /* code up to date; the owner for a moment, or else a reader */
	SESSION_LOOK,  /* what the ledger has is enough: compiles nothing, owns nothing */
	SESSION_RUN,   /* to run things: the owner, whom others may ask, or one who asks it */
	SESSION_RECORD, /* to have a word recorded: the owner for a moment, or one who asks it */
	SESSION_SERVE, /* the owner, or CONFLICT naming who takes requests already */
};

struct session_request {
	sv workspace_file;   /* -w or DAGSTER_WORKSPACE_YAML; p NULL: search upward from cwd */
	const struct workspace_code *code; /* named instead of a file; outlives the session; NULL: none */
	sv home;             /* PLAIT_HOME; p NULL: .plait beside the workspace file */
	sv cwd;
	sv sdk, sdk_library;
	const char *(*getenv)(const char *name);
	sv who;              /* this command, for others who find the state in use: "plait materialize (pid 7)" */
	enum session_aim aim;
	bool stored;         /* compile nothing, whatever the aim: the ledger's manifests serve */
	bool recompile;      /* even where nothing changed */
	sv only;             /* name of the one location to recompile; p NULL: all */
	time_us compile_limit; /* 0: the default, 60 s */
	struct session_listener listener; /* until session_open returns; see session_hear */
};

/* Fails only when there is no usable workspace or state, or (SESSION_SERVE) it is taken; a broken location is a state, not a
 * failure.  An owner that takes no requests is a short command and is waited for by those who want to run things. */
bool session_open(const struct session_request *request, struct session **ret, struct err *e) CHECKED;
void session_close(struct session *s); /* NULL is fine */

/* For who only looks: does somebody take requests just now?  Then `owner_answers`. */
bool session_reach_owner(struct session *s);
/* A connection to the owner that answers, over STATE/owner.sock; not started.  UNAVAILABLE when it has gone. */
bool session_call_owner(struct session *s, struct stream **ret, struct err *e) CHECKED;
sv session_socket(const struct session *s, struct arena *a); /* where the owner listens */
void session_hear(struct session *s, const struct session_listener *listener); /* from now on; NULL: nobody */
/* Hands over who has called and who will, each a stream that is not started; NULL: callers wait again. */
void session_take_callers(struct session *s, void (*fn)(void *ctx, struct stream *s), void *ctx);
/* From now on this is an owner that takes no requests: who waits is turned away, and nobody else gets in. */
void session_stop_listening(struct session *s);
sv session_unreached(struct arena *a, const struct err *why); /* the sentence for that */

const struct location_state *session_location(const struct session *s, sv name); /* NULL when unknown */

/* What the ledger knows of each node of the newest graph: known[node]. */
struct known_version;
bool session_known(struct session *s, struct arena *a, struct known_version **ret, struct err *e) CHECKED;
