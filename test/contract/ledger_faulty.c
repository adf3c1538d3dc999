/* ledger_faulty.c -- the same through the decorator that fails on demand, while it does not. */
#include "contract.h"

#include "faulty_store.h"
#include "scratch.h"

static const char *fresh(struct arena *a)
{
	return scratch_file(a, "ledger.db");
}

static bool open_wrapped(const char *place, enum store_mode mode, struct store **ret, struct err *e)
{
	struct store *inner;

	if (!store_open(place, mode, &inner, e))
		return false;
	*ret = faulty_store_new(inner, mode, 0);
	return true;
}

const struct contract_ledger contract_ledger = {.fresh = fresh, .open = open_wrapped};
