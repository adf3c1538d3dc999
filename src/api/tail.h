/* tail.h -- the events of a run to everybody who follows it: no gap, nothing twice.  Who comes late, or reads slowly, is given
 * what the ledger has until there is no more; then events as they are committed, each written once however many follow. */
#pragma once
#include "api/api_parts.h"

struct tails *tails_new(struct api *api);
void tails_free(struct tails *all); /* streams end with their server; NULL is fine */

void tail_follow(struct tails *all, struct exchange *x, sv run, int64_t after); /* answers `x`; `run`: a whole id */
void tails_tell(struct tails *all, const struct event_row *event);              /* just committed */
void tails_tell_end(struct tails *all, sv run, enum run_state state);           /* behind its last event */
