/* http_parse.c -- llhttp reads; what it lets pass and we do not is checked here.  It calls back with runs of bytes, which are
 * gathered in one text; places in it become views once the head is whole. */
/* llhttp names its methods as we do ours, and is the guest here. */
#define HTTP_GET     LLHTTP_GET
#define HTTP_HEAD    LLHTTP_HEAD
#define HTTP_POST    LLHTTP_POST
#define HTTP_PUT     LLHTTP_PUT
#define HTTP_DELETE  LLHTTP_DELETE
#define HTTP_OPTIONS LLHTTP_OPTIONS
#include <llhttp.h>
#undef HTTP_GET
#undef HTTP_HEAD
#undef HTTP_POST
#undef HTTP_PUT
#undef HTTP_DELETE
#undef HTTP_OPTIONS

#include "base/arena.h"
#include "codec/http_parse.h"

enum {
	KEPT_BYTES = 16 << 10,    /* of memory, from one request to the next */
	FRAMING_BYTES = 64 << 10, /* what sizes of chunks and trailers may take beside the body */
};

struct span {
	uint32_t at, n;
};

enum stage { STAGE_HEAD, STAGE_BODY, STAGE_DONE };

struct http_parse {
	llhttp_t machine;
	struct http_parse_limits limits;
	struct http_refusal refusal; /* status 0: none */
	enum stage stage;
	char last; /* byte of the head that was read */
	size_t bytes;
	struct buf text; /* target, names and values, one after the other */
	struct buf body;
	struct span target;
	struct span names[HTTP_HEADERS_MOST], values[HTTP_HEADERS_MOST];
	size_t count;
	struct http_header headers[HTTP_HEADERS_MOST];
	struct http_head head;
};

const char *http_method_word(enum http_method method)
{
#define X(id) [HTTP_##id] = #id,
	static const char *const words[HTTP_METHOD_COUNT] = {HTTP_METHODS(X)};
#undef X
	return words[method];
}

static int refuse(struct http_parse *p, int status, const char *why)
{
	if (!p->refusal.status)
		p->refusal = (struct http_refusal){status, why};
	return -1;
}

/* ---- what llhttp calls ---- */

static struct http_parse *of(llhttp_t *machine)
{
	return machine->data;
}

static void gather(struct http_parse *p, struct span *span, const char *at, size_t n)
{
	if (!span->n)
		span->at = (uint32_t)p->text.n;
	buf_add(&p->text, (sv){at, n});
	span->n += (uint32_t)n;
}

static int on_target(llhttp_t *machine, const char *at, size_t n)
{
	struct http_parse *p = of(machine);

	gather(p, &p->target, at, n);
	return p->target.n <= p->limits.target_bytes ? 0 : refuse(p, 414, "The URL is too long");
}

static int on_name(llhttp_t *machine, const char *at, size_t n)
{
	struct http_parse *p = of(machine);

	if (p->stage != STAGE_HEAD)
		return 0; /* a trailer: nobody asks for one */
	if (p->count == HTTP_HEADERS_MOST)
		return refuse(p, 431, "There are too many headers");
	gather(p, &p->names[p->count], at, n);
	for (char *c = p->text.p + p->text.n - n; c < p->text.p + p->text.n; c++)
		*c |= *c >= 'A' && *c <= 'Z' ? 0x20 : 0;
	return 0;
}

static int on_value(llhttp_t *machine, const char *at, size_t n)
{
	struct http_parse *p = of(machine);

	if (p->stage == STAGE_HEAD)
		gather(p, &p->values[p->count], at, n);
	return 0;
}

static int on_value_complete(llhttp_t *machine)
{
	struct http_parse *p = of(machine);

	p->count += p->stage == STAGE_HEAD;
	return 0;
}

static int on_body(llhttp_t *machine, const char *at, size_t n)
{
	struct http_parse *p = of(machine);

	if (n > p->limits.body_bytes - p->body.n)
		return refuse(p, 413, "The body is too large");
	buf_add(&p->body, (sv){at, n});
	return 0;
}

