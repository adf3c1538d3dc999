/* locations.h -- brings every code location of a session up to date: unchanged code comes from the ledger, changed code is
 * compiled, what does not load keeps its last good manifest and tells why. */
#pragma once
#include "daemon/session.h"

/* Fills session.locations, .graph and .findings.  Fails only when the ledger does. */
bool locations_load(struct session *s, const struct session_request *request, struct err *e) CHECKED;
