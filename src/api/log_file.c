/* log_file.c -- what a step printed as one document, as long as it is when it is asked for.  A piece is read when the
 * client has taken the one before: gigabytes cost no memory. */
#include "api/log_file.h"

#include "sys/file.h"

enum { PIECE = 65536 };

struct log_file {
	struct event_stream *stream;
	struct arena *arena;
	sv path; /* in `arena` */
	uint64_t at, end;
};

static void release(void *ctx)
{
	struct log_file *f = ctx;

	arena_free(f->arena);
	free(f);
}

static bool send_piece(struct log_file *f)
{
	AUTO_ARENA a = arena_new();
	size_t most = f->end - f->at < PIECE ? (size_t)(f->end - f->at) : PIECE;
	sv bytes;
	struct err ignored;

	if (!file_read_from(a, f->path, f->at, most, &bytes, &ignored) || !bytes.n)
		return false;
	event_stream_write(f->stream, bytes);
	f->at += bytes.n;
	return true;
}

static void send(void *ctx)
{
	struct log_file *f = ctx;

	while (f->at < f->end && !event_stream_is_full(f->stream))
		if (!send_piece(f)) { /* it is gone, or was cut */
			event_stream_break(f->stream);
			return;
		}
	if (f->at < f->end)
		return;
	event_stream_close(f->stream);
	release(f);
}

void log_file_send(struct exchange *x, sv path)
{
	struct log_file *f = heap_alloc(sizeof(*f));
	struct file_facts facts;

	*f = (struct log_file){.arena = arena_new()};
	f->path = arena_sv(f->arena, path);
	if (path.n && file_look_through(path, &facts))
		f->end = facts.bytes;
	exchange_add_header(x, "Content-Disposition", SV("attachment"));
	f->stream = exchange_stream_document(x, SV("text/plain; charset=utf-8"),
					     &(struct event_stream_listener){send, release, f});
	send(f);
}