static int on_message_complete(llhttp_t *machine)
{
	of(machine)->stage = STAGE_DONE;
	return HPE_PAUSED;
}

/* ---- the whole head ---- */

static sv text_of(const struct http_parse *p, struct span span)
{
	return (sv){span.n ? p->text.p + span.at : "", span.n};
}

static bool is_caseless(sv text, sv lower)
{
	if (text.n != lower.n)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != lower.p[i])
			return false;
	}
	return true;
}

static size_t count_of(const struct http_head *head, sv name, sv *ret)
{
	size_t count = 0;

	*ret = (sv){NULL, 0};
	for (size_t i = 0; i < head->headers_count; i++) {
		if (!sv_eq(head->headers[i].name, name))
			continue;
		if (!count++)
			*ret = head->headers[i].value;
	}
	return count;
}

sv http_head_find(const struct http_head *head, sv name)
{
	for (size_t i = 0; i < head->headers_count; i++) {
		if (sv_eq(head->headers[i].name, name))
			return head->headers[i].value;
	}
	return (sv){NULL, 0};
}

static bool find_method(const char *word, enum http_method *ret)
{
	for (enum http_method m = 0; m < HTTP_METHOD_COUNT; m++) {
		if (strcmp(http_method_word(m), word) != 0)
			continue;
		*ret = m;
		return true;
	}
	return false;
}

/* Takes "http://authority" off a URL; what follows is "" or a path. */
static bool split_url(sv *target, sv *ret_authority)
{
	size_t scheme = sv_starts(*target, SV("http://"))    ? 7
			: sv_starts(*target, SV("https://")) ? 8
							     : 0;
	sv rest = sv_from(*target, scheme);
	size_t end = 0;

	if (!scheme)
		return false;
	while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?')
		end++;
	*ret_authority = (sv){rest.p, end};
	*target = sv_from(rest, end);
	return true;
}

static int read_target(struct http_parse *p)
{
	struct http_head *head = &p->head;
	sv target = text_of(p, p->target), authority;
	size_t mark;

	if (memchr(target.p, '#', target.n))
		return refuse(p, 400, "The URL holds a fragment");
	if (split_url(&target, &authority) && !sv_eq(authority, head->host))
		return refuse(p, 400, "The URL and the header Host name two servers");
	if (!target.n)
		target = SV("/");
	if (target.p[0] != '/' && !(sv_eq(target, SV("*")) && head->method == HTTP_OPTIONS))
		return refuse(p, 400, "The URL is no path");
	head->target = head->path = target;
	head->query = (sv){NULL, 0};
	if (sv_find(target, '?', &mark)) {
		head->path = (sv){target.p, mark};
		head->query = sv_from(target, mark + 1);
	}
	return head->path.n ? 0 : refuse(p, 400, "The URL is no path");
}

static int read_host(struct http_parse *p)
{
	size_t count = count_of(&p->head, SV("host"), &p->head.host);

	if (count == 0 || !p->head.host.n)
		return refuse(p, 400, "The header Host is missing");
	return count == 1 ? 0 : refuse(p, 400, "The header Host came twice");
}

/* llhttp saw to it that there is one length. */
static int read_framing(struct http_parse *p)
{
	sv coding, expected;
	size_t codings = count_of(&p->head, SV("transfer-encoding"), &coding);

	if (codings && (codings > 1 || !is_caseless(coding, SV("chunked"))))
		return refuse(p, 501, "The only Transfer-Encoding known here is chunked");
	if (codings && p->head.old)
		return refuse(p, 400, "HTTP/1.0 has no Transfer-Encoding");
	if (!codings && p->machine.content_length > p->limits.body_bytes)
		return refuse(p, 413, "The body is too large");
	expected = http_head_find(&p->head, SV("expect"));
	if (expected.p && !is_caseless(expected, SV("100-continue")))
		return refuse(p, 417, "The only expectation known here is 100-continue");
	p->head.expects_continue = expected.p && !p->head.old;
	return 0;
}

