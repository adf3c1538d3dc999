/* test_server.c -- a server over a real socket, and clients of every kind. */
#include <errno.h>

#include "http_client.h"

#include "codec/json.h"
#include "http/server.h"

#define HOST      "Host: localhost\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"

struct world {
	struct loop *loop;
	struct http_server *server;
	struct exchange *waiting;
	struct event_stream *stream;
	struct http_body *body;
	int gone, closed, drained, over;
};

static void get_hello(void *ctx, struct exchange *x)
{
	exchange_answer_json(x, 200, SV("{\"hello\":true}"));
}

static void get_thing(void *ctx, struct exchange *x)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "name", exchange_param(x, "name"));
	json_member_text(&j, "q", exchange_query(x, "q"));
	exchange_answer_json(x, 200, json_finish(exchange_arena(x), &j));
}

static void post_thing(void *ctx, struct exchange *x)
{
	const struct value *body;
	struct err e;

	if (exchange_json(x, &body, &e))
		exchange_answer_json(x, 201, json_print(exchange_arena(x), body));
	else
		exchange_refuse(x, &e);
}

static void on_gone(void *ctx)
{
	struct world *w = ctx;

	w->gone++;
	w->waiting = NULL;
}

static void get_later(void *ctx, struct exchange *x)
{
	struct world *w = ctx;

	w->waiting = x;
	exchange_on_gone(x, on_gone, w);
}

static void on_drained(void *ctx)
{
	((struct world *)ctx)->drained++;
}

static void on_closed(void *ctx)
{
	struct world *w = ctx;

	w->closed++;
	w->stream = NULL;
}

static void get_events(void *ctx, struct exchange *x)
{
	struct world *w = ctx;

	w->stream = exchange_stream(x, &(struct event_stream_listener){on_drained, on_closed, w});
}

static void get_kept(void *ctx, struct exchange *x)
{
	exchange_answer_body(x, ((struct world *)ctx)->body);
}

static void get_large(void *ctx, struct exchange *x)
{
	sv text = {arena_alloc(exchange_arena(x), 4 << 20), 4 << 20};

	exchange_answer(x, 200, SV("application/octet-stream"), text);
}

static void get_headers(void *ctx, struct exchange *x)
{
	exchange_add_header(x, "X-Told", SV("a\r\nX-Slipped-In: b"));
	exchange_answer(x, 200, SV("text/plain"), exchange_header(x, "X-Given"));
}

static const struct http_route routes[] = {
	{HTTP_GET, "/hello", get_hello},    {HTTP_GET, "/things/{name}", get_thing},
	{HTTP_POST, "/things", post_thing}, {HTTP_GET, "/later", get_later},
	{HTTP_GET, "/events", get_events},  {HTTP_GET, "/kept", get_kept},
	{HTTP_GET, "/large", get_large},    {HTTP_GET, "/headers", get_headers},
};

static void world_open(struct world *w, struct http_server_request request)
{
	struct err e;

	*w = (struct world){.loop = loop_new()};
	request.loop = w->loop;
	request.routes = routes;
	request.routes_count = COUNT_OF(routes);
	request.ctx = w;
	CHECK_OK(http_server_open(&request, &w->server, &e), &e);
}

static void world_close(struct world *w)
{
	http_server_close(w->server);
	http_body_release(w->body);
	loop_free(w->loop);
}

static struct client enter(struct world *w)
{
	return client_open(w->loop, http_server_port(w->server));
}

static void test_get_is_answered(void)
{
	struct world w;
	struct client c;

	world_open(&w, (struct http_server_request){0});
	c = enter(&w);
	client_ask(&c, GET("/hello"), "{\"hello\":true}");
	CHECK_CONTAINS("HTTP/1.1 200 OK\r\n", c.got.p);
	CHECK_CONTAINS("Content-Length: 14\r\n", c.got.p);
	CHECK_CONTAINS("X-Content-Type-Options: nosniff\r\n", c.got.p);
	CHECK_CONTAINS("Cache-Control: no-store\r\n", c.got.p);
	CHECK_CONTAINS(" GMT\r\n", c.got.p);
	client_ask(&c, GET("/things/raw%2Forders?q=a+b%26"),
		   "{\"name\":\"raw/orders\",\"q\":\"a b&\"}");
	client_close(&c);
	world_close(&w);
}

