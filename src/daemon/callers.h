/* callers.h -- other commands, at the other end of the owner's socket (wire.h): what they ask for is submitted to the engine. */
#pragma once
#include "daemon/engine.h"
#include "daemon/session.h"

struct callers;

struct callers *callers_new(struct session *s, struct engine *en); /* those who have called, and who will */
void callers_free(struct callers *c); /* after the engine; NULL is fine */