static int make_views(struct http_parse *p)
{
	for (size_t i = 0; i < p->count; i++)
		p->headers[i] = (struct http_header){text_of(p, p->names[i]),
						     sv_trim(text_of(p, p->values[i]))};
	p->head.headers = p->headers;
	p->head.headers_count = p->count;
	for (size_t i = 0; i < p->count; i++) {
		if (!p->names[i].n)
			return refuse(p, 400, "A header has no name");
	}
	return 0;
}

static int on_head_complete(llhttp_t *machine)
{
	struct http_parse *p = of(machine);
	const char *word = llhttp_method_name(machine->method);

	if (machine->http_major != 1 || machine->http_minor > 1)
		return refuse(p, 505, "The versions known here are HTTP/1.1 and HTTP/1.0");
	if (!find_method(word, &p->head.method))
		return refuse(p, 501, "This method is not known here");
	p->head.old = machine->http_minor == 0;
	p->head.keep_alive = llhttp_should_keep_alive(machine);
	if (make_views(p) < 0 || read_host(p) < 0 || read_target(p) < 0 || read_framing(p) < 0)
		return -1;
	p->stage = STAGE_BODY;
	return machine->flags & F_CHUNKED || machine->content_length ? HPE_PAUSED : 0;
}

static const llhttp_settings_t callbacks = {
	.on_url = on_target,
	.on_header_field = on_name,
	.on_header_value = on_value,
	.on_header_value_complete = on_value_complete,
	.on_headers_complete = on_head_complete,
	.on_body = on_body,
	.on_message_complete = on_message_complete,
};

/* ---- lines ---- */

/* Every line of a head ends in CRLF, and none is folded.  llhttp is not as strict everywhere. */
static bool check_lines(struct http_parse *p, sv bytes)
{
	char before = p->last;

	for (size_t i = 0; i < bytes.n; i++) {
		char c = bytes.p[i];

		if ((c == '\n') != (before == '\r'))
			return refuse(p, 400, "A line of the head does not end in CR LF") == 0;
		if (before == '\n' && (c == ' ' || c == '\t'))
			return refuse(p, 400, "A line of the head is folded") == 0;
		before = c;
	}
	p->last = before;
	return true;
}

/* The byte at which llhttp gave up on the method: of a word it does not know, or of no HTTP at all. */
static bool is_of_word(const struct http_parse *p, sv rest)
{
	return rest.n && ((rest.p[0] >= 'A' && rest.p[0] <= 'Z') || (rest.p[0] == ' ' && p->bytes));
}

static void refuse_for(struct http_parse *p, llhttp_errno_t why, sv rest)
{
	switch (why) {
	case HPE_INVALID_METHOD:
		if (is_of_word(p, rest))
			refuse(p, 501, "This method is not known here");
		else
			refuse(p, 400, "This is no HTTP request");
		break;
	case HPE_INVALID_VERSION:
	case HPE_PAUSED_H2_UPGRADE:
		refuse(p, 505, "The versions known here are HTTP/1.1 and HTTP/1.0");
		break;
	case HPE_UNEXPECTED_CONTENT_LENGTH:
		refuse(p, 400, "The length of the body is given twice");
		break;
	case HPE_INVALID_CONTENT_LENGTH: refuse(p, 400, "Content-Length is no number"); break;
	case HPE_INVALID_TRANSFER_ENCODING:
		refuse(p, 400, "Transfer-Encoding cannot be understood");
		break;
	case HPE_INVALID_CHUNK_SIZE: refuse(p, 400, "A chunk of the body has no size"); break;
	case HPE_INVALID_URL: refuse(p, 400, "The URL holds what no URL may hold"); break;
	case HPE_INVALID_HEADER_TOKEN:
		refuse(p, 400, "A header holds what no header may hold");
		break;
	default:
		refuse(p, 400,
		       p->stage == STAGE_HEAD ? "The head is malformed" : "The body is malformed");
		break;
	}
}

