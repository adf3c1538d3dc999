/* locations.h -- makes views of the code: unchanged code comes from the ledger, changed code is compiled, what does not load
 * keeps its last good manifest and tells why. */
#pragma once
#include "daemon/session.h"

struct locations_request {
	bool stored, recompile; /* as in struct session_request */
	sv only;
};

/* Brings session.code up to date, and the workspace before it where its files have changed.  `fn` is called once: from within
 * the call when nothing is to be compiled, else from the loop, other requests being served meanwhile.
 * `failed` is why the ledger could not be read or written; else NULL. */
void locations_renew(struct session *s, const struct locations_request *what,
		     void (*fn)(void *ctx, const struct err *failed), void *ctx);
/* The same, and waits. */
bool locations_load(struct session *s, const struct locations_request *what, struct err *e) CHECKED;
/* Its code is not what its fingerprint promised (it reads a table, say): compiled the next time whatever its files say. */
void locations_doubt(struct session *s, sv name);
void locations_stop(struct session *s); /* who waits hears nothing; before its hosts end */
void locations_free(struct session *s); /* after they have */
