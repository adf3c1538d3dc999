/* declaration.c -- faults and typed looks into the files that name code locations. */
#include "code/declaration.h"

#include <stdarg.h>

#include "base/intern.h"
#include "base/nearest.h"
#include "sys/path.h"

enum { FAULTS_SHOWN = 10, NAME_BYTES = 200 };

void declaration_fault(struct declaration *d, const struct value *at, sv path, const char *fmt, ...)
{
	AUTO_BUF what = {0};
	char sentence[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	buf_addf(&what, SV_FMT ":%u:%u: ", SV_ARG(d->label), at->line, at->column);
	if (path.n)
		buf_addf(&what, SV_FMT ": ", SV_ARG(path));
	buf_addf(&what, "%s", sentence);
	*LIST_ADD(d->a, &d->faults) = arena_sv(d->a, buf_sv(&what));
}

bool declaration_end(const struct declaration *d, struct err *e)
{
	AUTO_BUF all = {0};

	if (d->faults.n == 0)
		return true;
	for (size_t i = 0; i < d->faults.n && i < FAULTS_SHOWN; i++)
		buf_addf(&all, "%s" SV_FMT, i ? "\n" : "", SV_ARG(d->faults.at[i]));
	if (d->faults.n > FAULTS_SHOWN)
		buf_addf(&all, "\n… and %zu more", d->faults.n - FAULTS_SHOWN);
	err_set(e, ERR_INVALID, "%s", all.p);
	if (d->hint.n)
		err_hint(e, SV_FMT, SV_ARG(d->hint));
	return false;
}

void declaration_check_keys(struct declaration *d, const struct value *map, sv path,
			    const sv *known, size_t count, bool lenient)
{
	for (size_t i = 0; i < map->n; i++) {
		uint32_t near;
		size_t k = 0;
		sv where;

		while (k < count && !sv_eq(map->keys[i], known[k]))
			k++;
		if (k < count)
			continue;
		where = arena_fmt(d->a, SV_FMT "%s" SV_FMT, SV_ARG(path), path.n ? "." : "",
				  SV_ARG(map->keys[i]));
		near = nearest(map->keys[i], known, count);
		if (near != NO_ID)
			declaration_fault(d, &map->items[i], where,
					  "unknown key; did you mean " SV_FMT "?",
					  SV_ARG(known[near]));
		else if (!lenient)
			declaration_fault(d, &map->items[i], where, "unknown key");
	}
}

static sv member_path(struct declaration *d, sv path, const char *key)
{
	return arena_fmt(d->a, SV_FMT "%s%s", SV_ARG(path), path.n ? "." : "", key);
}

static sv variable(struct declaration *d, const struct value *reference, sv path)
{
	const struct value *name = value_get(reference, "env");
	const char *value;

	if (reference->n != 1 || !name || name->type != VALUE_TEXT || name->text.n == 0) {
		declaration_fault(d, reference, path, "a text is wanted, or {env: NAME}");
		return (sv){NULL, 0};
	}
	value = d->getenv(name->text.p);
	if (!value)
		declaration_fault(d, reference, path,
				  "the environment variable " SV_FMT " is not set",
				  SV_ARG(name->text));
	return value ? arena_sv(d->a, sv_of(value)) : (sv){NULL, 0};
}

sv declaration_text(struct declaration *d, const struct value *map, sv path, const char *key)
{
	const struct value *member = value_get(map, key);

	if (!member || member->type == VALUE_NULL)
		return (sv){NULL, 0};
	if (member->type == VALUE_MAP)
		return variable(d, member, member_path(d, path, key));
	return declaration_plain_text(d, map, path, key, false);
}

sv declaration_plain_text(struct declaration *d, const struct value *map, sv path, const char *key,
			  bool required)
{
	const struct value *member = value_get(map, key);
	size_t at;

	if (!member || member->type == VALUE_NULL) {
		if (required)
			declaration_fault(d, member ? member : map, member_path(d, path, key),
					  "is missing");
		return (sv){NULL, 0};
	}
	if (member->type != VALUE_TEXT)
		declaration_fault(d, member, member_path(d, path, key), "a text is wanted, not %s",
				  value_type_word(member->type));
	else if (member->text.n == 0 || sv_find(member->text, '\0', &at))
		declaration_fault(d, member, member_path(d, path, key), "is empty");
	else
		return member->text;
	return (sv){NULL, 0};
}

sv declaration_default_name(struct arena *a, const struct declared_location *location)
{
	sv base = location->loader == LOADER_FILE ? path_leaf(location->target) : location->target;

	if (!location->attribute.p || location->loader == LOADER_AUTOLOAD)
		return base;
	return arena_fmt(a, SV_FMT ":" SV_FMT, SV_ARG(base), SV_ARG(location->attribute));
}

/* Names become names of files and words of commands. */
static const char *name_fault(sv name)
{
	if (name.n == 0 || name.n > NAME_BYTES)
		return "must have 1 to 200 bytes";
	if (name.p[0] == '.' || name.p[0] == '-')
		return "must not start with . or -";
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '/' || (unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f)
			return "must not hold / or control characters";
	return NULL;
}

void declaration_settle_names(struct declaration *d)
{
	struct intern *names = intern_new(d->a);
	struct sv_list first = {0};

	for (size_t i = 0; i < d->locations.n; i++) {
		struct declared_location *location = &d->locations.at[i];
		struct value at = {.line = location->line, .column = 1};
		const char *fault;
		uint32_t id;

		if (!location->name.p)
			location->name = declaration_default_name(d->a, location);
		fault = name_fault(location->name);
		if (fault)
			declaration_fault(d, &at, (sv){NULL, 0},
					  "the location name \"" SV_FMT "\" %s",
					  SV_ARG(location->name), fault);
		id = intern_add(names, location->name);
		if (id < first.n)
			declaration_fault(d, &at, (sv){NULL, 0},
					  "the location name " SV_FMT
					  " stands already in line " SV_FMT
					  ": give one of them another location_name",
					  SV_ARG(location->name), SV_ARG(first.at[id]));
		else
			*LIST_ADD(d->a, &first) = arena_fmt(d->a, "%u", location->line);
	}
}
