/* asking.c -- between an answer that will come and an exchange that may be gone by then. */
#include "api/asking.h"

struct asking {
	struct api *api;
	struct exchange *x; /* NULL: the client has gone */
	void (*fn)(struct api *api, struct exchange *x, const struct answer *answer);
};

static void on_answer(void *ctx, const struct answer *answer)
{
	struct asking *k = ctx;

	if (k->x && answer->failed)
		exchange_refuse(k->x, answer->failed);
	else if (k->x)
		k->fn(k->api, k->x, answer);
	free(k);
}

static void on_gone(void *ctx)
{
	struct asking *k = ctx;

	k->x = NULL;
}

struct asker asking_for(struct api *api, struct exchange *x,
			void (*fn)(struct api *api, struct exchange *x,
				   const struct answer *answer))
{
	struct asking *k = heap_alloc(sizeof(*k));

	*k = (struct asking){.api = api, .x = x, .fn = fn};
	exchange_on_gone(x, on_gone, k);
	return (struct asker){.fn = on_answer, .ctx = k};
}
