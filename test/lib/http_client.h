/* http_client.h -- a client that says to a server what no decent one would, in the same thread: sends raw bytes, then lets the
 * loop turn until it has heard what it waits for. */
#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "loop_until.h"

struct client {
	struct loop *loop;
	int fd;
	struct buf got;
	bool ended; /* the server has closed */
};

static inline struct client client_open(struct loop *l, uint16_t port)
{
	struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct client c = {.loop = l, .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};

	CHECK(c.fd >= 0);
	CHECK_INT(0, connect(c.fd, (struct sockaddr *)&name, sizeof(name)));
	fcntl(c.fd, F_SETFL, O_NONBLOCK);
	return c;
}

static inline void client_close(struct client *c)
{
	close(c->fd);
	buf_free(&c->got);
}

static inline void client_turn(struct loop *l)
{
	struct timer *t = timer_start(l, 1000, (void (*)(void *))loop_stop, l);

	loop_run(l);
	timer_close(t);
}

static inline void client_hear(struct client *c)
{
	ssize_t n;

	while ((n = recv(c->fd, buf_room(&c->got, 65536), 65536, MSG_DONTWAIT)) > 0)
		c->got.n += (size_t)n;
	buf_room(&c->got, 0)[0] = '\0';
	c->ended |= n == 0 || (n < 0 && errno != EAGAIN);
}

static inline void client_send(struct client *c, sv bytes)
{
	while (bytes.n) {
		ssize_t n = send(c->fd, bytes.p, bytes.n, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno != EAGAIN)
			return; /* it was refused already */
		if (n < 0)
			client_turn(c->loop);
		else
			bytes = sv_from(bytes, (size_t)n);
	}
}

static inline bool client_has(const struct client *c, const char *text)
{
	return c->got.n && memmem(c->got.p, c->got.n, text, strlen(text));
}

static inline size_t client_count(const struct client *c, const char *text)
{
	size_t count = 0;

	for (const char *p = c->got.p; p && (p = strstr(p, text)); p += strlen(text))
		count++;
	return count;
}

/* Until so many of `text` have come. */
static inline void client_await(struct client *c, const char *text, size_t count)
{
	for (int i = 0; i < 5000; i++) {
		client_hear(c);
		if (client_count(c, text) >= count)
			return;
		if (c->ended)
			break;
		client_turn(c->loop);
	}
	fprintf(stderr, "want %zu times \"%s\", got:\n%.2000s\n%s\n", count, text, c->got.p ? c->got.p : "",
		c->ended ? "(the server closed)" : "");
	_exit(1);
}

static inline void client_await_end(struct client *c)
{
	for (int i = 0; i < 10000 && !c->ended; i++) {
		client_hear(c);
		if (!c->ended)
			client_turn(c->loop);
	}
	CHECK(c->ended);
}

static inline void client_ask(struct client *c, const char *request, const char *answer)
{
	buf_clear(&c->got);
	client_send(c, sv_of(request));
	client_await(c, answer, 1);
}
