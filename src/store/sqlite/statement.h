/* statement.h -- one SQL statement at work: kept prepared by its text, filled and read from left to right.
 *
 *	AUTO_STATEMENT q = {0};
 *	if (!statement_start(s, "SELECT key FROM asset WHERE id = $1", &q, e))
 *		return false;
 *	bind_int(&q, id);
 *	if (!statement_row(&q, &found, e)) …
 *	key = take_text(&q, a);
 *
 * SQL is written for PostgreSQL too: $1 … in the order of their first use, no dialect.  Bound text is borrowed until
 * the statement ends. */
#pragma once
#include <sqlite3.h>

#include "base/buf.h"
#include "store/backend.h"

enum { STATEMENTS_MOST = 64 };

struct numbers;

struct sqlite_store {
	struct store base;
	sqlite3 *db;
	char *path;
	struct {
		const char *sql; /* the literal itself is the key */
		sqlite3_stmt *raw;
	} statements[STATEMENTS_MOST];
	size_t statements_count;
	struct numbers *assets, *runs; /* behind the keys and ids that this writer has seen */
	struct {
		char id[64];
		int64_t number, asset, partition; /* number 0: none */
	} last_version; /* put in the open transaction: its pointer follows at once */
	int log_fd;                 /* of the log, for flushing it; -1: none */
	int log_pages, log_emptied; /* in the log; of them when it last could not be emptied (log.h) */
	struct buf step_assets, step_waits; /* lists of the step being put */
};

struct statement {
	struct sqlite_store *s;
	sqlite3_stmt *raw;
	int bound, taken; /* so far */
	bool too_long;    /* a bound text is more than a row may hold */
};

/* `sql` must be a literal: its address names the prepared statement. */
bool statement_start(struct sqlite_store *s, const char *sql, struct statement *ret, struct err *e) CHECKED;
bool statement_row(struct statement *q, bool *ret_found, struct err *e) CHECKED; /* the next row */
bool statement_run(struct statement *q, struct err *e) CHECKED; /* to its end, rows unwanted */
bool statement_insert(struct statement *q, int64_t *ret_number, struct err *e) CHECKED; /* one row, numbered by itself */
bool statement_changed(const struct statement *q); /* the run just done changed a row */
void statement_end(struct statement *q);
#define AUTO_STATEMENT __attribute__((cleanup(statement_end))) struct statement

void bind_text(struct statement *q, sv text); /* p NULL: null */
void bind_int(struct statement *q, int64_t n);
void bind_known(struct statement *q, int64_t n); /* 0: null */
void bind_limit(struct statement *q, size_t most);

sv take_text(struct statement *q, struct arena *a);
int64_t take_int(struct statement *q); /* null: 0 */

/* Fills `e` from the connection's last error: what was being done, the ledger's path, the remedy.  Returns false. */
bool sqlite_error(struct sqlite_store *s, const char *doing, struct err *e);
/* Several statements of fixed text, nothing bound. */
bool sqlite_script(struct sqlite_store *s, const char *sql, const char *doing, struct err *e) CHECKED;
