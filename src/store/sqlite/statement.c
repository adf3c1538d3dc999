/* statement.c -- the only place that prepares, binds, steps and names errors. */
#include "store/sqlite/statement.h"

#include <errno.h>

static const struct error_kind {
	int code;
	enum err_kind kind;
	const char *hint;
} error_kinds[] = {
	{SQLITE_BUSY, ERR_UNAVAILABLE,
	 "another process holds the ledger; try again when it is done"},
	{SQLITE_LOCKED, ERR_UNAVAILABLE,
	 "another process holds the ledger; try again when it is done"},
	{SQLITE_FULL, ERR_LIMIT, "the disk is full: df -h on that folder, then free some space"},
	{SQLITE_NOMEM, ERR_LIMIT, ""},
	{SQLITE_TOOBIG, ERR_LIMIT, "a single text of more than 1,000,000,000 bytes does not fit"},
	{SQLITE_READONLY, ERR_DENIED,
	 "check the rights of the file and of its folder, which must be writable too: ls -ld on "
	 "both"},
	{SQLITE_PERM, ERR_DENIED, "check the rights of the file and of its folder: ls -ld on both"},
	{SQLITE_CANTOPEN, ERR_DENIED,
	 "check the rights of the file and of its folder, which must be writable too: ls -ld on "
	 "both"},
	{SQLITE_CORRUPT, ERR_CORRUPT,
	 "put back a copy, or try: sqlite3 LEDGER .recover | sqlite3 NEW; or move it and its -wal "
	 "and -shm files away: "
	 "plait then starts a new ledger, and stored values stay where they are"},
	{SQLITE_NOTADB, ERR_CORRUPT,
	 "put back a copy, or move it and its -wal and -shm files away: plait then starts a new "
	 "ledger, and stored values "
	 "stay where they are"},
	{SQLITE_CONSTRAINT, ERR_INVALID, ""},
	{SQLITE_MISMATCH, ERR_INVALID, ""},
};

static bool disk_is_full(sqlite3 *db)
{
	int number = sqlite3_system_errno(db);

	return number == ENOSPC || number == EDQUOT;
}

bool sqlite_error(struct sqlite_store *s, const char *doing, struct err *e)
{
	int detail = sqlite3_extended_errcode(s->db), code = detail & 0xff;

	if (code == SQLITE_IOERR && disk_is_full(s->db))
		code = SQLITE_FULL;
	err_set(e, ERR_UNAVAILABLE, "%s the ledger %s: %s", doing, s->path,
		code == SQLITE_FULL ? sqlite3_errstr(SQLITE_FULL) : sqlite3_errmsg(s->db));
	for (size_t i = 0; i < COUNT_OF(error_kinds); i++)
		if (error_kinds[i].code == code) {
			e->kind = error_kinds[i].kind;
			err_hint(e, "%s", error_kinds[i].hint);
		}
	if (detail == SQLITE_CONSTRAINT_UNIQUE || detail == SQLITE_CONSTRAINT_PRIMARYKEY)
		e->kind = ERR_CONFLICT;
	return false;
}

bool sqlite_script(struct sqlite_store *s, const char *sql, const char *doing, struct err *e)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_error(s, doing, e);
	return true;
}

static sqlite3_stmt *find_prepared(const struct sqlite_store *s, const char *sql)
{
	for (size_t i = 0; i < s->statements_count; i++)
		if (s->statements[i].sql == sql)
			return s->statements[i].raw;
	return NULL;
}

bool statement_start(struct sqlite_store *s, const char *sql, struct statement *ret, struct err *e)
{
	sqlite3_stmt *raw = find_prepared(s, sql);

	/* Some errors, a full disk among them, end a transaction by themselves; what follows must not slip in alone. */
	if (s->base.open && sqlite3_get_autocommit(s->db))
		return err_set(e, ERR_UNAVAILABLE,
			       "the ledger %s took back this transaction after an earlier error",
			       s->path);
	if (!raw) {
		if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, NULL) !=
		    SQLITE_OK)
			return sqlite_error(s, "reading", e);
		assert(s->statements_count < STATEMENTS_MOST);
		s->statements[s->statements_count].sql = sql;
		s->statements[s->statements_count++].raw = raw;
	}
	assert(!sqlite3_stmt_busy(raw));
	*ret = (struct statement){.s = s, .raw = raw};
	return true;
}

bool statement_row(struct statement *q, bool *ret_found, struct err *e)
{
	int code;

	assert(q->bound == sqlite3_bind_parameter_count(q->raw));
	if (q->too_long)
		return err_set(e, ERR_LIMIT,
			       "writing the ledger %s: a text is too long for one row", q->s->path);
	code = sqlite3_step(q->raw);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return sqlite_error(q->s, sqlite3_stmt_readonly(q->raw) ? "reading" : "writing", e);
	q->taken = 0;
	*ret_found = code == SQLITE_ROW;
	return true;
}

bool statement_run(struct statement *q, struct err *e)
{
	bool more = true;

	while (more)
		if (!statement_row(q, &more, e))
			return false;
	return true;
}

bool statement_insert(struct statement *q, int64_t *ret_number, struct err *e)
{
	if (!statement_run(q, e))
		return false;
	*ret_number = sqlite3_last_insert_rowid(q->s->db);
	return true;
}

bool statement_changed(const struct statement *q)
{
	return sqlite3_changes(q->s->db) > 0;
}

void statement_end(struct statement *q)
{
	if (q->raw)
		sqlite3_reset(q->raw);
	q->raw = NULL;
}

void bind_text(struct statement *q, sv text)
{
	if (!text.p)
		sqlite3_bind_null(q->raw, ++q->bound);
	else if (sqlite3_bind_text64(q->raw, ++q->bound, text.p, text.n, SQLITE_STATIC,
				     SQLITE_UTF8) != SQLITE_OK)
		q->too_long = true;
}

void bind_int(struct statement *q, int64_t n)
{
	sqlite3_bind_int64(q->raw, ++q->bound, n);
}

void bind_known(struct statement *q, int64_t n)
{
	if (n)
		bind_int(q, n);
	else
		sqlite3_bind_null(q->raw, ++q->bound);
}

void bind_limit(struct statement *q, size_t most)
{
	bind_int(q, most < INT64_MAX ? (int64_t)most : INT64_MAX);
}

sv take_text(struct statement *q, struct arena *a)
{
	const char *p = (const char *)sqlite3_column_text(q->raw, q->taken);
	int n = sqlite3_column_bytes(q->raw, q->taken++);

	return p ? arena_sv(a, (sv){p, (size_t)n}) : (sv){NULL, 0};
}

int64_t take_int(struct statement *q)
{
	return sqlite3_column_int64(q->raw, q->taken++);
}
