/* http_server.c -- our HTTP server alone, with one route that answers a little JSON; prints its port and serves until it is
 * killed.  Usage: http_server. */
#include <stdio.h>

#include "http/server.h"

static void get_small(void *ctx, struct exchange *x)
{
	exchange_answer_json(x, 200, SV("{\"status\":\"ok\"}"));
}

int main(void)
{
	static const struct http_route routes[] = {{HTTP_GET, "/api/v1/small", get_small}};
	struct http_server_request request = {
		.loop = loop_new(), .routes = routes, .routes_count = COUNT_OF(routes)};
	struct http_server *server;
	struct err e;

	if (!http_server_open(&request, &server, &e)) {
		fprintf(stderr, "http_server: %s\n", e.text);
		return 1;
	}
	printf("%u\n", http_server_port(server));
	fflush(stdout);
	loop_wait(request.loop);
	return 0;
}
