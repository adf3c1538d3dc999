/* test_stream.c -- bytes over sockets of every family: in order, held back, lent, and told when they have gone. */
#include <sys/un.h>

#include "http_client.h"
#include "scratch.h"

#include "sys/stream.h"

struct world {
	struct loop *loop;
	struct stream_listener *listener;
	struct stream *stream;
	struct buf got;
	int ended, gone, sent, released;
};

static void on_bytes(void *ctx, sv bytes)
{
	buf_add(&((struct world *)ctx)->got, bytes);
}

static void on_sent(void *ctx)
{
	((struct world *)ctx)->sent++;
}

static void on_end(void *ctx, bool gone)
{
	struct world *w = ctx;

	w->ended++;
	w->gone += gone;
}

static const struct stream_events events = {on_bytes, on_sent, on_end};

static void on_stream(void *ctx, struct stream *s)
{
	struct world *w = ctx;

	w->stream = s;
	stream_start(s, &events, w);
}

static void release(void *ctx)
{
	((struct world *)ctx)->released++;
}

static void world_open(struct world *w, struct stream_address address)
{
	struct stream_listener_request request = {
		.address = address, .on_stream = on_stream, .ctx = w};
	struct err e;

	*w = (struct world){.loop = loop_new()};
	request.loop = w->loop;
	CHECK_OK(stream_listen(&request, &w->listener, &e), &e);
}

static void world_close(struct world *w)
{
	stream_close(w->stream);
	stream_listener_close(w->listener);
	loop_free(w->loop);
	buf_free(&w->got);
}

static void await_stream(struct world *w)
{
	while (!w->stream)
		client_turn(w->loop);
}

static void talk(struct world *w, struct client *c)
{
	client_send(c, SV("hello"));
	while (w->got.n < 5)
		client_turn(w->loop);
	CHECK_SV(SV("hello"), buf_sv(&w->got));
	stream_write(w->stream, SV("one "));
	stream_lend(w->stream, SV("two "), release, w);
	stream_write(w->stream, SV("three"));
	CHECK_INT(13, stream_unsent(w->stream));
	stream_finish(w->stream);
	client_await_end(c);
	CHECK_STR("one two three", c->got.p);
	CHECK_INT(0, stream_unsent(w->stream));
	CHECK_INT(1, w->released);
	client_close(c);
	while (!w->ended)
		client_turn(w->loop);
	CHECK_INT(0, w->gone);
}

static void test_unix_socket_carries_bytes_both_ways(void)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	AUTO_ARENA a = arena_new();
	const char *path = scratch_file(a, "socket");
	struct client c = {.fd = socket(AF_UNIX, SOCK_STREAM, 0)};
	struct world w;

	world_open(&w, (struct stream_address){.path = sv_of(path)});
	memcpy(name.sun_path, path, strlen(path) + 1);
	CHECK_INT(0, connect(c.fd, (struct sockaddr *)&name, sizeof(name)));
	fcntl(c.fd, F_SETFL, O_NONBLOCK);
	c.loop = w.loop;
	talk(&w, &c);
	world_close(&w);
}

static void test_ipv6_carries_bytes_both_ways(void)
{
	struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
	struct client c = {.fd = socket(AF_INET6, SOCK_STREAM, 0)};
	struct stream_listener_request request = {.loop = loop_new(),
						  .address = {.host = SV("::1")}};
	struct stream_listener *probe;
	struct world w;
	struct err e;

	if (!stream_listen(&request, &probe, &e)) {
		fprintf(stderr, "skipped: %s\n", e.text);
		return;
	}
	stream_listener_close(probe);
	loop_free(request.loop);
	world_open(&w, (struct stream_address){.host = SV("::1")});
	name.sin6_port = htons(stream_listener_port(w.listener));
	CHECK_INT(0, connect(c.fd, (struct sockaddr *)&name, sizeof(name)));
	fcntl(c.fd, F_SETFL, O_NONBLOCK);
	c.loop = w.loop;
	talk(&w, &c);
	world_close(&w);
}

static void test_paused_stream_holds_the_sender_back(void)
{
	static char much[8 << 20];
	struct world w;
	struct client c;
	ssize_t sent = 0, n;

	memset(much, 'x', sizeof(much));
	world_open(&w, (struct stream_address){.host = SV("127.0.0.1")});
	c = client_open(w.loop, stream_listener_port(w.listener));
	await_stream(&w);
	stream_pause(w.stream);
	for (int i = 0; i < 50; i++) {
		while ((n = send(c.fd, much, sizeof(much) - (size_t)sent, MSG_DONTWAIT)) > 0)
			sent += n;
		client_turn(w.loop);
	}
	CHECK_INT(0, w.got.n);
	CHECK(sent < (ssize_t)sizeof(much));
	stream_resume(w.stream);
	client_send(&c, (sv){much, sizeof(much) - (size_t)sent});
	while (w.got.n < sizeof(much))
		client_turn(w.loop);
	client_close(&c);
	world_close(&w);
}

static void test_much_goes_out_in_order_and_is_told_of(void)
{
	struct world w;
	struct client c;
	AUTO_BUF want = {0};

	world_open(&w, (struct stream_address){.host = SV("127.0.0.1")});
	c = client_open(w.loop, stream_listener_port(w.listener));
	await_stream(&w);
	for (int i = 0; i < 2000000; i++) {
		size_t from = want.n;

		buf_addf(&want, "%d,", i);
		stream_write(w.stream, sv_from(buf_sv(&want), from));
	}
	stream_tell_sent(w.stream);
	client_turn(w.loop);
	client_turn(w.loop);
	CHECK_INT(0, w.sent);
	CHECK(stream_unsent(w.stream) > 0);
	for (int i = 0; i < 5000 && c.got.n < want.n; i++) {
		client_hear(&c);
		client_turn(w.loop);
	}
	CHECK(sv_eq(buf_sv(&want), buf_sv(&c.got)));
	client_turn(w.loop);
	CHECK_INT(1, w.sent);
	client_close(&c);
	world_close(&w);
}

static void test_what_is_lent_is_given_back_when_closed(void)
{
	static const char much[4 << 20];
	struct world w;
	struct client c;

	world_open(&w, (struct stream_address){.host = SV("127.0.0.1")});
	c = client_open(w.loop, stream_listener_port(w.listener));
	await_stream(&w);
	for (int i = 0; i < 10; i++)
		stream_lend(w.stream, (sv){much, sizeof(much)}, release, &w);
	client_turn(w.loop);
	CHECK(w.released < 10);
	stream_close(w.stream);
	w.stream = NULL;
	client_turn(w.loop);
	CHECK_INT(10, w.released);
	client_close(&c);
	world_close(&w);
}

static void test_client_that_resets_is_gone(void)
{
	const struct linger at_once = {.l_onoff = 1};
	struct world w;
	struct client c;

	world_open(&w, (struct stream_address){.host = SV("127.0.0.1")});
	c = client_open(w.loop, stream_listener_port(w.listener));
	await_stream(&w);
	setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	client_close(&c);
	while (!w.ended)
		client_turn(w.loop);
	CHECK_INT(1, w.gone);
	stream_write(w.stream, SV("into the void"));
	client_turn(w.loop);
	CHECK_INT(1, w.ended);
	world_close(&w);
}

TESTS(TEST(test_unix_socket_carries_bytes_both_ways) TEST(test_ipv6_carries_bytes_both_ways)
	      TEST(test_paused_stream_holds_the_sender_back)
		      TEST(test_much_goes_out_in_order_and_is_told_of)
			      TEST(test_what_is_lent_is_given_back_when_closed)
				      TEST(test_client_that_resets_is_gone))
