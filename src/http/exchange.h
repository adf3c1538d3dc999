/* exchange.h -- one request and its answer.  A handler reads the request, and answers exactly once: now, or later from the
 * loop.
 * Knows HTTP; nothing of assets, runs or files.  Everything here belongs to the thread of the loop.
 *
 * Life: from the handler's call until it was answered or the client is gone.  Who answers later must ask to be told of the
 * latter (exchange_on_gone); an exchange that is answered or gone is not to be touched again. */
#pragma once
#include "base/err.h"
#include "codec/http_parse.h"
#include "codec/json.h"

struct exchange;
struct http_body;

/* ---- the request; views live as long as the exchange ---- */
struct arena *exchange_arena(struct exchange *x);               /* freed with the exchange */
sv exchange_path(const struct exchange *x);                     /* as sent, without query, still percent-encoded */
sv exchange_param(const struct exchange *x, const char *name);  /* {name} of the route, decoded: may hold any byte but NUL */
sv exchange_query(const struct exchange *x, const char *name);  /* first of that name, decoded; p NULL: absent */
sv exchange_header(const struct exchange *x, const char *name); /* any case; p NULL: absent; repeated ones joined by ", " */
sv exchange_content(const struct exchange *x);                  /* the body, whole; n 0: none */
/* A query parameter as a count in [1, most]; `otherwise` when absent.  INVALID names it. */
bool exchange_query_count(const struct exchange *x, const char *name, uint32_t otherwise, uint32_t most, uint32_t *ret,
			  struct err *e) CHECKED;
/* The body as a JSON object; an empty one counts as {}.  INVALID with the place; also when its type is not application/json. */
bool exchange_json(struct exchange *x, const struct value **ret, struct err *e) CHECKED;

/* ---- the answer ---- */
/* A further header of the answer; copied.  Before it. */
void exchange_add_header(struct exchange *x, const char *name, sv value);
/* `body` is copied, and compressed when that is worth while and the client takes it. */
void exchange_answer(struct exchange *x, int status, sv type, sv body);
/* A JSON document; `json` as of json_finish. */
void exchange_answer_json(struct exchange *x, int status, sv json);
/* Many times the same: keeps its ETag and compressed forms, answers 304 where the client has it. */
void exchange_answer_body(struct exchange *x, struct http_body *body);
/* RFC 9457: {"type","title","status","detail","kind","hint"}; the status follows from the kind of error. */
void exchange_refuse(struct exchange *x, const struct err *why);
void exchange_refuse_with(struct exchange *x, int status, const struct err *why);
int http_status_of(enum err_kind kind);

/* The client went away before it was answered; called once, then the exchange is gone. */
void exchange_on_gone(struct exchange *x, void (*fn)(void *ctx), void *ctx);

/* ---- bodies that are kept: counted, never changed ---- */
struct http_body *http_body_new(sv type, sv bytes); /* copied */
struct http_body *http_body_take(sv type, struct buf *bytes); /* taken over: empty afterwards */
struct http_body *http_body_keep(struct http_body *b);
void http_body_release(struct http_body *b); /* NULL is fine */

/* ---- server-sent events: the answer that does not end ---- */
struct event_stream;
struct event_stream_listener {
	/* It has taken what it was given: more may be sent (event_stream_is_full was true).  May be NULL. */
	void (*on_drained)(void *ctx);
	void (*on_closed)(void *ctx); /* the client is gone, or was too slow for too long; last call */
	void *ctx;
};
struct event_stream *exchange_stream(struct exchange *x, const struct event_stream_listener *listener);
/* One event; `data` holds no newline.  id.p NULL: none.  What one turn of the loop brings goes out in one write. */
void event_stream_send(struct event_stream *s, sv event, sv id, sv data);
/* Better send nothing now: its client reads slowly, is being cut off, or asked with HEAD and wants nothing of it. */
bool event_stream_is_full(const struct event_stream *s);
void event_stream_close(struct event_stream *s);         /* on_closed is not called */

/* ---- a long document, piece by piece: a stream of no events, under the same rules ---- */
struct event_stream *exchange_stream_document(struct exchange *x, sv type, const struct event_stream_listener *listener);
void event_stream_write(struct event_stream *s, sv bytes); /* copied */
/* It cannot go on: the client is cut off soon, and sees that the document is not whole; then on_closed. */
void event_stream_break(struct event_stream *s);
