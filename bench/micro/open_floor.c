/* open_floor.c -- the least that opening an unchanged workspace can cost: look at every file of it, read each location's
 * manifest from the ledger with bare SQLite calls, parse it with jansson.  Usage: open_floor WORKSPACE_FOLDER. */
#include <ftw.h>
#include <jansson.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long files;

static int look(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	if (kind == FTW_D && at->level == 1 && strcmp(path + at->base, ".plait") == 0)
		return FTW_SKIP_SUBTREE;
	files += kind == FTW_F && st->st_size > 0;
	return FTW_CONTINUE;
}

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "open_floor: %s\n", what);
	exit(1);
}

int main(int argc, char **argv)
{
	char path[PATH_MAX];
	size_t assets = 0;
	sqlite3_stmt *q;
	sqlite3 *db;

	if (argc != 2 || nftw(argv[1], look, 16, FTW_PHYS | FTW_ACTIONRETVAL) != 0)
		fail("usage: open_floor WORKSPACE_FOLDER");
	snprintf(path, sizeof(path), "%s/.plait/ledger.db", argv[1]);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(
		    db, "SELECT m.body FROM location l JOIN manifest m ON m.id = l.manifest_id", -1,
		    &q, NULL) != SQLITE_OK)
		fail(sqlite3_errmsg(db));
	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *body = (const char *)sqlite3_column_text(q, 0);
		json_t *doc = json_loadb(body, (size_t)sqlite3_column_bytes(q, 0), 0, NULL);

		assets += json_array_size(json_object_get(doc, "assets"));
		json_decref(doc);
	}
	sqlite3_finalize(q);
	sqlite3_close(db);
	printf("%ld files, %zu assets\n", files, assets);
	return 0;
}
