/* stream.h -- byte streams over TCP and unix sockets, plain or through TLS: taken in, read as they come, written at the end
 * of the turn in one system call.  Knows no protocol.
 *
 * Ownership: a stream belongs to the loop; stream_close gives it back, and nothing of it is called again. */
#pragma once
#include "sys/loop.h"
#include "sys/tls.h"

struct stream;

/* One table for all streams of a kind. */
struct stream_events {
	void (*on_bytes)(void *ctx, sv bytes); /* valid during the call */
	/* Everything written has gone to the kernel; once for each stream_tell_sent. */
	void (*on_sent)(void *ctx);
	/* The other side sends no more; `gone`: it takes no more either.  Last call unless something is still being sent. */
	void (*on_end)(void *ctx, bool gone);
};

/* Nothing is read before this. */
void stream_start(struct stream *s, const struct stream_events *on, void *ctx);
void stream_pause(struct stream *s);  /* reads no more: the other side has to wait */
void stream_resume(struct stream *s);

void stream_write(struct stream *s, sv bytes); /* copied */
/* Not copied: `release` is called once they are not needed any more, also when the stream was closed before. */
void stream_lend(struct stream *s, sv bytes, void (*release)(void *owner), void *owner);
size_t stream_unsent(const struct stream *s);  /* bytes that the kernel has not taken yet */
void stream_tell_sent(struct stream *s);       /* on_sent at the end of the turn or later, never from within */
void stream_finish(struct stream *s);          /* says that no more will come, once what was written has gone */
void stream_close(struct stream *s);           /* at once: what was not sent is lost; NULL is fine */

/* To whoever listens at a unix socket.  Connected, or refused, at once. */
bool stream_connect(struct loop *l, sv path, struct stream **ret, struct err *e) CHECKED;

/* ---- taking streams in ---- */
struct stream_listener;
struct stream_address {
	sv host;       /* an address or a name; of several the first */
	uint16_t port; /* 0: any free one */
	sv path;       /* of a unix socket, instead, for its owner alone; p NULL: none.  Whatever lies there goes */
};
struct stream_listener_request {
	struct loop *loop;
	struct stream_address address;
	struct tls_identity *tls; /* NULL: plain; stays the caller's, must outlive all its streams */
	void (*on_stream)(void *ctx, struct stream *s);
	void *ctx;
};
/* CONFLICT when the address is taken, NOT_FOUND for a name nobody knows, DENIED for a port we may not use; with the remedy. */
bool stream_listen(const struct stream_listener_request *request, struct stream_listener **ret, struct err *e) CHECKED;
uint16_t stream_listener_port(const struct stream_listener *l);
void stream_listener_close(struct stream_listener *l); /* NULL is fine */
