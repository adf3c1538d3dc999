/* stream.c -- reading, and writing what a turn brought in one go. */
#include "sys/stream.h"

#include <sys/socket.h>

#include "sys/stream_parts.h"

enum {
	ROOM_BYTES = 4096,  /* of small writes, gathered */
	SPARE_ROOMS = 128,  /* kept for the next turn */
	VECTORS = 64,       /* pieces a write */
	PLAIN_BYTES = 16384 /* of one TLS record */
};

struct piece {
	struct piece *next;
	const char *p; /* what is left to send */
	size_t n;
	void (*release)(void *owner); /* NULL: its own bytes */
	void *owner;
	size_t room; /* bytes of `own` */
	char own[];
};

static struct loop *loop_of(const struct stream *s)
{
	return (struct loop *)s->uv.loop;
}

static bool is_closed(const struct stream *s)
{
	return uv_is_closing((const uv_handle_t *)&s->uv);
}

/* ---- pieces ---- */

static struct piece *room_new(struct loop *l, size_t bytes)
{
	size_t room = bytes > ROOM_BYTES ? bytes : ROOM_BYTES;
	struct piece *piece = room == ROOM_BYTES ? l->spare : NULL;

	if (piece) {
		l->spare = piece->next;
		l->spare_n--;
	} else {
		piece = heap_grow(NULL, sizeof(*piece) + room);
	}
	*piece = (struct piece){.p = piece->own, .room = room};
	return piece;
}

static void piece_free(struct loop *l, struct piece *piece)
{
	if (piece->release)
		piece->release(piece->owner);
	if (piece->room != ROOM_BYTES || l->spare_n == SPARE_ROOMS) {
		free(piece);
		return;
	}
	piece->next = l->spare;
	l->spare = piece;
	l->spare_n++;
}

void streams_release(struct loop *l)
{
	while (l->spare) {
		struct piece *piece = l->spare;

		l->spare = piece->next;
		free(piece);
	}
}

static void pieces_push(struct pieces *q, struct piece *piece)
{
	if (q->last)
		q->last->next = piece;
	else
		q->first = piece;
	q->last = piece;
	q->n += piece->n;
}

static void pieces_copy(struct loop *l, struct pieces *q, sv bytes)
{
	struct piece *piece = q->last;
	size_t used = piece ? (size_t)(piece->p - piece->own) + piece->n : 0;

	if (!piece || piece->release || piece->room - used < bytes.n) {
		pieces_push(q, room_new(l, bytes.n));
		piece = q->last;
		used = 0;
	}
	memcpy(piece->own + used, bytes.p, bytes.n);
	piece->n += bytes.n;
	q->n += bytes.n;
}

static void pieces_lend(struct pieces *q, sv bytes, void (*release)(void *owner), void *owner)
{
	struct piece *piece = heap_grow(NULL, sizeof(*piece));

	*piece = (struct piece){.p = bytes.p, .n = bytes.n, .release = release, .owner = owner};
	pieces_push(q, piece);
}

/* Takes bytes off the front. */
static void pieces_drop(struct loop *l, struct pieces *q, size_t bytes)
{
	assert(bytes <= q->n);
	q->n -= bytes;
	while (q->first && q->first->n <= bytes) {
		struct piece *piece = q->first;

		bytes -= piece->n;
		q->first = piece->next;
		piece_free(l, piece);
	}
	if (!q->first)
		q->last = NULL;
	if (bytes) {
		q->first->p += bytes;
		q->first->n -= bytes;
	}
}

static unsigned pieces_vectors(const struct pieces *q, uv_buf_t ret[static VECTORS],
			       size_t *ret_bytes)
{
	unsigned count = 0;

	*ret_bytes = 0;
	for (struct piece *piece = q->first; piece && count < VECTORS; piece = piece->next) {
		ret[count++] = uv_buf_init((char *)piece->p, (unsigned)piece->n);
		*ret_bytes += piece->n;
	}
	return count;
}

/* ---- active ones ---- */