static void test_pipelined_requests_are_answered_in_order(void)
{
	struct world w;
	struct client c;

	world_open(&w, (struct http_server_request){0});
	c = enter(&w);
	client_send(&c, SV(GET("/things/1") GET("/later") GET("/things/2") GET("/things/3")));
	client_await(&c, "{\"name\":\"1\"", 1);
	CHECK(w.waiting && !client_has(&c, "\"2\""));
	exchange_answer_json(w.waiting, 200, SV("\"now\""));
	client_await(&c, "{\"name\":\"3\"", 1);
	CHECK(strstr(c.got.p, "\"now\"") < strstr(c.got.p, "\"2\""));
	client_close(&c);
	world_close(&w);
}

static void test_event_stream_sends_events(void)
{
	struct world w;
	struct client c;

	world_open(&w, (struct http_server_request){0});
	c = enter(&w);
	client_ask(&c, GET("/events"), "retry: ");
	event_stream_send(w.stream, SV("event"), SV("7"), SV("{}"));
	client_await(&c, "id: 7\nevent: event\ndata: {}\n\n", 1);
	event_stream_close(w.stream);
	client_await_end(&c);
	CHECK_CONTAINS("\r\n0\r\n\r\n", c.got.p);
	CHECK_INT(0, w.closed);
	client_close(&c);

	c = enter(&w);
	client_ask(&c, GET("/events"), "retry: ");
	client_close(&c);
	while (!w.closed)
		client_turn(w.loop);
	world_close(&w);
}

static void test_json_is_taken(void)
{
	struct world w;
	struct client c;

	world_open(&w, (struct http_server_request){0});
	c = enter(&w);
	client_ask(&c,
		   "POST /things HTTP/1.1\r\n" HOST
		   "Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
		   "201 Created");
	client_ask(&c,
		   "POST /things HTTP/1.1\r\n" HOST
		   "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
		   "3\r\n{\"a\r\n4\r\n\":2}\r\n0\r\n\r\n",
		   "{\"a\":2}");
	client_ask(&c,
		   "POST /things HTTP/1.1\r\n" HOST
		   "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
		   "400 Bad Request");
	CHECK_CONTAINS("application/problem+json", c.got.p);
	client_ask(&c, GET("/nothing"), "404 Not Found");
	client_ask(&c, "DELETE /hello HTTP/1.1\r\n" HOST "\r\n", "405 Method");
	CHECK_CONTAINS("Allow: GET, HEAD, OPTIONS\r\n", c.got.p);
	client_close(&c);
	world_close(&w);
}

static void test_refusals_are_problems(void)
{
	static const struct {
		const char *request, *answer, *also;
	} rows[] = {
		{"GET /hello HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ", "\"kind\":\"invalid\""},
		{"GET /%zz HTTP/1.1\r\n" HOST "\r\n", "HTTP/1.1 400 ", "%25"},
		{"GET /%00 HTTP/1.1\r\n" HOST "\r\n", "HTTP/1.1 400 ", "NUL"},
		{"GET /hello?%f HTTP/1.1\r\n" HOST "\r\n", "HTTP/1.1 400 ", "%25"},
		{"GET /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n", "HTTP/1.1 421 ",
		 "--allow-host"},
		{"GET /hello HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n", "HTTP/1.1 421 ",
		 ""},
		{"GET /hello HTTP/1.1\r\nHost: evillocalhost\r\n\r\n", "HTTP/1.1 421 ", ""},
		{"POST /things HTTP/1.1\r\nHost: localhost:3000\r\nOrigin: "
		 "http://localhost:8000\r\n\r\n",
		 "HTTP/1.1 403 ", ""},
		{"POST /things HTTP/1.1\r\n" HOST "Origin: null\r\n\r\n", "HTTP/1.1 403 ",
		 "\"kind\":\"denied\""},
		{"POST /things HTTP/1.1\r\n" HOST "Sec-Fetch-Site: same-site\r\n\r\n",
		 "HTTP/1.1 403 ", ""},
		{"DELETE /hello HTTP/1.1\r\n" HOST "\r\n", "HTTP/1.1 405 ",
		 "Allow: GET, HEAD, OPTIONS"},
		{"POST /things HTTP/1.1\r\n" HOST "Content-Length: 99999999\r\n\r\n",
		 "HTTP/1.1 413 ", "Connection: close"},
		{"BREW / HTTP/1.1\r\n" HOST "\r\n", "HTTP/1.1 501 ", "Not Implemented"},
		{"GET / HTTP/3.0\r\n" HOST "\r\n", "HTTP/1.1 505 ", ""},
		{"POST /things HTTP/1.1\r\n" HOST
		 "Content-Type: application/json\r\nContent-Length: 1\r\n\r\n{",
		 "HTTP/1.1 400 ", "line 1"},
		{"POST /things HTTP/1.1\r\n" HOST
		 "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n[]",
		 "HTTP/1.1 400 ", "not an object"},
	};
	struct world w;

	world_open(&w, (struct http_server_request){0});
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct client c = enter(&w);

		client_ask(&c, rows[i].request, "\"hint\":");
		CHECK_CONTAINS(rows[i].answer, c.got.p);
		CHECK_CONTAINS(rows[i].also, c.got.p);
		CHECK_CONTAINS("Content-Type: application/problem+json\r\n", c.got.p);
		client_close(&c);
	}
	world_close(&w);
}

