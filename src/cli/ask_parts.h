/* ask_parts.h -- a conversation under way: what ask.c, ask_here.c and ask_there.c share. */
#pragma once
#include "cli/ask.h"
#include "cli/owner_client.h"
#include "daemon/owner.h"

struct api;
struct stream;

struct asking {
	struct session *session;
	struct arena *arena;
	const struct ask_request *what;
	struct ask_outcome *ret;
	unsigned signals;
	const char *reason; /* of the last of them */
	bool ended, failed;
	struct err error;
	struct owner_client *there; /* NULL: here */
	struct owner *owner;        /* here */
	struct api *api;            /* here, once somebody else has called */
	bool drained;
};

void ask_finish(struct asking *k);
void ask_fail(struct asking *k, const struct err *why);
void ask_taken(struct asking *k, sv run, const struct value *locations);
void ask_event(void *asking, const struct event_row *event);

/* Each from the request to the end, or until it was left. */
void ask_here(struct asking *k);
void ask_there(struct asking *k);
/* The run that was asked for, for the signals that came; it is there. */
void ask_cancel_here(struct asking *k);
void ask_cancel_there(struct asking *k);
