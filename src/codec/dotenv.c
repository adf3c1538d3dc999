/* dotenv.c -- one pass over the text; a quoted value may run over several lines. */
#include "codec/dotenv.h"

#include "base/buf.h"
#include "codec/utf8.h"

struct reader {
	struct arena *a;
	const char *name;
	sv text;
	size_t at;
	uint32_t line;
	struct err *e;
};

#define FAIL(r, line, ...) (err_set((r)->e, ERR_INVALID, __VA_ARGS__), at_line((r), (line)))

static bool at_line(struct reader *r, uint32_t line)
{
	return err_wrap(r->e, "%s:%u", r->name, line);
}

static int peek(const struct reader *r)
{
	return r->at < r->text.n ? (unsigned char)r->text.p[r->at] : -1;
}

static void skip_blanks(struct reader *r)
{
	while (peek(r) == ' ' || peek(r) == '\t')
		r->at++;
}

static bool at_line_end(const struct reader *r)
{
	return peek(r) == -1 || peek(r) == '\n' || peek(r) == '\r';
}

static void skip_line(struct reader *r)
{
	while (peek(r) != -1 && peek(r) != '\n')
		r->at++;
	if (peek(r) == '\n') {
		r->at++;
		r->line++;
	}
}

static bool is_name_char(int c, bool first)
{
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

	return letter || (!first && ((c >= '0' && c <= '9') || c == '.' || c == '-'));
}

static sv read_name(struct reader *r)
{
	size_t from = r->at;

	while (is_name_char(peek(r), r->at == from))
		r->at++;
	return (sv){r->text.p + from, r->at - from};
}

/* A backslash and what follows it, within double quotes; unknown pairs stay as they are. */
static void add_escape(struct buf *out, int c)
{
	static const char letters[] = {['n'] = '\n',  ['r'] = '\r', ['t'] = '\t', ['"'] = '"',
				       ['\\'] = '\\', ['$'] = '$',  ['\''] = '\''};

	if (c < 0 || c >= (int)sizeof(letters) || !letters[c])
		buf_addf(out, "\\%c", c);
	else
		buf_addc(out, letters[c]);
}

static bool read_quoted(struct reader *r, sv *ret)
{
	AUTO_BUF out = {0};
	uint32_t opened = r->line;
	int quote = peek(r), c;

	for (r->at++; (c = peek(r)) != quote; r->at++) {
		if (c == -1)
			return FAIL(r, opened, "the quote %c is not closed", quote);
		if (c == '\n')
			r->line++;
		if (c == '\\' && quote == '"' && r->at + 1 < r->text.n &&
		    r->text.p[r->at + 1] != '\n') {
			r->at++;
			add_escape(&out, peek(r));
		} else {
			buf_addc(&out, (char)c);
		}
	}
	r->at++;
	skip_blanks(r);
	if (!at_line_end(r) && peek(r) != '#')
		return FAIL(r, r->line, "text behind the closing quote");
	*ret = arena_sv(r->a, buf_sv(&out));
	return true;
}

/* Up to the end of the line, or to a comment that has a blank before it. */
static sv read_plain(struct reader *r)
{
	size_t from = r->at;

	while (!at_line_end(r) &&
	       !(peek(r) == '#' &&
		 (r->at == from || r->text.p[r->at - 1] == ' ' || r->text.p[r->at - 1] == '\t')))
		r->at++;
	return arena_sv(r->a, sv_trim((sv){r->text.p + from, r->at - from}));
}

void dotenv_set(struct arena *a, struct dotenv *env, sv name, sv value)
{
	for (size_t i = 0; i < env->n; i++)
		if (sv_eq(env->at[i].name, name)) {
			env->at[i].value = value;
			return;
		}
	*LIST_ADD(a, env) = (struct dotenv_entry){name, value};
}

/* What `${inner}` stands for. */
static sv look_up(struct arena *a, sv inner, const struct dotenv *known,
		  const char *(*variable)(const char *name))
{
	sv name = inner, otherwise = {"", 0};
	const char *outside;
	size_t colon;

	if (sv_find(inner, ':', &colon) && colon + 1 < inner.n && inner.p[colon + 1] == '-') {
		name.n = colon;
		otherwise = sv_from(inner, colon + 2);
	}
	for (size_t i = 0; i < known->n; i++)
		if (sv_eq(known->at[i].name, name))
			return known->at[i].value;
	outside = variable(arena_cstr(a, name));
	return outside ? sv_of(outside) : otherwise;
}

sv dotenv_expand(struct arena *a, sv value, const struct dotenv *known,
		 const char *(*variable)(const char *name))
{
	AUTO_BUF out = {0};
	size_t from = 0, end;

	for (size_t i = 0; i + 2 < value.n && out.n < DOTENV_VALUE_BYTES; i++) {
		if (value.p[i] != '$' || value.p[i + 1] != '{')
			continue;
		if (!sv_find(sv_from(value, i + 2), '}', &end))
			break;
		buf_add(&out, (sv){value.p + from, i - from});
		buf_add(&out, look_up(a, (sv){value.p + i + 2, end}, known, variable));
		i += 2 + end;
		from = i + 1;
	}
	if (from == 0)
		return value;
	buf_add(&out, sv_from(value, from));
	return arena_sv(a, buf_sv(&out));
}

static bool read_line(struct reader *r, struct dotenv *env)
{
	sv name, value;

	skip_blanks(r);
	if (at_line_end(r) || peek(r) == '#')
		return true;
	name = read_name(r);
	if (sv_eq(name, SV("export")) && (peek(r) == ' ' || peek(r) == '\t')) {
		skip_blanks(r);
		name = read_name(r);
	}
	if (name.n == 0)
		return FAIL(r, r->line, "a name must start here: letters, digits and _");
	skip_blanks(r);
	if (at_line_end(r) || peek(r) == '#')
		return true; /* `export NAME` alone sets nothing */
	if (peek(r) != '=')
		return FAIL(r, r->line, "= expected behind the name " SV_FMT, SV_ARG(name));
	r->at++;
	skip_blanks(r);
	if (peek(r) == '"' || peek(r) == '\'') {
		if (!read_quoted(r, &value))
			return false;
	} else {
		value = read_plain(r);
	}
	dotenv_set(r->a, env, arena_sv(r->a, name), value);
	return true;
}

/* Environment values are passed on as text and as C strings. */
static bool check_text(struct reader *r)
{
	uint32_t line, column;
	size_t at;

	if (utf8_valid(r->text, &at) && !sv_find(r->text, '\0', &at))
		return true;
	utf8_position(r->text, at, &line, &column);
	return FAIL(r, line, "not UTF-8 text (column %u)", column);
}

bool dotenv_read(struct arena *a, const char *name, sv text, struct dotenv *ret, struct err *e)
{
	struct reader r = {.a = a, .name = name, .text = text, .line = 1, .e = e};
	struct dotenv env = {0};

	if (!check_text(&r))
		return false;
	if (sv_starts(text, SV("\xef\xbb\xbf")))
		r.at = 3;
	while (r.at < text.n) {
		if (!read_line(&r, &env))
			return false;
		skip_line(&r);
	}
	*ret = env;
	return true;
}
