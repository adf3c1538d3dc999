/* schema.c -- numbered migrations, forward only, in one transaction; the table schema_version remembers them. */
#include "store/sqlite/schema.h"

#include "store/migration.h"

/* Marks the file as plait's in its header, so that no other program's database is taken for a ledger: "plai". */
enum { APPLICATION_ID = 0x706c6169 };

static bool one_number(struct sqlite_store *s, const char *sql, int64_t *ret, struct err *e)
{
	AUTO_STATEMENT q = {0};
	bool found;

	if (!statement_start(s, sql, &q, e) || !statement_row(&q, &found, e))
		return false;
	*ret = found ? take_int(&q) : 0;
	return true;
}

bool schema_version(struct sqlite_store *s, int64_t *ret, struct err *e)
{
	int64_t tables, id;

	if (!one_number(s, "SELECT count(*) FROM sqlite_master", &tables, e))
		return false;
	if (tables == 0) {
		*ret = 0;
		return true;
	}
	if (!one_number(s, "PRAGMA application_id", &id, e))
		return false;
	if (id != APPLICATION_ID) {
		err_set(e, ERR_INVALID, "%s is an SQLite database, but not a ledger of plait",
			s->path);
		return err_hint(
			e, "choose another state directory with PLAIT_HOME, or move the file away");
	}
	return one_number(s, "SELECT max(version) FROM schema_version", ret, e);
}

bool schema_check(struct sqlite_store *s, int64_t version, struct err *e)
{
	int64_t ours = migrations_sqlite[migrations_sqlite_count - 1].version;

	if (version > ours) {
		err_set(e, ERR_INVALID,
			"the ledger %s has schema version %lld; this plait (%s) knows versions up "
			"to %lld",
			s->path, (long long)version, PLAIT_VERSION, (long long)ours);
		return err_hint(
			e,
			"it was written by a newer plait: use that one, or a newer one, here too");
	}
	if (version < ours && s->base.mode == STORE_READ) {
		err_set(e, ERR_INVALID,
			"the ledger %s has schema version %lld; this plait (%s) reads version %lld",
			s->path, (long long)version, PLAIT_VERSION, (long long)ours);
		return err_hint(e, "end the older plait that owns it; the next command that writes "
				   "brings it up to date");
	}
	return true;
}

static bool apply(struct sqlite_store *s, const struct migration *m, struct err *e)
{
	AUTO_STATEMENT q = {0};

	if (!sqlite_script(s, m->sql, "migrating", e))
		return err_wrap(e, "migration %s", m->name);
	if (!statement_start(s, "INSERT INTO schema_version (version, name) VALUES ($1, $2)", &q,
			     e))
		return false;
	bind_int(&q, m->version);
	bind_text(&q, sv_of(m->name));
	return statement_run(&q, e);
}

/* Inside a transaction, so whoever was faster has finished: look again, then do what is left. */
static bool migrate_locked(struct sqlite_store *s, struct err *e)
{
	char mark[64];
	int64_t have;

	if (!schema_version(s, &have, e) || !schema_check(s, have, e))
		return false;
	snprintf(mark, sizeof(mark), "PRAGMA application_id = %d", APPLICATION_ID);
	if (have == 0 && (!sqlite_script(s, mark, "marking", e) ||
			  !sqlite_script(s,
					 "CREATE TABLE schema_version (version INTEGER PRIMARY "
					 "KEY, name TEXT NOT NULL) STRICT",
					 "making", e)))
		return false;
	for (size_t i = 0; i < migrations_sqlite_count; i++)
		if (migrations_sqlite[i].version > have && !apply(s, &migrations_sqlite[i], e))
			return false;
	return true;
}

bool schema_migrate(struct sqlite_store *s, struct err *e)
{
	int64_t have;

	if (!schema_version(s, &have, e) || !schema_check(s, have, e))
		return false;
	if (have == migrations_sqlite[migrations_sqlite_count - 1].version)
		return true;
	if (!sqlite_script(s, "BEGIN IMMEDIATE", "migrating", e))
		return false;
	if (migrate_locked(s, e) && sqlite_script(s, "COMMIT", "migrating", e))
		return true;
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}
