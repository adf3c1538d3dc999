/* cli.h -- what every command gets: its arguments, the page it prints on, and how it opens the workspace.
 * Reads no environment and never exits: main does both. */
#pragma once
#include "cli/options.h"
#include "cli/page.h"
#include "daemon/session.h"
#include "model/selection.h"

struct command;

struct cli_world { /* what main read from the environment */
	sv workspace_file; /* p NULL: search upward */
	sv home;           /* PLAIT_HOME; p NULL: beside the workspace */
	sv cwd;
	sv sdk;            /* folder of the Python SDK */
	sv sdk_library;    /* its part in C; p NULL: none */
	bool no_color;
	time_us compile_limit; /* PLAIT_COMPILE_TIMEOUT; 0: the default */
	const char *(*getenv)(const char *name);
};

struct cli {
	struct arena *arena;
	const struct cli_world *world;
	const struct command *command;
	struct arguments args;
	struct page out;   /* standard output, written when the command has ended */
	struct page notes; /* standard error: progress of compiling, remarks */
	bool json, quiet, verbose, notes_seen; /* notes_seen: a person watches standard error */
	int status;        /* exit status of a command that returns true */
	struct session *session;
};

/* Reads the line, runs the command, reports what went wrong.  Returns the exit status. */
int cli_main(const struct cli_world *world, int argc, char **argv);

struct cli_opening {
	enum session_aim aim; /* and the others: as in struct session_request */
	bool stored, recompile;
	sv only;
};
/* Opens c->session (once); compiling is told on standard error.  Closed after the command. */
bool cli_open(struct cli *c, const struct cli_opening *how, struct err *e) CHECKED;

/* --select and the bare arguments as one selection (a union); p NULL when there is none. */
sv cli_selection(struct cli *c);
/* That selection, narrowed by --location; every defined asset when there is neither. */
bool cli_selected(struct cli *c, struct node_set *ret, struct err *e) CHECKED;
/* The node of a typed key.  NOT_FOUND with "did you mean". */
bool cli_asset(struct cli *c, sv typed, uint32_t *ret, struct err *e) CHECKED;
/* The location of that name.  NOT_FOUND with "did you mean". */
bool cli_location(struct cli *c, sv typed, const struct location_state **ret, struct err *e) CHECKED;
/* The ledger; NOT_FOUND when nothing was ever run here. */
bool cli_store(struct cli *c, struct store **ret, struct err *e) CHECKED;
/* The workspace alone, without compiling anything or opening a ledger. */
bool cli_workspace(struct cli *c, struct workspace **ret, struct err *e) CHECKED;
/* What the state directory's name was resolved to without opening a session. */
sv cli_state(struct cli *c, const struct workspace *w);

void cli_note(struct cli *c, const char *fmt, ...) PRINTF(2, 3); /* a remark for people, on standard error */
