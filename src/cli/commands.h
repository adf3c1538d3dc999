/* commands.h -- the one table that lists the commands; help, completion and the man page are read from it. */
#pragma once
#include "cli/options.h"

struct cli;

struct command {
	const char *name;      /* "asset list" */
	const char *section;   /* heading in the overview; NULL: hidden */
	const char *arguments; /* "[SELECTION...]"; NULL: none */
	const char *summary;   /* one line */
	const char *about;     /* paragraphs; NULL: the summary says it all */
	const char *examples;  /* lines: "# what" and "plait ..." */
	const struct option *options; /* may be NULL */
	enum completes completes;
	unsigned least, most;  /* how many arguments */
	bool raw;              /* gets its words unread, in args.rest */
	bool (*run)(struct cli *c, struct err *e);
};

enum { ANY_NUMBER = 100000 };

extern const struct command commands[];
extern const size_t commands_count;
extern const struct option command_globals[];

/* The command that `words` begin with; how many words its name takes.  NULL: none. */
const struct command *command_find(const sv *words, size_t count, size_t *ret_words);
/* INVALID: no such command, with "did you mean" or what the group offers. */
bool command_unknown(struct arena *a, const sv *words, size_t count, struct err *e);
bool command_is_group(sv word); /* "asset", "run": first words of several commands */

/* Every function of the table, each in cmd_*.c. */
#define COMMANDS(X)                 \
	X(materialize)              \
	X(asset_list)               \
	X(asset_show)               \
	X(asset_lineage)            \
	X(asset_impact)             \
	X(asset_report)             \
	X(location_list)            \
	X(location_show)            \
	X(location_check)           \
	X(location_reload)          \
	X(env_sync)                 \
	X(env_list)                 \
	X(run_list)                 \
	X(run_show)                 \
	X(run_logs)                 \
	X(run_watch)                \
	X(run_cancel)               \
	X(run_retry)                \
	X(pool_list)                \
	X(pool_set)                 \
	X(pool_unset)               \
	X(serve)                    \
	X(dev)                      \
	X(version)                  \
	X(help)                     \
	X(completion)               \
	X(complete)                 \
	X(peer)                     \
	X(env_link)                 \
	X(man)

#define X(function) bool cmd_##function(struct cli *c, struct err *e);
COMMANDS(X)
#undef X
