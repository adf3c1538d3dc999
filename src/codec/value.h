/* value.h -- one tree for everything that is read: JSON, YAML and TOML all become values.
 * A value knows the line it stood on, so that whoever finds it wrong can say where.
 * Trees live in an arena and are not changed once read. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

enum value_type { VALUE_NULL, VALUE_BOOL, VALUE_INT, VALUE_REAL, VALUE_TEXT, VALUE_LIST, VALUE_MAP };

struct value {
	enum value_type type;
	uint32_t line;   /* 1-based; 0 where the format's reader does not tell (JSON) */
	uint32_t column; /* 1-based; 0 likewise */
	union {
		bool truth;
		int64_t integer;
		double real;
		sv text;                                /* NUL-terminated behind its end */
		struct {                                /* list: values; map: keys and values */
			const sv *keys;                 /* NULL for a list */
			const struct value *items;
			size_t n;
		};
	};
};

/* The member of a map, NULL when absent or when `map` is NULL or no map. */
const struct value *value_get(const struct value *map, const char *key);

/* Lenient readers: the fallback when the member is absent, null or of another type. */
sv value_text(const struct value *map, const char *key);                  /* else empty, p NULL */
int64_t value_int(const struct value *map, const char *key, int64_t otherwise);
double value_real(const struct value *map, const char *key, double otherwise); /* takes integers too */
bool value_bool(const struct value *map, const char *key, bool otherwise);
const struct value *value_list(const struct value *map, const char *key); /* else an empty list */
const struct value *value_map(const struct value *map, const char *key);  /* else an empty map */

/* A tree that depends on nothing but `a`; NULL of NULL. */
const struct value *value_copy(struct arena *a, const struct value *v);

const char *value_type_word(enum value_type type); /* "a number", "a list", …: for messages */
