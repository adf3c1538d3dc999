/* stream_parts.h -- what the files of streams share among themselves; nobody else includes it. */
#pragma once
#include "sys/loop_parts.h"
#include "sys/stream.h"

/* Bytes on their way out, a queue of them in order. */
struct pieces {
	struct piece *first, *last;
	size_t n; /* bytes of all */
};

/* A TCP handle carries unix sockets as well: libuv asks neither what family they are. */
struct stream {
	uv_tcp_t uv;
	const struct stream_events *on;
	void *ctx;
	struct tls_session *tls;
	struct pieces plain;          /* with TLS: not enciphered yet */
	struct pieces out;            /* for the kernel */
	uv_write_t *sending;          /* under way: the kernel took no more at once */
	size_t sending_n;             /* the first bytes of `out` */
	struct stream *next, **back;  /* in the loop's list of active ones */
	bool tell_sent, paused, resumed, finishing, finished, failed, told_gone;
};

struct stream *stream_new(struct loop *l); /* not connected to anything yet */
