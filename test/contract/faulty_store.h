/* faulty_store.h -- any ledger, except that some of its calls fail or take long.  For tests of what stands on a ledger, and for
 * simulations, which bring their own clock. */
#pragma once
#include "store/store.h"

struct fault_plan { /* calls are counted from when it is given: 1 is the next one; 0: never */
	long fail_at, fail_for; /* that call and so many in all (0: one) fail and do nothing */
	enum err_kind kind;     /* how; ERR_NONE: UNAVAILABLE */
	long stall_at;          /* that call takes this much longer, then does what it should */
	time_us stall;
	void (*pause)(void *ctx, time_us length); /* NULL: sleeps */
	void *ctx;
};

/* Wraps `inner` and owns it.  The `fail_at`th call from now on fails with UNAVAILABLE and does nothing; 0: none does. */
struct store *faulty_store_new(struct store *inner, enum store_mode mode, long fail_at);
void faulty_store_arm(struct store *faulty, long fail_at);
void faulty_store_plan(struct store *faulty, const struct fault_plan *plan); /* replaces what was planned */
long faulty_store_calls(const struct store *faulty); /* since the plan was given */

/* Sees every call, by the name of its entry in backend.h.  `row`: what is written (of move_pointer a version's id and asset);
 * NULL where nothing is. */
struct faulty_watch {
	bool (*before)(void *ctx, const char *call, const void *row, struct err *e); /* false: it fails undone; may be NULL */
	void (*after)(void *ctx, const char *call, const void *row);                 /* it was done; may be NULL */
	void *ctx;
};
/* Borrows `inner`: closing this one leaves it open.  Never untidy: that depends on what was before it. */
struct store *faulty_store_watched(struct store *inner, const struct faulty_watch *watch);
