/* test_crowd.c -- ten thousand clients that say nothing, and what they cost. */
#include <malloc.h>
#include <sys/resource.h>

#include "http_client.h"

#include "http/server.h"

enum { CLIENTS = 10000, BYTES_EACH = 1536 };

#define HELLO "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"

static void get_hello(void *ctx, struct exchange *x)
{
	exchange_answer_json(x, 200, SV("{\"hello\":true}"));
}

static bool raise_limit(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_max < CLIENTS + 100)
		return false;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

/* All of them, in a process of their own: each asks once, and stays until told to go. */
static void be_clients(uint16_t port, int told, int go)
{
	struct sockaddr_in name = {.sin_family = AF_INET,
				   .sin_port = htons(port),
				   .sin_addr = {htonl(INADDR_LOOPBACK)}};
	char room[1000];

	for (size_t i = 0; i < CLIENTS; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (fd < 0 || connect(fd, (struct sockaddr *)&name, sizeof(name)) < 0 ||
		    write(fd, HELLO, sizeof(HELLO) - 1) < 0 || read(fd, room, sizeof(room)) < 100)
			_exit(1);
	}
	_exit(write(told, "", 1) != 1 || read(go, room, 1) != 0);
}

static size_t heap_in_use(void)
{
	struct mallinfo2 now = mallinfo2();

	return now.uordblks + now.hblkhd;
}

static bool has_word(int fd)
{
	char c;

	return read(fd, &c, 1) == 1;
}

static void check_cost(struct http_server *server, size_t before)
{
	struct http_counts counts;
	size_t each = (heap_in_use() - before) / CLIENTS;

	http_server_counts(server, &counts);
	CHECK_INT(CLIENTS, counts.connections);
	CHECK_INT(CLIENTS, counts.requests);
	if (each > BYTES_EACH)
		fprintf(stderr, "%zu bytes each\n", each);
	CHECK(each <= BYTES_EACH);
}

static void test_idle_clients_cost_little(void)
{
	const struct http_route route = {HTTP_GET, "/hello", get_hello};
	struct http_server_request request = {
		.loop = loop_new(), .routes = &route, .routes_count = 1};
	int told[2], go[2], status;
	struct http_server *server;
	struct http_counts counts;
	size_t before;
	struct err e;
	pid_t pid;

	if (!raise_limit()) {
		fprintf(stderr, "skipped: needs ulimit -n of %d\n", CLIENTS + 100);
		return;
	}
	CHECK_OK(http_server_open(&request, &server, &e), &e);
	CHECK(pipe2(told, O_NONBLOCK) == 0 && pipe(go) == 0);
	before = heap_in_use();
	pid = fork();
	if (pid == 0) {
		close(go[1]);
		be_clients(http_server_port(server), told[1], go[0]);
	}
	close(told[1]);
	while (!has_word(told[0]))
		client_turn(request.loop);
	check_cost(server, before);
	close(go[1]);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	do {
		client_turn(request.loop);
		http_server_counts(server, &counts);
	} while (counts.connections);
	http_server_close(server);
	loop_free(request.loop);
}

TESTS(TEST(test_idle_clients_cost_little))
