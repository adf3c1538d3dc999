/* page.h -- what a command prints: text with styles, written to a stream in one go.
 * Styles vanish where nobody sees colors, so callers never ask. */
#pragma once
#include "base/buf.h"

/*        id       SGR codes */
#define STYLES(X)          \
	X(PLAIN, "")       \
	X(DIM, "2")        \
	X(BOLD, "1")       \
	X(GOOD, "32")      \
	X(BAD, "31")       \
	X(WARN, "33")      \
	X(BUSY, "36")      \
	X(TITLE, "1;4")

#define X(id, codes) STYLE_##id,
enum style { STYLES(X) STYLE_COUNT };
#undef X

struct page {
	struct buf buf;
	bool color;
	unsigned width; /* columns; 0: no limit (a pipe) */
};

void page_add(struct page *p, enum style style, sv text);
void page_addf(struct page *p, enum style style, const char *fmt, ...) PRINTF(3, 4);
/* Text that begins at column `indent`, broken between words where the terminal ends; a pipe gets it as it is. */
void page_wrap(struct page *p, enum style style, unsigned indent, sv text);
void page_line(struct page *p); /* a newline */
void page_field(struct page *p, const char *name, sv value); /* "  name        value"; nothing when empty */
void page_flush(struct page *p, int fd); /* writes and empties; a reader who left is no error */
