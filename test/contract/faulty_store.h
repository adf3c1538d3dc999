/* faulty_store.h -- any ledger, except that its nth call fails.  For tests of what stands on a ledger. */
#pragma once
#include "store/store.h"

/* Wraps `inner` and owns it.  The `fail_at`th call from now on fails with UNAVAILABLE and does nothing; 0: none does. */
struct store *faulty_store_new(struct store *inner, enum store_mode mode, long fail_at);
void faulty_store_arm(struct store *faulty, long fail_at);
