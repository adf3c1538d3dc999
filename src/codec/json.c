/* json.c -- reading into the arena's tree: quickly, or through jansson when that is not sure; writing by hand. */
#include "codec/json.h"

#include <jansson.h>
#include <math.h>

#include "codec/json_plain.h"
#include "codec/json_quick.h"
#include "codec/utf8.h"

/* --- reading --- */

/* Nesting is checked on the text, before the parser recurses: only here is the place still known. */
static bool check_depth(sv text, struct err *e)
{
	bool quoted = false;
	unsigned depth = 0;
	uint32_t line, column;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if ((c == ']' || c == '}') && depth > 0) {
			depth--;
		} else if ((c == '[' || c == '{') && ++depth > JSON_DEPTH) {
			utf8_position(text, i, &line, &column);
			return err_set(e, ERR_INVALID,
				       "line %u, column %u: nested deeper than %d levels", line,
				       column, JSON_DEPTH);
		}
	}
	return true;
}

static void convert(struct arena *a, json_t *from, struct value *ret);

static void convert_list(struct arena *a, json_t *from, struct value *ret)
{
	size_t n = json_array_size(from);
	struct value *items = NEW(a, struct value, n);

	for (size_t i = 0; i < n; i++)
		convert(a, json_array_get(from, i), &items[i]);
	ret->type = VALUE_LIST;
	ret->items = items;
	ret->n = n;
}

static void convert_map(struct arena *a, json_t *from, struct value *ret)
{
	size_t n = json_object_size(from), i = 0;
	struct value *items = NEW(a, struct value, n);
	sv *keys = NEW(a, sv, n);
	const char *key;
	json_t *member;

	json_object_foreach(from, key, member)
	{
		keys[i] = arena_sv(a, sv_of(key));
		convert(a, member, &items[i++]);
	}
	ret->type = VALUE_MAP;
	ret->keys = keys;
	ret->items = items;
	ret->n = n;
}

static void convert(struct arena *a, json_t *from, struct value *ret)
{
	switch (json_typeof(from)) {
	case JSON_OBJECT: convert_map(a, from, ret); break;
	case JSON_ARRAY: convert_list(a, from, ret); break;
	case JSON_STRING:
		ret->type = VALUE_TEXT;
		ret->text = arena_sv(a, (sv){json_string_value(from), json_string_length(from)});
		break;
	case JSON_INTEGER:
		ret->type = VALUE_INT;
		ret->integer = json_integer_value(from);
		break;
	case JSON_REAL:
		ret->type = VALUE_REAL;
		ret->real = json_real_value(from);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		ret->type = VALUE_BOOL;
		ret->truth = json_is_true(from);
		break;
	case JSON_NULL: ret->type = VALUE_NULL; break;
	}
}

static bool take(const struct value *quick, const struct value **ret)
{
	if (quick)
		*ret = quick;
	return quick;
}

bool json_read(struct arena *a, sv text, const struct value **ret, struct err *e)
{
	return take(json_quick(a, text), ret) || json_read_strictly(a, text, ret, e);
}

bool json_read_pieces(struct arena *a, sv text, const struct value **ret, struct err *e)
{
	return take(json_quick_pieces(a, text), ret) || json_read_strictly(a, text, ret, e);
}

