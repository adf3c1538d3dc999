/* test_http_parse.c -- requests that are read, and those of test/golden/http, which are refused. */
#include "check.h"

#include "codec/http_parse.h"
#include "sys/file.h"

static const struct http_parse_limits limits = {
	.head_bytes = 4096, .target_bytes = 2048, .body_bytes = 4096};

/* Feeds in pieces of `step` bytes until something is decided. */
static enum http_parse_result feed(struct http_parse *p, sv bytes, size_t step, sv *ret_rest)
{
	enum http_parse_result result = HTTP_PARSE_MORE;
	size_t taken;

	http_parse_begin(p, &limits);
	while (bytes.n && (result == HTTP_PARSE_MORE || result == HTTP_PARSE_HEAD)) {
		result = http_parse_feed(p, (sv){bytes.p, bytes.n < step ? bytes.n : step}, &taken);
		bytes = sv_from(bytes, taken);
	}
	*ret_rest = bytes;
	return result;
}

static const size_t steps[] = {1 << 20, 1, 2, 3, 7, 19};

static void test_request_is_read_in_any_pieces(void)
{
	const sv request = SV("\r\nPOST /a%20b/c?x=1&y HTTP/1.1\r\nHOST: localhost:3000\r\nX-Long: "
			      "  some value \t\r\n"
			      "x-empty:\r\nContent-Length: 5\r\n\r\nhelloGET /");
	struct http_parse *p = http_parse_new();
	const struct http_head *head;
	sv rest;

	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		CHECK_INT(HTTP_PARSE_DONE, feed(p, request, steps[i], &rest));
		head = http_parse_head(p);
		CHECK_SV(SV("GET /"), rest);
		CHECK_INT(HTTP_POST, head->method);
		CHECK_SV(SV("/a%20b/c"), head->path);
		CHECK_SV(SV("x=1&y"), head->query);
		CHECK_SV(SV("localhost:3000"), head->host);
		CHECK_SV(SV("some value"), http_head_find(head, SV("x-long")));
		CHECK_SV(SV(""), http_head_find(head, SV("x-empty")));
		CHECK(http_head_find(head, SV("x-empty")).p);
		CHECK(!http_head_find(head, SV("x-absent")).p);
		CHECK_SV(SV("hello"), http_parse_body(p));
		CHECK(head->keep_alive && !head->old && !head->expects_continue);
	}
	http_parse_free(p);
}

static void test_chunks_make_one_body(void)
{
	const sv request = SV("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\nExpect: "
			      "100-continue\r\n\r\n"
			      "5;name=value\r\nhello\r\n7\r\n, world\r\n0\r\nX-Trailer: t\r\n\r\n");
	struct http_parse *p = http_parse_new();
	sv rest;

	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		CHECK_INT(HTTP_PARSE_DONE, feed(p, request, steps[i], &rest));
		CHECK_SV(SV("hello, world"), http_parse_body(p));
		CHECK(http_parse_head(p)->expects_continue);
		CHECK(!http_head_find(http_parse_head(p), SV("x-trailer")).p);
		CHECK_INT(0, rest.n);
	}
	http_parse_free(p);
}

static void test_head_tells_how_to_go_on(void)
{
	static const struct {
		const char *request;
		bool keep_alive, old;
		const char *target;
	} rows[] = {
		{"GET / HTTP/1.1\r\nHost: h\r\n\r\n", true, false, "/"},
		{"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", false, false, "/"},
		{"GET / HTTP/1.1\r\nHost: h\r\nConnection: x, CLOSE\r\n\r\n", false, false, "/"},
		{"GET / HTTP/1.0\r\nHost: h\r\n\r\n", false, true, "/"},
		{"GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n", true, true, "/"},
		{"GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", true,
		 false, "/"},
		{"GET http://h/p?q HTTP/1.1\r\nHost: h\r\n\r\n", true, false, "/p?q"},
		{"GET https://h HTTP/1.1\r\nHost: h\r\n\r\n", true, false, "/"},
		{"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", true, false, "*"},
	};
	struct http_parse *p = http_parse_new();
	sv rest;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CHECK_INT(HTTP_PARSE_DONE, feed(p, sv_of(rows[i].request), 1 << 20, &rest));
		CHECK_INT(rows[i].keep_alive, http_parse_head(p)->keep_alive);
		CHECK_INT(rows[i].old, http_parse_head(p)->old);
		CHECK_SV(sv_of(rows[i].target), http_parse_head(p)->target);
	}
	http_parse_free(p);
}

static bool is_refused(struct http_parse *p, struct arena *a, sv name, int status)
{
	sv request, rest;
	struct err e;

	CHECK_OK(file_read(a,
			   arena_fmt(a, TEST_FOLDER "/golden/http/" SV_FMT ".http", SV_ARG(name)),
			   1 << 20, &request, &e),
		 &e);
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		enum http_parse_result result = feed(p, request, steps[i], &rest);
		int got = result == HTTP_PARSE_REFUSED ? http_parse_refusal(p).status : 0;

		if (got == status)
			continue;
		fprintf(stderr, "%.*s, in pieces of %zu: want %d, got %d (%s)\n", SV_ARG(name),
			steps[i], status, got, got ? http_parse_refusal(p).why : "taken");
		return false;
	}
	return true;
}

static void test_golden_requests_are_refused(void)
{
	struct http_parse *p = http_parse_new();
	AUTO_ARENA a = arena_new();
	sv table, line, name;
	size_t count = 0, failed = 0;
	uint64_t status;
	struct err e;

	CHECK_OK(file_read(a, SV(TEST_FOLDER "/golden/http/refusals.txt"), 1 << 20, &table, &e),
		 &e);
	while (sv_split(&table, '\n', &line)) {
		if (!line.n || line.p[0] == '#')
			continue;
		CHECK(sv_split(&line, ' ', &name) && sv_u64(line, &status));
		failed += !is_refused(p, a, name, (int)status);
		count++;
	}
	CHECK(count > 60);
	CHECK_INT(0, failed);
	http_parse_free(p);
}

TESTS(TEST(test_request_is_read_in_any_pieces) TEST(test_chunks_make_one_body)
	      TEST(test_head_tells_how_to_go_on) TEST(test_golden_requests_are_refused))