static void test_what_is_ours_is_let_in(void)
{
	static const char *const rows[] = {
		"GET /hello HTTP/1.1\r\nHost: LOCALHOST:3000\r\n\r\n",
		"GET /hello HTTP/1.1\r\nHost: 127.0.0.1:3000\r\n\r\n",
		"GET /hello HTTP/1.1\r\nHost: [::1]:3000\r\n\r\n",
		"GET /hello HTTP/1.1\r\nHost: plait.localhost\r\n\r\n",
		"GET /hello HTTP/1.1\r\nHost: plait.example.com\r\n\r\n",
		"GET /hello HTTP/1.1\r\nHost: localhost\r\nOrigin: "
		"http://evil.example\r\n\r\n", /* cannot be read there */
		"POST /things HTTP/1.1\r\nHost: localhost:3000\r\nOrigin: "
		"http://localhost:3000\r\nSec-Fetch-Site: same-origin\r\n\r\n",
		"POST /things HTTP/1.1\r\nHost: plait.example.com\r\nOrigin: "
		"https://plait.example.com\r\n\r\n",
	};
	sv name = SV("plait.example.com");
	struct world w;

	world_open(&w,
		   (struct http_server_request){.names = &(struct sv_list){.at = &name, .n = 1}});
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct client c = enter(&w);

		client_ask(&c, rows[i], "HTTP/1.1 20");
		client_close(&c);
	}
	world_close(&w);
}

static void test_head_and_options_have_no_body(void)
{
	struct world w;
	struct client c;

	world_open(&w, (struct http_server_request){0});
	c = enter(&w);
	client_ask(&c, "HEAD /hello HTTP/1.1\r\n" HOST "\r\n", "\r\n\r\n");
	CHECK_CONTAINS("Content-Length: 14\r\n", c.got.p);
	CHECK(!client_has(&c, "hello"));
	client_ask(&c, "OPTIONS /things HTTP/1.1\r\n" HOST "\r\n", "\r\n\r\n");
	CHECK_CONTAINS("204 No Content\r\n", c.got.p);
	CHECK_CONTAINS("Allow: POST, OPTIONS\r\n", c.got.p);
	CHECK(!client_has(&c, "Content-Length"));
	client_ask(&c, "HEAD /events HTTP/1.1\r\n" HOST "\r\n", "text/event-stream");
	client_await_end(&c);
	CHECK(!client_has(&c, "retry"));
	CHECK_INT(1, w.closed);
	client_close(&c);
	world_close(&w);
}

static void test_kept_body_is_sent_once(void)
{
	struct world w;
	struct client c;
	sv etag, rest;
	char request[256];

	world_open(&w, (struct http_server_request){0});
	w.body = http_body_new(SV("application/json"), SV("[1,2,3]"));
	c = enter(&w);
	client_ask(&c, GET("/kept"), "[1,2,3]");
	CHECK_CONTAINS("Cache-Control: no-cache\r\n", c.got.p);
	rest = sv_of(strstr(c.got.p, "ETag: ") + 6);
	sv_split(&rest, '\r', &etag);
	snprintf(request, sizeof(request),
		 "GET /kept HTTP/1.1\r\n" HOST "If-None-Match: \"other\", %.*s\r\n\r\n",
		 SV_ARG(etag));
	client_ask(&c, request, "304 Not Modified\r\n");
	client_ask(&c, GET("/hello"), "{\"hello\":true}");
	CHECK(!client_has(&c, "[1,2,3]"));
	client_close(&c);
	world_close(&w);
}

