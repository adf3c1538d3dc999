/* location_text.c -- healths in colors, Pythons in words. */
#include "cli/location_text.h"

enum style location_health_style(enum location_health health)
{
	static const enum style styles[] = {[LOCATION_OK] = STYLE_GOOD,
					    [LOCATION_STALE] = STYLE_WARN,
					    [LOCATION_BROKEN] = STYLE_BAD};

	return styles[health];
}

sv location_python(struct arena *a, const struct manifest *m)
{
	static const struct {
		const char *name, *people;
	} names[] = {{"cpython", "CPython"}, {"pypy", "PyPy"}, {"graalpy", "GraalPy"}};
	sv name = m->python_implementation;

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (sv_eq(name, sv_of(names[i].name)))
			name = sv_of(names[i].people);
	return arena_fmt(a, SV_FMT " " SV_FMT, SV_ARG(name), SV_ARG(m->python_version));
}
