/* http_answer.h -- one HTTP/1.x answer out of bytes, its body told piece by piece, as it comes.  Knows no socket; trusts the
 * server it comes from with no more than what is said here. */
#pragma once
#include "base/buf.h"

enum http_answer_result {
	HTTP_ANSWER_MORE, /* took all, needs more */
	HTTP_ANSWER_DONE, /* it is whole; what was not taken is not part of it */
	HTTP_ANSWER_BROKEN, /* this is no HTTP */
};

struct http_answer_events {
	void (*on_body)(void *ctx, sv piece); /* behind the head; valid during the call */
	void *ctx;
};

struct http_answer;
struct http_answer *http_answer_new(const struct http_answer_events *events);
void http_answer_free(struct http_answer *p); /* not from within on_body; NULL is fine */
void http_answer_begin(struct http_answer *p); /* makes ready for the next one */
enum http_answer_result http_answer_feed(struct http_answer *p, sv bytes);

int http_answer_status(const struct http_answer *p); /* 0 until the head is whole */
sv http_answer_type(const struct http_answer *p);    /* Content-Type, as sent; n 0: none */
bool http_answer_last(const struct http_answer *p);  /* its server takes no further request on this connection */
