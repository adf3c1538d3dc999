/* value.c -- looking into values that were read. */
#include "codec/value.h"

static const struct value empty_list = {.type = VALUE_LIST};
static const struct value empty_map = {.type = VALUE_MAP};

const struct value *value_get(const struct value *map, const char *key)
{
	sv wanted = sv_of(key);

	if (!map || map->type != VALUE_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++)
		if (sv_eq(map->keys[i], wanted))
			return &map->items[i];
	return NULL;
}

static const struct value *get_typed(const struct value *map, const char *key, enum value_type type)
{
	const struct value *value = value_get(map, key);

	return value && value->type == type ? value : NULL;
}

sv value_text(const struct value *map, const char *key)
{
	const struct value *value = get_typed(map, key, VALUE_TEXT);

	return value ? value->text : (sv){NULL, 0};
}

int64_t value_int(const struct value *map, const char *key, int64_t otherwise)
{
	const struct value *value = get_typed(map, key, VALUE_INT);

	return value ? value->integer : otherwise;
}

double value_real(const struct value *map, const char *key, double otherwise)
{
	const struct value *value = value_get(map, key);

	if (value && value->type == VALUE_REAL)
		return value->real;
	return value && value->type == VALUE_INT ? (double)value->integer : otherwise;
}

bool value_bool(const struct value *map, const char *key, bool otherwise)
{
	const struct value *value = get_typed(map, key, VALUE_BOOL);

	return value ? value->truth : otherwise;
}

const struct value *value_list(const struct value *map, const char *key)
{
	const struct value *value = get_typed(map, key, VALUE_LIST);

	return value ? value : &empty_list;
}

const struct value *value_map(const struct value *map, const char *key)
{
	const struct value *value = get_typed(map, key, VALUE_MAP);

	return value ? value : &empty_map;
}

static void copy(struct arena *a, const struct value *from, struct value *to);

static void copy_members(struct arena *a, const struct value *from, struct value *to)
{
	struct value *items = NEW(a, struct value, from->n);
	sv *keys = from->keys ? NEW(a, sv, from->n) : NULL;

	for (size_t i = 0; i < from->n; i++) {
		copy(a, &from->items[i], &items[i]);
		if (keys)
			keys[i] = arena_sv(a, from->keys[i]);
	}
	to->items = items;
	to->keys = keys;
}

static void copy(struct arena *a, const struct value *from, struct value *to)
{
	*to = *from;
	if (from->type == VALUE_TEXT)
		to->text = arena_sv(a, from->text);
	else if (from->type == VALUE_LIST || from->type == VALUE_MAP)
		copy_members(a, from, to);
}

const struct value *value_copy(struct arena *a, const struct value *v)
{
	struct value *to;

	if (!v)
		return NULL;
	if (v->n == 0 && (v->type == VALUE_LIST || v->type == VALUE_MAP))
		return v->type == VALUE_MAP ? &empty_map : &empty_list;
	to = NEW(a, struct value, 1);
	copy(a, v, to);
	return to;
}

const char *value_type_word(enum value_type type)
{
	static const char *const words[] = {
		[VALUE_NULL] = "nothing",       [VALUE_BOOL] = "true or false",
		[VALUE_INT] = "a whole number", [VALUE_REAL] = "a number",
		[VALUE_TEXT] = "a text",        [VALUE_LIST] = "a list",
		[VALUE_MAP] = "a map",
	};

	return words[type];
}
