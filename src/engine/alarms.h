/* alarms.h -- what is due when, on one timer: retries, time limits, grace times.  Alarms lie in their owners; setting
 * and clearing are O(log n).  The clock is given, so that a simulation rings them itself. */
#pragma once
#include "sys/loop.h"

struct alarm {
	void (*fn)(void *ctx);
	void *ctx;
	time_us at;
	size_t place; /* in the heap, from 1 on; 0: not set */
};

struct alarms;

/* `on_due`: the timer went off, now call alarms_ring. */
struct alarms *alarms_new(struct loop *l, time_us (*now)(void *ctx), void *now_ctx, void (*on_due)(void *ctx), void *ctx);
void alarms_free(struct alarms *as); /* NULL is fine */

void alarm_set(struct alarms *as, struct alarm *al, time_us at); /* one that is set is moved */
void alarm_clear(struct alarms *as, struct alarm *al);           /* also when it is not set */
time_us alarms_next(const struct alarms *as);                    /* 0: none */
void alarms_ring(struct alarms *as); /* calls whatever is due, earliest first; those may set and clear any */
