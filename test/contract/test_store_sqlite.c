/* The contract of the ledger, kept by SQLite. */
#include "store_contract.h"

#include "scratch.h"

static const char *fresh(struct arena *a)
{
	return scratch_file(a, "ledger.db");
}

const struct contract_ledger contract_ledger = {
	.name = "sqlite", .fresh = fresh, .open = store_open};

TESTS(STORE_CONTRACT)
