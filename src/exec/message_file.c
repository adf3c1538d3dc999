/* message_file.c -- counting bytes and cutting lines. */
#include "exec/message_file.h"

#include "model/limits.h"
#include "sys/file.h"

enum { FIRST_READ = 64 << 10 };

bool message_file_heard(struct message_file *f, sv line)
{
	f->offset += line.n + 1;
	if (line.n < LIMIT_MESSAGE_BYTES)
		return true;
	f->unheard = true;
	return false;
}

/* Hands on the whole lines of `text`; false when no more are wanted. */
static bool hand_on(struct message_file *f, sv text, bool (*on_line)(void *ctx, sv line), void *ctx)
{
	size_t at;

	for (; sv_find(text, '\n', &at); text = sv_from(text, at + 1)) {
		bool skipped = f->skipping;

		f->offset += at + 1;
		f->skipping = false;
		if (!skipped && !on_line(ctx, (sv){text.p, at}))
			return false;
	}
	return true;
}

void message_file_read(struct message_file *f, bool (*on_line)(void *ctx, sv line), void *ctx)
{
	size_t most = FIRST_READ;

	for (;;) {
		AUTO_ARENA a = arena_new();
		uint64_t before = f->offset;
		struct err e;
		sv text;

		if (!file_read_from(a, f->path, f->offset, most, &text, &e) || text.n == 0 ||
		    !hand_on(f, text, on_line, ctx))
			return;
		if (f->offset > before)
			continue;
		if (text.n < most)
			return; /* the beginning of a line */
		if (most == LIMIT_MESSAGE_BYTES) {
			f->skipping = f->unheard = true;
			f->offset += text.n;
		}
		most = LIMIT_MESSAGE_BYTES;
	}
}