static void test_answers_are_compressed_for_those_who_take_it(void)
{
	static const struct {
		const char *accepted, *encoding;
	} rows[] = {
		{"gzip, deflate, br, zstd", "zstd"},
		{"gzip", "gzip"},
		{"GZIP;q=0.5", "gzip"},
		{"*", "zstd"},
		{"zstd;q=0, *;q=0.1", "gzip"},
		{"zstd;q=0, gzip;q=0.000", NULL},
		{"br", NULL},
	};
	AUTO_BUF text = {0};
	char request[256];
	struct world w;
	struct client c;

	world_open(&w, (struct http_server_request){0});
	for (int i = 0; i < 500; i++)
		buf_addf(&text, "%d,", i);
	w.body = http_body_new(SV("application/json"), buf_sv(&text));
	c = enter(&w);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		snprintf(request, sizeof(request),
			 "GET /kept HTTP/1.1\r\n" HOST "Accept-Encoding: %s\r\n\r\n",
			 rows[i].accepted);
		client_ask(&c, request, "\r\n\r\n");
		CHECK_CONTAINS("Vary: Accept-Encoding\r\n", c.got.p);
		CHECK_INT(rows[i].encoding != NULL, client_has(&c, "Content-Encoding: "));
		if (rows[i].encoding)
			CHECK_CONTAINS(rows[i].encoding, strstr(c.got.p, "Content-Encoding: "));
	}
	client_close(&c);
	world_close(&w);
}

static void test_added_header_stays_in_its_line(void)
{
	struct world w;
	struct client c;

	world_open(&w, (struct http_server_request){0});
	c = enter(&w);
	client_ask(&c, "GET /headers HTTP/1.1\r\n" HOST "x-given: one\r\nX-GIVEN: two\r\n\r\n",
		   "one, two");
	CHECK_CONTAINS("X-Told: a  X-Slipped-In: b\r\n", c.got.p);
	client_close(&c);
	world_close(&w);
}

static void test_old_client_is_closed_unless_it_asks(void)
{
	struct world w;
	struct client c;

	world_open(&w, (struct http_server_request){0});
	c = enter(&w);
	client_ask(&c, "GET /hello HTTP/1.0\r\n" HOST "Connection: keep-alive\r\n\r\n",
		   "Connection: keep-alive\r\n");
	client_ask(&c, "GET /hello HTTP/1.0\r\n" HOST "\r\n", "Connection: close\r\n");
	client_await_end(&c);
	client_close(&c);
	world_close(&w);
}

/* As `printf … | nc` does. */
static void test_client_that_sends_no_more_is_answered(void)
{
	struct world w;
	struct client c;

	world_open(&w, (struct http_server_request){0});
	c = enter(&w);
	client_send(&c, SV(GET("/large") GET("/hello")));
	shutdown(c.fd, SHUT_WR);
	client_await_end(&c);
	CHECK(memmem(c.got.p, c.got.n, "{\"hello\":true}", 14));
	client_close(&c);
	world_close(&w);
}

static void test_gone_client_is_told_of(void)
{
	struct world w;
	struct client c;

	world_open(&w, (struct http_server_request){0});
	c = enter(&w);
	client_send(&c, SV(GET("/later")));
	while (!w.waiting)
		client_turn(w.loop);
	client_close(&c);
	while (!w.gone)
		client_turn(w.loop);
	c = enter(&w);
	client_send(&c, SV(GET("/later")));
	while (!w.waiting)
		client_turn(w.loop);
	world_close(&w); /* told as well */
	CHECK_INT(2, w.gone);
	client_close(&c);
}

static void test_body_is_asked_for(void)
{
	struct world w;
	struct client c;

	world_open(&w, (struct http_server_request){0});
	c = enter(&w);
	client_ask(&c,
		   "POST /things HTTP/1.1\r\n" HOST
		   "Content-Type: application/json\r\nContent-Length: 2\r\n"
		   "Expect: 100-continue\r\n\r\n",
		   "HTTP/1.1 100 Continue\r\n\r\n");
	client_ask(&c, "{}", "HTTP/1.1 201 Created\r\n");
	client_close(&c);
	world_close(&w);
}

static void test_slow_head_is_ended(void)
{
	struct world w;
	struct client slow, other, idle;

	world_open(&w, (struct http_server_request){.limits = {.head_time = 300000,
							       .idle_time = 400000,
							       .taking_time = 300000}});
	slow = enter(&w);
	other = enter(&w);
	idle = enter(&w);
	client_send(&slow, SV("GET /hello HTTP/1.1\r\n"));
	client_send(&other, SV("POST /things HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n{"));
	client_ask(&idle, GET("/hello"), "{\"hello\":true}");
	for (int i = 0; i < 30 && !slow.ended; i++) {
		client_send(&slow, SV("X"));
		loop_for(w.loop, 20000);
		client_hear(&slow);
	}
	client_await(&slow, "408 Request Timeout", 1);
	client_await(&other, "408 Request Timeout", 1);
	client_await_end(&idle);
	client_close(&slow);
	client_close(&other);
	client_close(&idle);
	world_close(&w);
}