/* ---- feeding ---- */

struct http_parse *http_parse_new(void)
{
	return heap_alloc(sizeof(struct http_parse));
}

void http_parse_free(struct http_parse *p)
{
	if (!p)
		return;
	buf_free(&p->text);
	buf_free(&p->body);
	free(p);
}

static void forget(struct buf *b)
{
	if (b->cap > KEPT_BYTES)
		buf_free(b);
	else
		buf_clear(b);
}

void http_parse_begin(struct http_parse *p, const struct http_parse_limits *limits)
{
	llhttp_init(&p->machine, HTTP_REQUEST, &callbacks);
	p->machine.data = p;
	p->limits = *limits;
	p->refusal = (struct http_refusal){0};
	p->stage = STAGE_HEAD;
	p->last = 0;
	p->bytes = 0;
	p->target = (struct span){0};
	memset(p->names, 0,
	       p->count < HTTP_HEADERS_MOST ? (p->count + 1) * sizeof(p->names[0])
					    : sizeof(p->names));
	memset(p->values, 0,
	       p->count < HTTP_HEADERS_MOST ? (p->count + 1) * sizeof(p->values[0])
					    : sizeof(p->values));
	p->count = 0;
	forget(&p->text);
	forget(&p->body);
}

static size_t room_left(const struct http_parse *p)
{
	size_t most = p->limits.head_bytes;

	if (p->stage != STAGE_HEAD)
		most += 2 * (size_t)p->limits.body_bytes + FRAMING_BYTES;
	return most > p->bytes ? most - p->bytes : 0;
}

static enum http_parse_result run(struct http_parse *p, sv bytes, size_t *ret_taken)
{
	enum stage before = p->stage;
	llhttp_errno_t why;
	size_t taken;

	if (before != STAGE_HEAD)
		llhttp_resume(&p->machine);
	why = llhttp_execute(&p->machine, bytes.p, bytes.n);
	taken = why == HPE_OK ? bytes.n : (size_t)(llhttp_get_error_pos(&p->machine) - bytes.p);
	p->bytes += taken;
	*ret_taken = taken;
	if (before == STAGE_HEAD && !p->refusal.status)
		check_lines(p, (sv){bytes.p, taken});
	if (why != HPE_OK && why != HPE_PAUSED)
		refuse_for(p, why, sv_from(bytes, taken));
	if (p->refusal.status)
		return HTTP_PARSE_REFUSED;
	if (p->stage == STAGE_DONE)
		return HTTP_PARSE_DONE;
	return why == HPE_PAUSED ? HTTP_PARSE_HEAD : HTTP_PARSE_MORE;
}

enum http_parse_result http_parse_feed(struct http_parse *p, sv bytes, size_t *ret_taken)
{
	size_t left = room_left(p);
	enum http_parse_result result;

	if (bytes.n < left)
		return run(p, bytes, ret_taken);
	result = run(p, (sv){bytes.p, left}, ret_taken);
	if (result != HTTP_PARSE_MORE)
		return result;
	if (p->stage != STAGE_HEAD)
		refuse(p, 413, "The body is too large");
	else if (!p->names[0].n)
		refuse(p, 414, "The URL is too long");
	else
		refuse(p, 431, "The head is too large");
	return HTTP_PARSE_REFUSED;
}

const struct http_head *http_parse_head(const struct http_parse *p)
{
	return &p->head;
}

sv http_parse_body(const struct http_parse *p)
{
	return buf_sv(&p->body);
}

size_t http_parse_bytes(const struct http_parse *p)
{
	return p->bytes;
}

struct http_refusal http_parse_refusal(const struct http_parse *p)
{
	return p->refusal;
}
