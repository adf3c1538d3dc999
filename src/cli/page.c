/* page.c -- styles as SGR sequences. */
#include "cli/page.h"

#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/arena.h"
#include "cli/text.h"

enum { LEAST_WRAPPED = 20, MOST_COLUMNS = 100 };

void page_add(struct page *p, enum style style, sv text)
{
#define X(id, codes) codes,
	static const char *const sgr[] = {STYLES(X)};
#undef X
	bool styled = p->color && sgr[style][0] && text.n;

	if (styled)
		buf_addf(&p->buf, "\033[%sm", sgr[style]);
	buf_add(&p->buf, text);
	if (styled)
		buf_add(&p->buf, SV("\033[0m"));
}

void page_addf(struct page *p, enum style style, const char *fmt, ...)
{
	char few[512];
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(few, sizeof(few), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(few)) {
		page_add(p, style, (sv){few, (size_t)n});
	} else if (n >= 0) {
		char *many = heap_alloc((size_t)n + 1);

		vsnprintf(many, (size_t)n + 1, fmt, again);
		page_add(p, style, (sv){many, (size_t)n});
		free(many);
	}
	va_end(again);
}

void page_line(struct page *p)
{
	buf_addc(&p->buf, '\n');
}

static bool next_word(sv *rest, sv *word)
{
	size_t n = 0;

	while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\n'))
		*rest = sv_from(*rest, 1);
	while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\n')
		n++;
	*word = (sv){rest->p, n};
	*rest = sv_from(*rest, n);
	return n > 0;
}

void page_wrap(struct page *p, enum style style, unsigned indent, sv text)
{
	unsigned column = indent, end = p->width < MOST_COLUMNS ? p->width : MOST_COLUMNS;
	sv word;

	if (end < indent + LEAST_WRAPPED || text_width(text) + indent <= p->width) {
		page_add(p, style, text);
		return;
	}
	while (next_word(&text, &word)) {
		unsigned width = text_width(word);

		if (column > indent && column + 1 + width > end) {
			buf_addf(&p->buf, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			buf_addc(&p->buf, ' ');
			column++;
		}
		page_add(p, style, word);
		column += width;
	}
}

void page_field(struct page *p, const char *name, sv value)
{
	enum { NAME_COLUMNS = 14 };

	if (value.n == 0)
		return;
	page_addf(p, STYLE_DIM, "  %-*s", NAME_COLUMNS, name);
	buf_addc(&p->buf, ' ');
	page_wrap(p, STYLE_PLAIN, NAME_COLUMNS + 3, value);
	page_line(p);
}

void page_flush(struct page *p, int fd)
{
	size_t done = 0;

	while (done < p->buf.n) {
		ssize_t n = write(fd, p->buf.p + done, p->buf.n - done);

		if (n < 0 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	buf_clear(&p->buf);
}