static void test_connection_beyond_the_limit_is_turned_away(void)
{
	struct world w;
	struct client a, b, c;

	world_open(&w, (struct http_server_request){.limits = {.connections = 2}});
	a = enter(&w);
	b = enter(&w);
	client_ask(&a, GET("/hello"), "200 OK");
	client_ask(&b, GET("/hello"), "200 OK");
	c = enter(&w);
	client_await(&c, "HTTP/1.1 503 ", 1);
	client_await_end(&c);
	client_close(&a);
	client_close(&c);
	loop_for(w.loop, 20000);
	c = enter(&w);
	client_ask(&c, GET("/hello"), "200 OK");
	client_close(&b);
	client_close(&c);
	world_close(&w);
}

/* It asks for 400 MB and reads nothing: it waits, and nobody else does. */
static void test_greedy_client_waits(void)
{
	struct http_counts counts;
	struct world w;
	struct client greedy, other;

	world_open(&w, (struct http_server_request){.limits = {.taking_time = 500000}});
	greedy = enter(&w);
	other = enter(&w);
	for (int i = 0; i < 100; i++)
		client_send(&greedy, SV(GET("/large")));
	for (int i = 0; i < 50; i++)
		client_ask(&other, GET("/hello"), "200 OK");
	http_server_counts(w.server, &counts);
	CHECK(counts.requests < 80);
	for (int i = 0; i < 400 && counts.connections == 2; i++) {
		client_ask(&other, GET("/hello"), "200 OK");
		loop_for(w.loop, 10000);
		http_server_counts(w.server, &counts);
	}
	CHECK_INT(1, counts.connections); /* it took nothing for too long */
	client_close(&greedy);
	client_close(&other);
	world_close(&w);
}

static void test_slow_reader_of_events_harms_nobody(void)
{
	static char data[4001];
	struct world w;
	struct client slow, other;
	struct event_stream *stream;
	int sent = 0;

	memset(data, 'x', sizeof(data) - 1);
	world_open(&w, (struct http_server_request){
			       .limits = {.stream_bytes = 64 << 10, .beat_time = 2000000}});
	slow = enter(&w);
	other = enter(&w);
	client_ask(&slow, GET("/events"), "retry: ");
	stream = w.stream;
	for (int turns = 0; turns < 20 && !w.closed; sent++) { /* until the kernel takes no more, too */
		turns = event_stream_is_full(stream) ? turns + 1 : 0;
		if (!event_stream_is_full(stream))
			event_stream_send(stream, SV("event"), SV("1"), sv_of(data));
		client_ask(&other, GET("/hello"), "200 OK");
	}
	CHECK_INT(0, w.closed);
	w.drained = 0;
	while (!w.drained && !w.closed) { /* it reads again */
		client_hear(&slow);
		buf_clear(&slow.got);
		client_turn(w.loop);
	}
	CHECK(w.drained && !w.closed && !event_stream_is_full(stream));
	for (int turns = 0; turns < 20 && !w.closed; sent++) {
		turns = event_stream_is_full(stream) ? turns + 1 : 0;
		if (!event_stream_is_full(stream))
			event_stream_send(stream, SV("event"), SV("1"), sv_of(data));
		client_turn(w.loop);
	}
	for (int i = 0; i < 2000 && !w.closed; i++) /* and not any more: it is cut */
		loop_for(w.loop, 10000);
	CHECK_INT(1, w.closed);
	client_close(&slow);
	client_close(&other);
	world_close(&w);
}

static void test_event_stream_gives_signs_of_life(void)
{
	struct world w;
	struct client c;

	world_open(&w, (struct http_server_request){.limits = {.beat_time = 100000}});
	c = enter(&w);
	client_ask(&c, GET("/events"), "retry: ");
	client_await(&c, "\r\n:\n\n\r\n", 3);
	CHECK_INT(0, w.closed);
	client_close(&c);
	world_close(&w);
}

static void on_over(void *ctx)
{
	((struct world *)ctx)->over++;
}

