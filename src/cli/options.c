/* options.c -- one pass over the words; mistakes are collected, not thrown. */
#include "cli/options.h"

#include "base/buf.h"
#include "base/nearest.h"

struct reading {
	struct arena *arena;
	const struct option *tables[2];
	const struct sv_list *words;
	size_t at;
	struct arguments *args;
	struct buf mistakes;
};

static const struct option *find_name(const struct option *table, sv name)
{
	for (const struct option *o = table; o && o->name; o++)
		if (sv_eq(sv_of(o->name), name))
			return o;
	return NULL;
}

static const struct option *find_letter(const struct option *table, char letter)
{
	for (const struct option *o = table; o && o->name; o++)
		if (o->letter == letter)
			return o;
	return NULL;
}

const struct option *option_find(const struct option *table, sv name)
{
	if (sv_starts(name, SV("--")))
		return find_name(table, sv_from(name, 2));
	return name.n == 2 && name.p[0] == '-' ? find_letter(table, name.p[1]) : NULL;
}

bool option_takes_next(const struct option *table, sv word)
{
	const struct option *o = option_find(table, word);

	return o && o->kind != OPTION_FLAG;
}

static void mistake(struct reading *r, sv text)
{
	buf_add(&r->mistakes, sv_of(r->mistakes.n ? "; " : NULL));
	buf_add(&r->mistakes, text);
}

static void unknown_option(struct reading *r, sv name)
{
	struct sv_list known = {0};

	for (size_t t = 0; t < COUNT_OF(r->tables); t++)
		for (const struct option *o = r->tables[t]; o && o->name; o++)
			*LIST_ADD(r->arena, &known) = arena_fmt(r->arena, "--%s", o->name);
	uint32_t near = nearest(name, known.at, known.n);
	for (size_t i = 0; i < known.n && name.n > 3; i++)
		if (sv_starts(known.at[i], name))
			near = (uint32_t)i; /* typed half */
	if (near == NO_ID)
		mistake(r, arena_fmt(r->arena, "there is no option " SV_FMT, SV_ARG(name)));
	else
		mistake(r, arena_fmt(r->arena,
				     "there is no option " SV_FMT "; did you mean " SV_FMT "?",
				     SV_ARG(name), SV_ARG(known.at[near])));
}

static bool is_choice(const struct option *o, sv value)
{
	sv rest = sv_of(o->value), choice;

	while (sv_split(&rest, ' ', &choice))
		if (sv_eq(choice, value))
			return true;
	return false;
}

static void keep(struct reading *r, const struct option *o, sv value)
{
	uint64_t number;

	if ((o->kind == OPTION_NUMBER || o->kind == OPTION_COUNT) &&
	    (!sv_u64(value, &number) || number > INT32_MAX || number < (o->kind == OPTION_COUNT)))
		mistake(r, arena_fmt(r->arena, "--%s takes a number%s, not \"" SV_FMT "\"", o->name,
				     o->kind == OPTION_COUNT ? " from 1 on" : "", SV_ARG(value)));
	if (o->kind == OPTION_CHOICE && !is_choice(o, value))
		mistake(r, arena_fmt(r->arena, "--%s takes one of: %s; not \"" SV_FMT "\"", o->name,
				     o->value, SV_ARG(value)));
	*LIST_ADD(r->arena, &r->args->given[o->id]) = value;
}

/* The value is what follows in the same word (`has_value`), else the next word. */
static void take(struct reading *r, const struct option *o, bool has_value, sv value)
{
	if (o->kind == OPTION_FLAG && has_value)
		mistake(r, arena_fmt(r->arena, "--%s takes no value", o->name));
	else if (o->kind == OPTION_FLAG || has_value)
		keep(r, o, value);
	else if (r->at + 1 < r->words->n)
		keep(r, o, r->words->at[++r->at]);
	else
		mistake(r, arena_fmt(r->arena, "--%s needs a value: --%s %s", o->name, o->name,
				     o->value));
}

static void read_long(struct reading *r, sv word)
{
	size_t equals;
	bool has_value = sv_find(word, '=', &equals);
	sv name = has_value ? (sv){word.p, equals} : word;
	const struct option *o = NULL;

	for (size_t t = 0; t < COUNT_OF(r->tables) && !o; t++)
		o = find_name(r->tables[t], sv_from(name, 2));
	if (o)
		take(r, o, has_value, has_value ? sv_from(word, equals + 1) : SV(""));
	else
		unknown_option(r, name);
}

/* "-qv", "-s X", "-sX". */
static void read_letters(struct reading *r, sv word)
{
	for (size_t i = 1; i < word.n; i++) {
		const struct option *o = NULL;

		for (size_t t = 0; t < COUNT_OF(r->tables) && !o; t++)
			o = find_letter(r->tables[t], word.p[i]);
		if (!o) {
			unknown_option(r, arena_fmt(r->arena, "-%c", word.p[i]));
			return;
		}
		if (o->kind != OPTION_FLAG) {
			take(r, o, i + 1 < word.n, sv_from(word, i + 1));
			return;
		}
		keep(r, o, SV(""));
	}
}

bool options_read(struct arena *a, const struct option *globals, const struct option *own,
		  const struct sv_list *words, struct arguments *ret, struct err *e)
{
	struct reading r = {.arena = a, .tables = {globals, own}, .words = words, .args = ret};
	bool only_rest = false;

	*ret = (struct arguments){0};
	for (; r.at < words->n; r.at++) {
		sv word = words->at[r.at];

		if (only_rest || word.n < 2 || word.p[0] != '-')
			*LIST_ADD(a, &ret->rest) = word;
		else if (sv_eq(word, SV("--")))
			only_rest = true;
		else if (word.p[1] == '-')
			read_long(&r, word);
		else
			read_letters(&r, word);
	}
	bool good = r.mistakes.n == 0 ||
		    err_set(e, ERR_INVALID, SV_FMT, SV_ARG(buf_sv(&r.mistakes)));
	buf_free(&r.mistakes);
	return good;
}

sv option_text(const struct arguments *args, enum option_id id)
{
	const struct sv_list *given = &args->given[id];

	return given->n ? given->at[given->n - 1] : (sv){0};
}

int64_t option_number(const struct arguments *args, enum option_id id, int64_t otherwise)
{
	uint64_t number;

	return sv_u64(option_text(args, id), &number) ? (int64_t)number : otherwise;
}
