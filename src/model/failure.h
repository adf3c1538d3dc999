/* failure.h -- what user code died of, from the JSON of a step or of a location host, in one shape
 * whoever raised it. */
#pragma once
#include "codec/json.h"

struct failure {
	sv exception, message; /* class and sentence; message p NULL: there was no failure */
	sv file;               /* in the user's code; p NULL unknown */
	int64_t line;          /* 0 unknown */
	sv hint, traceback;    /* p NULL when none */
	sv cause;              /* what it was raised from, one line; p NULL when nothing */
};

/* The error object of doc/formats/step.md or host-protocol.md; NULL or null gives an empty failure. */
struct failure failure_of(struct arena *a, const struct value *error);
struct failure failure_read(struct arena *a, sv json);
sv failure_sentence(struct arena *a, const struct failure *f); /* "KeyError: 'x'", one line */
/* The failure of whoever needs a location whose code does not load: names it, its error in one line, and where the rest is.
 * `json` as of failure_read; p NULL: nobody knows why. */
struct failure failure_to_load(struct arena *a, sv location, sv json);
