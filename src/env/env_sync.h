/* env_sync.h -- makes the Python environments of code locations from each project's own files: with uv where it is on PATH,
 * else venv and pip.  One environment a project, two projects at a time.  Touches nothing outside the project's environment
 * but what its own path dependencies' builds write. */
#pragma once
#include "code/workspace.h"
#include "sys/loop.h"

/*        id        word        ended */
#define ENV_STATES(X)                                                             \
	X(WAITING, "waiting", false)                                              \
	X(RUNNING, "running", false)                                              \
	X(SYNCED, "synced", true)                                                 \
	X(CURRENT, "current", true) /* nothing has changed since it was made */   \
	X(SKIPPED, "skipped", true) /* the workspace names another interpreter */ \
	X(FAILED, "failed", true)                                                 \
	X(CANCELED, "canceled", true)

#define X(id, word, ended) ENV_##id,
enum env_state { ENV_STATES(X) };
#undef X
const char *env_state_word(enum env_state state);
bool env_state_ended(enum env_state state);

/* One environment, shared by the locations of one project. */
struct env_job {
	struct sv_list locations; /* names */
	sv project, environment;  /* folders */
	enum env_state state;
	sv activity;          /* "Collecting pandas"; valid until the next event */
	const char *tool;     /* "uv", "pip"; NULL when none was needed */
	sv python;            /* version; p NULL unknown */
	time_us began, ended; /* monotonic; 0 not yet */
	int64_t packages;     /* -1 unknown */
	struct sv_list notes; /* sentences worth telling although it worked */
	struct err why;       /* of FAILED and SKIPPED */
	sv package;           /* the one that failed; p NULL when none can be named */
	sv log;               /* p NULL when nothing was started */
	struct sv_list last_lines;
};

struct env_jobs {
	struct env_job **at;
	size_t n, cap;
};

/* What was done about submodules that were not checked out, one a repository. */
struct env_checkout {
	sv repository;
	sv paths; /* "libs/a, libs/b" */
	bool done;
	struct err why; /* when not done */
	sv log;
};
struct env_checkouts {
	struct env_checkout *at;
	size_t n, cap;
};

struct env_listener {
	void (*on_change)(void *ctx, const struct env_job *job); /* its state or activity */
	void (*on_tick)(void *ctx, const struct env_jobs *jobs); /* four times a second */
	void (*on_checkout)(void *ctx,
			    const struct env_checkout *checkout); /* before it is tried */
	void (*on_cancel)(void *ctx);
	void *ctx;
};

struct env_request {
	const struct workspace *workspace;
	struct sv_list only; /* names of locations; empty: all */
	sv state;            /* logs go to its env/ */
	sv cwd;
	sv python;  /* --python: a version or a program; p NULL: what the project asks for */
	bool force; /* also where nothing has changed */
	const char *(*getenv)(const char *name);
	struct env_checkouts
		checkouts; /* what env_submodules did: locations of a repository it failed on fail too */
	struct env_listener listener;
};

bool env_request_wants(const struct env_request *request, sv location);

/* Checks out the missing submodules of the locations' repositories, and no others: what is checked out stays as it is.
 * Afterwards the workspace must be read again.  env_submodules.c.  CANCELED after Ctrl-C. */
bool env_submodules(struct arena *a, const struct env_request *request, struct env_checkouts *ret,
		    struct err *e) CHECKED;

/* False only when nothing could be tried.  What became of each project is in its job, also after Ctrl-C. */
bool env_sync(struct arena *a, const struct env_request *request, struct env_jobs *ret,
	      struct err *e) CHECKED;
