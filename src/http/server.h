/* server.h -- listens, parses, routes.  HTTP/1.1 with keep-alive and pipelining, TLS, limits on everything a stranger sizes.
 * Knows no assets: who serves something gives a table of routes. */
#pragma once
#include "http/exchange.h"
#include "sys/loop.h"

struct http_server;
struct stream;

struct http_route {
	enum http_method method;
	/* "/api/v1/assets/{key}": {name} takes one segment, {name*} the rest of the path, which may be empty.  Literal segments
	 * win over {}. */
	const char *path;
	void (*handle)(void *ctx, struct exchange *x);
};

struct http_limits { /* 0: the default */
	uint32_t connections;    /* 20,000, or what descriptors allow (ulimit -n); 503 */
	uint32_t header_bytes;   /* of a whole head: 32 KiB; 431 */
	uint32_t body_bytes;     /* 8 MiB; 413 */
	time_us head_time;       /* from the first byte of a request to the end of its head: 10 s; 408 */
	time_us idle_time;       /* between requests: 75 s */
	time_us taking_time;     /* without the client taking anything of its answer, or sending of its body: 30 s */
	uint32_t stream_bytes;   /* unsent bytes after which an event stream is full: 256 KiB */
	time_us beat_time;       /* between signs of life on event streams; two without reading, and it is cut: 15 s */
};

struct http_server_request {
	struct loop *loop;
	sv host;                 /* an address or name; p NULL: 127.0.0.1 */
	uint16_t port;           /* 0: any free one */
	bool closed;             /* listens nowhere: http_server_take alone */
	sv certificate, key;     /* PEM files; p NULL: no TLS */
	/* Beyond loopback names and `host` itself: Host headers that are answered; others get 421.  Origins that differ from
	 * the Host are refused (403) for what changes something. */
	const struct sv_list *names;
	const struct http_route *routes;
	size_t routes_count;
	void (*fallback)(void *ctx, struct exchange *x); /* GET of no route: files of the UI; NULL: 404 */
	struct http_limits limits;
	void *ctx;               /* of the handlers */
};

/* CONFLICT when the port is taken, with the remedy; INVALID for a certificate that cannot be read. */
bool http_server_open(const struct http_server_request *request, struct http_server **ret, struct err *e) CHECKED;
uint16_t http_server_port(const struct http_server *s);
/* A client whom whoever opened the server has let in: neither its Host nor its Origin is asked for, and it finds room where
 * strangers are turned away.  The stream is the server's from now on. */
void http_server_take(struct http_server *s, struct stream *stream);
/* Takes no more connections, ends streams, answers what has been asked, then calls `fn`; at the latest after `limit`. */
void http_server_drain(struct http_server *s, time_us limit, void (*fn)(void *ctx), void *ctx);
void http_server_close(struct http_server *s); /* at once, not from within a handler; NULL is fine */

struct http_counts { /* since it was opened */
	uint64_t requests, refused, bytes_in, bytes_out;
	uint32_t connections, streams; /* now */
	uint64_t by_status[6];         /* [2]: 2xx … */
};
void http_server_counts(const struct http_server *s, struct http_counts *ret);
