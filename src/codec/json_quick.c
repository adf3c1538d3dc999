/* json_quick.c -- one pass, straight into the arena's tree.  Whatever is wrong, or so rare that being sure would cost lines,
 * ends it: no message is made here, and nothing is accepted that the strict parser refuses. */
#include "codec/json_quick.h"

#include <math.h>

#include "base/intern.h"
#include "codec/json.h"
#include "codec/json_plain.h"
#include "codec/utf8.h"

enum { FEW_KEYS = 16, LONGEST_NUMBER = 63, SHAPES = 32 };

struct member {
	sv key; /* p NULL in a list */
	struct value value;
};

/* The keys of a map that was read: whole lists of maps have the same in the same order, and share them. */
struct shape {
	const sv *keys;
	size_t n;
};

struct quick {
	struct arena *arena;
	bool pieces; /* of the text itself, where nothing in them is escaped */
	const char *p, *end;
	unsigned depth;
	struct member *open; /* members of what is not closed yet, the innermost last */
	size_t n, cap;
	struct shape shapes[SHAPES]; /* by the number of keys */
};

static bool read_value(struct quick *q, struct value *ret);

static void skip_space(struct quick *q)
{
	while (q->p < q->end && (*q->p == ' ' || *q->p == '\n' || *q->p == '\t' || *q->p == '\r'))
		q->p++;
}

static bool take(struct quick *q, char c)
{
	skip_space(q);
	if (q->p == q->end || *q->p != c)
		return false;
	q->p++;
	return true;
}

/* --- text --- */

static bool hex4(const char *p, const char *end, uint32_t *ret)
{
	*ret = 0;
	if (end - p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;

		if (digit < 0)
			return false;
		*ret = *ret << 4 | (uint32_t)digit;
	}
	return true;
}

/* Behind "\u"; a pair of surrogates is one code point. */
static const char *take_code(const char *p, const char *end, uint32_t *ret)
{
	uint32_t low;

	if (!hex4(p, end, ret))
		return NULL;
	p += 4;
	if (*ret < 0xd800 || *ret > 0xdfff)
		return p;
	if (*ret > 0xdbff || end - p < 6 || p[0] != '\\' || p[1] != 'u' ||
	    !hex4(p + 2, end, &low) || low < 0xdc00 || low > 0xdfff)
		return NULL;
	*ret = 0x10000 + ((*ret - 0xd800) << 10) + (low - 0xdc00);
	return p + 6;
}

static char plain_escape(char c)
{
	switch (c) {
	case '"':
	case '\\':
	case '/': return c;
	case 'b': return '\b';
	case 'f': return '\f';
	case 'n': return '\n';
	case 'r': return '\r';
	case 't': return '\t';
	}
	return 0;
}

static bool unescape(struct arena *a, sv raw, sv *ret)
{
	char *out = arena_alloc(a, raw.n + 1);
	const char *p = raw.p, *end = raw.p + raw.n;
	size_t n = 0;
	uint32_t code;

	while (p < end) {
		if (*p != '\\') {
			out[n++] = *p++;
			continue;
		}
		p++;
		if (*p != 'u') {
			out[n] = plain_escape(*p++);
			if (!out[n++])
				return false;
			continue;
		}
		p = take_code(p + 1, end, &code);
		if (!p)
			return false;
		n += utf8_put(out + n, code); /* never longer than what stood there */
	}
	*ret = (sv){out, n};
	return true;
}

/* Says whether anything is left. */
static bool skip_plain(struct quick *q)
{
	q->p += json_count_plain((sv){q->p, (size_t)(q->end - q->p)});
	return q->p < q->end;
}

/* Behind its first quote. */
static bool read_text(struct quick *q, sv *ret)
{
	sv raw = {q->p, 0};
	bool escaped = false, foreign = false;

	while (skip_plain(q) && *q->p != '"') {
		unsigned char c = (unsigned char)*q->p++;

		if (c < ' ')
			return false;
		foreign |= c >= 0x80;
		if (c == '\\') {
			escaped = true;
			if (q->p == q->end)
				return false;
			q->p++;
		}
	}
	raw.n = (size_t)(q->p - raw.p);
	if (q->p++ == q->end || (foreign && !utf8_valid(raw, NULL)))
		return false;
	if (escaped)
		return unescape(q->arena, raw, ret);
	*ret = q->pieces ? raw : arena_sv(q->arena, raw);
	return true;
}

/* --- numbers --- */

static size_t digits(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && p[n] >= '0' && p[n] <= '9')
		n++;
	return n;
}

static bool to_integer(sv word, int64_t *ret)
{
	bool negative = word.p[0] == '-';
	uint64_t n;

	if (!sv_u64(sv_from(word, negative), &n) || n > INT64_MAX)
		return false; /* the smallest of all is rare */
	*ret = negative ? -(int64_t)n : (int64_t)n;
	return true;
}

static bool to_real(sv word, double *ret)
{
	char text[LONGEST_NUMBER + 1];
	char *end;

	if (word.n > LONGEST_NUMBER)
		return false;
	memcpy(text, word.p, word.n);
	text[word.n] = '\0';
	*ret = strtod(text, &end);
	return *end == '\0' && isfinite(*ret);
}

