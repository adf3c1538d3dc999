/* selection.c -- recursive descent over the text, one character of look-ahead.
 *
 *	list    := both (("or" | ",") both)*
 *	both    := unary ("and" unary)*
 *	unary   := "not" unary | [up] atom [down]
 *	atom    := "*" | NAME ":" value ["=" value] | ["roots" | "sinks"] "(" list ")" | bare key
 */
#include "model/selection.h"

#include "base/nearest.h"
#include "model/limits.h"
#include "model/selection_tree.h"

struct parser {
	struct arena *arena;
	sv text;
	size_t at;
	unsigned depth;
	struct err *e;
};

#define X(id, name) {"" name, sizeof(name) - 1},
static const sv attribute_names[] = {SELECTION_ATTRIBUTES(X)};
#undef X

/* Dagster's, understood but without anything here yet that they could ask about. */
static const char *const later_attributes[] = {
	"column", "columns",    "column_tag",      "table_name", "changed_in_branch", "status",
	"is",     "partitions", "automation_type", "sensor",     "schedule",          "job",
};

static bool parse_list(struct parser *p, struct selection **ret);

static char peek(const struct parser *p)
{
	return p->at < p->text.n ? p->text.p[p->at] : '\0';
}

static void skip_space(struct parser *p)
{
	while (p->at < p->text.n && strchr(" \t\r\n", p->text.p[p->at]) && p->text.p[p->at])
		p->at++;
}

static bool take(struct parser *p, char c)
{
	if (p->at >= p->text.n || p->text.p[p->at] != c)
		return false;
	p->at++;
	return true;
}

static bool fail(struct parser *p, const char *expected)
{
	sv rest = sv_from(p->text, p->at);

	if (rest.n == 0)
		return err_set(p->e, ERR_INVALID, "selection: expected %s, found its end",
			       expected);
	return err_set(p->e, ERR_INVALID, "selection, column %zu: expected %s, found `%.*s`",
		       p->at + 1, expected, (int)(rest.n < 40 ? rest.n : 40), rest.p);
}

static bool ends_word(char c)
{
	return c == '\0' || strchr(" \t\r\n\"(),+:=", c) != NULL;
}

/* The word at the point of reading, nothing taken. */
static sv peek_word(const struct parser *p)
{
	size_t end = p->at;

	while (end < p->text.n && !ends_word(p->text.p[end]))
		end++;
	return (sv){p->text.p + p->at, end - p->at};
}

static bool take_operator(struct parser *p, sv lower, sv upper)
{
	sv word;

	skip_space(p);
	word = peek_word(p);
	if (!sv_eq(word, lower) && !sv_eq(word, upper))
		return false;
	p->at += word.n;
	return true;
}

static struct selection *new_op(struct parser *p, enum selection_op op)
{
	struct selection *s = NEW(p->arena, struct selection, 1);

	s->op = op;
	return s;
}

static void add_part(struct parser *p, struct selection *s, struct selection *part)
{
	*LIST_ADD(p->arena, &s->parts) = part;
}

static struct selection *new_op_of(struct parser *p, enum selection_op op, struct selection *part)
{
	struct selection *s = new_op(p, op);

	add_part(p, s, part);
	return s;
}

static struct selection *by_key(struct parser *p, sv key)
{
	struct selection *s = new_op(p, SELECT_BY);

	s->attribute = BY_KEY;
	s->value.text = key;
	return s;
}

static bool take_number(struct parser *p, uint32_t *ret)
{
	size_t end = p->at;
	uint64_t n;

	while (end < p->text.n && p->text.p[end] >= '0' && p->text.p[end] <= '9')
		end++;
	if (!sv_u64((sv){p->text.p + p->at, end - p->at}, &n))
		return false;
	*ret = n < UINT32_MAX ? (uint32_t)n : UINT32_MAX - 1;
	p->at = end;
	return true;
}

/* Digits are a number of levels only where a plus follows; otherwise a key may start with them. */
static bool number_then_plus(const struct parser *p)
{
	size_t end = p->at;

	while (end < p->text.n && p->text.p[end] >= '0' && p->text.p[end] <= '9')
		end++;
	return end > p->at && end < p->text.n && p->text.p[end] == '+';
}

/* What stood before or behind an atom: pluses, and the number beside them. */
struct hops {
	uint32_t pluses, number;
	bool has_number;
};

static void take_pluses(struct parser *p, struct hops *h)
{
	while (take(p, '+'))
		h->pluses++;
}

static bool check_hops(struct parser *p, const struct hops *h, bool bare)
{
	if (h->pluses > 1 && h->has_number)
		return fail(p, "one `+` beside a number of levels");
	if (h->pluses > 1 && !bare)
		return fail(p, "one `+` (all levels) or a number of levels, as in `2+key:a`");
	return true;
}

