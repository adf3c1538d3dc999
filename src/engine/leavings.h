/* leavings.h -- folders that nobody will want again, removed by a thread, for what lies in them may be large.  One request
 * after the other, so that the ledger's flushes always find a thread. */
#pragma once
#include "base/list.h"
#include "sys/loop.h"

struct leavings;

struct leavings *leavings_new(struct loop *l);
void leavings_free(struct leavings *l); /* removes what is left first; NULL is fine */
void leavings_remove(struct leavings *l, const struct sv_list *folders); /* those that are there; copies */
