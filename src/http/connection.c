/* connection.c -- one client: requests out of its bytes, one at a time and in order. */
#include "http/http_parts.h"

enum {
	WAITING_BYTES =
		64
		<< 10, /* of further requests, while one is being answered: then it has to wait */
	LARGE_BYTES = 256 << 10, /* unsent, and no further request is taken */
	STEP_BYTES = 64 << 10,   /* of a body, to be given another while */
	ROOM_KNOWN = 512,        /* connections beyond the limit, for who was let in */
};

/* ---- states ---- */

static void move(struct connection *c, enum connection_state to)
{
#define X(id, follows) [C_##id] = (follows),
	static const unsigned follows[C_COUNT] = {CONNECTION_STATES(X)};
#undef X
	assert(follows[c->state] & 1u << to);
	c->state = to;
}

static bool is_reading(const struct connection *c)
{
	return c->state == C_IDLE || c->state == C_HEAD || c->state == C_BODY;
}

static enum wait wait_of(const struct connection *c)
{
	static const enum wait waits[C_COUNT] = {
		[C_IDLE] = WAIT_REQUEST, [C_HEAD] = WAIT_HEAD,     [C_BODY] = WAIT_BODY,
		[C_WORK] = WAIT_ANSWER,  [C_TAKING] = WAIT_TAKING, [C_EVENTS] = WAIT_BEAT,
		[C_ENDING] = WAIT_END,
	};

	return c->state == C_ENDING && stream_unsent(c->stream) ? WAIT_TAKING : waits[c->state];
}

static void join(struct connection *c)
{
	waiting_join(&c->server->waiting, &c->waiter, wait_of(c), loop_now(c->server->loop));
	c->fresh = false;
	server_arm(c->server);
}

/* Once a turn and connection, whatever came in between. */
static void join_anew(struct connection *c)
{
	if (c->fresh || !c->waiter.queued || c->waiter.what != wait_of(c))
		join(c);
}

/* ---- writing ---- */

void connection_write(struct connection *c, sv bytes)
{
	c->server->counts.bytes_out += bytes.n;
	stream_write(c->stream, bytes);
}

void connection_lend(struct connection *c, sv bytes, void (*release)(void *owner), void *owner)
{
	c->server->counts.bytes_out += bytes.n;
	stream_lend(c->stream, bytes, release, owner);
}

/* ---- ends ---- */

static void free_connection(struct connection *c)
{
	struct http_server *s = c->server;

	waiting_leave(&s->waiting, &c->waiter);
	stream_close(c->stream);
	buf_free(&c->in);
	free(c);
	server_forget(s);
}

void connection_close(struct connection *c)
{
	struct event_stream *events = c->events;
	struct exchange *x = c->x;

	assert(!c->running);
	c->events = NULL;
	c->x = NULL;
	if (events)
		event_stream_end(events);
	if (x && is_reading(c))
		server_keep(c->server, x); /* nobody has seen it yet */
	else if (x)
		exchange_lose(x);
	free_connection(c);
}

/* Nothing more is taken; what was written goes out, and then the client has a moment to hear it: closing while its bytes
 * come would tear the answer away. */
static void end(struct connection *c)
{
	move(c, C_ENDING);
	stream_resume(c->stream);
	stream_finish(c->stream);
	stream_tell_sent(c->stream);
	buf_free(&c->in);
}

void connection_finish(struct connection *c)
{
	struct event_stream *events = c->events;

	c->last = true;
	c->events = NULL;
	if (events)
		event_stream_end(events);
	if ((c->state == C_IDLE && !c->in.n) || c->state == C_EVENTS) {
		end(c);
		join(c);
	}
}

/* ---- answers ---- */

static void settle(struct connection *c)
{
	struct exchange *x = c->x;

	if (c->events) {
		move(c, C_EVENTS);
		c->x = NULL;
		server_keep(c->server, x);
		return;
	}
	c->x = NULL;
	c->fresh = true;
	server_keep(c->server, x);
	if (c->last) {
		end(c);
	} else if (stream_unsent(c->stream) > LARGE_BYTES) {
		move(c, C_TAKING);
		c->mark = stream_unsent(c->stream);
		stream_tell_sent(c->stream);
	} else {
		move(c, C_IDLE);
	}
}

/* Later than its handler returned: requests behind it are taken up by the loop, not from within whoever answered. */
void connection_answered(struct connection *c)
{
	settle(c);
	if (c->state == C_IDLE && (c->in.n || c->ended))
		stream_tell_sent(c->stream);
	join_anew(c);
}

void connection_become_events(struct connection *c, struct event_stream *events)
{
	c->events = events;
}

/* ---- requests ---- */

static void begin(struct connection *c)
{
	const struct http_limits *limits = &c->server->limits;

	c->x = server_exchange(c->server);
	c->x->connection = c;
	http_parse_begin(c->x->parse,
			 &(struct http_parse_limits){.head_bytes = limits->header_bytes,
						     .target_bytes = limits->header_bytes / 2,
						     .body_bytes = limits->body_bytes});
	c->fresh = true;
	c->mark = 0;
	move(c, C_HEAD);
}

static void refuse(struct connection *c, int status, const char *why)
{
	c->last = true;
	move(c, C_WORK);
	c->x->head = NULL;
	c->x->handling = true; /* settled here */
	exchange_refuse_text(c->x, status, why, "");
	c->x->handling = false;
	settle(c);
}