static bool read_number(struct quick *q, struct value *ret)
{
	const char *p = q->p + (*q->p == '-');
	size_t n = digits(p, q->end);
	bool real = false;
	sv word = {q->p, 0};

	if (n == 0 || (n > 1 && *p == '0'))
		return false;
	p += n;
	if (p < q->end && *p == '.') {
		real = true;
		n = digits(++p, q->end);
		if (n == 0)
			return false;
		p += n;
	}
	if (p < q->end && (*p == 'e' || *p == 'E')) {
		real = true;
		p++;
		p += p < q->end && (*p == '+' || *p == '-');
		n = digits(p, q->end);
		if (n == 0)
			return false;
		p += n;
	}
	word.n = (size_t)(p - word.p);
	q->p = p;
	ret->type = real ? VALUE_REAL : VALUE_INT;
	return real ? to_real(word, &ret->real) : to_integer(word, &ret->integer);
}

/* --- lists and maps --- */

static void add_member(struct quick *q, const struct member *m)
{
	if (q->n == q->cap) {
		q->cap = q->cap ? q->cap * 2 : 64;
		q->open = heap_grow(q->open, q->cap * sizeof(q->open[0]));
	}
	q->open[q->n++] = *m;
}

static bool keys_differ(const sv *keys, size_t n)
{
	if (n > FEW_KEYS) {
		AUTO_ARENA a = arena_new();
		struct intern *seen = intern_new(a);

		for (size_t i = 0; i < n; i++)
			intern_add(seen, keys[i]);
		return intern_count(seen) == n;
	}
	for (size_t i = 1; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (sv_eq(keys[i], keys[k]))
				return false;
	return true;
}

static bool has_shape(const struct shape *shape, const struct member *members, size_t n)
{
	if (!shape->keys || shape->n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!sv_eq(shape->keys[i], members[i].key))
			return false;
	return true;
}

/* NULL when one is there twice. */
static const sv *keys_of(struct quick *q, const struct member *members, size_t n)
{
	struct shape *shape = &q->shapes[n % SHAPES];
	sv *keys;

	if (has_shape(shape, members, n))
		return shape->keys;
	keys = NEW(q->arena, sv, n);
	for (size_t i = 0; i < n; i++)
		keys[i] = members[i].key;
	if (!keys_differ(keys, n))
		return NULL;
	*shape = (struct shape){keys, n};
	return keys;
}

/* Takes the members from `first` on off the stack. */
static bool close_members(struct quick *q, size_t first, bool map, struct value *ret)
{
	const struct member *members = q->open + first;
	size_t n = q->n - first;
	struct value *items = NEW(q->arena, struct value, n);

	for (size_t i = 0; i < n; i++)
		items[i] = members[i].value;
	q->n = first;
	ret->type = map ? VALUE_MAP : VALUE_LIST;
	ret->keys = map ? keys_of(q, members, n) : NULL;
	ret->items = items;
	ret->n = n;
	return !map || ret->keys;
}

static bool read_key(struct quick *q, sv *ret)
{
	return take(q, '"') && read_text(q, ret) && !memchr(ret->p, 0, ret->n) && take(q, ':');
}

static bool read_members(struct quick *q, bool map, struct value *ret)
{
	char bracket = map ? '}' : ']';
	size_t first = q->n;
	bool done = take(q, bracket);

	while (!done) {
		struct member m = {0};

		if ((map && !read_key(q, &m.key)) || !read_value(q, &m.value))
			return false;
		add_member(q, &m);
		done = take(q, bracket);
		if (!done && !take(q, ','))
			return false;
	}
	return close_members(q, first, map, ret);
}

static bool read_word(struct quick *q, sv word)
{
	if ((size_t)(q->end - q->p) < word.n || memcmp(q->p, word.p, word.n) != 0)
		return false;
	q->p += word.n;
	return true;
}

static bool read_value(struct quick *q, struct value *ret)
{
	bool good = false;

	skip_space(q);
	if (q->p == q->end || ++q->depth > JSON_DEPTH)
		return false;
	switch (*q->p) {
	case '{':
	case '[': good = read_members(q, *q->p++ == '{', ret); break;
	case '"':
		q->p++;
		ret->type = VALUE_TEXT;
		good = read_text(q, &ret->text);
		break;
	case 't':
	case 'f':
		ret->type = VALUE_BOOL;
		ret->truth = *q->p == 't';
		good = read_word(q, ret->truth ? SV("true") : SV("false"));
		break;
	case 'n': good = read_word(q, SV("null")); break;
	default: good = read_number(q, ret);
	}
	q->depth--;
	return good;
}

static const struct value *read_all(struct quick *q)
{
	struct value *value = NEW(q->arena, struct value, 1);
	bool good = q->p < q->end && read_value(q, value);

	skip_space(q);
	free(q->open);
	return good && q->p == q->end ? value : NULL;
}

const struct value *json_quick(struct arena *a, sv text)
{
	return read_all(&(struct quick){.arena = a, .p = text.p, .end = text.p + text.n});
}

const struct value *json_quick_pieces(struct arena *a, sv text)
{
	return read_all(
		&(struct quick){.arena = a, .pieces = true, .p = text.p, .end = text.p + text.n});
}
