/* test_client.c -- our own client and our own server, over a unix socket, in one loop. */
#include "http/client.h"

#include "check.h"
#include "codec/json.h"
#include "http/server.h"
#include "scratch.h"

struct world {
	struct loop *loop;
	struct http_server *server;
	struct stream_listener *listener;
	struct http_client *client;
	struct event_stream *events;
	struct buf told;
	int status, ends;
	bool strange, closes, asks_again;
};

static void get_hello(void *ctx, struct exchange *x)
{
	exchange_answer_json(x, 200, SV("{\"hello\":true}"));
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

static void on_closed(void *ctx)
{
	((struct world *)ctx)->events = NULL;
}

static void get_events(void *ctx, struct exchange *x)
{
	struct world *w = ctx;

	w->events = exchange_stream(
		x, &(struct event_stream_listener){.on_closed = on_closed, .ctx = w});
	event_stream_send(w->events, SV("first"), SV("1"), exchange_header(x, "Last-Event-ID"));
	event_stream_send(w->events, SV("second"), (sv){0}, SV("{}"));
	if (w->closes)
		event_stream_close(w->events);
}

static const struct http_route routes[] = {
	{HTTP_GET, "/hello", get_hello},
	{HTTP_PUT, "/things", post_thing},
	{HTTP_GET, "/events", get_events},
};

static void on_answer(void *ctx, int status, sv body)
{
	struct world *w = ctx;

	w->status = status;
	buf_add(&w->told, body);
	if (w->asks_again) {
		w->asks_again = false;
		http_client_ask(w->client,
				&(struct http_question){HTTP_GET, SV("/hello"), {0}, {0}});
		return;
	}
	if (w->closes) {
		http_client_close(w->client);
		w->client = NULL;
	}
	loop_stop(w->loop);
}

static void on_event(void *ctx, const struct told_event *event)
{
	struct world *w = ctx;

	buf_addf(&w->told, SV_FMT "|" SV_FMT "|" SV_FMT ";", SV_ARG(event->event),
		 SV_ARG(event->id), SV_ARG(event->data));
}

static void on_end(void *ctx, bool strange)
{
	struct world *w = ctx;

	w->ends++;
	w->strange = strange;
	w->client = NULL;
	loop_stop(w->loop);
}

static void on_stream(void *ctx, struct stream *s)
{
	struct world *w = ctx;

	if (w->server)
		http_server_take(w->server, s);
	else
		stream_close(s);
}

static void world_open(struct world *w, struct arena *a)
{
	sv path = sv_of(scratch_file(a, "socket"));
	struct http_server_request request = {
		.closed = true, .routes = routes, .routes_count = COUNT_OF(routes), .ctx = w};
	struct stream_listener_request listening = {
		.address = {.path = path}, .on_stream = on_stream, .ctx = w};
	struct stream *s;
	struct err e;

	*w = (struct world){.loop = loop_new()};
	request.loop = listening.loop = w->loop;
	CHECK_OK(http_server_open(&request, &w->server, &e), &e);
	CHECK_OK(stream_listen(&listening, &w->listener, &e), &e);
	CHECK_OK(stream_connect(w->loop, path, &s, &e), &e);
	w->client = http_client_new(s, &(struct http_client_events){.on_answer = on_answer,
								    .on_event = on_event,
								    .on_end = on_end,
								    .ctx = w});
}

static void world_close(struct world *w)
{
	http_client_close(w->client);
	stream_listener_close(w->listener);
	http_server_close(w->server);
	loop_free(w->loop);
	buf_free(&w->told);
}

static void ask(struct world *w, struct http_question q)
{
	buf_clear(&w->told);
	w->status = 0;
	http_client_ask(w->client, &q);
	loop_run(w->loop);
}

static void test_one_question_after_the_other_is_answered(void)
{
	AUTO_ARENA a = arena_new();
	struct world w;
	struct err e;

	world_open(&w, a);
	ask(&w, (struct http_question){HTTP_GET, SV("/hello"), {0}, {0}});
	CHECK_INT(200, w.status);
	CHECK_SV(SV("{\"hello\":true}"), buf_sv(&w.told));
	ask(&w, (struct http_question){HTTP_PUT, SV("/things"), SV("{\"a\":[1]}"), {0}});
	CHECK_INT(201, w.status);
	CHECK_SV(SV("{\"a\":[1]}"), buf_sv(&w.told));
	ask(&w, (struct http_question){HTTP_PUT, SV("/things"), SV("{\"a\":"), {0}});
	CHECK_INT(400, w.status);
	http_read_problem(w.status, buf_sv(&w.told), &e);
	CHECK_INT(ERR_INVALID, e.kind);
	w.asks_again = true;
	ask(&w, (struct http_question){HTTP_GET, SV("/hello"), {0}, {0}});
	CHECK_SV(SV("{\"hello\":true}{\"hello\":true}"), buf_sv(&w.told));
	CHECK_INT(0, w.ends);
	world_close(&w);
}

static void test_a_client_may_be_closed_by_its_answer(void)
{
	AUTO_ARENA a = arena_new();
	struct world w;

	world_open(&w, a);
	w.closes = true;
	ask(&w, (struct http_question){HTTP_GET, SV("/hello"), {0}, {0}});
	CHECK_INT(200, w.status);
	CHECK_INT(0, w.ends);
	world_close(&w);
}

static void test_events_come_one_by_one_and_end(void)
{
	AUTO_ARENA a = arena_new();
	struct world w;

	world_open(&w, a);
	w.closes = true;
	ask(&w, (struct http_question){HTTP_GET, SV("/events"), {0}, SV("41")});
	CHECK_SV(SV("first|1|41;second||{};"), buf_sv(&w.told));
	CHECK_INT(1, w.ends);
	CHECK(!w.strange);
	world_close(&w);
}

static void test_a_server_that_goes_is_told_once(void)
{
	AUTO_ARENA a = arena_new();
	struct world w;

	world_open(&w, a);
	http_server_close(w.server);
	w.server = NULL;
	ask(&w, (struct http_question){HTTP_GET, SV("/hello"), {0}, {0}});
	CHECK_INT(0, w.status);
	CHECK_INT(1, w.ends);
	world_close(&w);
}

static void test_problems_keep_their_kind_and_remedy(void)
{
	static const struct {
		int status;
		const char *body, *text, *hint;
		enum err_kind kind;
	} rows[] = {
		{409, "{\"detail\":\"busy\",\"kind\":\"conflict\",\"hint\":\"wait\"}", "busy",
		 "wait", ERR_CONFLICT},
		{500, "{\"detail\":\"no\",\"kind\":\"unheard of\",\"hint\":null}", "no", "",
		 ERR_FAILED},
		{503, "", "it takes no more connections now", "try again in a moment",
		 ERR_UNAVAILABLE},
		{502, "<html>", "it answered 502", "", ERR_FAILED},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct err e = {0};

		http_read_problem(rows[i].status, sv_of(rows[i].body), &e);
		CHECK_INT(rows[i].kind, e.kind);
		CHECK_SV(sv_of(rows[i].text), sv_of(e.text));
		CHECK_SV(sv_of(rows[i].hint), sv_of(e.hint));
	}
}

TESTS(TEST(test_one_question_after_the_other_is_answered)
	      TEST(test_a_client_may_be_closed_by_its_answer)
		      TEST(test_events_come_one_by_one_and_end)
			      TEST(test_a_server_that_goes_is_told_once)
				      TEST(test_problems_keep_their_kind_and_remedy))
