/* api.h -- the HTTP API of whoever owns the state, as src/api/openapi.yaml describes it, and the UI beside it: for other
 * commands at STATE/owner.sock, and where wanted at an address.  Answers from the loop that runs the engine, reads the ledger
 * through a connection of its own, and has everything that changes something done by the owner's requests, as its own command
 * does.  Knows no HTTP text. */
#pragma once
#include "daemon/owner.h"

/* Of openapi.yaml: another number where a command of the one before would be misunderstood. */
enum { API_VERSION = 1 };

struct api;

struct api_request { /* all of it outlives the api */
	struct session *session;
	struct owner *owner;
	bool serves;                 /* a server: goes on when nothing is left to run */
	bool closed;                 /* at the session's socket alone: what follows is of no use */
	sv host;                     /* p NULL: 127.0.0.1 */
	uint16_t port;               /* where to look first */
	bool any_port;               /* the next free one when that is taken */
	sv certificate, key;         /* PEM files; p NULL: no TLS */
	const struct sv_list *names; /* further Host names that are answered; may be NULL */
};

/* CONFLICT when the port is taken, INVALID when a certificate cannot be read, DENIED for an address that strangers reach. */
bool api_open(const struct api_request *request, struct api **ret, struct err *e) CHECKED;
sv api_url(const struct api *api); /* "http://127.0.0.1:3000"; p NULL: closed */
uint16_t api_port(const struct api *api);
void api_take(struct api *api, struct stream *caller); /* one who has called at the session's socket; not started */

/* What happens, for those who follow it; each call after the commit of what it tells. */
void api_tell_event(struct api *api, const struct event_row *event); /* of any run, in order */
void api_tell_end(struct api *api, sv run, enum run_state state);    /* behind a run's last event */
void api_tell_report(struct api *api, sv asset); /* an event of no run named it */
void api_tell_code(struct api *api);             /* session.code is a new one */

/* Takes no more, ends streams, answers what was asked, then calls `fn`; after `limit` at the latest. */
void api_drain(struct api *api, time_us limit, void (*fn)(void *ctx), void *ctx);
void api_close(struct api *api); /* before the owner; NULL is fine */
