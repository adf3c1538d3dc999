/* streams.c -- changes are gathered for a moment, then each is written once and sent to all.  How far a run has come is
 * gathered for longer: its steps are counted for it, and it may have thousands. */
#include "api/streams.h"

#include "api/asset_table.h"
#include "api/health.h"
#include "api/runs.h"
#include "view/location_document.h"

enum { MOMENT = 10000, LONGER = 250000 }; /* microseconds */

struct watcher {
	struct watcher *next, *previous;
	struct streams *all;
	struct event_stream *out;
	bool missed; /* something, while it was full */
};

struct gathered {            /* runs that changed */
	struct timer *timer; /* NULL: nothing has */
	struct arena *arena; /* of `runs`; another one each time */
	struct sv_list runs;
};

struct streams {
	struct api *api;
	struct watcher *first;
	struct gathered now, moved; /* told of in a moment; only their steps moved */
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

static void tell_run(struct streams *all, struct run_row *run)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};

	runs_summarize(all->api, &j, run);
	send_all(all, SV("run"), buf_sv(&out));
}

/* `open`: an end is told of without. */
static void tell_runs(struct streams *all, const struct gathered *g, bool open)
{
	struct run_row run;
	struct err ignored;

	for (size_t i = 0; i < g->runs.n; i++)
		if (store_get_run(all->api->store, g->arena, g->runs.at[i], &run, &ignored) &&
		    !(open && run_state_ended(run.state)))
			tell_run(all, &run);
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

static void begin_anew(struct gathered *g)
{
	timer_close(g->timer);
	arena_free(g->arena);
	*g = (struct gathered){.arena = arena_new()};
}

static void on_moment(void *ctx)
{
	struct streams *all = ctx;

	if (all->first) {
		if (all->code)
			tell_code(all);
		if (all->assets || all->code)
			tell_assets(all, all->now.arena);
		tell_runs(all, &all->now, false);
	}
	begin_anew(&all->now);
	all->assets = all->code = false;
}

static void on_longer(void *ctx)
{
	struct streams *all = ctx;

	if (all->first)
		tell_runs(all, &all->moved, true);
	begin_anew(&all->moved);
}

static bool gather(struct streams *all)
{
	if (!all->first)
		return false;
	if (!all->now.timer)
		all->now.timer = timer_start(all->api->session->loop, MOMENT, on_moment, all);
	return true;
}

static void add_run(struct gathered *g, sv run)
{
	for (size_t i = 0; i < g->runs.n; i++)
		if (sv_eq(g->runs.at[i], run))
			return;
	*LIST_ADD(g->arena, &g->runs) = arena_sv(g->arena, run);
}

static bool is_step_end(sv kind)
{
	return sv_eq(kind, SV("step_succeeded")) || sv_eq(kind, SV("step_failed"));
}

void streams_note_event(struct streams *all, const struct event_row *event)
{
	if (!gather(all))
		return;
	all->assets = true;
	if (sv_starts(event->kind, SV("run_")))
		add_run(&all->now, event->run);
	if (!is_step_end(event->kind))
		return;
	add_run(&all->moved, event->run);
	if (!all->moved.timer)
		all->moved.timer = timer_start(all->api->session->loop, LONGER, on_longer, all);
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

	*all = (struct streams){
		.api = api, .now = {.arena = arena_new()}, .moved = {.arena = arena_new()}};
	return all;
}

void streams_free(struct streams *all)
{
	if (!all)
		return;
	timer_close(all->now.timer);
	timer_close(all->moved.timer);
	for (struct watcher *s = all->first, *next; s; s = next) {
		next = s->next;
		on_closed(s);
	}
	arena_free(all->now.arena);
	arena_free(all->moved.arena);
	free(all);
}
