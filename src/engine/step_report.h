/* step_report.h -- what a step has said so far (doc/formats/step.md): messages come in line by line, facts stand
 * ready when it ends.
 * The live run and the recovery after a crash read messages through this one place. */
#pragma once
#include "base/list.h"
#include "codec/value.h"

struct reported_output {
	sv asset, version;
	bool versioned;
	sv storage, directory, files, views, columns; /* JSON texts but for directory; p NULL when not told */
	sv base;                                      /* storage's base */
	sv manager, manager_type, note;
	int64_t bytes, rows;                          /* -1 unknown */
};

struct reported_asset {
	sv asset, data_version;
	sv metadata; /* JSON; p NULL */
};

struct reported_input {
	sv asset, version; /* p NULL: no version known */
	bool pinned;
};

struct step_report {
	struct arena *arena; /* everything here lives in it */
	bool opened, closed;
	int64_t pid;         /* as the step itself says; 0 unknown */
	sv pid_started;
	sv exception;        /* JSON; p NULL when it closed cleanly or not at all */
	sv exception_message;
	struct {             /* what the exception asked for */
		bool said, allowed;
		int64_t most;  /* -1: not said */
		time_us delay; /* likewise */
	} retry;
	int64_t user_us, system_us, max_rss_kib; /* 0 unknown */
	LIST(struct reported_output) outputs;
	LIST(struct reported_asset) assets;
	LIST(struct reported_input) inputs;
};

/* The ledger event that a message is worth: kind.p NULL when it is worth none. */
struct report_event {
	const char *kind;
	sv asset; /* p NULL: none */
	sv body;  /* JSON */
};

/* Takes one line.  Lines that are no Pipes message, or a stranger's, change nothing.  Nothing after `closed` counts.
 * The event lives in `a`. */
struct report_event step_report_take(struct arena *a, struct step_report *r, sv line);
/* Whether events of this kind come of messages: whoever reads an attempt's messages anew passes over as many as there are. */
bool step_report_tells(sv kind);

const struct reported_output *step_report_output(const struct step_report *r, sv asset); /* NULL: none */
const struct reported_asset *step_report_asset(const struct step_report *r, sv asset);   /* NULL: none */
