/* err.c -- filling and wrapping error values. */
#include "base/err.h"

#undef err_set /* macros under the analyzer */
#undef err_wrap
#undef err_hint

#include <stdarg.h>

bool err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	e->kind = kind;
	e->hint[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return false;
}

bool err_wrap(struct err *e, const char *fmt, ...)
{
	char inner[sizeof(e->text)];
	va_list ap;
	int n;

	memcpy(inner, e->text, sizeof(inner));
	va_start(ap, fmt);
	n = vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(e->text) - 1)
		snprintf(e->text + n, sizeof(e->text) - (size_t)n, ": %s", inner);
	return false;
}

bool err_hint(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->hint, sizeof(e->hint), fmt, ap);
	va_end(ap);
	return false;
}

const char *err_word(enum err_kind kind)
{
#define X(id, word, exit) [ERR_##id] = word,
	static const char *const words[] = {ERR_KINDS(X)};
#undef X
	return words[kind];
}

int err_exit_status(enum err_kind kind)
{
#define X(id, word, exit) [ERR_##id] = exit,
	static const int statuses[] = {ERR_KINDS(X)};
#undef X
	return statuses[kind];
}
