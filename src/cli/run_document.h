/* run_document.h -- a run from the ledger: its rows, what it made, and the one JSON shape they are shown in. */
#pragma once
#include "cli/document.h"

struct run_output { /* one value that the run published */
	int64_t step, rows; /* rows -1: unknown */
	sv asset, version, path;
};

struct run_record {
	struct run_row run;
	struct step_rows steps;
	struct {
		struct run_output *at;
		size_t n, cap;
	} outputs;
	struct sv_list children; /* runs that run it again */
};

/* As typed: an id, a piece of one, "latest". */
bool run_find(struct cli *c, struct store *store, sv typed, struct run_row *ret, struct err *e) CHECKED;
bool run_record_read(struct cli *c, struct store *store, sv typed, struct run_record *ret, struct err *e) CHECKED;
int64_t run_record_rows(const struct run_record *r, int64_t step); /* of all its assets; -1 unknown */
sv run_record_selection(struct arena *a, const struct run_record *r); /* as asked for; p NULL: everything */

/* Members of an open map; a run's own, without its steps. */
void run_members(struct json *j, const struct run_row *run);
void run_document_print(struct cli *c, const struct run_record *r);
/* What only the owner knows of an open run: why it, and which of its steps, wait, and which are being started. */
void run_record_ask_owner(struct cli *c, struct run_record *r);
/* The session looks at the ledger already; `plait run show` of a run that is known. */
bool run_show_found(struct cli *c, const struct run_row *run, struct err *e) CHECKED;
