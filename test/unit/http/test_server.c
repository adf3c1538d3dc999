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

static const struct http_route routes[] = {
	{HTTP_GET, "/hello", get_hello},    {HTTP_GET, "/things/{name}", get_thing},
	{HTTP_POST, "/things", post_thing}, {HTTP_GET, "/later", get_later},
	{HTTP_GET, "/events", get_events},
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

TESTS(TEST(test_get_is_answered) TEST(test_pipelined_requests_are_answered_in_order)
	      TEST(test_event_stream_sends_events) TEST(test_json_is_taken))
