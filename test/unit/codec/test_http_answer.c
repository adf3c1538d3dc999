/* test_http_answer.c -- answers of every kind, whole and byte by byte, and the events in them. */
#include "codec/http_answer.h"

#include "check.h"
#include "codec/event_lines.h"

static void on_body(void *ctx, sv piece)
{
	buf_add(ctx, piece);
}

static enum http_answer_result feed(struct http_answer *p, sv bytes, size_t step)
{
	enum http_answer_result result = HTTP_ANSWER_MORE;

	http_answer_begin(p);
	while (bytes.n && result == HTTP_ANSWER_MORE) {
		size_t n = bytes.n < step ? bytes.n : step;

		result = http_answer_feed(p, (sv){bytes.p, n});
		bytes = sv_from(bytes, n);
	}
	return result;
}

static void test_answers_are_read_whole_and_bytewise(void)
{
	static const struct {
		const char *bytes, *body, *type;
		enum http_answer_result result;
		int status;
		bool last;
	} rows[] = {
		{"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
		 "{}", "application/json", HTTP_ANSWER_DONE, 200, false},
		{"HTTP/1.1 201 Created\r\nCONTENT-TYPE: a\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 "
		 "200",
		 "x", "a", HTTP_ANSWER_DONE, 201, false},
		{"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "", "",
		 HTTP_ANSWER_DONE, 503, true},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: "
		 "chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n",
		 "abcd", "", HTTP_ANSWER_DONE, 200, false},
		{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "abc", "", HTTP_ANSWER_MORE,
		 200, false},
		{"{\"id\":0,\"ok\":false}\n", "", "", HTTP_ANSWER_BROKEN, 0, false},
	};
	static const size_t steps[] = {1, 7, 1000};

	for (size_t i = 0; i < COUNT_OF(rows) * COUNT_OF(steps); i++) {
		size_t row = i / COUNT_OF(steps);
		AUTO_BUF body = {0};
		struct http_answer *p = http_answer_new(
			&(struct http_answer_events){.on_body = on_body, .ctx = &body});

		CHECK_INT(rows[row].result,
			  feed(p, sv_of(rows[row].bytes), steps[i % COUNT_OF(steps)]));
		CHECK_INT(rows[row].status, http_answer_status(p));
		CHECK_SV(sv_of(rows[row].type), http_answer_type(p));
		CHECK_SV(sv_of(rows[row].body), buf_sv(&body));
		if (rows[row].result == HTTP_ANSWER_DONE)
			CHECK_INT(rows[row].last, http_answer_last(p));
		http_answer_free(p);
	}
}

static void on_told(void *ctx, const struct told_event *event)
{
	buf_addf(ctx, SV_FMT "|" SV_FMT "|" SV_FMT ";", SV_ARG(event->event), SV_ARG(event->id),
		 SV_ARG(event->data));
}

static void test_events_are_read_however_they_are_cut(void)
{
	static const char stream[] =
		"retry: 2000\n\n:\n\nid: 7\nevent: event\ndata: {\"a\":1}\n\n"
		"event:end\r\ndata: x\r\ndata: y\r\n\r\nid: 9\n\ndata: cut off\n";
	static const size_t steps[] = {1, 2, 5, 1000};

	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		struct event_lines lines = {0};
		AUTO_BUF told = {0};

		for (sv rest = sv_of(stream); rest.n;) {
			size_t n = rest.n < steps[i] ? rest.n : steps[i];

			CHECK(event_lines_feed(&lines, (sv){rest.p, n}, 100, on_told, &told));
			rest = sv_from(rest, n);
		}
		CHECK_SV(SV("event|7|{\"a\":1};end||x\ny;"), buf_sv(&told));
		event_lines_release(&lines);
	}
}

static void test_an_event_longer_than_is_taken_ends_it(void)
{
	struct event_lines lines = {0};
	AUTO_BUF told = {0};

	CHECK(event_lines_feed(&lines, SV("data: 12345\n"), 12, on_told, &told));
	CHECK(!event_lines_feed(&lines, SV("data: 12345678\n"), 12, on_told, &told));
	event_lines_release(&lines);
	CHECK(!event_lines_feed(&lines, SV("data: 1234567890"), 12, on_told, &told));
	event_lines_release(&lines);
	CHECK_INT(0, (long long)told.n);
}

TESTS(TEST(test_answers_are_read_whole_and_bytewise) TEST(test_events_are_read_however_they_are_cut)
	      TEST(test_an_event_longer_than_is_taken_ends_it))
