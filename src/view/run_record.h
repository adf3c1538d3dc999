/* run_record.h -- a run from the ledger: its rows, and what it made. */
#pragma once
#include "codec/value.h"
#include "store/store.h"

struct run_output { /* one value that the run published */
	int64_t step, event, rows; /* rows -1: unknown */
	sv asset, version, path;
};

struct run_record {
	struct run_row run;
	struct step_rows steps;
	struct {
		struct run_output *at;
		size_t n, cap;
	} outputs; /* by step, then as they were told */
	struct sv_list children; /* runs that run it again */
};

/* As typed: an id, a piece of one, "latest". */
bool run_find(struct arena *a, struct store *store, sv typed, struct run_row *ret, struct err *e) CHECKED;
bool run_record_read(struct arena *a, struct store *store, sv typed, struct run_record *ret, struct err *e) CHECKED;
/* What only the owner knows of an open run, from its document of it (run_document.h), which is borrowed: why it, and which of
 * its steps, wait, and which are being started. */
void run_record_hear(struct run_record *r, const struct value *document);

/* A step's first output, and how many there are. */
const struct run_output *run_record_outputs(const struct run_record *r, int64_t step, size_t *ret_count);
int64_t run_record_rows(const struct run_record *r, int64_t step); /* of all its assets; -1 unknown */
sv run_record_selection(struct arena *a, const struct run_record *r); /* as asked for; p NULL: everything */
