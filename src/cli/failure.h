/* failure.h -- what user code died of, from the JSON of a step or of a location host, and how people read it. */
#pragma once
#include "cli/page.h"
#include "codec/value.h"

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

/* Indented lines: sentence, place, the last lines of the traceback, hint.  Nothing when there was no failure. */
void failure_print(struct page *p, const struct failure *f, unsigned indent, unsigned traceback_lines);
/* The same without the sentence. */
void failure_print_more(struct page *p, const struct failure *f, unsigned indent, unsigned traceback_lines);
