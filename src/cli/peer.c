/* peer.c -- from their words to ours, by the table. */
#include "cli/peer.h"

#include <unistd.h>

#include "base/nearest.h"
#include "cli/commands.h"
#include "cli/text.h"
#include "sys/path.h"
#include "sys/terminal.h"

enum { THEIRS_COLUMNS = 34 };

struct translation {
	struct cli *c;
	const struct peer_form *form;
	const struct sv_list *theirs;
	size_t at;
	struct sv_list *ours;
	struct err *e;
};

const char *peer_called(const char *called)
{
	sv name = path_leaf(sv_of(called));

	for (size_t i = 0; i < peer_tools_count; i++)
		if (sv_eq(name, sv_of(peer_tools[i])))
			return peer_tools[i];
	return NULL;
}

/* ---- which form ---- */

static bool begins_with(const struct sv_list *theirs, const char *words, size_t *ret_count)
{
	sv rest = sv_of(words), word;
	size_t n = 0;

	while (rest.n && sv_split(&rest, ' ', &word)) {
		if (n == theirs->n || !sv_eq(theirs->at[n], word))
			return false;
		n++;
	}
	*ret_count = n;
	return true;
}

static const struct peer_form *find_form(const char *tool, const struct sv_list *theirs,
					 size_t *ret_words)
{
	const struct peer_form *found = NULL;
	size_t n;

	for (size_t i = 0; i < peer_forms_count; i++)
		if (strcmp(peer_forms[i].tool, tool) == 0 &&
		    begins_with(theirs, peer_forms[i].words, &n) && (!found || n > *ret_words)) {
			found = &peer_forms[i];
			*ret_words = n;
		}
	return found;
}

static bool is_group(const char *tool, sv word)
{
	for (size_t i = 0; i < peer_forms_count; i++) {
		sv words = sv_of(peer_forms[i].words);

		if (strcmp(peer_forms[i].tool, tool) == 0 && sv_starts(words, word) &&
		    words.n > word.n && words.p[word.n] == ' ')
			return true;
	}
	return false;
}

static bool unknown(struct cli *c, const char *tool, const struct sv_list *theirs, struct err *e)
{
	struct sv_list known = {0};
	bool group = theirs->n > 1 && is_group(tool, theirs->at[0]);
	sv typed = group ? arena_fmt(c->arena, SV_FMT " " SV_FMT, SV_ARG(theirs->at[0]),
				     SV_ARG(theirs->at[1]))
			 : theirs->at[0];

	for (size_t i = 0; i < peer_forms_count; i++)
		if (strcmp(peer_forms[i].tool, tool) == 0)
			*LIST_ADD(c->arena, &known) = sv_of(peer_forms[i].words);
	uint32_t near = nearest(typed, known.at, known.n);
	err_set(e, ERR_INVALID, "plait knows no command '%s " SV_FMT "'", tool, SV_ARG(typed));
	if (near != NO_ID)
		return err_hint(e, "did you mean '%s " SV_FMT "'?", tool, SV_ARG(known.at[near]));
	return err_hint(e, "'%s --help' lists what there is", tool);
}

/* ---- its options ---- */

static bool is_named(const struct peer_option *o, sv name)
{
	sv rest = sv_of(o->names), one;

	while (sv_split(&rest, ' ', &one))
		if (sv_eq(one, name))
			return true;
	return false;
}

static const struct peer_option *find_option(const struct peer_form *form, sv name)
{
	const struct peer_option *tables[] = {form->own, form->more};

	for (size_t t = 0; t < COUNT_OF(tables); t++)
		for (const struct peer_option *o = tables[t]; o && o->names; o++)
			if (is_named(o, name))
				return o;
	return NULL;
}

static void add(struct translation *t, sv word)
{
	*LIST_ADD(t->c->arena, t->ours) = word;
}

static bool refuse(struct translation *t, sv name, const char *instead)
{
	const char *blank = *t->form->words ? " " : "";

	err_set(t->e, ERR_INVALID, "plait has no " SV_FMT " of '%s%s%s'", SV_ARG(name),
		t->form->tool, blank, t->form->words);
	if (instead)
		return err_hint(t->e, "%s", instead);
	return err_hint(t->e, "'%s%s%s --help' lists its options", t->form->tool, blank,
			t->form->words);
}

