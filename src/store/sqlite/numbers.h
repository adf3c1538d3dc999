/* numbers.h -- what a writer remembers of texts and the numbers behind them, so that a row which names an asset and a run asks
 * for neither.  Numbers never change; those made in a transaction that was taken back are forgotten with all others. */
#pragma once
#include "base/base.h"

struct numbers;

bool numbers_recall(const struct numbers *t, sv text, int64_t *ret); /* t NULL: knows nothing */
void numbers_remember(struct numbers **t, sv text, int64_t number);  /* made when NULL */
void numbers_forget(struct numbers **t);
