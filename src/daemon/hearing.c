/* hearing.c -- one listener a run.  A run that failed may be run again by the engine itself, which tells nobody: its retry is
 * looked for when it ends. */
#include "daemon/hearing.h"

struct heard { /* a run that is listened to */
	struct heard *next;
	struct hearing *all;
	struct engine_listening *listening;
	sv run;
	struct arena *arena;
};

struct hearing {
	struct hearing_request request;
	struct heard *first;
};

static void forget(struct heard *h)
{
	for (struct heard **at = &h->all->first; *at; at = &(*at)->next)
		if (*at == h) {
			*at = h->next;
			break;
		}
	arena_free(h->arena);
}

static void on_event(void *ctx, const struct event_row *event)
{
	struct heard *h = ctx;

	h->all->request.on_event(h->all->request.ctx, event);
}

static void hear_retry(struct hearing *all, sv parent);

static void on_end(void *ctx, enum run_state state)
{
	struct heard *h = ctx;
	struct hearing *all = h->all;

	if (state == RUN_FAILURE)
		hear_retry(all, h->run);
	all->request.on_end(all->request.ctx, h->run, state);
	forget(h);
}

static bool is_heard(const struct hearing *all, sv run)
{
	for (const struct heard *h = all->first; h; h = h->next)
		if (sv_eq(h->run, run))
			return true;
	return false;
}

void hearing_note_run(struct hearing *all, sv run)
{
	struct engine_listener listener = {.on_event = on_event, .on_end = on_end};
	struct arena *a;
	struct heard *h;
	struct err e;

	if (is_heard(all, run))
		return;
	a = arena_new();
	h = NEW(a, struct heard, 1);
	*h = (struct heard){.all = all, .run = arena_sv(a, run), .arena = a};
	listener.ctx = h;
	if (!engine_listen(all->request.engine, h->run, 0, &listener, &h->listening, &e)) {
		arena_free(a);
		return;
	}
	h->next = all->first;
	all->first = h;
}

/* It was put along with the end of its parent. */
static void hear_retry(struct hearing *all, sv parent)
{
	AUTO_ARENA a = arena_new();
	struct run_rows runs = {0};
	struct err e;

	if (!store_list_children(all->request.store, a, parent, &runs, &e))
		return; /* the engine meets the same ledger, and tells */
	for (size_t i = 0; i < runs.n; i++)
		if (!run_state_ended(runs.at[i].state))
			hearing_note_run(all, runs.at[i].id);
}

static void hear_open_runs(struct hearing *all)
{
	AUTO_ARENA a = arena_new();
	struct run_rows runs = {0};
	struct err e;

	if (!store_list_open_runs(all->request.store, a, &runs, &e))
		return; /* as above */
	for (size_t i = 0; i < runs.n; i++)
		hearing_note_run(all, runs.at[i].id);
}

struct hearing *hearing_new(const struct hearing_request *request)
{
	struct hearing *all = heap_alloc(sizeof(*all));

	*all = (struct hearing){.request = *request};
	hear_open_runs(all);
	return all;
}

void hearing_free(struct hearing *all)
{
	if (!all)
		return;
	while (all->first) {
		engine_listening_close(all->first->listening);
		forget(all->first);
	}
	free(all);
}
