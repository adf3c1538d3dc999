/* hearing.h -- listens to every run of an engine, those that are open, from their beginning, and those to come, for who
 * wants to know of all. */
#pragma once
#include "engine/engine.h"

struct hearing;

struct hearing_request {
	struct engine *engine;
	struct store *store;
	void (*on_event)(void *ctx, const struct event_row *event);
	void (*on_end)(void *ctx, sv run, enum run_state state);    /* behind a run's last event */
	void *ctx;
};

struct hearing *hearing_new(const struct hearing_request *request);
void hearing_note_run(struct hearing *h, sv run); /* it was submitted, and is on disk */
void hearing_free(struct hearing *h); /* before the engine; NULL is fine */
