/* yaml.c -- libyaml's events composed into values.  The composing is ours because libyaml's own keeps neither
 * duplicate keys apart nor aliases within bounds. */
#include "codec/yaml.h"

#include <errno.h>
#include <math.h>
#include <yaml.h>

#include "base/intern.h"
#include "base/list.h"
#include "codec/utf8.h"

enum { MAP_INDEX_FROM = 16 }; /* keys from which on a map is searched by hash */

struct anchor {
	bool known; /* false while its value is still being read */
	size_t weight;
	struct value value;
};

struct map_build {
	LIST(sv) keys;
	LIST(struct value) items;
	struct intern *index; /* ids are positions; NULL in a small map */
};

struct reader {
	struct arena *a;
	sv text;
	const char *name;
	yaml_parser_t parser;
	yaml_event_t event;
	struct intern *anchor_names;
	LIST(struct anchor) anchors; /* by id of the name */
	size_t values;               /* so far, each alias counted as all it stands for */
	size_t alias_values;
	unsigned depth;
	struct err *e;
};

static bool at_mark(struct reader *r, yaml_mark_t mark)
{
	return err_wrap(r->e, "%s:%zu:%zu", r->name, mark.line + 1, mark.column + 1);
}

#define FAIL(r, mark, ...) (err_set((r)->e, ERR_INVALID, __VA_ARGS__), at_mark((r), (mark)))

static bool parser_failed(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	uint32_t line, column;

	assert(p->error != YAML_MEMORY_ERROR);
	if (p->error != YAML_READER_ERROR)
		return FAIL(r, p->problem_mark, "%s%s%s", p->problem, p->context ? " " : "",
			    p->context ? p->context : "");
	utf8_position(r->text, p->problem_offset, &line, &column);
	err_set(r->e, ERR_INVALID, "%s", p->problem);
	return err_wrap(r->e, "%s:%u:%u", r->name, line, column);
}

static bool next_event(struct reader *r)
{
	yaml_event_delete(&r->event);
	return yaml_parser_parse(&r->parser, &r->event) || parser_failed(r);
}

/* --- plain scalars: the 1.2 core schema --- */

static bool is_one_of(sv text, const char *const *words)
{
	for (; *words; words++)
		if (sv_eq(text, sv_of(*words)))
			return true;
	return false;
}

static size_t digits_at(sv text, size_t at, const char *digits)
{
	size_t n = 0;

	while (at + n < text.n && text.p[at + n] && strchr(digits, text.p[at + n]))
		n++;
	return n;
}

static bool is_decimal(sv text)
{
	size_t sign = text.n && (text.p[0] == '-' || text.p[0] == '+');
	size_t n = digits_at(text, sign, "0123456789");

	return n && sign + n == text.n;
}

static bool is_prefixed(sv text, const char *prefix, const char *digits)
{
	return sv_starts(text, sv_of(prefix)) && text.n > 2 &&
	       digits_at(text, 2, digits) == text.n - 2;
}

static bool is_float(sv text)
{
	size_t at = text.n && (text.p[0] == '-' || text.p[0] == '+');
	size_t whole = digits_at(text, at, "0123456789"), part = 0;

	at += whole;
	if (at < text.n && text.p[at] == '.') {
		part = digits_at(text, at + 1, "0123456789");
		at += 1 + part;
	}
	if (whole + part == 0)
		return false;
	if (at < text.n && (text.p[at] == 'e' || text.p[at] == 'E')) {
		size_t sign = ++at < text.n && (text.p[at] == '-' || text.p[at] == '+');
		size_t n = digits_at(text, at + sign, "0123456789");

		if (n == 0)
			return false;
		at += sign + n;
	}
	return at == text.n;
}

static bool resolve_int(sv text, int base, struct value *ret, bool *ret_fits)
{
	errno = 0;
	ret->integer = strtoll(base == 10 ? text.p : text.p + 2, NULL, base);
	ret->type = VALUE_INT;
	*ret_fits = errno != ERANGE;
	return true;
}

