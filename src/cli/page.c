/* page.c -- styles as SGR sequences. */
#include "cli/page.h"

#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/arena.h"

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

void page_field(struct page *p, const char *name, sv value)
{
	enum { NAME_COLUMNS = 14 };

	if (value.n == 0)
		return;
	page_addf(p, STYLE_DIM, "  %-*s", NAME_COLUMNS, name);
	page_addf(p, STYLE_PLAIN, " " SV_FMT "\n", SV_ARG(value));
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
