/* loop_parts.h -- what the files of the loop share among themselves; nobody else includes it. */
#pragma once
#include <uv.h>

#include "sys/loop.h"

struct loop {
	uv_loop_t uv;
	uv_prepare_t prepare;
	struct work *works; /* under way */
	void (*on_turn_end)(void *ctx);
	void *ctx;
	struct stream *active;     /* with something to send or to tell, at the end of the turn */
	struct piece *spare;       /* rooms for small writes, for those to come */
	unsigned spare_n;
	bool room_taken;
	char room[64 << 10]; /* what a read brings, until its lines are handed over */
};

void loop_free_data(uv_handle_t *handle); /* close callback: frees handle->data */
bool loop_failed(struct err *e, const char *what, sv which, int status); /* from libuv's status; returns false */

bool streams_flush(struct loop *l); /* writes what the turn brought; true when callbacks ran */
void streams_release(struct loop *l);
bool work_settle(struct loop *l); /* waits for one and has it told; false: there is none */

/* It has sent what has not gone yet, or has not been told that it has gone. */
bool channel_is_speaking(const uv_handle_t *handle);
void channel_freed(uv_handle_t *handle); /* close callback of a channel's pipe */
/* A channel not listened to yet; `takes` ones can be sent descriptors. */
struct channel *channel_new(struct loop *l, bool takes);
uv_stream_t *channel_stream(struct channel *c);
