/* server.c -- opening, time, draining, closing. */
#include "http/http_parts.h"

#include "base/time.h"
#include "sys/clock.h"
#include "sys/process.h"

enum {
	SPARE_EXCHANGES = 64,
	TURNED_AWAY = 64, /* connections beyond the limit that are told so; more are dropped */
	OTHER_DESCRIPTORS = 1024, /* that are not connections */
};

#define LEAST_WAIT (TIME_SECOND / 10) /* between two looks at the deadlines */

/* ---- time ---- */

static void on_time(void *ctx)
{
	struct http_server *s = ctx;
	time_us now = loop_now(s->loop);
	struct waiter *waiter;

	timer_close(s->timer);
	s->timer = NULL;
	while ((waiter = waiting_due(&s->waiting, now)))
		connection_due((struct connection *)waiter);
	server_arm(s);
}

void server_arm(struct http_server *s)
{
	time_us now = loop_now(s->loop), next = waiting_next(&s->waiting);

	if (!next)
		return;
	if (next < now + LEAST_WAIT)
		next = now + LEAST_WAIT;
	if (s->timer && s->timer_due <= next)
		return;
	timer_close(s->timer);
	s->timer = timer_start(s->loop, next - now, on_time, s);
	s->timer_due = next;
}

sv server_date(struct http_server *s)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_us now = loop_now(s->loop);
	struct tm tm;
	time_t at;

	if (now < s->date_until)
		return sv_of(s->date);
	at = (time_t)(clock_now() / TIME_SECOND);
	gmtime_r(&at, &tm);
	snprintf(s->date, sizeof(s->date), "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday],
		 tm.tm_mday, months[tm.tm_mon], (tm.tm_year + 1900) % 10000, tm.tm_hour, tm.tm_min,
		 tm.tm_sec);
	s->date_until = now + TIME_SECOND - clock_now() % TIME_SECOND;
	return sv_of(s->date);
}

/* ---- exchanges, used again ---- */

struct exchange *server_exchange(struct http_server *s)
{
	struct exchange *x = s->spare;

	if (x) {
		s->spare = x->next;
		s->spare_n--;
		return x;
	}
	x = heap_alloc(sizeof(*x));
	x->server = s;
	x->arena = arena_new();
	x->parse = http_parse_new();
	return x;
}

void server_keep(struct http_server *s, struct exchange *x)
{
	if (s->spare_n == SPARE_EXCHANGES) {
		exchange_free(x);
		return;
	}
	arena_reset(x->arena);
	buf_free(&x->added);
	x->connection = NULL;
	x->head = NULL;
	x->gone = NULL;
	x->match.params_count = 0;
	x->answered = x->handling = x->has_cache_control = false;
	x->next = s->spare;
	s->spare = x;
	s->spare_n++;
}

/* ---- opening ---- */

static uint32_t or_default(uint32_t given, uint32_t otherwise)
{
	return given ? given : otherwise;
}

static time_us or_span(time_us given, time_us otherwise)
{
	return given ? given : otherwise;
}

/* Descriptors that are left for files, hosts and steps, whoever calls. */
static void fit_descriptors(struct http_limits *l)
{
	uint32_t most = process_descriptors(l->connections + OTHER_DESCRIPTORS);
	uint32_t others = most / 2 < OTHER_DESCRIPTORS ? most / 2 : OTHER_DESCRIPTORS;

	if (l->connections > most - others)
		l->connections = most - others;
}

static void fill_limits(struct http_server *s, const struct http_limits *given)
{
	struct http_limits *l = &s->limits;

	l->connections = or_default(given->connections, 20000);
	l->header_bytes = or_default(given->header_bytes, 32 << 10);
	l->body_bytes = or_default(given->body_bytes, 8 << 20);
	l->stream_bytes = or_default(given->stream_bytes, 256 << 10);
	l->head_time = or_span(given->head_time, 10 * TIME_SECOND);
	l->idle_time = or_span(given->idle_time, 75 * TIME_SECOND);
	fit_descriptors(l);
	l->taking_time = or_span(given->taking_time, 30 * TIME_SECOND);
	l->beat_time = or_span(given->beat_time, 15 * TIME_SECOND);
	s->waiting.spans[WAIT_REQUEST] = l->idle_time;
	s->waiting.spans[WAIT_HEAD] = l->head_time;
	s->waiting.spans[WAIT_BODY] = l->taking_time;
	s->waiting.spans[WAIT_TAKING] = l->taking_time;
	s->waiting.spans[WAIT_BEAT] = l->beat_time;
	s->waiting.spans[WAIT_END] = 2 * TIME_SECOND;
}

