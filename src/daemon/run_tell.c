/* run_tell.c -- an event waits for its commit, then is told once. */
#include "daemon/run_tell.h"

#include "codec/json.h"
#include "sys/clock.h"

struct telling { /* an event on its way to a listener */
	struct arena *arena;
	struct run_listener listener;
	struct event_row event;
};

static void tell_now(void *ctx)
{
	struct telling *t = ctx;

	t->listener.on_event(t->listener.ctx, &t->event);
	arena_free(t->arena);
}

static void tell_after_commit(const struct run_teller *teller, const struct event_row *event)
{
	struct arena *a = arena_new();
	struct telling *t = NEW(a, struct telling, 1);

	*t = (struct telling){.arena = a, .listener = teller->listener, .event = *event};
	t->event.run = arena_sv(a, event->run);
	t->event.asset = event->asset.p ? arena_sv(a, event->asset) : event->asset;
	t->event.body = arena_sv(a, event->body);
	writer_after(teller->writer, tell_now, t);
}

void run_tell(const struct run_teller *t, const struct run_event *event)
{
	struct err e;
	struct event_row row = {
		.run = t->run,
		.step = event->step,
		.attempt = event->attempt,
		.kind = sv_of(event->kind),
		.asset = event->asset,
		.body = event->body,
		.at = clock_now(),
	};

	WRITE(t->writer, store_append_event(writer_store(t->writer), &row, &e), &e);
	if (t->listener.on_event && !writer_error(t->writer))
		tell_after_commit(t, &row);
}

sv run_reason_body(struct arena *a, sv reason)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "reason", reason);
	return json_finish(a, &j);
}
