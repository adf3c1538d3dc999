/* client.h -- requests to a server at the other end of a stream, one at a time, each with its answer: whole, or one event
 * after the other.  Knows HTTP; nothing of what is asked, and not who is asked. */
#pragma once
#include "codec/event_lines.h"
#include "codec/http_parse.h"
#include "base/err.h"
#include "sys/stream.h"

enum { HTTP_CLIENT_MOST_BYTES = 256 << 20 }; /* of an answer, or an event: more is taken for an accident */

struct http_client;

struct http_client_events {
	void (*on_answer)(void *ctx, int status, sv body); /* valid during the call; the next request may follow */
	void (*on_event)(void *ctx, const struct told_event *event); /* instead, where the answer is a stream of events */
	/* Nothing more will come: the server has closed, or what it sends is no HTTP (`strange`).  Last call. */
	void (*on_end)(void *ctx, bool strange);
	void *ctx;
};

struct http_question {
	enum http_method method;
	sv path;      /* with its query */
	sv json;      /* a body; p NULL: none */
	sv last_event; /* Last-Event-ID; p NULL: none */
};

struct http_client *http_client_new(struct stream *s, const struct http_client_events *events); /* the stream is its own */
void http_client_ask(struct http_client *c, const struct http_question *question); /* when the one before is answered */
void http_client_close(struct http_client *c); /* at any time, nothing is called any more; NULL is fine */

/* What a problem document (RFC 9457) says, as the error that it was; of anything else the status. */
void http_read_problem(int status, sv body, struct err *ret);
