/* asking.c -- each request has an id of its own, by which its answer finds the exchange. */
#include "api/asking.h"

#include "daemon/wire.h"

struct asked {
	struct asked *next;
	struct asking *all;
	int64_t id;
	struct exchange *x; /* NULL: the client has gone */
	void (*fn)(struct api *api, struct exchange *x, const struct value *answer);
};

struct asking {
	struct api *api;
	struct caller *voice;
	struct asked *first;
	int64_t last; /* id */
};

static struct asked *take(struct asking *all, int64_t id)
{
	for (struct asked **at = &all->first; *at; at = &(*at)->next)
		if ((*at)->id == id) {
			struct asked *found = *at;

			*at = found->next;
			return found;
		}
	return NULL;
}

static void on_line(void *ctx, const struct value *line)
{
	struct asking *all = ctx;
	struct asked *one = take(all, value_int(line, "id", 0));
	struct err e;

	if (!one)
		return;
	if (one->x && !value_bool(line, "ok", false)) {
		wire_read_error(line, &e);
		exchange_refuse(one->x, &e);
	} else if (one->x) {
		one->fn(all->api, one->x, line);
	}
	free(one);
}

static void on_gone(void *ctx)
{
	struct asked *one = ctx;

	one->x = NULL;
}

struct asking *asking_new(struct api *api)
{
	struct asking *all = heap_alloc(sizeof(*all));

	*all = (struct asking){.api = api};
	all->voice = callers_own(api->request.callers,
				 &(struct caller_voice){.on_line = on_line, .ctx = all});
	return all;
}

void asking_free(struct asking *all)
{
	if (!all)
		return;
	caller_leave(all->voice);
	while (all->first)
		free(take(all, all->first->id));
	free(all);
}

/* {"op":…} becomes {"id":n,"op":…}. */
static sv with_id(struct arena *a, sv line, int64_t id)
{
	return arena_fmt(a, "{\"id\":%lld," SV_FMT, (long long)id, SV_ARG(sv_from(line, 1)));
}

void asking_do(struct api *api, struct exchange *x, sv line,
	       void (*fn)(struct api *api, struct exchange *x, const struct value *answer))
{
	struct asking *all = api->asking;
	struct asked *one = heap_alloc(sizeof(*one));
	AUTO_ARENA a = arena_new();

	*one = (struct asked){.next = all->first, .all = all, .id = ++all->last, .x = x, .fn = fn};
	all->first = one;
	exchange_on_gone(x, on_gone, one);
	caller_say(all->voice, with_id(a, line, one->id));
}