static void activate(struct stream *s)
{
	struct loop *l = loop_of(s);

	if (s->back || is_closed(s))
		return;
	s->next = l->active;
	s->back = &l->active;
	if (s->next)
		s->next->back = &s->next;
	l->active = s;
}

static void deactivate(struct stream *s)
{
	if (!s->back)
		return;
	*s->back = s->next;
	if (s->next)
		s->next->back = s->back;
	s->next = NULL;
	s->back = NULL;
}

/* ---- writing ---- */

static void on_written(uv_write_t *request, int status)
{
	struct stream *s = request->data;

	s->sending = NULL;
	free(request);
	if (is_closed(s))
		return;
	if (status < 0)
		s->failed = true;
	else
		pieces_drop(loop_of(s), &s->out, s->sending_n);
	activate(s);
}

/* The kernel takes no more for now: libuv waits until it does. */
static void send_later(struct stream *s)
{
	uv_buf_t vectors[VECTORS];
	unsigned count = pieces_vectors(&s->out, vectors, &s->sending_n);

	s->sending = heap_alloc(sizeof(*s->sending));
	s->sending->data = s;
	if (uv_write(s->sending, (uv_stream_t *)&s->uv, vectors, count, on_written) == 0)
		return;
	free(s->sending);
	s->sending = NULL;
	s->failed = true;
}

static void send_out(struct stream *s)
{
	uv_buf_t vectors[VECTORS];
	size_t bytes;
	unsigned count;
	int n;

	while (s->out.first) {
		count = pieces_vectors(&s->out, vectors, &bytes);
		n = uv_try_write((uv_stream_t *)&s->uv, vectors, count);
		if (n < 0 && n != UV_EAGAIN) {
			s->failed = true;
			return;
		}
		if (n > 0)
			pieces_drop(loop_of(s), &s->out, (size_t)n);
		if (n < 0 || (size_t)n < bytes) {
			send_later(s);
			return;
		}
	}
}

static void encipher(struct stream *s)
{
	struct buf raw = {0};

	while (s->plain.first && tls_is_open(s->tls) && !s->failed) {
		struct piece *piece = s->plain.first;

		s->failed = !tls_write(s->tls, (sv){piece->p, piece->n});
		pieces_drop(loop_of(s), &s->plain, piece->n);
	}
	if (s->finishing && !s->finished && !s->plain.first)
		tls_finish(s->tls);
	tls_give(s->tls, &raw);
	if (raw.n)
		pieces_lend(&s->out, buf_sv(&raw), free, raw.p);
	else
		buf_free(&raw);
}

static void flush(struct stream *s)
{
	uv_os_fd_t fd;

	if (s->sending || s->failed)
		return;
	if (s->tls)
		encipher(s);
	send_out(s);
	if (s->finishing && !s->finished && !s->out.first && !s->plain.first) {
		s->finished = true;
		if (uv_fileno((uv_handle_t *)&s->uv, &fd) == 0)
			shutdown(fd, SHUT_WR);
	}
}

void stream_write(struct stream *s, sv bytes)
{
	if (!bytes.n || s->failed || s->finishing)
		return;
	pieces_copy(loop_of(s), s->tls ? &s->plain : &s->out, bytes);
	activate(s);
}

void stream_lend(struct stream *s, sv bytes, void (*release)(void *owner), void *owner)
{
	if (!bytes.n || s->failed || s->finishing) {
		release(owner);
		return;
	}
	pieces_lend(s->tls ? &s->plain : &s->out, bytes, release, owner);
	activate(s);
}

size_t stream_unsent(const struct stream *s)
{
	size_t waiting = s->sending ? uv_stream_get_write_queue_size((const uv_stream_t *)&s->uv)
				    : 0;

	return s->plain.n + s->out.n - (s->sending ? s->sending_n - waiting : 0);
}

void stream_tell_sent(struct stream *s)
{
	s->tell_sent = true;
	activate(s);
}

void stream_finish(struct stream *s)
{
	s->finishing = true;
	activate(s);
}

/* ---- reading ---- */

/* One room for all: what is read is taken up before anything else is. */
static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
	struct loop *l = (struct loop *)handle->loop;

	if (l->room_taken) {
		*ret = uv_buf_init(heap_grow(NULL, suggested), (unsigned)suggested);
		return;
	}
	l->room_taken = true;
	*ret = uv_buf_init(l->room, sizeof(l->room));
}

