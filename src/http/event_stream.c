/* event_stream.c -- answers piece by piece: server-sent events, and long documents.  Each piece is a chunk; the stream below
 * gathers a turn's chunks into one write. */
#include "http/http_parts.h"

enum {
	CUT_FACTOR = 8
}; /* times what makes it full: then its owner does not listen, or nothing would do */

struct event_stream {
	struct connection *connection; /* NULL: ended, for somebody asked with HEAD */
	struct event_stream_listener listener;
	size_t mark;     /* unsent bytes at the last beat */
	unsigned silent; /* beats at which the client had taken nothing */
	bool chunked, full, cut, headless;
	bool document; /* its bytes are no events */
};

static struct stream *stream_of(const struct event_stream *s)
{
	return s->connection->stream;
}

/* ---- writing ---- */

static void write_chunk(struct event_stream *s, const sv *parts, size_t count)
{
	struct connection *c = s->connection;
	char size[16];
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += parts[i].n;
	if (s->chunked)
		connection_write(c, (sv){size, (size_t)snprintf(size, sizeof(size), "%zx\r\n", n)});
	for (size_t i = 0; i < count; i++)
		connection_write(c, parts[i]);
	if (s->chunked)
		connection_write(c, SV("\r\n"));
}

static void look_whether_full(struct event_stream *s)
{
	size_t most = s->connection->server->limits.stream_bytes,
	       unsent = stream_unsent(stream_of(s));

	s->cut = unsent > most * CUT_FACTOR;
	if (s->full || unsent < most)
		return;
	s->full = true;
	stream_tell_sent(stream_of(s));
}

void event_stream_send(struct event_stream *s, sv event, sv id, sv data)
{
	const sv parts[] = {
		id.p ? SV("id: ") : SV(""),
		id,
		id.p ? SV("\nevent: ") : SV("event: "),
		event,
		SV("\ndata: "),
		data,
		SV("\n\n"),
	};

	assert(!data.n || !memchr(data.p, '\n', data.n));
	if (s->cut || s->headless)
		return;
	write_chunk(s, parts, COUNT_OF(parts));
	look_whether_full(s);
}

void event_stream_write(struct event_stream *s, sv bytes)
{
	if (s->cut || s->headless || !bytes.n)
		return;
	write_chunk(s, &bytes, 1);
	look_whether_full(s);
}

void event_stream_break(struct event_stream *s)
{
	s->cut = true;
}

bool event_stream_is_full(const struct event_stream *s)
{
	return s->full || s->cut || s->headless;
}

/* ---- what befalls it ---- */

void event_stream_sent(struct event_stream *s)
{
	bool was_full = s->full;

	if (s->headless) {
		connection_finish(s->connection);
		return;
	}
	s->full = false;
	if (was_full && s->listener.on_drained)
		s->listener.on_drained(s->listener.ctx);
}

bool event_stream_beat(struct event_stream *s)
{
	size_t unsent = stream_unsent(stream_of(s));
	bool moves = !unsent || unsent < s->mark;

	s->silent = moves ? 0 : s->silent + 1;
	s->mark = unsent;
	if (s->cut || s->silent > 1)
		return false;
	if (!unsent && !s->document)
		write_chunk(s, &(sv){":\n\n", 3}, 1);
	return true;
}

/* ---- life ---- */

static struct event_stream *begin(struct exchange *x, sv type,
				  const struct event_stream_listener *l)
{
	struct answer answer = {.status = 200, .type = type, .endless = true};
	struct event_stream *s = heap_alloc(sizeof(*s));

	assert(x->connection);
	*s = (struct event_stream){.connection = x->connection, .listener = *l};
	s->chunked = !x->head->old;
	s->headless = x->head->method == HTTP_HEAD;
	x->connection->last = true;
	x->server->counts.streams++;
	exchange_add_header(x, "X-Accel-Buffering", SV("no")); /* nginx would keep events back */
	answer_head(x, &answer);
	connection_become_events(x->connection, s);
	if (s->headless)
		stream_tell_sent(stream_of(s));
	return s;
}

struct event_stream *exchange_stream(struct exchange *x,
				     const struct event_stream_listener *listener)
{
	struct event_stream *s = begin(x, SV("text/event-stream"), listener);

	if (!s->headless)
		write_chunk(s, &(sv){"retry: 2000\n\n", 13}, 1);
	answer_done(x);
	return s;
}

struct event_stream *exchange_stream_document(struct exchange *x, sv type,
					      const struct event_stream_listener *listener)
{
	struct event_stream *s = begin(x, type, listener);

	s->document = true;
	answer_done(x);
	return s;
}

/* What its owner did not end is not whole: then the client is not told that it has all. */
static void say_goodbye(struct event_stream *s, bool whole)
{
	if (s->chunked && !s->headless && whole)
		connection_write(s->connection, SV("0\r\n\r\n"));
	s->connection->server->counts.streams--;
	free(s);
}

void event_stream_end(struct event_stream *s)
{
	struct event_stream_listener listener = s->listener;

	say_goodbye(s, !s->document);
	listener.on_closed(listener.ctx);
}

void event_stream_close(struct event_stream *s)
{
	struct connection *c = s->connection;

	c->events = NULL;
	say_goodbye(s, true);
	connection_finish(c);
}