static bool resolve_number(sv text, struct value *ret, bool *ret_fits)
{
	static const char *const infinities[] = {".inf",  ".Inf",  ".INF", "+.inf",
						 "+.Inf", "+.INF", NULL};
	static const char *const negatives[] = {"-.inf", "-.Inf", "-.INF", NULL};
	static const char *const nans[] = {".nan", ".NaN", ".NAN", NULL};

	*ret_fits = true;
	if (is_decimal(text))
		return resolve_int(text, 10, ret, ret_fits);
	if (is_prefixed(text, "0o", "01234567"))
		return resolve_int(text, 8, ret, ret_fits);
	if (is_prefixed(text, "0x", "0123456789abcdefABCDEF"))
		return resolve_int(text, 16, ret, ret_fits);
	if (is_float(text)) {
		ret->real = strtod(text.p, NULL);
		*ret_fits = isfinite(ret->real);
	} else if (is_one_of(text, infinities)) {
		ret->real = (double)INFINITY;
	} else if (is_one_of(text, negatives)) {
		ret->real = -(double)INFINITY;
	} else if (is_one_of(text, nans)) {
		ret->real = (double)NAN;
	} else {
		return false;
	}
	ret->type = VALUE_REAL;
	return true;
}

/* `ret->text` is set; makes something else of it where the schema says so. */
static bool resolve_plain(struct reader *r, struct value *ret, yaml_mark_t mark)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
	static const char *const truths[] = {"true", "True", "TRUE", NULL};
	static const char *const lies[] = {"false", "False", "FALSE", NULL};
	sv text = ret->text;
	bool fits = true;

	if (is_one_of(text, nulls)) {
		ret->type = VALUE_NULL;
	} else if (is_one_of(text, truths) || is_one_of(text, lies)) {
		ret->type = VALUE_BOOL;
		ret->truth = text.p[0] == 't' || text.p[0] == 'T';
	} else if (resolve_number(text, ret, &fits) && !fits) {
		return FAIL(r, mark, "the number " SV_FMT " is too large: quote it if it is a text",
			    SV_ARG(text));
	}
	return true;
}

/* --- tags --- */

#define CORE_TAG "tag:yaml.org,2002:"

static bool resolve_tagged(struct reader *r, const char *tag, struct value *ret, yaml_mark_t mark)
{
	static const struct {
		const char *tag;
		enum value_type type;
	} tags[] = {
		{"null", VALUE_NULL},
		{"bool", VALUE_BOOL},
		{"int", VALUE_INT},
		{"float", VALUE_REAL},
	};

	if (strcmp(tag, "!") == 0 || strcmp(tag, CORE_TAG "str") == 0)
		return true;
	for (size_t i = 0; i < COUNT_OF(tags); i++) {
		sv text = ret->text;

		if (strncmp(tag, CORE_TAG, strlen(CORE_TAG)) != 0 ||
		    strcmp(tag + strlen(CORE_TAG), tags[i].tag) != 0)
			continue;
		if (!resolve_plain(r, ret, mark))
			return false;
		if (tags[i].type == VALUE_REAL && ret->type == VALUE_INT) {
			ret->type = VALUE_REAL;
			ret->real = (double)ret->integer;
		}
		return ret->type == tags[i].type ||
		       FAIL(r, mark, "\"" SV_FMT "\" does not fit its tag !!%s", SV_ARG(text),
			    tags[i].tag);
	}
	return FAIL(r, mark, "the tag %s is not understood here", tag);
}

static bool check_collection_tag(struct reader *r, const yaml_char_t *tag, const char *expected)
{
	if (!tag || strcmp((const char *)tag, "!") == 0 || strcmp((const char *)tag, expected) == 0)
		return true;
	return FAIL(r, r->event.start_mark, "the tag %s is not understood here", (const char *)tag);
}

/* --- anchors and aliases --- */

/* The id of the anchor the current event carries; NO_ID when it carries none. */
static uint32_t open_anchor(struct reader *r, const yaml_char_t *name)
{
	uint32_t id;

	if (!name)
		return NO_ID;
	id = intern_add(r->anchor_names, sv_of((const char *)name));
	if (id == r->anchors.n)
		LIST_ADD(r->a, &r->anchors);
	r->anchors.at[id] = (struct anchor){.known = false};
	return id;
}

