/* log_tail.c -- a follower a client.  Its file is watched, and looked at each second besides: it may not be there yet, it moves
 * when a kept worker hands it over, and not every file system tells. */
#include "api/log_tail.h"

#include "base/time.h"
#include "sys/file.h"

enum { PIECE = 65536, MOMENT = 10000 };

#define LOOK_AGAIN TIME_SECOND

struct log_follower {
	struct log_follower *next, *previous;
	struct log_tails *all;
	struct event_stream *stream;
	struct arena *arena;
	struct step_log log; /* in `arena` */
	struct file_watch *watch;
	struct timer *timer, *moment; /* moment: it has grown; NULL: not since */
	int64_t at;                   /* byte that is sent next */
};

struct log_tails {
	struct api *api;
	struct log_follower *first;
};

static void release(struct log_follower *f)
{
	file_watch_close(f->watch);
	timer_close(f->timer);
	timer_close(f->moment);
	arena_free(f->arena);
	free(f);
}

static void drop(struct log_follower *f)
{
	if (f->next)
		f->next->previous = f->previous;
	if (f->previous)
		f->previous->next = f->next;
	else
		f->all->first = f->next;
	release(f);
}

/* ---- what is sent ---- */

/* How much of it is whole characters; what is none at all counts. */
static size_t whole_characters(sv text)
{
	for (size_t back = 1; back <= 3 && back <= text.n; back++) {
		unsigned char c = (unsigned char)text.p[text.n - back];
		size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;

		if (c >= 0xc0)
			return length > back ? text.n - back : text.n;
		if (c < 0x80)
			break;
	}
	return text.n;
}

static void send_text(struct log_follower *f, sv text)
{
	AUTO_BUF data = {0};
	AUTO_BUF id = {0};
	struct json j = json_begin(&data, '{');

	json_member_int(&j, "offset", f->at);
	json_member_text(&j, "text", text);
	json_close(&j);
	f->at += (int64_t)text.n;
	buf_addf(&id, "%lld", (long long)f->at);
	event_stream_send(f->stream, SV("text"), buf_sv(&id), buf_sv(&data));
}

static void send_end(struct log_follower *f)
{
	AUTO_BUF data = {0};
	struct json j = json_begin(&data, '{');

	json_member_int(&j, "offset", f->at);
	json_close(&j);
	event_stream_send(f->stream, SV("end"), (sv){0}, buf_sv(&data));
	event_stream_close(f->stream);
	drop(f);
}

/* The next piece; `*ret_more` when there may be another. */
static bool send_piece(struct log_follower *f, sv path, bool ended, bool *ret_more)
{
	AUTO_ARENA a = arena_new();
	sv text;
	struct err ignored;

	if (!file_read_from(a, path, (uint64_t)f->at, PIECE, &text, &ignored))
		return false;
	*ret_more = text.n == PIECE;
	if (*ret_more || !ended)
		text.n = whole_characters(text);
	if (text.n)
		send_text(f, text);
	return true;
}

/* What there is and the client takes; its end.  Where the file cannot be read just now the stream ends: the client asks
 * again, and says how far it came. */
static void send(struct log_follower *f)
{
	bool ended = step_log_ended(&f->log), more = true;
	AUTO_ARENA a = arena_new();
	sv path = step_log_file(a, &f->log);

	more = path.n > 0;
	while (more && !event_stream_is_full(f->stream))
		if (!send_piece(f, path, ended, &more)) {
			event_stream_close(f->stream);
			drop(f);
			return;
		}
	if (ended && !more)
		send_end(f);
}

/* ---- when to look ---- */

static void on_moment(void *ctx)
{
	struct log_follower *f = ctx;

	timer_close(f->moment);
	f->moment = NULL;
	send(f);
}

/* Many lines of one moment are one piece. */
static void on_grown(void *ctx)
{
	struct log_follower *f = ctx;

	if (!f->moment)
		f->moment = timer_start(f->all->api->session->loop, MOMENT, on_moment, f);
}

static void read_step_again(struct log_follower *f)
{
	struct arena *a = arena_new();
	struct step_log now = {.attempt = f->log.attempt, .stream = arena_sv(a, f->log.stream)};
	struct err ignored;

	if (!store_get_step(f->all->api->store, a, f->log.step.run, f->log.step.index, &now.step,
			    &ignored)) {
		arena_free(a);
		return;
	}
	arena_free(f->arena);
	f->arena = a;
	f->log = now;
}

static void on_timer(void *ctx);

static void look(struct log_follower *f)
{
	struct loop *loop = f->all->api->session->loop;
	struct err ignored;

	read_step_again(f);
	file_watch_close(f->watch);
	f->watch = NULL;
	timer_close(f->timer);
	f->timer = timer_start(loop, LOOK_AGAIN, on_timer, f);
	if (!step_log_ended(&f->log) && !file_watch_start(loop, step_log_file(f->arena, &f->log),
							  on_grown, f, &f->watch, &ignored))
		f->watch = NULL; /* it is not there yet */
	send(f);
}

static void on_timer(void *ctx)
{
	look(ctx);
}

void log_tails_tell(struct log_tails *all, const struct event_row *event)
{
	if (!all->first || !sv_starts(event->kind, SV("step_")))
		return;
	for (struct log_follower *f = all->first, *next; f; f = next) {
		next = f->next;
		if (f->log.step.index == event->step && sv_eq(f->log.step.run, event->run))
			look(f);
	}
}

/* ---- followers ---- */

static void on_closed(void *ctx)
{
	drop(ctx);
}

void log_tail_follow(struct log_tails *all, struct exchange *x, const struct step_log *log,
		     int64_t from)
{
	struct log_follower *f = heap_alloc(sizeof(*f));

	*f = (struct log_follower){
		.next = all->first, .all = all, .arena = arena_new(), .at = from};
	f->log = (struct step_log){.step.run = arena_sv(f->arena, log->step.run),
				   .step.index = log->step.index,
				   .stream = arena_sv(f->arena, log->stream),
				   .attempt = log->attempt};
	if (f->next)
		f->next->previous = f;
	all->first = f;
	f->stream = exchange_stream(x, &(struct event_stream_listener){.on_drained = on_grown,
								       .on_closed = on_closed,
								       .ctx = f});
	look(f);
}

struct log_tails *log_tails_new(struct api *api)
{
	struct log_tails *all = heap_alloc(sizeof(*all));

	*all = (struct log_tails){.api = api};
	return all;
}

void log_tails_free(struct log_tails *all)
{
	if (!all)
		return;
	for (struct log_follower *f = all->first, *next; f; f = next) {
		next = f->next;
		release(f);
	}
	free(all);
}