static void work(struct connection *c)
{
	struct exchange *x = c->x;

	x->head = http_parse_head(x->parse);
	c->last = c->last || !x->head->keep_alive || c->server->draining;
	move(c, C_WORK);
	exchange_handle(x);
	if (x->answered)
		settle(c);
}

/* The rest of a body is asked for, and its client given time. */
static void await_body(struct connection *c)
{
	if (http_parse_head(c->x->parse)->expects_continue)
		connection_write(c, SV("HTTP/1.1 100 Continue\r\n\r\n"));
	move(c, C_BODY);
	c->mark = http_parse_bytes(c->x->parse);
}

static size_t take(struct connection *c, sv bytes)
{
	struct http_refusal refusal;
	size_t taken = 0;

	if (c->state == C_IDLE)
		begin(c);
	switch (http_parse_feed(c->x->parse, bytes, &taken)) {
	case HTTP_PARSE_MORE: break;
	case HTTP_PARSE_HEAD: await_body(c); break;
	case HTTP_PARSE_DONE: work(c); break;
	case HTTP_PARSE_REFUSED:
		refusal = http_parse_refusal(c->x->parse);
		refuse(c, refusal.status, refusal.why);
		break;
	}
	if (c->state == C_BODY && http_parse_bytes(c->x->parse) - c->mark > STEP_BYTES) {
		c->mark = http_parse_bytes(c->x->parse);
		c->fresh = true;
	}
	return taken;
}

static void keep(struct connection *c, sv bytes)
{
	buf_add(&c->in, bytes);
	if (c->in.n > WAITING_BYTES)
		stream_pause(c->stream);
}

static void run(struct connection *c, sv bytes)
{
	c->running = true;
	while (bytes.n && is_reading(c))
		bytes = sv_from(bytes, take(c, bytes));
	c->running = false;
	if (bytes.n && (c->state == C_WORK || c->state == C_TAKING))
		keep(c, bytes);
	join_anew(c);
}

/* ---- what the stream tells ---- */

static void on_bytes(void *ctx, sv bytes)
{
	struct connection *c = ctx;

	c->server->counts.bytes_in += bytes.n;
	if (is_reading(c) && !c->in.n)
		run(c, bytes);
	else if (c->state != C_EVENTS && c->state != C_ENDING)
		keep(c, bytes);
}

static void go_on(struct connection *c)
{
	struct buf kept = c->in;

	c->in = (struct buf){0};
	run(c, buf_sv(&kept));
	buf_free(&kept);
	if (!c->in.n && is_reading(c))
		stream_resume(c->stream);
}

static void on_sent(void *ctx)
{
	struct connection *c = ctx;

	if (c->state == C_EVENTS) {
		event_stream_sent(c->events);
		return;
	}
	if (c->state == C_TAKING && c->last)
		end(c);
	else if (c->state == C_TAKING)
		move(c, C_IDLE);
	if (c->state == C_IDLE)
		go_on(c);
	if (c->ended && is_reading(c))
		end(c);
	if (c->ended && c->state == C_ENDING && !stream_unsent(c->stream))
		connection_close(c);
	else
		join(c);
}

/* Who asked and then says that no more will come is answered still, unless the handler wanted to know of it. */
static void on_end(void *ctx, bool gone)
{
	struct connection *c = ctx;
	bool waits = c->state == C_WORK && !c->x->gone;

	c->ended = true;
	if (gone || c->state == C_HEAD || c->state == C_BODY || c->state == C_EVENTS ||
	    (c->state == C_WORK && !waits))
		connection_close(c);
	else if (!waits)
		stream_tell_sent(c->stream);
}

/* ---- time ---- */

/* Of an answer that is being taken: slowly is fine, not at all is not. */
static void look_whether_taken(struct connection *c)
{
	size_t unsent = stream_unsent(c->stream);

	if (unsent >= c->mark && c->mark) {
		connection_close(c);
		return;
	}
	c->mark = unsent;
	join(c);
}

void connection_due(struct connection *c)
{
	switch (c->waiter.what) {
	case WAIT_HEAD:
	case WAIT_BODY:
		refuse(c, 408, "The request did not come to its end in time");
		join(c);
		break;
	case WAIT_TAKING: look_whether_taken(c); break;
	case WAIT_BEAT:
		if (event_stream_beat(c->events))
			join(c);
		else
			connection_close(c);
		break;
	default: connection_close(c); break;
	}
}

/* ---- life ---- */

static const struct stream_events events = {
	.on_bytes = on_bytes, .on_sent = on_sent, .on_end = on_end};

static void turn_away(struct connection *c)
{
	connection_write(
		c, SV("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 5\r\n"
		      "Connection: close\r\n\r\n"));
	c->server->counts.refused++;
	c->server->counts.by_status[5]++;
	end(c);
}

static uint32_t room_for(const struct connection *c)
{
	return c->server->limits.connections + (c->known ? ROOM_KNOWN : 0);
}

void connection_open(struct http_server *s, struct stream *stream, bool known)
{
	struct connection *c = heap_alloc(sizeof(*c));

	c->server = s;
	c->stream = stream;
	c->known = known;
	stream_start(stream, &events, c);
	if (++s->counts.connections > room_for(c))
		turn_away(c);
	join(c);
}