static uint32_t levels_of(const struct hops *h, bool bare)
{
	if (h->has_number)
		return h->number;
	if (h->pluses && !bare)
		return UINT32_MAX;
	return h->pluses;
}

/* `"quoted"`, a word (also with the colons of `team:ops`), or <null>. */
static bool parse_value(struct parser *p, const char *expected, bool is_tag,
			struct selection_value *ret)
{
	size_t from = p->at;

	*ret = (struct selection_value){0};
	if (take(p, '"')) {
		size_t length;

		if (!sv_find(sv_from(p->text, p->at), '"', &length))
			return fail(p, "a closing quote");
		ret->text = (sv){p->text.p + p->at, length};
		p->at += length + 1;
		return true;
	}
	while (!ends_word(peek(p)) || (!is_tag && (peek(p) == ':' || peek(p) == '=')))
		p->at++;
	ret->text = (sv){p->text.p + from, p->at - from};
	if (ret->text.n == 0)
		return fail(p, expected);
	if (sv_eq(ret->text, SV("<null>")))
		*ret = (struct selection_value){.null = true};
	return true;
}

static bool unknown_attribute(struct parser *p, sv name)
{
	uint32_t near = nearest(name, attribute_names, COUNT_OF(attribute_names));

	for (size_t i = 0; i < COUNT_OF(later_attributes); i++)
		if (sv_eq(name, sv_of(later_attributes[i]))) {
			err_set(p->e, ERR_INVALID,
				"selection, column %zu: `" SV_FMT ":` is not supported yet",
				p->at + 1, SV_ARG(name));
			return err_hint(p->e,
					"known are key, tag, owner, group, kind, code_location");
		}
	err_set(p->e, ERR_INVALID, "selection, column %zu: there is no attribute `" SV_FMT "`",
		p->at + 1, SV_ARG(name));
	if (near != NO_ID)
		return err_hint(p->e, "did you mean `" SV_FMT ":`?", SV_ARG(attribute_names[near]));
	return err_hint(p->e, "known are key, tag, owner, group, kind, code_location");
}

static bool parse_attribute(struct parser *p, sv name, struct selection **ret)
{
	struct selection *s = new_op(p, SELECT_BY);
	unsigned i = 0;

	while (i < SELECTION_ATTRIBUTE_COUNT && !sv_eq(name, attribute_names[i]))
		i++;
	if (i == SELECTION_ATTRIBUTE_COUNT)
		return unknown_attribute(p, name);
	s->attribute = (enum selection_attribute)i;
	p->at += name.n + 1;
	if (!parse_value(p, "a value, in quotes where it holds spaces", s->attribute == BY_TAG,
			 &s->value))
		return false;
	/* `tag:k=` is `tag:k`. */
	if (s->attribute == BY_TAG && take(p, '=') && (peek(p) == '"' || !ends_word(peek(p))) &&
	    !parse_value(p, "the tag's value", true, &s->tag_value))
		return false;
	*ret = s;
	return true;
}

static bool has_star(sv text)
{
	size_t at;

	return sv_find(text, '*', &at);
}

/* A bare key.  A star at its very beginning or end is all upstream or downstream, unless that leaves a slash there. */
static struct selection *bare_key(struct parser *p, sv word, bool *up_all, bool *down_all)
{
	sv inner = word;

	*up_all = *down_all = false;
	if (sv_eq(word, SV("*")))
		return new_op(p, SELECT_ALL);
	if (sv_starts(inner, SV("*")))
		inner = sv_from(inner, 1);
	if (sv_ends(inner, SV("*")))
		inner.n--;
	if (inner.n == 0 || inner.n == word.n || has_star(inner) || sv_starts(inner, SV("/")) ||
	    sv_ends(inner, SV("/")))
		return by_key(p, word);
	*up_all = sv_starts(word, SV("*"));
	*down_all = sv_ends(word, SV("*"));
	return by_key(p, inner);
}

static bool parse_group(struct parser *p, struct selection **ret)
{
	if (!take(p, '('))
		return fail(p, "`(`");
	if (++p->depth > LIMIT_SELECTION_DEPTH)
		return err_set(p->e, ERR_LIMIT, "selection: nested deeper than %d",
			       LIMIT_SELECTION_DEPTH);
	if (!parse_list(p, ret))
		return false;
	p->depth--;
	skip_space(p);
	return take(p, ')') || fail(p, "`and`, `or` or `)`");
}

static bool parse_function(struct parser *p, sv name, enum selection_op op, struct selection **ret)
{
	struct selection *inner;

	p->at += name.n;
	skip_space(p);
	if (!parse_group(p, &inner))
		return false;
	*ret = new_op_of(p, op, inner);
	return true;
}

