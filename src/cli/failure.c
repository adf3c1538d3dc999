/* failure.c -- both error objects have the same bones under different names. */
#include "cli/failure.h"

#include "cli/text.h"
#include "codec/json.h"

static sv either(const struct value *map, const char *one, const char *other)
{
	sv text = value_text(map, one);

	return text.p ? text : value_text(map, other);
}

/* Pipes gives the stack as a list of pieces, a host as one text. */
static sv traceback_of(struct arena *a, const struct value *error)
{
	const struct value *stack = value_get(error, "stack");
	AUTO_BUF b = {0};

	if (!stack || stack->type != VALUE_LIST)
		return either(error, "traceback", "stack");
	for (size_t i = 0; i < stack->n; i++)
		if (stack->items[i].type == VALUE_TEXT)
			buf_add(&b, stack->items[i].text);
	return b.n ? arena_sv(a, buf_sv(&b)) : (sv){0};
}

/* "plait.errors.CheckError" is CheckError to people. */
static sv class_of(sv exception)
{
	size_t at;

	while (sv_find(exception, '.', &at))
		exception = sv_from(exception, at + 1);
	return exception;
}

struct failure failure_of(struct arena *a, const struct value *error)
{
	struct failure f = {0};

	if (!error || error->type != VALUE_MAP)
		return f;
	f.exception = class_of(either(error, "exception", "name"));
	f.message = value_text(error, "message");
	if (!f.message.p)
		f.message = SV("");
	f.file = value_text(error, "file");
	f.line = value_int(error, "line", 0);
	f.hint = value_text(error, "hint");
	f.traceback = traceback_of(a, error);
	const struct value *cause = value_get(error, "cause");
	if (!cause || cause->type != VALUE_MAP)
		cause = value_get(error, "context");
	if (cause && cause->type == VALUE_MAP) {
		struct failure under = {.exception = class_of(either(cause, "exception", "name")),
					.message = value_text(cause, "message")};
		f.cause = failure_sentence(a, &under);
	}
	return f;
}

struct failure failure_read(struct arena *a, sv json)
{
	const struct value *error;
	struct err e = {0};

	if (!json.p)
		return (struct failure){0};
	if (!json_read(a, json, &error, &e))
		return (struct failure){.message = json};
	return failure_of(a, error);
}

sv failure_sentence(struct arena *a, const struct failure *f)
{
	sv message = text_line(a, f->message);

	if (f->exception.n == 0 || sv_starts(message, f->exception))
		return message;
	return message.n ? arena_fmt(a, SV_FMT ": " SV_FMT, SV_ARG(f->exception), SV_ARG(message))
			 : f->exception;
}

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
