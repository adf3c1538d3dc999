/* cli.c -- from a line of words to a command and its exit status. */
#include "cli/cli.h"

#include <stdarg.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/peer.h"
#include "cli/text.h"
#include "codec/json.h"
#include "sys/terminal.h"

static bool wants_color(const struct cli *c, int fd)
{
	sv when = option_text(&c->args, OPT_COLOR);

	if (sv_eq(when, SV("always")))
		return true;
	return !sv_eq(when, SV("never")) && !c->world->no_color && terminal_is(fd);
}

static void settle_globals(struct cli *c)
{
	unsigned rows;

	c->json = option_given(&c->args, OPT_JSON);
	c->quiet = option_given(&c->args, OPT_QUIET);
	c->verbose = option_given(&c->args, OPT_VERBOSE);
	c->notes_seen = terminal_is(STDERR_FILENO);
	c->out.color = !c->json && wants_color(c, STDOUT_FILENO);
	c->notes.color = wants_color(c, STDERR_FILENO);
	if (terminal_is(STDOUT_FILENO))
		terminal_size(STDOUT_FILENO, &c->out.width, &rows);
}

static int report(struct cli *c, const struct err *e)
{
	if (c->json) {
		struct json j = {.out = &c->out.buf, .indent = 2};

		buf_clear(&c->out.buf); /* half a document helps nobody */
		json_open(&j, '{');
		json_key(&j, "error");
		json_open(&j, '{');
		json_member_text(&j, "kind", sv_of(err_word(e->kind)));
		json_member_text(&j, "message", sv_of(e->text));
		json_member_text(&j, "hint", e->hint[0] ? sv_of(e->hint) : (sv){0});
		json_close(&j);
		json_close(&j);
		page_line(&c->out);
		return err_exit_status(e->kind);
	}
	page_add(&c->notes, STYLE_BAD, SV("plait:"));
	page_addf(&c->notes, STYLE_PLAIN, " %s\n", e->text);
	sv hint = sv_of(e->hint), line;
	for (const char *head = "  hint: "; text_next_line(&hint, &line); head = "    ")
		page_addf(&c->notes, STYLE_DIM, "%s" SV_FMT "\n", head, SV_ARG(line));
	return err_exit_status(e->kind);
}

/* Takes the options off the front that stand before the command; the rest stays in `words`. */
static size_t command_starts(const struct sv_list *words)
{
	size_t i = 0;

	while (i < words->n && words->at[i].n > 1 && words->at[i].p[0] == '-')
		i += 1 + option_takes_next(command_globals, words->at[i]);
	return i < words->n ? i : words->n;
}

/* The words without the command's own name. */
static struct sv_list without_name(struct arena *a, const struct sv_list *words, size_t at,
				   size_t count)
{
	struct sv_list rest = {0};

	for (size_t i = 0; i < words->n; i++)
		if (i < at || i >= at + count)
			*LIST_ADD(a, &rest) = words->at[i];
	return rest;
}

static bool check_count(const struct cli *c, struct err *e)
{
	const struct command *command = c->command;
	size_t given = c->args.rest.n;

	if (given >= command->least && given <= command->most)
		return true;
	if (given < command->least)
		err_set(e, ERR_INVALID, "'plait %s' needs %s", command->name, command->arguments);
	else
		err_set(e, ERR_INVALID, "'plait %s' takes %s, so '" SV_FMT "' is too much",
			command->name, command->most ? command->arguments : "no arguments",
			SV_ARG(c->args.rest.at[command->most]));
	return err_hint(e, "plait help %s", command->name);
}

/* `plait`, `plait asset`, `plait asset --help`: no command, but nothing wrong either. */
static bool bare_call(struct cli *c, const struct sv_list *words, size_t at, struct err *e)
{
	struct sv_list rest = without_name(c->arena, words, at, at < words->n ? 1 : 0);

	c->command = command_find((sv[]){SV("help")}, 1, &(size_t){0});
	if (!options_read(c->arena, command_globals, NULL, &rest, &c->args, e))
		return false;
	if (at < words->n)
		*LIST_ADD(c->arena, &c->args.rest) = words->at[at];
	if (option_given(&c->args, OPT_VERSION))
		c->command = command_find((sv[]){SV("version")}, 1, &(size_t){0});
	return true;
}

static bool is_bare(const struct sv_list *words, size_t at)
{
	if (at >= words->n)
		return true;
	return command_is_group(words->at[at]) &&
	       (at + 1 == words->n || words->at[at + 1].p[0] == '-');
}

static bool read_words(struct cli *c, const struct sv_list *words, struct err *e)
{
	size_t at = command_starts(words), name_words = 0;

	if (is_bare(words, at))
		return bare_call(c, words, at, e);
	c->command = command_find(words->at + at, words->n - at, &name_words);
	if (!c->command)
		return command_unknown(c->arena, words->at + at, words->n - at, e);
	struct sv_list rest = without_name(c->arena, words, at, name_words);
	if (c->command->raw) {
		c->args.rest = rest;
		return true;
	}
	if (!options_read(c->arena, command_globals, c->command->options, &rest, &c->args, e))
		return err_hint(e, "plait help %s", c->command->name);
	if (option_given(&c->args, OPT_HELP)) {
		c->args.rest = (struct sv_list){0};
		*LIST_ADD(c->arena, &c->args.rest) = sv_of(c->command->name);
		c->command = command_find((sv[]){SV("help")}, 1, &name_words);
	}
	return check_count(c, e);
}

/* Errors in the line itself must know of --json although the line was not understood. */
static void guess_globals(struct cli *c, const struct sv_list *words)
{
	for (size_t i = 0; i < words->n; i++)
		if (sv_eq(words->at[i], SV("--json")))
			*LIST_ADD(c->arena, &c->args.given[OPT_JSON]) = SV("");
}

int cli_main(const struct cli_world *world, int argc, char **argv)
{
	AUTO_ARENA a = arena_new();
	struct cli c = {.arena = a, .world = world};
	struct sv_list words = {0};
	struct err e = {0};
	bool good;

	for (int i = 1; i < argc; i++)
		*LIST_ADD(a, &words) = sv_of(argv[i]);
	const char *tool = peer_called(argv[0]);
	good = (!tool || peer_translate(&c, tool, &words, &e)) && read_words(&c, &words, &e);
	if (!good)
		guess_globals(&c, &words);
	settle_globals(&c);
	if (good)
		good = c.command->run(&c, &e);
	int status = good ? c.status : report(&c, &e);
	session_close(c.session);
	page_flush(&c.out, STDOUT_FILENO);
	page_flush(&c.notes, STDERR_FILENO);
	buf_free(&c.out.buf);
	buf_free(&c.notes.buf);
	return status;
}

void cli_note(struct cli *c, const char *fmt, ...)
{
	va_list ap;
	char text[2000];

	if (c->quiet)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	page_addf(&c->notes, STYLE_DIM, "%s\n", text);
	page_flush(&c->notes, STDERR_FILENO);
}
