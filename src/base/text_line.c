/* text_line.c -- a blank for every control character. */
#include "base/text_line.h"

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

sv text_line(struct arena *a, sv text)
{
	bool clean = true;

	text = sv_trim(text);
	for (size_t i = 0; i < text.n; i++)
		clean &= !is_control(text.p[i]);
	if (clean)
		return text;
	char *p = NEW(a, char, text.n + 1);
	for (size_t i = 0; i < text.n; i++)
		p[i] = is_control(text.p[i]) ? ' ' : text.p[i];
	return (sv){p, text.n};
}