static void test_drain_answers_what_was_asked(void)
{
	struct world w;
	struct client idle, asked, events;

	world_open(&w, (struct http_server_request){0});
	idle = enter(&w);
	asked = enter(&w);
	events = enter(&w);
	client_ask(&idle, GET("/hello"), "200 OK");
	client_ask(&events, GET("/events"), "retry: ");
	client_send(&asked, SV(GET("/later") GET("/hello")));
	while (!w.waiting)
		client_turn(w.loop);
	http_server_drain(w.server, 10 * 1000000, on_over, &w);
	client_await_end(&idle);
	client_await_end(&events);
	CHECK_CONTAINS("\r\n0\r\n\r\n", events.got.p);
	CHECK_INT(1, w.closed);
	client_close(&idle);
	client_close(&events);
	loop_for(w.loop, 50000);
	CHECK_INT(0, w.over);
	exchange_answer_json(w.waiting, 200, SV("\"late\""));
	client_await(&asked, "\"late\"", 1);
	client_close(&asked);
	while (!w.over)
		client_turn(w.loop);
	loop_for(w.loop, 50000);
	CHECK_INT(1, w.over);
	world_close(&w);
}

static void test_drain_ends_at_its_limit(void)
{
	struct world w;
	struct client asked;

	world_open(&w, (struct http_server_request){0});
	asked = enter(&w);
	client_send(&asked, SV(GET("/later")));
	while (!w.waiting)
		client_turn(w.loop);
	http_server_drain(w.server, 100000, on_over, &w);
	while (!w.over)
		client_turn(w.loop);
	world_close(&w);
	CHECK_INT(1, w.gone);
	client_close(&asked);
}

static void test_taken_port_is_named(void)
{
	struct http_server_request request = {0};
	struct http_server *second = NULL;
	struct world w;
	struct err e;

	world_open(&w, request);
	request = (struct http_server_request){.loop = w.loop, .port = http_server_port(w.server)};
	CHECK(!http_server_open(&request, &second, &e));
	CHECK_INT(ERR_CONFLICT, e.kind);
	CHECK_CONTAINS("choose another port", e.hint);
	request = (struct http_server_request){.loop = w.loop, .host = SV("no.such.host.invalid")};
	CHECK(!http_server_open(&request, &second, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	world_close(&w);
}

/* Whatever is sent, the server answers the next one. */
static void test_nonsense_harms_nobody(void)
{
	static const char base[] =
		"POST /things HTTP/1.1\r\n" HOST
		"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
		"Accept-Encoding: gzip\r\n\r\n3\r\n{\"a\r\n4\r\n\":2}\r\n0\r\n\r\n" GET("/later")
			GET("/events");
	uint64_t state = 88172645463325252u;
	char text[sizeof(base)];
	struct world w;
	struct client c;

	world_open(&w, (struct http_server_request){0});
	for (int i = 0; i < 10000; i++) {
		memcpy(text, base, sizeof(base));
		for (int wounds = i % 4; wounds >= 0; wounds--) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			text[state % (sizeof(base) - 1)] = (char)(state >> 32);
		}
		c = enter(&w);
		client_send(&c, (sv){text, sizeof(text) - 1});
		if (i % 8 < 2)
			client_turn(w.loop);
		client_close(&c);
	}
	c = enter(&w);
	client_ask(&c, GET("/hello"), "{\"hello\":true}");
	client_close(&c);
	world_close(&w);
}

TESTS(TEST(test_get_is_answered) TEST(test_pipelined_requests_are_answered_in_order) TEST(
	test_event_stream_sends_events) TEST(test_json_is_taken) TEST(test_refusals_are_problems)
	      TEST(test_what_is_ours_is_let_in) TEST(test_head_and_options_have_no_body) TEST(
		      test_kept_body_is_sent_once) TEST(test_answers_are_compressed_for_those_who_take_it)
		      TEST(test_added_header_stays_in_its_line) TEST(
			      test_old_client_is_closed_unless_it_asks)
			      TEST(test_client_that_sends_no_more_is_answered) TEST(
				      test_gone_client_is_told_of) TEST(test_body_is_asked_for)
				      TEST(test_slow_head_is_ended) TEST(
					      test_connection_beyond_the_limit_is_turned_away)
					      TEST(test_greedy_client_waits) TEST(
						      test_slow_reader_of_events_harms_nobody)
						      TEST(test_event_stream_gives_signs_of_life) TEST(
							      test_drain_answers_what_was_asked)
							      TEST(test_drain_ends_at_its_limit) TEST(
								      test_taken_port_is_named)
								      TEST(test_nonsense_harms_nobody))