static void close_anchor(struct reader *r, uint32_t id, const struct value *value, size_t weight)
{
	if (id != NO_ID)
		r->anchors.at[id] = (struct anchor){true, weight, *value};
}

/* An alias shares what the anchor holds; counting it in full keeps later readers from exploding. */
static bool read_alias(struct reader *r, struct value *ret)
{
	const char *name = (const char *)r->event.data.alias.anchor;
	uint32_t id = intern_find(r->anchor_names, sv_of(name));
	yaml_mark_t mark = r->event.start_mark;

	if (id == NO_ID)
		return FAIL(r, mark, "no anchor &%s stands before this alias", name);
	if (!r->anchors.at[id].known)
		return FAIL(r, mark, "the alias *%s lies within its own anchor", name);
	r->alias_values += r->anchors.at[id].weight;
	r->values += r->anchors.at[id].weight;
	if (r->alias_values > YAML_ALIAS_VALUES)
		return FAIL(r, mark, "aliases stand for more than %d values", YAML_ALIAS_VALUES);
	*ret = r->anchors.at[id].value;
	return true;
}

/* --- nodes --- */

static bool read_node(struct reader *r, struct value *ret);

static bool read_scalar(struct reader *r, struct value *ret)
{
	const char *tag = (const char *)r->event.data.scalar.tag;

	ret->type = VALUE_TEXT;
	ret->text = arena_sv(
		r->a, (sv){(const char *)r->event.data.scalar.value, r->event.data.scalar.length});
	if (tag)
		return resolve_tagged(r, tag, ret, r->event.start_mark);
	return !r->event.data.scalar.plain_implicit ||
	       r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE ||
	       resolve_plain(r, ret, r->event.start_mark);
}

static bool read_sequence(struct reader *r, struct value *ret)
{
	LIST(struct value) items = {0};

	if (!check_collection_tag(r, r->event.data.sequence_start.tag, YAML_SEQ_TAG) ||
	    !next_event(r))
		return false;
	while (r->event.type != YAML_SEQUENCE_END_EVENT) {
		struct value item = {0};

		if (!read_node(r, &item) || !next_event(r))
			return false;
		*LIST_ADD(r->a, &items) = item;
	}
	ret->type = VALUE_LIST;
	ret->items = items.at;
	ret->n = items.n;
	return true;
}

static bool map_has(const struct map_build *m, sv key)
{
	if (m->index)
		return intern_find(m->index, key) != NO_ID;
	for (size_t i = 0; i < m->keys.n; i++)
		if (sv_eq(m->keys.at[i], key))
			return true;
	return false;
}

static void map_add(struct reader *r, struct map_build *m, sv key, struct value item)
{
	*LIST_ADD(r->a, &m->keys) = key;
	*LIST_ADD(r->a, &m->items) = item;
	if (!m->index && m->keys.n >= MAP_INDEX_FROM) {
		m->index = intern_new(r->a);
		for (size_t i = 0; i < m->keys.n; i++)
			intern_add(m->index, m->keys.at[i]);
	} else if (m->index) {
		intern_add(m->index, key);
	}
}

/* What `<<` names fills in what the map does not say itself; of several, the earlier wins. */
static bool merge(struct reader *r, struct map_build *m, const struct value *from, yaml_mark_t mark)
{
	if (from->type == VALUE_LIST) {
		for (size_t i = 0; i < from->n; i++)
			if (from->items[i].type != VALUE_MAP || !merge(r, m, &from->items[i], mark))
				return FAIL(r, mark, "<< takes a map or a list of maps");
		return true;
	}
	if (from->type != VALUE_MAP)
		return FAIL(r, mark, "<< takes a map or a list of maps, not %s",
			    value_type_word(from->type));
	for (size_t i = 0; i < from->n; i++)
		if (!map_has(m, from->keys[i]))
			map_add(r, m, from->keys[i], from->items[i]);
	return true;
}

