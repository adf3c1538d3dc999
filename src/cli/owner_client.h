/* owner_client.h -- the owner of the state where that is another process: asked as any program asks it, by the HTTP API
 * (api/openapi.yaml) over its socket.  Calls that wait turn the loop meanwhile.
 * Knows no terminal and no signals. */
#pragma once
#include "codec/http_parse.h"
#include "codec/value.h"
#include "daemon/session.h"

struct owner_client;

struct owner_client *owner_client_new(struct session *s);
void owner_client_free(struct owner_client *o); /* NULL is fine */

/* Why a call failed, when it was no refusal. */
bool owner_client_has_gone(const struct owner_client *o);    /* who was asked, before it answered */
bool owner_client_was_stopped(const struct owner_client *o); /* by owner_client_stop */
bool owner_client_serves(const struct owner_client *o); /* it is a server; known once it was greeted */

/* Who is there?  CONFLICT when it is another version, so that we would not understand each other. */
bool owner_client_greet(struct owner_client *o, struct err *e) CHECKED;

struct owner_call {
	enum http_method method;
	sv path;
	sv json; /* p NULL: no body */
};
/* One request.  The document that is its answer lives in `a`; a refusal is the error in the owner's own words. */
bool owner_client_ask(struct owner_client *o, struct arena *a, const struct owner_call *call, const struct value **ret,
		      struct err *e) CHECKED;
/* The same on a connection of its own, without waiting for the answer: also from within the callbacks of others. */
void owner_client_tell(struct owner_client *o, const struct owner_call *call);

struct owner_follow {
	sv run;
	int64_t after; /* an event's id: those behind it */
	void (*on_event)(void *ctx, const struct event_row *event);
	void *ctx;
};
/* Until the run has ended, in that state.  Begins again where the stream was cut. */
bool owner_client_follow(struct owner_client *o, const struct owner_follow *what, enum run_state *ret, struct err *e) CHECKED;

void owner_client_stop(struct owner_client *o); /* what waits, fails */
