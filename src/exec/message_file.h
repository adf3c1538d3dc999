/* message_file.h -- the lines that one attempt appends to its message file, each taken once: as its worker sends the same bytes
 * over a socket, or read from the file when there is no socket.  Knows nothing of what they mean. */
#pragma once
#include "base/base.h"

struct message_file {
	sv path;         /* absolute */
	uint64_t offset; /* where the next line begins */
	bool skipping;   /* within a line that is too long */
	bool unheard;    /* a line was too long: it was left out */
};

/* A line that came over the socket; false: it is too long to be taken. */
bool message_file_heard(struct message_file *f, sv line);

/* Hands on every whole line from the offset on; stops when `on_line` returns false.  A file that cannot be read has none. */
void message_file_read(struct message_file *f, bool (*on_line)(void *ctx, sv line), void *ctx);
