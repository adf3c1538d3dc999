/* event_lines.c -- lines end in LF or CR LF; an empty one ends an event; what has no data is none (WHATWG HTML, 9.2.6). */
#include "codec/event_lines.h"

static void put(struct buf *field, sv value)
{
	buf_clear(field);
	buf_add(field, value);
}

static void put_data(struct event_lines *l, sv value)
{
	if (l->data.n)
		buf_add(&l->data, SV("\n"));
	buf_add(&l->data, value);
}

static void take_field(struct event_lines *l, sv line)
{
	sv value = {0};
	size_t colon;

	if (sv_find(line, ':', &colon)) {
		value = sv_from(line, colon + 1);
		line.n = colon;
	}
	if (sv_starts(value, SV(" ")))
		value = sv_from(value, 1);
	if (sv_eq(line, SV("event")))
		put(&l->event, value);
	else if (sv_eq(line, SV("id")))
		put(&l->id, value);
	else if (sv_eq(line, SV("data")))
		put_data(l, value);
}

static void tell(struct event_lines *l, void (*fn)(void *ctx, const struct told_event *event),
		 void *ctx)
{
	struct told_event told = {buf_sv(&l->event), buf_sv(&l->id), buf_sv(&l->data)};

	if (told.data.n)
		fn(ctx, &told);
	buf_clear(&l->event);
	buf_clear(&l->id);
	buf_clear(&l->data);
}

bool event_lines_feed(struct event_lines *l, sv bytes, size_t most,
		      void (*fn)(void *ctx, const struct told_event *event), void *ctx)
{
	size_t end;

	while (sv_find(bytes, '\n', &end)) {
		buf_add(&l->line, (sv){bytes.p, end});
		bytes = sv_from(bytes, end + 1);
		if (l->line.n && l->line.p[l->line.n - 1] == '\r')
			l->line.n--;
		if (l->line.n + l->data.n > most)
			return false;
		if (l->line.n)
			take_field(l, buf_sv(&l->line));
		else
			tell(l, fn, ctx);
		buf_clear(&l->line);
	}
	buf_add(&l->line, bytes);
	return l->line.n <= most;
}

void event_lines_release(struct event_lines *l)
{
	buf_free(&l->line);
	buf_free(&l->event);
	buf_free(&l->id);
	buf_free(&l->data);
}
