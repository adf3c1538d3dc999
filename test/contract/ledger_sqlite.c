/* ledger_sqlite.c -- the ledger kept by SQLite. */
#include "contract.h"

#include "scratch.h"

static const char *fresh(struct arena *a)
{
	return scratch_file(a, "ledger.db");
}

const struct contract_ledger contract_ledger = {.fresh = fresh, .open = store_open};