/* The current event is the key. */
static bool read_member(struct reader *r, struct map_build *m, struct value *merged,
			yaml_mark_t *merged_at)
{
	yaml_mark_t mark = r->event.start_mark;
	struct value item = {0};
	bool plain;
	sv key;

	if (r->event.type != YAML_SCALAR_EVENT)
		return FAIL(r, mark, "a key must be a plain word or a quoted text");
	plain = r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !r->event.data.scalar.tag;
	key = arena_sv(r->a,
		       (sv){(const char *)r->event.data.scalar.value, r->event.data.scalar.length});
	if (r->event.data.scalar.anchor) {
		struct value text = {.type = VALUE_TEXT, .text = key};

		close_anchor(r, open_anchor(r, r->event.data.scalar.anchor), &text, 1);
	}
	if (!next_event(r) || !read_node(r, &item))
		return false;
	if (plain && sv_eq(key, SV("<<"))) {
		if (merged_at->line != SIZE_MAX)
			return FAIL(r, mark, "the key << stands twice: give it a list of maps");
		*merged = item;
		*merged_at = mark;
		return true;
	}
	if (map_has(m, key))
		return FAIL(r, mark, "the key \"" SV_FMT "\" stands twice", SV_ARG(key));
	map_add(r, m, key, item);
	return true;
}

static bool read_mapping(struct reader *r, struct value *ret)
{
	struct map_build m = {0};
	struct value merged = {0};
	yaml_mark_t merged_at = {.line = SIZE_MAX};

	if (!check_collection_tag(r, r->event.data.mapping_start.tag, YAML_MAP_TAG) ||
	    !next_event(r))
		return false;
	while (r->event.type != YAML_MAPPING_END_EVENT)
		if (!read_member(r, &m, &merged, &merged_at) || !next_event(r))
			return false;
	if (merged_at.line != SIZE_MAX && !merge(r, &m, &merged, merged_at))
		return false;
	ret->type = VALUE_MAP;
	ret->keys = m.keys.at;
	ret->items = m.items.at;
	ret->n = m.keys.n;
	return true;
}

static const yaml_char_t *anchor_of(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT: return event->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT: return event->data.sequence_start.anchor;
	case YAML_MAPPING_START_EVENT: return event->data.mapping_start.anchor;
	default: return NULL;
	}
}

/* Reads what starts at the current event; the last event of the node is current afterwards. */
static bool read_node(struct reader *r, struct value *ret)
{
	yaml_mark_t mark = r->event.start_mark;
	size_t values_before = r->values++;
	uint32_t anchor = open_anchor(r, anchor_of(&r->event));
	bool done;

	if (++r->depth > YAML_DEPTH)
		return FAIL(r, mark, "nested deeper than %d levels", YAML_DEPTH);
	switch (r->event.type) {
	case YAML_ALIAS_EVENT: done = read_alias(r, ret); break;
	case YAML_SCALAR_EVENT: done = read_scalar(r, ret); break;
	case YAML_SEQUENCE_START_EVENT: done = read_sequence(r, ret); break;
	default:
		assert(r->event.type == YAML_MAPPING_START_EVENT);
		done = read_mapping(r, ret);
		break;
	}
	r->depth--;
	ret->line = (uint32_t)mark.line + 1;
	ret->column = (uint32_t)mark.column + 1;
	if (done)
		close_anchor(r, anchor, ret, r->values - values_before);
	return done;
}

static bool read_stream(struct reader *r, struct value *ret)
{
	*ret = (struct value){.type = VALUE_NULL, .line = 1, .column = 1};
	if (!next_event(r) ||
	    !next_event(r)) /* the stream's start, then the document's or the stream's end */
		return false;
	if (r->event.type == YAML_STREAM_END_EVENT)
		return true;
	if (!next_event(r) || !read_node(r, ret) || !next_event(r) || !next_event(r))
		return false;
	return r->event.type == YAML_STREAM_END_EVENT ||
	       FAIL(r, r->event.start_mark, "a second document starts here: only one is read");
}

bool yaml_read(struct arena *a, const char *name, sv text, const struct value **ret, struct err *e)
{
	struct reader r = {
		.a = a, .text = text, .name = name, .e = e, .anchor_names = intern_new(a)};
	struct value *value = NEW(a, struct value, 1);
	bool done;

	if (!yaml_parser_initialize(&r.parser))
		abort();
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.n ? text.p : ""),
				     text.n);
	done = read_stream(&r, value);
	yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	if (done)
		*ret = value;
	return done;
}
