/* owner_call.h -- one request of the owner, from its greeting to its answer. */
#pragma once
#include "cli/owner_client.h"

/* Waits for the answer, `limit` at most (TIMEOUT; 0: for ever).  Ctrl-C, SIGTERM and SIGHUP end the waiting: CANCELED, for
 * nobody knows whether it was done. */
bool owner_call(struct session *s, struct arena *a, const struct owner_call *call, time_us limit, const struct value **ret,
		struct err *e) CHECKED;
