/* failure.c -- both error objects have the same bones under different names. */
#include "model/failure.h"

#include "base/text_line.h"

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

struct failure failure_to_load(struct arena *a, sv location, sv json)
{
	struct failure f = failure_read(a, json);
	sv why = failure_sentence(a, &f);

	f.message = arena_fmt(a, "location '" SV_FMT "' does not load%s" SV_FMT, SV_ARG(location),
			      why.n ? ": " : "", SV_ARG(why));
	f.exception = (sv){NULL, 0};
	f.hint = arena_fmt(a, SV_FMT "%splait location show " SV_FMT "%s", SV_ARG(f.hint),
			   f.hint.n ? "; " : "", SV_ARG(location),
			   f.traceback.n ? " has the traceback" : " tells more");
	return f;
}
