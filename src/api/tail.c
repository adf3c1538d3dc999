/* tail.c -- a tail a run, a follower a client.  A follower is either behind, and fed from the ledger as fast as it reads, or
 * up to date, and told.  It changes over between two events: the ledger is read in the thread that writes it. */
#include "api/tail.h"

#include "view/event_document.h"

enum { EVENTS_AT_ONCE = 64 };

struct follower {
	struct follower *next, *previous;
	struct tail *tail;
	struct event_stream *stream;
	int64_t after; /* was sent last */
	bool behind;
};

struct tail {
	struct tail *next, *previous;
	struct tails *all;
	struct follower *first;
	struct arena *arena;
	sv run;
};

struct tails {
	struct api *api;
	struct tail *first;
};

/* ---- tails ---- */

static struct tail *find(const struct tails *all, sv run)
{
	for (struct tail *t = all->first; t; t = t->next)
		if (sv_eq(t->run, run))
			return t;
	return NULL;
}

static struct tail *find_or_make(struct tails *all, sv run)
{
	struct tail *t = find(all, run);
	struct arena *a;

	if (t)
		return t;
	a = arena_new();
	t = NEW(a, struct tail, 1);
	*t = (struct tail){.next = all->first, .all = all, .arena = a, .run = arena_sv(a, run)};
	if (t->next)
		t->next->previous = t;
	return all->first = t;
}

static void drop_tail(struct tail *t)
{
	if (t->next)
		t->next->previous = t->previous;
	if (t->previous)
		t->previous->next = t->next;
	else
		t->all->first = t->next;
	arena_free(t->arena);
}

static void drop(struct follower *f)
{
	struct tail *t = f->tail;

	if (f->next)
		f->next->previous = f->previous;
	if (f->previous)
		f->previous->next = f->next;
	else
		t->first = f->next;
	free(f);
	if (!t->first)
		drop_tail(t);
}

/* ---- what is sent ---- */

/* An event as it goes over the wire. */
struct written {
	struct buf data, id;
};

static void write_event(struct written *w, const struct event_row *event)
{
	struct json j = {.out = &w->data};

	buf_clear(&w->data);
	buf_clear(&w->id);
	event_document(&j, event);
	buf_addf(&w->id, "%lld", (long long)event->id);
}

static void release(struct written *w)
{
	buf_free(&w->data);
	buf_free(&w->id);
}

static void send(struct follower *f, const struct written *w, int64_t id)
{
	event_stream_send(f->stream, SV("event"), buf_sv(&w->id), buf_sv(&w->data));
	f->after = id;
}

static void send_end(struct follower *f, enum run_state state)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};

	json_open(&j, '{');
	json_member_text(&j, "status", sv_of(run_state_word(state)));
	json_close(&j);
	event_stream_send(f->stream, SV("end"), (sv){0}, buf_sv(&out));
	event_stream_close(f->stream);
	drop(f);
}

/* ---- from the ledger ---- */

static bool send_page(struct follower *f, bool *ret_more)
{
	struct store *store = f->tail->all->api->store;
	struct event_query query = {
		.run = f->tail->run, .step = -1, .after = f->after, .most = EVENTS_AT_ONCE};
	AUTO_ARENA a = arena_new();
	struct event_rows events = {0};
	struct written w = {0};
	struct err ignored;
	size_t sent;

	if (!store_list_events(store, a, &query, &events, &ignored))
		return false;
	for (sent = 0; sent < events.n && !event_stream_is_full(f->stream); sent++) {
		write_event(&w, &events.at[sent]);
		send(f, &w, events.at[sent].id);
	}
	release(&w);
	*ret_more = sent == EVENTS_AT_ONCE || sent < events.n;
	return true;
}

static void end_if_ended(struct follower *f)
{
	AUTO_ARENA a = arena_new();
	struct run_row run;
	struct err e;

	if (store_get_run(f->tail->all->api->store, a, f->tail->run, &run, &e) &&
	    run_state_ended(run.state))
		send_end(f, run.state);
}

/* Where the ledger cannot be read just now the stream ends: the client asks again, and says what it saw last. */
static void break_off(struct follower *f)
{
	event_stream_close(f->stream);
	drop(f);
}

static void catch_up(void *ctx)
{
	struct follower *f = ctx;
	bool more = f->behind;

	while (more && !event_stream_is_full(f->stream))
		if (!send_page(f, &more)) {
			break_off(f);
			return;
		}
	if (f->behind && !more) {
		f->behind = false;
		end_if_ended(f);
	}
}

/* ---- followers ---- */

static void on_closed(void *ctx)
{
	drop(ctx);
}

void tail_follow(struct tails *all, struct exchange *x, sv run, int64_t after)
{
	struct follower *f = heap_alloc(sizeof(*f));
	struct tail *t = find_or_make(all, run);

	*f = (struct follower){.next = t->first, .tail = t, .after = after, .behind = true};
	if (f->next)
		f->next->previous = f;
	t->first = f;
	f->stream = exchange_stream(x, &(struct event_stream_listener){.on_drained = catch_up,
								       .on_closed = on_closed,
								       .ctx = f});
	catch_up(f);
}

void tails_tell(struct tails *all, const struct event_row *event)
{
	struct tail *t = event->run.p ? find(all, event->run) : NULL;
	struct written w = {0};

	for (struct follower *f = t ? t->first : NULL; f; f = f->next) {
		if (f->behind || event->id <= f->after)
			continue;
		if (event_stream_is_full(f->stream)) {
			f->behind = true;
			continue;
		}
		if (!w.data.n)
			write_event(&w, event);
		send(f, &w, event->id);
	}
	release(&w);
}

void tails_tell_end(struct tails *all, sv run, enum run_state state)
{
	struct tail *t = find(all, run);

	for (struct follower *f = t ? t->first : NULL, *next; f; f = next) {
		next = f->next;
		if (!f->behind)
			send_end(f, state);
	}
}

struct tails *tails_new(struct api *api)
{
	struct tails *all = heap_alloc(sizeof(*all));

	*all = (struct tails){.api = api};
	return all;
}

void tails_free(struct tails *all)
{
	if (!all)
		return;
	for (struct tail *t = all->first, *after; t; t = after) {
		after = t->next;
		for (struct follower *f = t->first, *next; f; f = next) {
			next = f->next;
			drop(f); /* with the last one, the tail */
		}
	}
	free(all);
}