/* "--port 3000", "--port=3000", "-p3000". */
static bool take_option(struct translation *t, sv word)
{
	bool is_long = sv_starts(word, SV("--"));
	size_t equals, length = is_long ? word.n : 2;
	bool joined = is_long ? sv_find(word, '=', &equals) : word.n > 2;
	sv value = {0};

	if (joined && is_long)
		length = equals;
	const struct peer_option *o = find_option(t->form, (sv){word.p, length});
	if (!o || !o->ours)
		return refuse(t, (sv){word.p, length}, o ? o->instead : NULL);
	if (o->takes && joined)
		value = sv_from(word, length + is_long);
	else if (o->takes && t->at + 1 < t->theirs->n)
		value = t->theirs->at[++t->at];
	else if (o->takes)
		return err_set(t->e, ERR_INVALID, SV_FMT " needs a value", SV_ARG(word));
	if (!*o->ours)
		return true;
	add(t, o->takes ? arena_fmt(t->c->arena, "%s=" SV_FMT, o->ours, SV_ARG(value))
			: sv_of(o->ours));
	return true;
}

static bool is_given(const struct translation *t, const char *ours)
{
	for (size_t i = 0; i < t->ours->n; i++)
		if (sv_starts(t->ours->at[i], sv_of(ours)))
			return true;
	return false;
}

/* DAGSTER_WEBSERVER_PORT=3333 dagster-webserver */
static void add_from_environment(struct translation *t, const char *ours, const char *variable)
{
	sv value = sv_of(t->c->world->getenv(variable));

	if (strcmp(t->form->tool, "dagster-webserver") == 0 && value.n && !is_given(t, ours))
		add(t, arena_fmt(t->c->arena, "%s=" SV_FMT, ours, SV_ARG(value)));
}

static bool take_words(struct translation *t)
{
	sv ours = sv_of(t->form->ours), word;

	while (sv_split(&ours, ' ', &word))
		add(t, word);
	for (; t->at < t->theirs->n; t->at++) {
		word = t->theirs->at[t->at];
		if (word.n < 2 || word.p[0] != '-')
			add(t, word);
		else if (!take_option(t, word))
			return false;
	}
	add_from_environment(t, "--host", "DAGSTER_WEBSERVER_HOST");
	add_from_environment(t, "--port", "DAGSTER_WEBSERVER_PORT");
	if (!t->form->needs || is_given(t, t->form->needs))
		return true;
	err_set(t->e, ERR_INVALID, "'%s %s' needs a selection of assets", t->form->tool,
		t->form->words);
	return err_hint(t->e, "%s %s %s 'group:NAME'; everything: plait materialize", t->form->tool,
			t->form->words, t->form->own->names);
}

/* ---- all of it ---- */

/* -h is the host where there is one. */
static bool wants_help(const struct peer_form *form, const struct sv_list *theirs, size_t from)
{
	bool letter = !form || !find_option(form, SV("-h"));

	for (size_t i = from; i < theirs->n; i++)
		if (sv_eq(theirs->at[i], SV("--help")) ||
		    (letter && sv_eq(theirs->at[i], SV("-h"))))
			return true;
	return false;
}

static bool wants_version(const char *tool, const struct sv_list *theirs)
{
	return theirs->n &&
	       (sv_eq(theirs->at[0], SV("--version")) ||
		(sv_eq(theirs->at[0], SV("-v")) && strcmp(tool, "dagster-webserver") != 0));
}

/* The hidden command that prints the table. */
static void show_page(struct cli *c, const char *tool, sv group, struct sv_list *ret)
{
	*LIST_ADD(c->arena, ret) = SV("__peer");
	*LIST_ADD(c->arena, ret) = sv_of(tool);
	if (group.n)
		*LIST_ADD(c->arena, ret) = group;
}

static void say_ours(struct cli *c, const char *tool, const struct peer_form *form,
		     const struct sv_list *ours)
{
	const char *blank = *form->words ? " " : "";

	if (terminal_is(STDERR_FILENO) && terminal_is(STDOUT_FILENO))
		cli_note(c, "%s%s%s is: plait " SV_FMT, tool, blank, form->words,
			 SV_ARG(text_join(c->arena, ours->at, ours->n, " ")));
}

bool peer_translate(struct cli *c, const char *tool, struct sv_list *words, struct err *e)
{
	const struct sv_list theirs = *words;
	struct sv_list ours = {0};
	size_t n = 0;
	const struct peer_form *form = find_form(tool, &theirs, &n);
	struct translation t = {
		.c = c, .form = form, .theirs = &theirs, .at = n, .ours = &ours, .e = e};

	if (wants_version(tool, &theirs)) {
		*LIST_ADD(c->arena, &ours) = SV("version");
	} else if (wants_help(form, &theirs, n) || (!form && theirs.n == 0)) {
		bool group = theirs.n && is_group(tool, theirs.at[0]);

		show_page(c, tool,
			  form    ? sv_of(form->words)
			  : group ? theirs.at[0]
				  : SV(""),
			  &ours);
	} else if (!form && theirs.n == 1 && is_group(tool, theirs.at[0])) {
		show_page(c, tool, theirs.at[0], &ours);
	} else if (!form) {
		return unknown(c, tool, &theirs, e);
	} else if (!form->ours) {
		err_set(e, ERR_INVALID, "plait has no '%s %s'", tool, form->words);
		return err_hint(e, "%s", form->note);
	} else if (!take_words(&t)) {
		return false;
	} else {
		say_ours(c, tool, form, &ours);
	}
	*words = ours;
	return true;
}

