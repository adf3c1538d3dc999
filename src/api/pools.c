/* pools.c -- limits over all runs. */
#include "view/pools.h"
#include "api/asking.h"

static void answer_pools(struct api *api, struct exchange *x)
{
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

void api_list_pools(void *ctx, struct exchange *x)
{
	answer_pools(ctx, x);
}

static void answer_set(struct api *api, struct exchange *x, const struct answer *answer)
{
	answer_pools(api, x);
}

static void set(struct api *api, struct exchange *x, int64_t slots)
{
	struct asker by = asking_for(api, x, answer_set);

	requests_pool(api->requests, exchange_param(x, "pool"), slots, &by);
}

void api_set_pool(void *ctx, struct exchange *x)
{
	const struct value *body, *limit;
	struct err e;

	if (!exchange_json(x, &body, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	limit = value_get(body, "limit");
	if (limit && limit->type == VALUE_INT && limit->integer >= 0 &&
	    limit->integer <= INT32_MAX) {
		set(ctx, x, limit->integer);
		return;
	}
	err_set(&e, ERR_INVALID, "\"limit\" has to be a whole number from 0 to %d", INT32_MAX);
	exchange_refuse(x, &e);
}

void api_forget_pool(void *ctx, struct exchange *x)
{
	set(ctx, x, -1);
}
