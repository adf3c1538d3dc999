/* toml_scalar.c -- the words of TOML. */
#include "codec/toml_scalar.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>

#include "base/buf.h"
#include "codec/utf8.h"

/* --- places --- */

/* Goes on from the last place asked for, so that reading stays linear on one endless line. */
void toml_position(struct toml_text *t, size_t at, uint32_t *ret_line, uint32_t *ret_column)
{
	if (at < t->seen.at || t->seen.line == 0)
		t->seen.at = 0, t->seen.line = 1, t->seen.column = 1;
	for (; t->seen.at < at; t->seen.at++) {
		unsigned char c = (unsigned char)t->text.p[t->seen.at];

		t->seen.line += c == '\n';
		t->seen.column = c == '\n' ? 1 : t->seen.column + ((c & 0xc0) != 0x80);
	}
	*ret_line = t->seen.line;
	*ret_column = t->seen.column;
}

bool toml_fail(struct toml_text *t, size_t at, const char *fmt, ...)
{
	uint32_t line, column;
	char what[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	utf8_position(t->text, at, &line, &column);
	return err_set(t->e, ERR_INVALID, "%s:%u:%u: %s", t->name, line, column, what);
}

/* --- moving along --- */

int toml_peek(const struct toml_text *t, size_t ahead)
{
	return ahead < t->text.n - t->at ? (unsigned char)t->text.p[t->at + ahead] : -1;
}

bool toml_at_end(const struct toml_text *t)
{
	return t->at >= t->text.n;
}

bool toml_take(struct toml_text *t, char c)
{
	if (toml_peek(t, 0) != (unsigned char)c)
		return false;
	t->at++;
	return true;
}

bool toml_take_newline(struct toml_text *t)
{
	if (toml_peek(t, 0) == '\r' && toml_peek(t, 1) == '\n')
		t->at++;
	return toml_take(t, '\n');
}

void toml_skip_blanks(struct toml_text *t)
{
	while (toml_peek(t, 0) == ' ' || toml_peek(t, 0) == '\t')
		t->at++;
}

static bool is_control(int c)
{
	return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7f;
}

static bool at_newline(const struct toml_text *t)
{
	return toml_peek(t, 0) == '\n' || (toml_peek(t, 0) == '\r' && toml_peek(t, 1) == '\n');
}

bool toml_skip_comment(struct toml_text *t)
{
	while (!toml_at_end(t) && !at_newline(t)) {
		if (is_control(toml_peek(t, 0)))
			return toml_fail(t, t->at, "control characters may not stand in a comment");
		t->at++;
	}
	return true;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

bool toml_is_bare(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
	       c == '-';
}

/* --- strings --- */

static bool read_hex_escape(struct toml_text *t, size_t digits, struct buf *out)
{
	size_t from = t->at - 2, n;
	uint32_t code = 0;
	char bytes[4];

	for (size_t i = 0; i < digits; i++, t->at++) {
		int c = toml_peek(t, 0);
		static const char hex[] = "0123456789abcdef";
		const char *digit = c > 0 ? strchr(hex, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c)
					  : NULL;

		if (!digit)
			return toml_fail(t, from, "%zu hexadecimal digits are expected here",
					 digits);
		code = code << 4 | (uint32_t)(digit - hex);
	}
	n = utf8_put(bytes, code);
	if (n == 0)
		return toml_fail(t, from, "U+%04X is no character", code);
	buf_add(out, (sv){bytes, n});
	return true;
}

/* A backslash at a line's end takes the white space that follows with it. */
static bool skip_line_break(struct toml_text *t)
{
	size_t from = t->at;

	toml_skip_blanks(t);
	if (!at_newline(t)) {
		t->at = from;
		return false;
	}
	do
		toml_skip_blanks(t);
	while (toml_take_newline(t));
	return true;
}

static bool read_escape(struct toml_text *t, bool lines, struct buf *out)
{
	static const char names[] = "btnfr\"\\", codes[] = "\b\t\n\f\r\"\\";
	const char *name;
	int c;

	t->at++;
	if (lines && skip_line_break(t))
		return true;
	c = toml_peek(t, 0);
	t->at += c != -1;
	if (c == 'u' || c == 'U')
		return read_hex_escape(t, c == 'u' ? 4 : 8, out);
	name = c > 0 ? strchr(names, c) : NULL;
	if (!name)
		return toml_fail(t, t->at - (c != -1) - 1,
				 "unknown escape: use '…' for text with backslashes");
	buf_addc(out, codes[name - names]);
	return true;
}

/* The closing quotes of a multi-line string: one or two more of them belong to the text. */
static bool take_closing(struct toml_text *t, int quote, bool lines, struct buf *out)
{
	if (toml_peek(t, 0) != quote)
		return false;
	if (!lines) {
		t->at++;
		return true;
	}
	if (toml_peek(t, 1) != quote || toml_peek(t, 2) != quote)
		return false;
	t->at += 3;
	for (int more = 0; more < 2 && toml_take(t, (char)quote); more++)
		buf_addc(out, (char)quote);
	return true;
}

static bool read_body(struct toml_text *t, int quote, bool lines, struct buf *out)
{
	size_t opened = t->at - (lines ? 3 : 1);

	if (lines)
		(void)toml_take_newline(t);
	while (!take_closing(t, quote, lines, out)) {
		int c = toml_peek(t, 0);

		if (c == -1 || (!lines && at_newline(t)))
			return toml_fail(t, opened, "the text that starts here is not closed");
		if (c == '\\' && quote == '"') {
			if (!read_escape(t, lines, out))
				return false;
		} else if (lines && at_newline(t)) {
			(void)toml_take_newline(t);
			buf_addc(out, '\n');
		} else if (is_control(c)) {
			return toml_fail(t, t->at,
					 "control characters in a text are written \\u%04X",
					 (unsigned)c);
		} else {
			buf_addc(out, (char)c);
			t->at++;
		}
	}
	return true;
}

bool toml_read_string(struct toml_text *t, sv *ret)
{
	AUTO_BUF out = {0};
	int quote = toml_peek(t, 0);
	bool lines = toml_peek(t, 1) == quote && toml_peek(t, 2) == quote;

	t->at += lines ? 3 : 1;
	if (!read_body(t, quote, lines, &out))
		return false;
	*ret = arena_sv(t->a, buf_sv(&out));
	return true;
}

/* --- numbers --- */

/* Digits with single underscores between them; copies them without.  Returns how many, 0 when wrong. */
static size_t take_digits(sv *rest, const char *allowed, struct buf *out)
{
	size_t i = 0, digits = 0;

	while (i < rest->n && (rest->p[i] == '_' || (rest->p[i] && strchr(allowed, rest->p[i])))) {
		if (rest->p[i] == '_') {
			if (i == 0 || rest->p[i - 1] == '_' || i + 1 == rest->n)
				return 0;
		} else {
			buf_addc(out, rest->p[i]);
			digits++;
		}
		i++;
	}
	if (i && rest->p[i - 1] == '_')
		return 0;
	*rest = sv_from(*rest, i);
	return digits;
}

enum parsed { PARSED_NO, PARSED_YES, PARSED_TOO_LARGE };

static enum parsed to_int(const struct buf *digits, int base, struct value *ret)
{
	errno = 0;
	ret->integer = strtoll(digits->p, NULL, base);
	ret->type = VALUE_INT;
	return errno == ERANGE ? PARSED_TOO_LARGE : PARSED_YES;
}

static enum parsed parse_prefixed(sv word, struct value *ret)
{
	static const struct {
		char letter;
		int base;
		const char *digits;
	} bases[] = {{'x', 16, "0123456789abcdefABCDEF"}, {'o', 8, "01234567"}, {'b', 2, "01"}};

	for (size_t i = 0; i < COUNT_OF(bases); i++) {
		AUTO_BUF digits = {0};
		sv rest = sv_from(word, 2);

		if (word.p[1] == bases[i].letter && take_digits(&rest, bases[i].digits, &digits) &&
		    !rest.n)
			return to_int(&digits, bases[i].base, ret);
	}
	return PARSED_NO;
}

/* What follows the whole part of a float. */
static bool take_fraction(sv *rest, struct buf *out)
{
	if (rest->n && rest->p[0] == '.') {
		buf_addc(out, '.');
		*rest = sv_from(*rest, 1);
		if (!take_digits(rest, "0123456789", out))
			return false;
	}
	if (rest->n && (rest->p[0] == 'e' || rest->p[0] == 'E')) {
		buf_addc(out, 'e');
		*rest = sv_from(*rest, 1);
		if (rest->n && (rest->p[0] == '+' || rest->p[0] == '-')) {
			buf_addc(out, rest->p[0]);
			*rest = sv_from(*rest, 1);
		}
		if (!take_digits(rest, "0123456789", out))
			return false;
	}
	return rest->n == 0;
}

static enum parsed parse_number(sv word, struct value *ret)
{
	bool sign = word.n && (word.p[0] == '+' || word.p[0] == '-');
	AUTO_BUF digits = {0};
	sv rest = sv_from(word, sign);
	size_t whole;

	if (!sign && word.n > 2 && word.p[0] == '0' && strchr("xob", word.p[1]))
		return parse_prefixed(word, ret);
	if (sv_eq(rest, SV("inf")) || sv_eq(rest, SV("nan"))) {
		ret->type = VALUE_REAL;
		ret->real = rest.p[0] == 'n'   ? (double)NAN
			    : word.p[0] == '-' ? -(double)INFINITY
					       : (double)INFINITY;
		return PARSED_YES;
	}
	if (sign)
		buf_addc(&digits, word.p[0]);
	whole = take_digits(&rest, "0123456789", &digits);
	if (whole == 0 || (whole > 1 && digits.p[sign] == '0'))
		return PARSED_NO;
	if (rest.n == 0)
		return to_int(&digits, 10, ret);
	if (!take_fraction(&rest, &digits))
		return PARSED_NO;
	ret->type = VALUE_REAL;
	ret->real = strtod(digits.p, NULL);
	return isfinite(ret->real) ? PARSED_YES : PARSED_TOO_LARGE;
}

/* --- dates and times --- */

/* Takes two (or four) digits as a number. */
static bool take_number(sv *rest, size_t digits, unsigned *ret)
{
	uint64_t n;

	if (rest->n < digits || !sv_u64((sv){rest->p, digits}, &n))
		return false;
	*ret = (unsigned)n;
	*rest = sv_from(*rest, digits);
	return true;
}

static bool take_char(sv *rest, const char *allowed)
{
	if (rest->n == 0 || rest->p[0] == '\0' || !strchr(allowed, rest->p[0]))
		return false;
	*rest = sv_from(*rest, 1);
	return true;
}

static unsigned days_in_month(unsigned year, unsigned month)
{
	static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static bool take_date(sv *rest)
{
	unsigned year, month, day;

	return take_number(rest, 4, &year) && take_char(rest, "-") &&
	       take_number(rest, 2, &month) && take_char(rest, "-") && take_number(rest, 2, &day) &&
	       month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

static bool take_time(sv *rest)
{
	unsigned hour, minute, second;

	if (!take_number(rest, 2, &hour) || !take_char(rest, ":") ||
	    !take_number(rest, 2, &minute) || !take_char(rest, ":") ||
	    !take_number(rest, 2, &second) || hour > 23 || minute > 59 || second > 60)
		return false;
	if (!take_char(rest, "."))
		return true;
	if (!rest->n || !is_digit(rest->p[0]))
		return false;
	while (rest->n && is_digit(rest->p[0]))
		*rest = sv_from(*rest, 1);
	return true;
}

static bool is_date_or_time(sv word)
{
	sv rest = word;
	unsigned hour, minute;

	if (take_time(&rest))
		return rest.n == 0;
	rest = word;
	if (!take_date(&rest))
		return false;
	if (rest.n == 0)
		return true;
	if (!take_char(&rest, "Tt ") || !take_time(&rest))
		return false;
	if (rest.n == 0 || (take_char(&rest, "Zz") && rest.n == 0))
		return true;
	return take_char(&rest, "+-") && take_number(&rest, 2, &hour) && take_char(&rest, ":") &&
	       take_number(&rest, 2, &minute) && rest.n == 0 && hour <= 23 && minute <= 59;
}

/* --- a scalar --- */

static sv word_here(const struct toml_text *t)
{
	size_t n = 0;

	while (toml_is_bare(toml_peek(t, n)) || toml_peek(t, n) == '+' || toml_peek(t, n) == '.' ||
	       toml_peek(t, n) == ':')
		n++;
	/* a date may be parted from its time by a space */
	if (n == 10 && toml_peek(t, 4) == '-' && toml_peek(t, 7) == '-' &&
	    toml_peek(t, 10) == ' ' && is_digit(toml_peek(t, 11)))
		for (n = 11; toml_is_bare(toml_peek(t, n)) || toml_peek(t, n) == '+' ||
			     toml_peek(t, n) == '.' || toml_peek(t, n) == ':';)
			n++;
	return (sv){t->text.p + t->at, n};
}

static enum parsed parse_word(struct arena *a, sv word, struct value *ret)
{
	if (sv_eq(word, SV("true")) || sv_eq(word, SV("false"))) {
		ret->type = VALUE_BOOL;
		ret->truth = word.p[0] == 't';
		return PARSED_YES;
	}
	if (is_date_or_time(word)) {
		ret->type = VALUE_TEXT;
		ret->text = arena_sv(a, word);
		return PARSED_YES;
	}
	return parse_number(word, ret);
}

bool toml_read_scalar(struct toml_text *t, struct value *ret)
{
	size_t at = t->at;
	sv word;

	if (toml_peek(t, 0) == '"' || toml_peek(t, 0) == '\'') {
		ret->type = VALUE_TEXT;
		return toml_read_string(t, &ret->text);
	}
	word = word_here(t);
	if (word.n == 0)
		return toml_fail(t, at, "a value is expected here");
	t->at += word.n;
	switch (parse_word(t->a, word, ret)) {
	case PARSED_YES: return true;
	case PARSED_TOO_LARGE:
		return toml_fail(t, at, "the number " SV_FMT " is too large", SV_ARG(word));
	default:
		return toml_fail(t, at, "\"" SV_FMT "\" is no value: texts need quotes",
				 SV_ARG(word));
	}
}
