/* pools.c -- limits over all runs. */
#include "view/pools.h"
#include "api/api_parts.h"

void api_list_pools(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	struct pools pools;
	struct err e;

	if (!pools_read(exchange_arena(x), api->session, api->store, &pools, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	pools_document(&j, &pools);
	exchange_answer_json(x, 200, buf_sv(&out));
}
