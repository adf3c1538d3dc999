/* cmd_help.c -- `plait help`, `--help`, plain `plait`. */
#include "base/nearest.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/peer.h"
#include "codec/json.h"

static const struct help_topic *find_topic(sv name)
{
	for (size_t i = 0; i < help_topics_count; i++)
		if (sv_eq(sv_of(help_topics[i].name), name))
			return &help_topics[i];
	return NULL;
}

/* The command table for programs. */
static void print_json(struct cli *c)
{
	struct json j = {.out = &c->out.buf, .indent = 2};

	json_open(&j, '[');
	for (size_t i = 0; i < commands_count; i++) {
		const struct command *command = &commands[i];

		if (!command->section)
			continue;
		json_open(&j, '{');
		json_member_text(&j, "name", sv_of(command->name));
		json_member_text(&j, "arguments", sv_of(command->arguments));
		json_member_text(&j, "summary", sv_of(command->summary));
		json_key(&j, "options");
		json_open(&j, '[');
		for (const struct option *o = command->options; o && o->name; o++)
			json_text(&j, sv_of(o->name));
		json_close(&j);
		json_close(&j);
	}
	json_close(&j);
	page_line(&c->out);
}

bool cmd_help(struct cli *c, struct err *e)
{
	struct sv_list words = {0};
	size_t name_words;

	for (size_t i = 0; i < c->args.rest.n; i++) { /* "asset list" may come as one word */
		sv rest = c->args.rest.at[i], word;

		while (sv_split(&rest, ' ', &word))
			*LIST_ADD(c->arena, &words) = word;
	}
	if (c->json) {
		print_json(c);
		return true;
	}
	if (words.n == 0) {
		help_overview(&c->out);
		return true;
	}
	const struct help_topic *topic = find_topic(words.at[0]);
	const struct command *command = command_find(words.at, words.n, &name_words);
	if (topic && !topic->text)
		peer_print_all(&c->out);
	else if (topic)
		page_addf(&c->out, STYLE_PLAIN, "%s", topic->text);
	else if (command)
		help_command(&c->out, command);
	else if (words.n == 1 && command_is_group(words.at[0]))
		help_group(&c->out, words.at[0]);
	else
		return command_unknown(c->arena, words.at, words.n, e);
	return true;
}