bool json_read_strictly(struct arena *a, sv text, const struct value **ret, struct err *e)
{
	json_error_t why;
	json_t *root;
	struct value *value;

	if (!check_depth(text, e))
		return false;
	root = json_loadb(text.n ? text.p : "", text.n,
			  JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
	if (!root)
		return err_set(e, ERR_INVALID, "line %d, column %d: %s",
			       why.line < 1 ? 1 : why.line, why.column < 1 ? 1 : why.column,
			       why.text);
	value = NEW(a, struct value, 1);
	convert(a, root, value);
	json_decref(root);
	*ret = value;
	return true;
}

/* --- writing --- */

static bool bit(const uint64_t *bits, unsigned at)
{
	return bits[at / 64] >> at % 64 & 1;
}

static void set_bit(uint64_t *bits, unsigned at, bool on)
{
	bits[at / 64] &= ~(UINT64_C(1) << at % 64);
	bits[at / 64] |= (uint64_t)on << at % 64;
}

static void new_line(struct json *j, unsigned depth)
{
	if (!j->indent)
		return;
	buf_addc(j->out, '\n');
	for (unsigned i = 0; i < depth * j->indent; i++)
		buf_addc(j->out, ' ');
}

/* The comma and the line break before a key or a list's member. */
static void separate(struct json *j)
{
	if (j->depth == 0)
		return;
	if (bit(j->filled, j->depth - 1))
		buf_addc(j->out, ',');
	set_bit(j->filled, j->depth - 1, true);
	new_line(j, j->depth);
}

static void before_value(struct json *j)
{
	if (j->after_key)
		j->after_key = false;
	else
		separate(j);
}

void json_open(struct json *j, char bracket)
{
	assert(j->depth < JSON_WRITE_DEPTH && (bracket == '{' || bracket == '['));
	before_value(j);
	buf_addc(j->out, bracket);
	set_bit(j->filled, j->depth, false);
	set_bit(j->maps, j->depth, bracket == '{');
	j->depth++;
}

void json_close(struct json *j)
{
	assert(j->depth > 0 && !j->after_key);
	j->depth--;
	if (bit(j->filled, j->depth))
		new_line(j, j->depth);
	buf_addc(j->out, bit(j->maps, j->depth) ? '}' : ']');
}

static void add_escaped(struct buf *out, unsigned char c)
{
	static const char letters[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
				       ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};

	if (c < sizeof(letters) && letters[c])
		buf_addf(out, "\\%c", letters[c]);
	else
		buf_addf(out, "\\u%04x", c);
}

/* Most texts are. */
static bool add_plain(struct buf *out, sv text)
{
	char *to;

	if (json_count_plain(text) < text.n)
		return false;
	to = buf_room(out, text.n + 2);
	*to++ = '"';
	memcpy(to, text.n ? text.p : "", text.n);
	to[text.n] = '"';
	to[text.n + 1] = '\0';
	out->n += text.n + 2;
	return true;
}

static void add_quoted(struct buf *out, sv text)
{
	size_t at = 0, from = 0;
	uint32_t code;

	if (add_plain(out, text))
		return;
	buf_addc(out, '"');
	while (at < text.n) {
		size_t here = at;
		unsigned char c = (unsigned char)text.p[at];

		if (json_is_plain(text.p[at])) {
			at++;
			continue;
		}
		if (c >= 0x80 && utf8_next(text, &at, &code))
			continue;
		buf_add(out, (sv){text.p + from, here - from});
		if (c < 0x80)
			add_escaped(out, c);
		else
			buf_add(out, SV("\xef\xbf\xbd"));
		from = at = here + 1;
	}
	buf_add(out, (sv){text.n ? text.p + from : "", at - from});
	buf_addc(out, '"');
}

void json_key_sv(struct json *j, sv key)
{
	assert(j->depth > 0 && bit(j->maps, j->depth - 1) && !j->after_key);
	separate(j);
	add_quoted(j->out, key);
	buf_addc(j->out, ':');
	if (j->indent)
		buf_addc(j->out, ' ');
	j->after_key = true;
}

void json_key(struct json *j, const char *key)
{
	json_key_sv(j, sv_of(key));
}

void json_raw(struct json *j, sv json)
{
	before_value(j);
	buf_add(j->out, json);
}

void json_text(struct json *j, sv text)
{
	if (!text.p) {
		json_none(j);
		return;
	}
	before_value(j);
	add_quoted(j->out, text);
}

void json_cstr(struct json *j, const char *text)
{
	json_text(j, sv_of(text));
}

void json_int(struct json *j, int64_t value)
{
	before_value(j);
	buf_add_int(j->out, value);
}

void json_double(struct json *j, double value)
{
	char text[40];

	if (!isfinite(value)) {
		json_none(j);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) { /* the shortest that reads back the same */
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	json_raw(j, sv_of(text));
	if (!strpbrk(text, ".e")) /* a real stays one when read again */
		buf_add(j->out, SV(".0"));
}

void json_bool(struct json *j, bool value)
{
	json_raw(j, value ? SV("true") : SV("false"));
}

void json_none(struct json *j)
{
	json_raw(j, SV("null"));
}

static void write_members(struct json *j, const struct value *value)
{
	json_open(j, value->type == VALUE_MAP ? '{' : '[');
	for (size_t i = 0; i < value->n; i++) {
		if (value->type == VALUE_MAP)
			json_key_sv(j, value->keys[i]);
		json_value(j, &value->items[i]);
	}
	json_close(j);
}

void json_value(struct json *j, const struct value *value)
{
	switch (value ? value->type : VALUE_NULL) {
	case VALUE_NULL: json_none(j); break;
	case VALUE_BOOL: json_bool(j, value->truth); break;
	case VALUE_INT: json_int(j, value->integer); break;
	case VALUE_REAL: json_double(j, value->real); break;
	case VALUE_TEXT: json_text(j, value->text); break;
	case VALUE_LIST:
	case VALUE_MAP: write_members(j, value); break;
	}
}

void json_member_text(struct json *j, const char *key, sv text)
{
	json_key(j, key);
	json_text(j, text);
}

void json_member_int(struct json *j, const char *key, int64_t value)
{
	json_key(j, key);
	json_int(j, value);
}

void json_member_bool(struct json *j, const char *key, bool value)
{
	json_key(j, key);
	json_bool(j, value);
}

void json_member_texts(struct json *j, const char *key, const struct sv_list *texts)
{
	json_key(j, key);
	json_open(j, '[');
	for (size_t i = 0; i < texts->n; i++)
		json_text(j, texts->at[i]);
	json_close(j);
}

struct json json_begin(struct buf *out, char bracket)
{
	struct json j = {.out = out};

	json_open(&j, bracket);
	return j;
}

sv json_finish(struct arena *a, struct json *j)
{
	json_close(j);
	return arena_sv(a, buf_sv(j->out));
}

sv json_print(struct arena *a, const struct value *value)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};

	json_value(&j, value);
	return arena_sv(a, buf_sv(&out));
}
