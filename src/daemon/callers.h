/* callers.h -- other commands that ask the owner of the state directory, over its socket (daemon/wire.h): what they ask becomes
 * runs of the engine, and what happens to these is told back. */
#pragma once
#include "daemon/engine.h"

struct callers;

struct callers *callers_new(struct session *s, struct engine *en); /* answers from now on, those who wait first */
void callers_free(struct callers *all); /* hangs up; after engine_free, whose runs tell them; NULL is fine */
