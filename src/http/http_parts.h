/* http_parts.h -- what the files of this room share; nobody else includes it. */
#pragma once
#include "codec/compress.h"
#include "codec/http_parse.h"
#include "http/router.h"
#include "http/waiting.h"
#include "sys/stream.h"

struct connection;

/* ---- the server ---- */

struct http_server {
	struct loop *loop;
	struct arena *arena;
	struct http_server_request request; /* its views copied */
	struct http_limits limits;          /* the defaults filled in */
	struct stream_listener *listener;
	struct tls_identity *tls;
	struct router *router;
	struct waiting waiting;             /* every connection is in it */
	struct timer *timer;
	time_us timer_due;
	struct exchange *spare;             /* for requests to come */
	unsigned spare_n;
	char date[32];                      /* "Date: …" is written once a second */
	time_us date_until;
	struct http_counts counts;
	bool draining;
	void (*on_drained)(void *ctx);
	void *drained_ctx;
	struct timer *drain_limit;
};

void server_arm(struct http_server *s);              /* its timer, after something began to wait */
void server_forget(struct http_server *s);           /* a connection has gone */
struct exchange *server_exchange(struct http_server *s);
void server_keep(struct http_server *s, struct exchange *x);
sv server_date(struct http_server *s);               /* "Sun, 06 Nov 1994 08:49:37 GMT" */

/* ---- connections ---- */

/*        id       what may follow */
#define CONNECTION_STATES(X)                                                                       \
	X(IDLE, 1 << C_HEAD | 1 << C_ENDING)                        /* between requests */         \
	X(HEAD, 1 << C_BODY | 1 << C_WORK | 1 << C_ENDING)          /* of a request comes */       \
	X(BODY, 1 << C_WORK | 1 << C_ENDING)                        /* of it comes */              \
	X(WORK, 1 << C_IDLE | 1 << C_TAKING | 1 << C_EVENTS | 1 << C_ENDING) /* a handler has it */ \
	X(TAKING, 1 << C_IDLE | 1 << C_ENDING)                      /* the client takes a lot */   \
	X(EVENTS, 1 << C_ENDING)                                    /* an answer without end */    \
	X(ENDING, 0)                                                /* nothing is read any more */

#define X(id, follows) C_##id,
enum connection_state { CONNECTION_STATES(X) C_COUNT };
#undef X

struct connection { /* ten thousand of them cost little: buffers are there only while a request is */
	struct waiter waiter; /* first */
	struct http_server *server;
	struct stream *stream;
	struct exchange *x;          /* the request that comes or is being answered */
	struct event_stream *events;
	struct buf in;               /* of requests behind the one that is being answered */
	size_t mark;                 /* bytes of what it waits for, when last looked at */
	enum connection_state state;
	bool running;                /* in the midst of taking requests: nothing may begin a second time, or be freed */
	bool fresh;                  /* a request began: a new deadline */
	bool ended;                  /* the client sends no more */
	bool last;                   /* after this answer nothing follows */
	bool told;                   /* that the server drains */
	bool known;                  /* let in by http_server_take */
};

void connection_open(struct http_server *s, struct stream *stream, bool known);
void connection_write(struct connection *c, sv bytes); /* copied, and counted */
void connection_lend(struct connection *c, sv bytes, void (*release)(void *owner), void *owner);
void connection_due(struct connection *c);       /* what it waited for did not come */
void connection_close(struct connection *c);     /* at once; tells those who answer */
void connection_finish(struct connection *c);    /* as soon as it has been answered what was asked */
void connection_answered(struct connection *c);  /* its exchange was */
void connection_become_events(struct connection *c, struct event_stream *events);

/* ---- exchanges ---- */

struct exchange {
	struct connection *connection; /* NULL: the client is gone */
	struct http_server *server;
	struct arena *arena;
	struct http_parse *parse;
	const struct http_head *head;
	struct route_match match;
	struct buf added; /* headers of the answer, as text */
	void (*gone)(void *ctx);
	void *gone_ctx;
	struct exchange *next; /* spare ones */
	bool answered, handling, has_cache_control;
};

void exchange_free(struct exchange *x);
void exchange_handle(struct exchange *x);       /* finds and calls the handler, or refuses */
void exchange_lose(struct exchange *x);         /* the client is gone */

/* ---- answers ---- */

struct answer {
	int status;
	sv type;                  /* n 0: none */
	enum compression encoding;
	bool varies;              /* other clients get other encodings */
	sv etag;                  /* n 0: not kept by anybody */
	size_t length;
	bool endless;             /* an event stream */
};
/* The head; true when the body is wanted behind it (not for HEAD, 204, 304). */
bool answer_head(struct exchange *x, const struct answer *answer);
void answer_done(struct exchange *x); /* it was written: the next one may come */
const char *status_title(int status);           /* "Not Found" */
sv problem_document(struct arena *a, int status, const struct err *why);
void exchange_refuse_text(struct exchange *x, int status, const char *detail, const char *hint);

/* ---- checks ---- */

struct access_refusal {
	int status; /* 0: it may come in */
	const char *detail, *hint;
};
struct access_refusal access_check(const struct http_server *s, const struct http_head *head);

/* The best of what the client takes (Accept-Encoding) and we have. */
enum compression negotiate_encoding(const struct http_head *head);
bool is_compressible(sv type, size_t bytes);
bool etag_matches(sv if_none_match, sv etag);
const char *compression_word(enum compression how); /* of Content-Encoding */
bool sv_caseless(sv a, sv b);                       /* the same but for the case of ASCII letters */

/* ---- event streams ---- */

bool event_stream_beat(struct event_stream *s);  /* a sign of life; false: its client has not read for too long */
void event_stream_sent(struct event_stream *s);
void event_stream_end(struct event_stream *s);   /* says so to the client, as far as it listens, and to its owner; frees it */