static const struct sv_list *copy_names(struct arena *a, const struct sv_list *names)
{
	struct sv_list *copy = NEW(a, struct sv_list, 1);

	for (size_t i = 0; names && i < names->n; i++)
		*LIST_ADD(a, copy) = arena_sv(a, names->at[i]);
	return copy;
}

static struct http_server *server_new(const struct http_server_request *request)
{
	struct http_server *s = heap_alloc(sizeof(*s));

	s->loop = request->loop;
	s->arena = arena_new();
	s->request = *request;
	s->request.host = arena_sv(s->arena, request->host.p ? request->host : SV("127.0.0.1"));
	s->request.names = copy_names(s->arena, request->names);
	s->router = router_new(request->routes, request->routes_count);
	fill_limits(s, &request->limits);
	return s;
}

static void on_stream(void *ctx, struct stream *stream)
{
	struct http_server *s = ctx;

	if (s->counts.connections >= s->limits.connections + TURNED_AWAY)
		stream_close(stream);
	else
		connection_open(s, stream, false);
}

void http_server_take(struct http_server *s, struct stream *stream)
{
	if (s->draining)
		stream_close(stream);
	else
		connection_open(s, stream, true);
}

bool http_server_open(const struct http_server_request *request, struct http_server **ret,
		      struct err *e)
{
	struct http_server *s = server_new(request);
	struct stream_listener_request wish = {
		.loop = request->loop,
		.address = {.host = s->request.host, .port = request->port},
		.on_stream = on_stream,
		.ctx = s,
	};

	if (request->certificate.p &&
	    !tls_identity_read(request->certificate, request->key, &s->tls, e)) {
		http_server_close(s);
		return false;
	}
	wish.tls = s->tls;
	if (!request->closed && !stream_listen(&wish, &s->listener, e)) {
		http_server_close(s);
		return false;
	}
	*ret = s;
	return true;
}

uint16_t http_server_port(const struct http_server *s)
{
	return stream_listener_port(s->listener);
}

void http_server_counts(const struct http_server *s, struct http_counts *ret)
{
	*ret = s->counts;
}

/* ---- draining ---- */

static void on_drained(void *ctx)
{
	struct http_server *s = ctx;

	timer_close(s->drain_limit);
	s->drain_limit = NULL;
	s->on_drained(s->drained_ctx);
}

/* From the loop, and only once: whichever comes first. */
static void tell_drained_after(struct http_server *s, time_us after)
{
	timer_close(s->drain_limit);
	s->drain_limit = timer_start(s->loop, after, on_drained, s);
}

void server_forget(struct http_server *s)
{
	s->counts.connections--;
	if (s->draining && !s->counts.connections && s->drain_limit)
		tell_drained_after(s, 0);
}

/* One that has not been told yet; telling it may make others go or wait for something else. */
static struct connection *untold(const struct http_server *s)
{
	for (enum wait what = 0; what < WAIT_COUNT; what++) {
		for (struct waiter *w = s->waiting.first[what]; w; w = w->next) {
			struct connection *c = (struct connection *)w;

			if (!c->told)
				return c;
		}
	}
	return NULL;
}

void http_server_drain(struct http_server *s, time_us limit, void (*fn)(void *ctx), void *ctx)
{
	struct connection *c;

	assert(!s->draining);
	s->draining = true;
	s->on_drained = fn;
	s->drained_ctx = ctx;
	stream_listener_close(s->listener);
	s->listener = NULL;
	tell_drained_after(s, s->counts.connections ? limit : 0);
	while ((c = untold(s))) {
		c->told = true;
		connection_finish(c);
	}
}

/* ---- closing ---- */

static struct connection *any_connection(const struct http_server *s)
{
	for (enum wait what = 0; what < WAIT_COUNT; what++) {
		if (s->waiting.first[what])
			return (struct connection *)s->waiting.first[what];
	}
	return NULL;
}

void http_server_close(struct http_server *s)
{
	struct connection *c;

	if (!s)
		return;
	stream_listener_close(s->listener);
	timer_close(s->drain_limit);
	s->drain_limit = NULL;
	while ((c = any_connection(s)))
		connection_close(c);
	timer_close(s->timer);
	while (s->spare) {
		struct exchange *x = s->spare;

		s->spare = x->next;
		exchange_free(x);
	}
	router_free(s->router);
	tls_identity_free(s->tls);
	arena_free(s->arena);
	free(s);
}
