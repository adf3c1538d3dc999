/* streams.c -- changes are gathered for a moment, then each is written once and sent to all. */
#include "api/streams.h"

#include "api/asset_table.h"
#include "api/health.h"
#include "api/runs.h"
#include "view/location_document.h"

enum { MOMENT = 10000 }; /* microseconds */

struct watcher {
	struct watcher *next, *previous;
	struct streams *all;
	struct event_stream *out;
	bool missed; /* something, while it was full */
};

struct streams {
	struct api *api;
	struct watcher *first;
	struct timer *moment; /* NULL: nothing has changed */
	struct arena *arena;  /* of `runs`, one a moment */
	struct sv_list runs;
	bool assets, code;
};

/* ---- sending ---- */

static void send_all(struct streams *all, sv event, sv data)
{
	for (struct watcher *s = all->first; s; s = s->next) {
		s->missed = s->missed || event_stream_is_full(s->out);
		if (!s->missed)
			event_stream_send(s->out, event, (sv){0}, data);
	}
}

static void greet(struct watcher *s)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	struct err ignored;

	if (health_write(s->all->api, &j, &ignored))
		event_stream_send(s->out, SV("hello"), (sv){0}, buf_sv(&out));
}

static void on_drained(void *ctx)
{
	struct watcher *s = ctx;

	if (!s->missed)
		return;
	s->missed = false;
	greet(s);
}

static void on_closed(void *ctx)
{
	struct watcher *s = ctx;

	if (s->next)
		s->next->previous = s->previous;
	if (s->previous)
		s->previous->next = s->next;
	else
		s->all->first = s->next;
	free(s);
}

/* What changed while nobody watched. */
static void forget_assets(struct streams *all)
{
	AUTO_ARENA a = arena_new();
	struct sv_list changes = {0};
	struct err ignored;

	if (!asset_table_changes(all->api->assets, a, &changes, &ignored))
		return;
}

void api_stream_events(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	struct streams *all = api->streams;
	struct watcher *s = heap_alloc(sizeof(*s));

	*s = (struct watcher){.next = all->first, .all = all};
	if (s->next)
		s->next->previous = s;
	all->first = s;
	if (!s->next)
		forget_assets(all); /* the list has them */
	s->out = exchange_stream(x, &(struct event_stream_listener){.on_drained = on_drained,
								    .on_closed = on_closed,
								    .ctx = s});
	greet(s);
}

/* ---- what has changed ---- */

static void tell_runs(struct streams *all, struct arena *a)
{
	for (size_t i = 0; i < all->runs.n; i++) {
		AUTO_BUF out = {0};
		struct json j = {.out = &out};
		struct run_row run;
		struct err ignored;

		if (!store_get_run(all->api->store, a, all->runs.at[i], &run, &ignored))
			continue;
		runs_summarize(all->api, &j, &run);
		send_all(all, SV("run"), buf_sv(&out));
	}
}

static void tell_assets(struct streams *all, struct arena *a)
{
	struct sv_list changes = {0};
	struct err ignored;

	if (!asset_table_changes(all->api->assets, a, &changes, &ignored))
		return;
	for (size_t i = 0; i < changes.n; i++)
		send_all(all, SV("asset"), changes.at[i]);
}

static void tell_code(struct streams *all)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_key(&j, "locations");
	locations_document(&j, all->api->session->code);
	json_close(&j);
	send_all(all, SV("code"), buf_sv(&out));
}

static void on_moment(void *ctx)
{
	struct streams *all = ctx;
	struct arena *a = all->arena;

	timer_close(all->moment);
	all->moment = NULL;
	if (all->first) {
		if (all->code)
			tell_code(all);
		if (all->assets || all->code)
			tell_assets(all, a);
		tell_runs(all, a);
	}
	all->arena = arena_new();
	all->runs = (struct sv_list){0};
	all->assets = all->code = false;
	arena_free(a);
}

static bool gather(struct streams *all)
{
	if (!all->first)
		return false;
	if (!all->moment)
		all->moment = timer_start(all->api->session->loop, MOMENT, on_moment, all);
	return true;
}

void streams_note_run(struct streams *all, sv run)
{
	if (!gather(all))
		return;
	for (size_t i = 0; i < all->runs.n; i++)
		if (sv_eq(all->runs.at[i], run))
			return;
	*LIST_ADD(all->arena, &all->runs) = arena_sv(all->arena, run);
}

void streams_note_asset(struct streams *all)
{
	if (gather(all))
		all->assets = true;
}

void streams_note_code(struct streams *all)
{
	if (gather(all))
		all->code = true;
}

struct streams *streams_new(struct api *api)
{
	struct streams *all = heap_alloc(sizeof(*all));

	*all = (struct streams){.api = api, .arena = arena_new()};
	return all;
}

void streams_free(struct streams *all)
{
	if (!all)
		return;
	timer_close(all->moment);
	for (struct watcher *s = all->first, *next; s; s = next) {
		next = s->next;
		on_closed(s);
	}
	arena_free(all->arena);
	free(all);
}
