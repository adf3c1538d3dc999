/* fuzz_http.c -- requests read, or refused with a sentence, and the same way whole and byte by byte. */
#include "fuzz.h"

#include "codec/http_parse.h"
#include "codec/url.h"

static const struct http_parse_limits limits = {
	.head_bytes = 4096, .target_bytes = 2048, .body_bytes = 4096};

struct outcome {
	enum http_parse_result result;
	int status;
	size_t taken, headers;
	sv target, body;
};

static struct outcome feed(struct http_parse *p, sv input, size_t step)
{
	struct outcome o = {.result = HTTP_PARSE_MORE};
	size_t taken;

	http_parse_begin(p, &limits);
	while (o.taken < input.n && (o.result == HTTP_PARSE_MORE || o.result == HTTP_PARSE_HEAD)) {
		sv rest = sv_from(input, o.taken);

		o.result = http_parse_feed(p, (sv){rest.p, rest.n < step ? rest.n : step}, &taken);
		assert(taken <= rest.n);
		o.taken += taken;
	}
	if (o.result == HTTP_PARSE_REFUSED) {
		o.status = http_parse_refusal(p).status;
		assert(o.status >= 400 && o.status < 600 && http_parse_refusal(p).why[0]);
	} else if (o.result == HTTP_PARSE_DONE) {
		const struct http_head *head = http_parse_head(p);

		o.headers = head->headers_count;
		o.target = head->target;
		o.body = http_parse_body(p);
		assert(head->path.n && head->host.n && o.body.n <= limits.body_bytes);
	}
	return o;
}

static void ask_url(struct arena *a, const struct http_head *head)
{
	sv rest = head->query, name, value, path;

	bool decoded = url_decode(a, head->path, false, &path);

	if (decoded != url_is_valid(head->path))
		abort();
	while (url_next(a, &rest, &name, &value))
		;
	if (decoded && url_decode(a, url_encode(a, path), false, &value) && !sv_eq(value, path))
		abort();
}

static void fuzz_http(struct arena *a, sv input)
{
	struct http_parse *whole = http_parse_new(), *bytewise = http_parse_new();
	struct outcome one = feed(whole, input, input.n), other = feed(bytewise, input, 1);

	if (one.result == HTTP_PARSE_DONE || other.result == HTTP_PARSE_DONE) {
		assert(one.result == other.result && one.taken == other.taken &&
		       one.headers == other.headers);
		assert(sv_eq(one.target, other.target) && sv_eq(one.body, other.body));
		ask_url(a, http_parse_head(whole));
	}
	http_parse_free(whole);
	http_parse_free(bytewise);
}

FUZZ(fuzz_http)