static void take_room_back(struct loop *l, char *room)
{
	if (room == l->room)
		l->room_taken = false;
	else
		free(room);
}

static void tell_end(struct stream *s, bool gone)
{
	uv_read_stop((uv_stream_t *)&s->uv);
	s->told_gone = gone;
	s->on->on_end(s->ctx, gone);
}

/* Hands over what has been deciphered. */
static void take_deciphered(struct stream *s)
{
	enum tls_read how = TLS_BYTES;
	char plain[PLAIN_BYTES];
	size_t n;

	while (how == TLS_BYTES && !s->paused && !is_closed(s)) {
		how = tls_read(s->tls, plain, sizeof(plain), &n);
		if (how == TLS_BYTES)
			s->on->on_bytes(s->ctx, (sv){plain, n});
	}
	if (how == TLS_BROKEN)
		flush(s);
	if (how == TLS_ENDED || how == TLS_BROKEN)
		tell_end(s, how == TLS_BROKEN);
}

static void take_bytes(struct stream *s, sv bytes)
{
	if (!s->tls) {
		s->on->on_bytes(s->ctx, bytes);
		return;
	}
	if (!tls_take(s->tls, bytes)) {
		flush(s); /* says why */
		tell_end(s, true);
		return;
	}
	activate(s); /* hands are shaken */
	take_deciphered(s);
}

static void on_read(uv_stream_t *handle, ssize_t n, const uv_buf_t *room)
{
	struct stream *s = handle->data;

	if (n > 0)
		take_bytes(s, (sv){room->base, (size_t)n});
	if (room->base)
		take_room_back(loop_of(s), room->base);
	if (n < 0 && !is_closed(s))
		tell_end(s, n != UV_EOF);
}

void stream_start(struct stream *s, const struct stream_events *on, void *ctx)
{
	s->on = on;
	s->ctx = ctx;
	uv_read_start((uv_stream_t *)&s->uv, give_room, on_read);
}

void stream_pause(struct stream *s)
{
	s->paused = true;
	uv_read_stop((uv_stream_t *)&s->uv);
}

void stream_resume(struct stream *s)
{
	if (!s->paused)
		return;
	s->paused = false;
	uv_read_start((uv_stream_t *)&s->uv, give_room, on_read);
	s->resumed = s->tls != NULL; /* it may hold bytes that came before */
	if (s->resumed)
		activate(s);
}

/* ---- the end of a turn ---- */

/* True when its owner was called. */
static bool settle(struct stream *s)
{
	flush(s);
	if (s->failed) {
		if (!s->told_gone)
			tell_end(s, true);
		return true;
	}
	if (s->tell_sent && !s->out.first && !s->plain.first) {
		s->tell_sent = false;
		s->on->on_sent(s->ctx);
		return true;
	}
	return false;
}

bool streams_flush(struct loop *l)
{
	struct stream *batch = l->active;
	bool called = false;

	l->active = NULL;
	if (batch)
		batch->back = &batch;
	while (batch) {
		struct stream *s = batch;

		deactivate(s);
		called |= settle(s);
		if (s->resumed && !is_closed(s) && !s->told_gone) {
			s->resumed = false;
			take_deciphered(s);
			called = true;
		}
	}
	return called;
}

/* ---- life ---- */

struct stream *stream_new(struct loop *l)
{
	struct stream *s = heap_alloc(sizeof(*s));

	uv_tcp_init(&l->uv, &s->uv);
	s->uv.data = s;
	return s;
}

static void on_closed(uv_handle_t *handle)
{
	struct stream *s = handle->data;

	pieces_drop(loop_of(s), &s->plain, s->plain.n);
	pieces_drop(loop_of(s), &s->out, s->out.n);
	tls_session_free(s->tls);
	free(s);
}

void stream_close(struct stream *s)
{
	if (!s || is_closed(s))
		return;
	deactivate(s);
	uv_close((uv_handle_t *)&s->uv, on_closed);
}
