/* run_tell.c -- an event waits for its commit, then is told once.  Who comes late reads the ledger up to the event that was the
 * newest when they came, and hears the rest like everybody. */
#include "engine/run_tell.h"

#include "codec/json.h"

enum { PAGE = 1000 }; /* events read at once for who comes late */

struct engine_listening {
	struct engine_listening *next;
	struct run_teller *teller; /* NULL: of a run that is not open */
	struct writer *writer;
	struct store *store;
	struct arena *arena;
	sv run;
	struct engine_listener listener;
	int64_t after,
		from; /* behind `after` up to `from` comes from the ledger, the rest is told */
	enum run_state state;
	bool behind; /* the ledger could not be read: `from` moves on until it can */
	bool closed;
};

struct telling { /* an event on its way to the listeners */
	struct telling *next;
	struct arena *arena;
	struct run_teller *teller;
	struct event_row event;
};

/* ---- events ---- */

static struct telling *take_first(struct run_teller *t)
{
	struct telling *first = t->first;

	t->first = first->next;
	if (!t->first)
		t->end = NULL;
	return first;
}

static void catch_up(struct engine_listening *l);

static void tell_one(struct engine_listening *l, const struct event_row *event)
{
	if (l->closed || event->id <= l->from)
		return;
	if (l->behind) {
		l->from = event->id;
		catch_up(l);
	} else if (l->listener.on_event) {
		l->listener.on_event(l->listener.ctx, event);
	}
}

static void tell_now(void *ctx)
{
	struct telling *t = take_first(ctx);

	for (struct engine_listening *l = t->teller->listening; l; l = l->next)
		tell_one(l, &t->event);
	arena_free(t->arena);
}

static void tell_after_commit(struct run_teller *teller, const struct event_row *event)
{
	struct arena *a = arena_new();
	struct telling *t = NEW(a, struct telling, 1);

	*t = (struct telling){.arena = a, .teller = teller, .event = *event};
	t->event.run = teller->run;
	t->event.kind = arena_sv(a, event->kind);
	t->event.asset = event->asset.p ? arena_sv(a, event->asset) : event->asset;
	t->event.body = arena_sv(a, event->body);
	*(teller->end ? teller->end : &teller->first) = t;
	teller->end = &t->next;
	writer_after(teller->writer, tell_now, teller);
}

void run_tell(struct run_teller *t, const struct run_event *event)
{
	struct err e;
	struct event_row row = {
		.run = t->run,
		.step = event->step,
		.attempt = event->attempt,
		.kind = sv_of(event->kind),
		.asset = event->asset,
		.body = event->body,
		.at = t->world->now(t->world->ctx),
	};

	WRITE(t->writer,
	      store_append_event(event->may_wait ? writer_store_later(t->writer, event->body.n)
						 : writer_store(t->writer),
				 &row, &e),
	      &e);
	if (writer_error(t->writer))
		return;
	t->last = row.id;
	if (t->listening)
		tell_after_commit(t, &row);
}

/* ---- listeners ---- */

static void free_listening(void *ctx)
{
	struct engine_listening *l = ctx;

	for (struct engine_listening **at = l->teller ? &l->teller->listening : NULL; at && *at;
	     at = &(*at)->next)
		if (*at == l) {
			*at = l->next;
			break;
		}
	arena_free(l->arena);
}

static void end(struct engine_listening *l, enum run_state state)
{
	l->teller = NULL;
	if (l->closed)
		return; /* it is being freed */
	if (l->behind)
		catch_up(l);
	l->closed = true;
	if (l->listener.on_end)
		l->listener.on_end(l->listener.ctx, state);
	writer_after(l->writer, free_listening, l);
}

/* False when there is no more, or the ledger cannot be read now. */
static bool replay_page(struct engine_listening *l)
{
	AUTO_ARENA a = arena_new();
	struct event_query query = {.run = l->run, .step = -1, .after = l->after, .most = PAGE};
	struct event_rows page = {0};
	struct err e;

	l->behind = !store_list_events(l->store, a, &query, &page, &e);
	for (size_t i = 0; i < page.n && !l->closed; i++) {
		if (page.at[i].id > l->from)
			return false;
		l->after = page.at[i].id;
		if (l->listener.on_event)
			l->listener.on_event(l->listener.ctx, &page.at[i]);
	}
	return page.n == PAGE && !l->closed;
}

static void catch_up(struct engine_listening *l)
{
	while (l->after < l->from && replay_page(l))
		;
}

static void replay(void *ctx)
{
	struct engine_listening *l = ctx;

	catch_up(l);
	if (!l->teller)
		end(l, l->state);
}

static struct engine_listening *listening_new(const struct run_teller *t, int64_t after,
					      const struct engine_listener *listener)
{
	struct arena *a = arena_new();
	struct engine_listening *l = NEW(a, struct engine_listening, 1);

	*l = (struct engine_listening){
		.arena = a,
		.writer = t->writer,
		.store = t->store,
		.run = arena_sv(a, t->run),
		.listener = *listener,
		.after = after,
	};
	return l;
}

struct engine_listening *run_teller_listen(struct run_teller *t, int64_t after,
					   const struct engine_listener *listener)
{
	struct engine_listening *l = listening_new(t, after, listener);

	l->teller = t;
	l->from = t->last;
	l->next = t->listening;
	t->listening = l;
	if (after >= 0 && after < l->from)
		writer_after(t->writer, replay, l);
	return l;
}

struct engine_listening *run_teller_replay(const struct run_teller *t, enum run_state state,
					   int64_t after, const struct engine_listener *listener)
{
	struct engine_listening *l = listening_new(t, after, listener);

	l->state = state;
	l->from = INT64_MAX;
	writer_after(t->writer, replay, l);
	return l;
}

void engine_listening_close(struct engine_listening *l)
{
	if (!l || l->closed)
		return;
	l->closed = true;
	writer_after(l->writer, free_listening, l);
}

static void stored_now(void *ctx)
{
	struct run_teller *t = ctx;

	for (struct engine_listening *l = t->listening; l; l = l->next)
		if (!l->closed && l->listener.on_stored)
			l->listener.on_stored(l->listener.ctx, t->run);
}

void run_teller_stored(struct run_teller *t)
{
	writer_after(t->writer, stored_now, t);
}

void run_teller_end(struct run_teller *t, enum run_state state)
{
	while (t->listening) {
		struct engine_listening *l = t->listening;

		t->listening = l->next;
		end(l, state);
	}
}

void run_teller_close(struct run_teller *t)
{
	while (t->first)
		arena_free(take_first(t)->arena);
	while (t->listening) {
		struct engine_listening *l = t->listening;

		t->listening = l->next;
		l->teller = NULL;
		if (!l->closed)
			arena_free(l->arena);
	}
}

sv run_reason_body(struct arena *a, sv reason)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "reason", reason);
	return json_finish(a, &j);
}
