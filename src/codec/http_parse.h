/* http_parse.h -- one HTTP/1.x request out of bytes, strictly: what two readers could take differently is refused.
 * Knows no socket and no route.
 *
 * Refused: bare CR or LF, folded lines, space before a colon, no Host or two, Content-Length twice or beside
 * Transfer-Encoding, any coding but chunked, a version that is not 1.0 or 1.1, a target that is neither path nor URL. */
#pragma once
#include "base/buf.h"

/*        id  word  */
#define HTTP_METHODS(X)    \
	X(GET)             \
	X(HEAD)            \
	X(POST)            \
	X(PUT)             \
	X(DELETE)          \
	X(OPTIONS)

#define X(id) HTTP_##id,
enum http_method { HTTP_METHODS(X) HTTP_METHOD_COUNT };
#undef X
const char *http_method_word(enum http_method method);

struct http_parse_limits {
	uint32_t head_bytes;   /* 431 */
	uint32_t target_bytes; /* 414 */
	uint32_t body_bytes;   /* 413 */
};

enum { HTTP_HEADERS_MOST = 64 }; /* 431 */

struct http_header {
	sv name; /* in lowercase */
	sv value;
};

struct http_head {
	enum http_method method;
	bool keep_alive;         /* the client would send another on the same connection */
	bool old;                /* HTTP/1.0 */
	bool expects_continue;   /* it waits for "100 Continue" before it sends the body */
	sv target;               /* as sent, without the "http://authority" of a URL; "*" too */
	sv path, query;          /* of the target, still percent-encoded */
	sv host;                 /* as sent, with its port */
	const struct http_header *headers;
	size_t headers_count;
};

enum http_parse_result {
	HTTP_PARSE_MORE,    /* took all, needs more */
	HTTP_PARSE_HEAD,    /* the head is whole, a body follows: feed on */
	HTTP_PARSE_DONE,    /* the request is whole; what was not taken belongs to the next one */
	HTTP_PARSE_REFUSED, /* see http_parse_refusal; nothing more can be read from this client */
};

struct http_parse;
struct http_parse *http_parse_new(void);
void http_parse_free(struct http_parse *p); /* NULL is fine */
/* Makes ready for the next request: views of the one before are gone. */
void http_parse_begin(struct http_parse *p, const struct http_parse_limits *limits);
enum http_parse_result http_parse_feed(struct http_parse *p, sv bytes, size_t *ret_taken);

const struct http_head *http_parse_head(const struct http_parse *p); /* after HEAD or DONE, until the next begin */
sv http_parse_body(const struct http_parse *p);                      /* after DONE, likewise */
size_t http_parse_bytes(const struct http_parse *p);                 /* taken of this request so far */

struct http_refusal {
	int status;
	const char *why; /* a sentence without its full stop */
};
struct http_refusal http_parse_refusal(const struct http_parse *p);

/* The value of a header, `name` in lowercase; p NULL: absent.  Of several the first. */
sv http_head_find(const struct http_head *head, sv name);
