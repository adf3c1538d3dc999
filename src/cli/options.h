/* options.h -- reads a command's arguments by its table of options.  Knows no command.
 *	--select X  --select=X  -s X  -sX  -qv  --  and options between the other arguments.
 * Every mistake of a line is reported at once, each with "did you mean". */
#pragma once
#include "base/err.h"
#include "base/list.h"

/* Every option of every command, so that a value is found by its id. */
enum option_id {
	OPT_HELP, OPT_VERSION, OPT_WORKSPACE, OPT_JSON, OPT_COLOR, OPT_QUIET, OPT_VERBOSE, /* global */
	OPT_SELECT, OPT_LOCATION, OPT_DRY_RUN, OPT_MAX_CONCURRENT, OPT_UP, OPT_DOWN, OPT_LIMIT, OPT_STEP,
	OPT_STDOUT, OPT_STDERR, OPT_ALL, OPT_PYTHON, OPT_FORCE, OPT_DETACH, OPT_TAG, OPT_PRIORITY, OPT_RETRIES,
	OPT_DRAIN, OPT_STATUS, OPT_FOLLOW, OPT_METADATA, OPT_OBSERVATION, OPT_DATA_VERSION, OPT_DESCRIPTION,
	OPT_HOST, OPT_PORT, OPT_TLS_CERTIFICATE, OPT_TLS_KEY, OPT_ALLOW_HOST, OPT_NO_HTTP,
	OPT_PYTHON_FILE, OPT_MODULE, OPT_PACKAGE, OPT_AUTOLOAD, OPT_WORKING_DIRECTORY, OPT_ATTRIBUTE, OPT_REMOVE,
	OPT_NO_OPEN, OPT_COUNT
};

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_COUNT /* from 1 on */, OPTION_CHOICE };

/* What completes a value or an argument. */
enum completes { COMPLETES_NOTHING, COMPLETES_ASSET, COMPLETES_LOCATION, COMPLETES_RUN, COMPLETES_FILE,
		 COMPLETES_CHOICE, COMPLETES_COMMAND, COMPLETES_POOL, COMPLETES_OPEN_RUN };

struct option {
	enum option_id id;
	const char *name;    /* NULL ends a table */
	char letter;         /* 0: none */
	enum option_kind kind;
	enum completes completes;
	const char *value;   /* what stands for it in usage; choices for OPTION_CHOICE: "auto always never" */
	const char *help;    /* NULL: not shown, for it is seldom wanted */
};

struct arguments {
	struct sv_list given[OPT_COUNT]; /* values as typed, in order; a flag counts with an empty view */
	struct sv_list rest;             /* everything that is no option */
};

/* Reads `words` by two tables (either may be NULL).  INVALID names every mistake. */
bool options_read(struct arena *a, const struct option *globals, const struct option *own, const struct sv_list *words,
		  struct arguments *ret, struct err *e) CHECKED;

static inline bool option_given(const struct arguments *args, enum option_id id) { return args->given[id].n > 0; }
sv option_text(const struct arguments *args, enum option_id id);                        /* the last; p NULL when absent */
int64_t option_number(const struct arguments *args, enum option_id id, int64_t otherwise); /* the last */
/* Whether `word` is an option of the table that takes the next word as its value. */
bool option_takes_next(const struct option *table, sv word);
const struct option *option_find(const struct option *table, sv name); /* "--name" or "-n"; NULL */
