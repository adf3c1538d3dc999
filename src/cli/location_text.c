/* location_text.c -- one table of healths; the members that list and show have in common. */
#include "cli/location_text.h"

static const struct {
	const char *word;
	enum style style;
} healths[] = {
	[LOCATION_OK] = {"ok", STYLE_GOOD},
	[LOCATION_STALE] = {"stale", STYLE_WARN},
	[LOCATION_BROKEN] = {"broken", STYLE_BAD},
};

const char *location_health_word(enum location_health health)
{
	return healths[health].word;
}

enum style location_health_style(enum location_health health)
{
	return healths[health].style;
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

static void python_member(struct json *j, const struct manifest *m)
{
	json_key(j, "python");
	if (!m) {
		json_none(j);
		return;
	}
	json_open(j, '{');
	json_member_text(j, "implementation", m->python_implementation);
	json_member_text(j, "version", m->python_version);
	json_close(j);
}

int64_t location_warnings(const struct manifest *m)
{
	return m && m->problems ? (int64_t)m->problems->n : 0;
}

void location_members(struct json *j, const struct location_state *state)
{
	const struct manifest *m = state->manifest;

	json_member_text(j, "name", state->code->name);
	json_member_text(j, "health", sv_of(location_health_word(state->health)));
	document_number(j, "assets", m ? (int64_t)m->assets_count : -1);
	python_member(j, m);
	document_text(j, "interpreter", state->code->interpreter);
	document_time(j, "loaded_at", state->loaded_at);
	document_text(j, "manifest", m ? m->id : (sv){0});
	document_json(j, "error", state->error);
	document_number(j, "warnings", m ? location_warnings(m) : -1);
}
