/* watch.h -- what must hold: of each plan, after every event, and of each run's end. */
#pragma once
#include "sim.h"

void watch_plan(struct sim *s, const struct live *r);
/* `told`: the event was about that run and came with a list of changes, which must be all of them, each once. */
void watch_world(struct sim *s, struct live *told);
void watch_expected(struct sim *s); /* how many workers the slots say will be needed */
void watch_reasons(struct sim *s);
void watch_outcome(struct sim *s, struct live *r); /* its last step has ended; counts it */
