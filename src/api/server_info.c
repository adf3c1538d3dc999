/* server_info.c -- who answers.  Versions in the words of Dagster's web server: its clients ask for them to see that somebody
 * is there; our own, to see whether they understand each other. */
#include <unistd.h>

#include "api/api_parts.h"

/* Whose Python API the SDK speaks. */
#define DAGSTER_VERSION "1.13.27"

void api_get_server_info(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "dagster_webserver_version", SV(DAGSTER_VERSION));
	json_member_text(&j, "dagster_version", SV(DAGSTER_VERSION));
	json_member_text(&j, "dagster_graphql_version", SV(DAGSTER_VERSION));
	json_member_text(&j, "plait", SV(PLAIT_VERSION));
	json_member_int(&j, "api", API_VERSION);
	json_member_int(&j, "pid", getpid());
	json_member_bool(&j, "serves", api->request.serves);
	exchange_answer_json(x, 200, json_finish(exchange_arena(x), &j));
}
