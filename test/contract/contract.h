/* contract.h -- what every kind of ledger must do, written once against store.h: a test program a noun, linked with each backend,
 * which defines `contract_ledger`. */
#pragma once
#include "check.h"

#include "store/store.h"

/* How to get at an empty ledger of this backend. */
struct contract_ledger {
	/* A place for a new ledger: what `open` takes. */
	const char *(*fresh)(struct arena *a);
	bool (*open)(const char *place, enum store_mode mode, struct store **ret, struct err *e);
};
extern const struct contract_ledger contract_ledger;

/* Rows to put, each in one call that must succeed. */
struct store *contract_open(struct arena *a); /* new and empty, a transaction open */
void contract_begin(struct store *s);
void contract_commit(struct store *s);
void contract_put_run(struct store *s, const char *id, enum run_state state);
void contract_put_step(struct store *s, const char *run, int64_t index, const char *asset, enum step_state state);
void contract_append(struct store *s, sv run, int64_t step, const char *kind); /* an event of asset "a" */
struct version_row contract_version(const char *id, const char *asset, const char *run);
