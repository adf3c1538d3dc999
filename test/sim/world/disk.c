/* disk.c -- making the tables costs more than most histories: they are made once, and emptied over a connection of their own. */
#include "disk.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "store/backend.h"
#include "world.h"

static char folder[64], path[80];
static struct store *store;
static sqlite3 *cleaner;
static struct buf script;

static int add_table(void *ctx, int columns, char **values, char **names)
{
	buf_addf(&script, "DELETE FROM %s;", values[0]);
	return 0;
}

static void run(const char *sql, int (*fn)(void *ctx, int columns, char **values, char **names))
{
	if (sqlite3_exec(cleaner, sql, fn, NULL, NULL) == SQLITE_OK)
		return;
	fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(cleaner));
	exit(1);
}

void disk_make(void)
{
	struct stat facts;
	struct err e;

	snprintf(folder, sizeof(folder), "%s/plait-sim-XXXXXX",
		 stat("/dev/shm", &facts) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(folder)) {
		perror(folder);
		exit(1);
	}
	snprintf(path, sizeof(path), "%s/ledger", folder);
	if (!sqlite_store_open(path, STORE_WRITE, &store, &e) ||
	    sqlite3_open(path, &cleaner) != SQLITE_OK) {
		fprintf(stderr, "%s: %s\n", path, e.text);
		exit(1);
	}
	buf_addf(&script, "BEGIN IMMEDIATE;");
	run("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND "
	    "name NOT LIKE "
	    "'%migration%' AND name NOT LIKE '%schema%'",
	    add_table);
	buf_addf(&script, "COMMIT");
}

struct store *disk_clear(void)
{
	struct err e;

	run(script.p, NULL);
	HOLDS_OF(store_begin(store, &e), "%s", e.text);
	store_rollback(store); /* it forgets what it has read */
	return store;
}

void disk_remove(void)
{
	static const char *const parts[] = {"", "-wal", "-shm"};
	char name[96];

	for (size_t i = 0; i < COUNT_OF(parts) && path[0]; i++) {
		snprintf(name, sizeof(name), "%s%s", path, parts[i]);
		unlink(name);
	}
	rmdir(folder);
}
