/* answer.c -- the heads of answers, and answers that are sent once. */
#include "http/http_parts.h"

#include "http/body.h"

/*        status title */
#define STATUSES(X)                               \
	X(200, "OK")                              \
	X(201, "Created")                         \
	X(202, "Accepted")                        \
	X(204, "No Content")                      \
	X(303, "See Other")                       \
	X(304, "Not Modified")                    \
	X(400, "Bad Request")                     \
	X(403, "Forbidden")                       \
	X(404, "Not Found")                       \
	X(405, "Method Not Allowed")              \
	X(408, "Request Timeout")                 \
	X(409, "Conflict")                        \
	X(413, "Content Too Large")               \
	X(414, "URI Too Long")                    \
	X(415, "Unsupported Media Type")          \
	X(417, "Expectation Failed")              \
	X(421, "Misdirected Request")             \
	X(422, "Unprocessable Content")           \
	X(429, "Too Many Requests")               \
	X(431, "Request Header Fields Too Large") \
	X(500, "Internal Server Error")           \
	X(501, "Not Implemented")                 \
	X(503, "Service Unavailable")             \
	X(504, "Gateway Timeout")                 \
	X(505, "HTTP Version Not Supported")

struct status_row {
	int status;
	const char *title;
	sv line;
};

static const struct status_row *status_row(int status)
{
#define X(status, title) \
	{status,         \
	 title,          \
	 {"HTTP/1.1 " #status " " title "\r\n", sizeof("HTTP/1.1 " #status " " title) + 1}},
	static const struct status_row rows[] = {STATUSES(X)};
#undef X

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (rows[i].status == status)
			return &rows[i];
	}
	assert(!"an HTTP status that has no line");
	return NULL;
}

const char *status_title(int status)
{
	return status_row(status)->title;
}

/* ---- heads ---- */

/* Most heads fit: they are put together here, and copied once. */
struct head {
	struct connection *to;
	size_t n;
	char text[1024];
};

static void put(struct head *h, sv text)
{
	if (!text.n)
		return;
	if (text.n > sizeof(h->text) - h->n) {
		connection_write(h->to, (sv){h->text, h->n});
		h->n = 0;
	}
	if (text.n > sizeof(h->text)) {
		connection_write(h->to, text);
		return;
	}
	memcpy(h->text + h->n, text.p, text.n);
	h->n += text.n;
}

static void put_field(struct head *h, sv name, sv value)
{
	put(h, name);
	put(h, value);
	put(h, SV("\r\n"));
}

static void put_length(struct head *h, size_t length)
{
	char digits[24];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + length % 10);
		length /= 10;
	} while (length);
	put_field(h, SV("Content-Length: "), (sv){digits + at, sizeof(digits) - at});
}

/* Of 204 and 304 the length would be that of something else. */
static bool has_length(const struct answer *answer)
{
	return !answer->endless && answer->status != 204 && answer->status != 304;
}

static void put_content(struct head *h, const struct exchange *x, const struct answer *answer)
{
	if (answer->type.n && answer->status != 304)
		put_field(h, SV("Content-Type: "), answer->type);
	if (has_length(answer))
		put_length(h, answer->length);
	else if (answer->endless && !x->head->old)
		put(h, SV("Transfer-Encoding: chunked\r\n"));
	if (answer->encoding)
		put_field(h, SV("Content-Encoding: "), sv_of(compression_word(answer->encoding)));
	if (answer->varies)
		put(h, SV("Vary: Accept-Encoding\r\n"));
	if (answer->etag.n)
		put_field(h, SV("ETag: "), answer->etag);
	if (!x->has_cache_control)
		put_field(h, SV("Cache-Control: "),
			  answer->etag.n ? SV("no-cache") : SV("no-store"));
}

static void put_connection(struct head *h, const struct exchange *x)
{
	if (x->connection->last)
		put(h, SV("Connection: close\r\n"));
	else if (x->head && x->head->old)
		put(h, SV("Connection: keep-alive\r\n"));
}

/* What is sent is what it says it is; other sites learn nothing of it, and neither show nor embed it. */
#define SAFE                                                                  \
	"X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n" \
	"Cross-Origin-Resource-Policy: same-origin\r\nX-Frame-Options: DENY\r\n"

bool answer_head(struct exchange *x, const struct answer *answer)
{
	struct http_counts *counts = &x->server->counts;
	struct head h = {.to = x->connection};

	assert(!x->answered);
	counts->requests++;
	counts->refused += answer->status >= 400;
	counts->by_status[answer->status / 100]++;
	put(&h, status_row(answer->status)->line);
	put_field(&h, SV("Date: "), server_date(x->server));
	put_content(&h, x, answer);
	put(&h, SV(SAFE));
	put(&h, buf_sv(&x->added));
	put_connection(&h, x);
	put(&h, SV("\r\n"));
	connection_write(h.to, (sv){h.text, h.n});
	return has_length(answer) && !(x->head && x->head->method == HTTP_HEAD);
}

void answer_done(struct exchange *x)
{
	x->answered = true;
	x->gone = NULL;
	if (!x->handling)
		connection_answered(x->connection);
}

/* ---- what is sent once ---- */

/* Nobody is there to be answered, and nobody was to be told. */
static bool is_orphan(struct exchange *x)
{
	if (x->connection)
		return false;
	if (x->handling)
		x->answered = true;
	else
		exchange_free(x);
	return true;
}

void exchange_answer(struct exchange *x, int status, sv type, sv body)
{
	struct answer answer = {.status = status, .type = type, .length = body.n};
	struct buf smaller = {0};

	if (is_orphan(x))
		return;
	answer.varies = x->head && is_compressible(type, body.n);
	answer.encoding = answer.varies ? negotiate_encoding(x->head) : COMPRESSION_NONE;
	if (answer.encoding) {
		compress_bytes(answer.encoding, false, body, &smaller);
		answer.length = smaller.n;
	}
	if (!answer_head(x, &answer))
		buf_free(&smaller);
	else if (answer.encoding)
		connection_lend(x->connection, buf_sv(&smaller), free, smaller.p);
	else
		connection_write(x->connection, body);
	answer_done(x);
}

void exchange_answer_json(struct exchange *x, int status, sv json)
{
	exchange_answer(x, status, SV("application/json"), json);
}

/* ---- what is kept ---- */

static void release_body(void *owner)
{
	http_body_release(owner);
}

void exchange_answer_body(struct exchange *x, struct http_body *body)
{
	struct answer answer = {
		.status = 200, .type = http_body_type(body), .etag = http_body_etag(body)};
	sv known, bytes;

	if (is_orphan(x))
		return;
	known = http_head_find(x->head, SV("if-none-match"));
	answer.varies = is_compressible(answer.type, http_body_bytes(body, COMPRESSION_NONE).n);
	if (known.p && etag_matches(known, answer.etag))
		answer.status = 304;
	else if (answer.varies)
		answer.encoding = negotiate_encoding(x->head);
	bytes = http_body_bytes(body, answer.encoding);
	answer.length = bytes.n;
	if (answer_head(x, &answer))
		connection_lend(x->connection, bytes, release_body, http_body_keep(body));
	answer_done(x);
}
