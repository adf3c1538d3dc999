/* failure_text.c -- indented lines, the traceback cut from above. */
#include "cli/failure_text.h"

#include "cli/text.h"

static void print_traceback(struct page *p, sv traceback, unsigned indent, unsigned most)
{
	sv rest = traceback, line;
	unsigned lines = 0, at = 0;
	bool cut = false;

	while (text_next_line(&rest, &line))
		lines += line.n > 0;
	for (rest = traceback; text_next_line(&rest, &line);) {
		AUTO_ARENA a = arena_new();

		size_t blanks = 0;
		while (blanks < line.n && line.p[blanks] == ' ')
			blanks++;
		if (line.n == 0)
			continue;
		if (at++ + most < lines) {
			cut = true;
			continue;
		}
		if (cut && !sv_starts(sv_from(line, blanks), SV("File ")))
			continue; /* begin with a whole frame */
		cut = false;
		page_addf(p, STYLE_DIM, "%*s" SV_FMT "\n", (int)(indent + blanks), "",
			  SV_ARG(text_line(a, line)));
	}
}

void failure_print_more(struct page *p, const struct failure *f, unsigned indent,
			unsigned traceback_lines)
{
	if (f->cause.n)
		page_addf(p, STYLE_PLAIN, "%*sfrom " SV_FMT "\n", (int)indent, "",
			  SV_ARG(f->cause));
	if (f->file.n && f->line)
		page_addf(p, STYLE_PLAIN, "%*sat " SV_FMT ":%lld\n", (int)indent, "",
			  SV_ARG(f->file), (long long)f->line);
	else if (f->file.n)
		page_addf(p, STYLE_PLAIN, "%*sat " SV_FMT "\n", (int)indent, "", SV_ARG(f->file));
	print_traceback(p, f->traceback, indent + 2, traceback_lines);
	if (f->hint.n)
		page_addf(p, STYLE_DIM, "%*shint: " SV_FMT "\n", (int)indent, "", SV_ARG(f->hint));
}

void failure_print(struct page *p, const struct failure *f, unsigned indent,
		   unsigned traceback_lines)
{
	AUTO_ARENA a = arena_new();

	if (!f->message.p)
		return;
	page_addf(p, STYLE_BAD, "%*s" SV_FMT "\n", (int)indent, "", SV_ARG(failure_sentence(a, f)));
	failure_print_more(p, f, indent, traceback_lines);
}
