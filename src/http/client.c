/* client.c -- one connection, from request to request. */
#include "http/client.h"

#include "codec/http_answer.h"
#include "codec/json.h"

struct http_client {
	struct stream *stream;
	struct http_client_events events;
	struct http_answer *answer;
	struct event_lines lines;
	struct buf body;
	bool asking; /* an answer is to come */
	bool spoilt; /* more of it came than is taken */
	bool taking; /* bytes are being read: not to be freed */
	bool closed;
};

/* ---- ends ---- */

static void release(struct http_client *c)
{
	http_answer_free(c->answer);
	event_lines_release(&c->lines);
	buf_free(&c->body);
	free(c);
}

void http_client_close(struct http_client *c)
{
	if (!c || c->closed)
		return;
	c->closed = true;
	stream_close(c->stream);
	if (!c->taking)
		release(c);
}

static void end(struct http_client *c, bool strange)
{
	struct http_client_events events = c->events;

	if (c->closed)
		return;
	http_client_close(c);
	events.on_end(events.ctx, strange);
}

/* ---- what comes ---- */

static bool is_event_stream(const struct http_client *c)
{
	return http_answer_status(c->answer) == 200 &&
	       sv_starts(http_answer_type(c->answer), SV("text/event-stream"));
}

static void on_told(void *ctx, const struct told_event *event)
{
	struct http_client *c = ctx;

	if (!c->closed)
		c->events.on_event(c->events.ctx, event);
}

static void on_body(void *ctx, sv piece)
{
	struct http_client *c = ctx;

	if (c->closed || c->spoilt)
		return;
	if (is_event_stream(c))
		c->spoilt |= !event_lines_feed(&c->lines, piece, HTTP_CLIENT_MOST_BYTES, on_told,
					       c);
	else
		buf_add(&c->body, piece);
	c->spoilt |= c->body.n > HTTP_CLIENT_MOST_BYTES;
}

/* Its owner may ask again, or close, from within. */
static void tell_answer(struct http_client *c)
{
	struct buf body = c->body;
	int status = http_answer_status(c->answer);
	bool streamed = is_event_stream(c), last = http_answer_last(c->answer);

	c->body = (struct buf){0};
	c->asking = false;
	if (!streamed)
		c->events.on_answer(c->events.ctx, status, buf_sv(&body));
	buf_free(&body);
	if (streamed || last)
		end(c, false);
}

static void on_bytes(void *ctx, sv bytes)
{
	struct http_client *c = ctx;
	enum http_answer_result result = HTTP_ANSWER_BROKEN;

	c->taking = true;
	if (c->asking)
		result = http_answer_feed(c->answer, bytes);
	if (c->spoilt || result == HTTP_ANSWER_BROKEN)
		end(c, true);
	else if (!c->closed && result == HTTP_ANSWER_DONE)
		tell_answer(c);
	c->taking = false;
	if (c->closed)
		release(c);
}

static void on_end(void *ctx, bool gone)
{
	end(ctx, false);
}

static void on_sent(void *ctx)
{
}

struct http_client *http_client_new(struct stream *s, const struct http_client_events *events)
{
	static const struct stream_events stream = {
		.on_bytes = on_bytes, .on_sent = on_sent, .on_end = on_end};
	struct http_client *c = heap_alloc(sizeof(*c));

	*c = (struct http_client){.stream = s, .events = *events};
	c->answer = http_answer_new(&(struct http_answer_events){.on_body = on_body, .ctx = c});
	stream_start(s, &stream, c);
	return c;
}

/* ---- what goes ---- */

void http_client_ask(struct http_client *c, const struct http_question *q)
{
	AUTO_BUF out = {0};

	assert(!c->asking);
	c->asking = true;
	http_answer_begin(c->answer);
	buf_addf(&out, "%s " SV_FMT " HTTP/1.1\r\nHost: localhost\r\n", http_method_word(q->method),
		 SV_ARG(q->path));
	if (q->last_event.p)
		buf_addf(&out, "Last-Event-ID: " SV_FMT "\r\n", SV_ARG(q->last_event));
	if (q->json.p)
		buf_addf(&out, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
			 q->json.n);
	else if (q->method != HTTP_GET)
		buf_add(&out, SV("Content-Length: 0\r\n"));
	buf_add(&out, SV("\r\n"));
	buf_add(&out, q->json);
	stream_write(c->stream, buf_sv(&out));
}

/* ---- problems ---- */

static enum err_kind kind_of(sv word)
{
#define X(id, word, exit) ERR_##id,
	static const enum err_kind kinds[] = {ERR_KINDS(X)};
#undef X
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (sv_eq(word, sv_of(err_word(kinds[i]))))
			return kinds[i];
	return ERR_FAILED;
}

void http_read_problem(int status, sv body, struct err *ret)
{
	AUTO_ARENA a = arena_new();
	const struct value *problem;
	struct err e;

	if (!json_read(a, body, &problem, &e) || !value_text(problem, "detail").p) {
		err_set(ret, status == 503 ? ERR_UNAVAILABLE : ERR_FAILED,
			status == 503 ? "it takes no more connections now" : "it answered %d",
			status);
		if (status == 503)
			err_hint(ret, "try again in a moment");
		return;
	}
	err_set(ret, kind_of(value_text(problem, "kind")), SV_FMT,
		SV_ARG(value_text(problem, "detail")));
	if (value_text(problem, "hint").n)
		err_hint(ret, SV_FMT, SV_ARG(value_text(problem, "hint")));
}