/* ---- help ---- */

static void print_form(struct page *p, const struct peer_form *form)
{
	AUTO_ARENA a = arena_new();
	const char *blank = *form->words ? " " : "";
	sv theirs = arena_fmt(a, "%s%s%s", form->tool, blank, form->words);

	page_addf(p, STYLE_PLAIN, "  %-*s  ", THEIRS_COLUMNS, theirs.p);
	if (form->ours)
		page_addf(p, STYLE_PLAIN, "plait %s", form->ours);
	if (form->ours && form->note)
		page_addf(p, STYLE_DIM, "  (%s)", form->note);
	if (!form->ours)
		page_wrap(p, STYLE_DIM, THEIRS_COLUMNS + 4, sv_of(form->note));
	page_line(p);
}

static void print_options(struct page *p, const struct peer_option *options)
{
	for (const struct peer_option *o = options; o && o->names; o++) {
		if (o->ours && !*o->ours)
			continue;
		page_addf(p, STYLE_PLAIN, "  %-*s  ", THEIRS_COLUMNS, o->names);
		if (o->ours)
			page_addf(p, STYLE_PLAIN, "%s", o->ours);
		else
			page_wrap(p, STYLE_DIM, THEIRS_COLUMNS + 4, sv_of(o->instead));
		page_line(p);
	}
}

static void print_idle_options(struct page *p, const struct peer_option *options)
{
	AUTO_BUF names = {0};

	for (const struct peer_option *o = options; o && o->names; o++)
		if (o->ours && !*o->ours)
			buf_addf(&names, " %s", o->names);
	if (!names.n)
		return;
	page_addf(p, STYLE_DIM, "\nWithout effect here:");
	page_wrap(p, STYLE_DIM, 0, buf_sv(&names));
	page_line(p);
}

static bool is_in(const struct peer_form *form, const char *tool, sv group)
{
	sv words = sv_of(form->words);

	return strcmp(form->tool, tool) == 0 &&
	       (!group.n || sv_eq(words, group) ||
		(sv_starts(words, group) && words.p[group.n] == ' '));
}

static size_t print_forms(struct page *p, const char *tool, sv group, bool ours)
{
	size_t n = 0;

	for (size_t i = 0; i < peer_forms_count; i++) {
		if (!is_in(&peer_forms[i], tool, group) || (peer_forms[i].ours != NULL) != ours)
			continue;
		if (n++ == 0)
			page_addf(p, STYLE_BOLD, "%s\n",
				  ours ? "In plait's own words" : "\nNot here; instead");
		print_form(p, &peer_forms[i]);
	}
	return n;
}

void peer_print(struct page *p, const char *tool, sv group)
{
	const struct peer_form *only = NULL;
	size_t n = 0;

	page_addf(p, STYLE_BOLD, "%s", tool);
	page_addf(p, STYLE_PLAIN, ", as plait %s understands it.\n\n", PLAIT_VERSION);
	print_forms(p, tool, group, true);
	print_forms(p, tool, group, false);
	for (size_t i = 0; i < peer_forms_count; i++)
		if (is_in(&peer_forms[i], tool, group)) {
			only = &peer_forms[i];
			n++;
		}
	if (n == 1 && only->own) {
		page_addf(p, STYLE_BOLD, "\nOptions\n");
		print_options(p, only->own);
		print_options(p, only->more);
		print_idle_options(p, only->own);
	}
	if (n == 1 && only->ours)
		page_addf(p, STYLE_DIM, "\n'plait help %s' tells more\n", only->ours);
}

void peer_print_all(struct page *p)
{
	for (size_t i = 0; i < peer_tools_count; i++) {
		if (i)
			page_line(p);
		peer_print(p, peer_tools[i], SV(""));
	}
}

bool cmd_peer(struct cli *c, struct err *e)
{
	const struct sv_list *rest = &c->args.rest;
	const char *tool = rest->n ? peer_called(rest->at[0].p) : NULL;

	if (tool)
		peer_print(&c->out, tool, rest->n > 1 ? rest->at[1] : SV(""));
	else
		peer_print_all(&c->out);
	return true;
}