static bool before_parenthesis(struct parser *p, sv word)
{
	struct parser ahead = *p;

	ahead.at += word.n;
	skip_space(&ahead);
	return peek(&ahead) == '(';
}

/* Without the pluses around it.  `*bare`: a bare key, whose pluses count levels. */
static bool parse_atom(struct parser *p, struct selection **ret, bool *bare, bool *up_all,
		       bool *down_all)
{
	sv word = peek_word(p);

	*bare = *up_all = *down_all = false;
	if (peek(p) == '(')
		return parse_group(p, ret);
	if (word.n == 0)
		return fail(p, "an asset key, `attribute:value`, `not`, `*` or `(`");
	if (word.p + word.n < p->text.p + p->text.n && word.p[word.n] == ':')
		return parse_attribute(p, word, ret);
	if (sv_eq(word, SV("roots")) && before_parenthesis(p, word))
		return parse_function(p, word, SELECT_ROOTS, ret);
	if (sv_eq(word, SV("sinks")) && before_parenthesis(p, word))
		return parse_function(p, word, SELECT_SINKS, ret);
	p->at += word.n;
	*bare = true;
	*ret = bare_key(p, word, up_all, down_all);
	return true;
}

static bool parse_reach(struct parser *p, struct selection **ret)
{
	struct hops up = {0}, down = {0};
	struct selection *atom, *s;
	bool bare, up_all, down_all;

	if (number_then_plus(p))
		up.has_number = take_number(p, &up.number);
	take_pluses(p, &up);
	skip_space(p);
	if (!parse_atom(p, &atom, &bare, &up_all, &down_all))
		return false;
	skip_space(p);
	take_pluses(p, &down);
	if (down.pluses)
		down.has_number = take_number(p, &down.number);
	if (!check_hops(p, &up, bare) || !check_hops(p, &down, bare))
		return false;
	*ret = atom;
	if (!up.pluses && !down.pluses && !up_all && !down_all)
		return true;
	s = new_op_of(p, SELECT_REACH, atom);
	s->up = up_all ? UINT32_MAX : levels_of(&up, bare);
	s->down = down_all ? UINT32_MAX : levels_of(&down, bare);
	*ret = s;
	return true;
}

static bool parse_unary(struct parser *p, struct selection **ret)
{
	struct selection *inner;

	if (!take_operator(p, SV("not"), SV("NOT")))
		return parse_reach(p, ret);
	if (++p->depth > LIMIT_SELECTION_DEPTH)
		return err_set(p->e, ERR_LIMIT, "selection: nested deeper than %d",
			       LIMIT_SELECTION_DEPTH);
	if (!parse_unary(p, &inner))
		return false;
	p->depth--;
	*ret = new_op_of(p, SELECT_NOT, inner);
	return true;
}

static bool parse_both(struct parser *p, struct selection **ret)
{
	struct selection *first, *s = NULL;

	if (!parse_unary(p, &first))
		return false;
	while (take_operator(p, SV("and"), SV("AND"))) {
		struct selection *next;

		if (!parse_unary(p, &next))
			return false;
		if (!s)
			s = new_op_of(p, SELECT_AND, first);
		add_part(p, s, next);
	}
	*ret = s ? s : first;
	return true;
}

/* Commas and `or` mean the same, so one loop takes both. */
static bool parse_list(struct parser *p, struct selection **ret)
{
	struct selection *first, *s = NULL;

	if (!parse_both(p, &first))
		return false;
	for (;;) {
		struct selection *next;

		skip_space(p);
		if (!take(p, ',') && !take_operator(p, SV("or"), SV("OR")))
			break;
		if (!parse_both(p, &next))
			return false;
		if (!s)
			s = new_op_of(p, SELECT_OR, first);
		add_part(p, s, next);
	}
	*ret = s ? s : first;
	return true;
}

bool selection_parse(struct arena *a, sv text, struct selection **ret, struct err *e)
{
	struct parser p = {.arena = a, .e = e};
	struct selection *s;

	if (text.n > LIMIT_SELECTION_BYTES)
		return err_set(e, ERR_LIMIT, "selection: longer than %d bytes",
			       LIMIT_SELECTION_BYTES);
	p.text = arena_sv(a, text);
	skip_space(&p);
	if (p.at == p.text.n)
		return err_set(e, ERR_INVALID, "selection: it is empty") ||
		       err_hint(e, "`*` selects every asset");
	if (!parse_list(&p, &s))
		return false;
	skip_space(&p);
	if (p.at < p.text.n)
		return fail(&p, "`and`, `or`, `,` or the end");
	*ret = s;
	return true;
}
