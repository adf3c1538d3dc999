/* help.c -- every list below is the command table, printed another way. */
#include "cli/help.h"

#include "cli/commands.h"
#include "cli/text.h"

const struct help_topic help_topics[] = {
	{"selection", "how assets are chosen",
	 "A selection names assets of all repositories at once. Quote it: the shell knows * and ( "
	 "too.\n"
	 "\n"
	 "  customer_data            one asset; a/b for a key of two parts\n"
	 "  +churn_model             an asset and everything upstream of it, wherever that is "
	 "made\n"
	 "  customer_data+           an asset and everything downstream\n"
	 "  2+key:a   key:a+1        two levels up; one level down\n"
	 "  group:features           a group;  also kind:  owner:  tag:NAME  tag:NAME=VALUE\n"
	 "  code_location:ml         everything that one repository makes\n"
	 "  key:\"raw/*\"              keys by pattern\n"
	 "  a and b   a or b   not a   ( )   roots(a)   sinks(a)   *\n"
	 "\n"
	 "Several selections (arguments, repeated --select, commas) are joined.\n"
	 "\n"
	 "  plait asset list 'group:features and not owner:me@example.com'\n"
	 "  plait materialize '+churn_model' --dry-run\n"},
	{"exit-status", "what the exit status says",
	 "  0    done; for 'materialize': every step succeeded\n"
	 "  1    the run failed, or something is wrong ('location check' found errors)\n"
	 "  2    the command line, a selection or a configuration file cannot be understood\n"
	 "  4    there is no such asset, location, run or workspace\n"
	 "  5    conflict: another run or process holds what is needed, or two definitions "
	 "collide\n"
	 "  130  canceled (Ctrl-C)\n"},
	{"environment", "variables and files that plait reads",
	 "  PLAIT_HOME                    where state is kept; else .plait beside the workspace "
	 "file\n"
	 "  DAGSTER_WORKSPACE_YAML        the workspace file, as -w; DAGSTER_WEBSERVER_WORKSPACE "
	 "too\n"
	 "  DAGSTER_HOME                  a folder to look for dagster.yaml in, after the "
	 "workspace file's\n"
	 "                                and PLAIT_HOME: how much runs at once, retries, limits\n"
	 "  PLAIT_COMPILE_TIMEOUT         seconds that loading a code location may take (default: "
	 "60)\n"
	 "  PLAIT_CGROUPS                 when set and not empty, each step process gets a control "
	 "group "
	 "of\n"
	 "                                its own, so that canceling ends all that it started, "
	 "orphans too\n"
	 "  PLAIT_NO_IO_URING             when set and not empty, code locations make no io_uring: "
	 "steps start\n"
	 "                                a little later, and security tools have none to report\n"
	 "  PLAIT_PYTHON                  interpreter for locations that have none of their own\n"
	 "  VIRTUAL_ENV                   the same, for code that is named with --python-file or "
	 "the "
	 "like\n"
	 "  BROWSER                       what 'plait dev' shows the UI in; %s stands for its "
	 "address\n"
	 "  PLAIT_SDK                     another folder for the Python SDK\n"
	 "  NO_COLOR                      no colors when set and not empty\n"
	 "\n"
	 "The workspace is searched upward from the current folder: workspace.yaml, dg.toml, or a\n"
	 "pyproject.toml with a [tool.dg] or [tool.dagster] part.\n"},
	{"dagster", "what the commands of dagster, dagster-webserver and dg are here", NULL},
};
const size_t help_topics_count = COUNT_OF(help_topics);

enum { NAME_COLUMNS = 30, COMMAND_COLUMNS = 20 };

void help_option_name(struct buf *out, const struct option *o)
{
	if (o->letter)
		buf_addf(out, "-%c, ", o->letter);
	buf_addf(out, "--%s", o->name);
	if (o->kind == OPTION_CHOICE) {
		char between = ' ';

		for (const char *p = o->value; *p; p++) {
			if (between != '|')
				buf_addc(out, between);
			between = '|';
			buf_addc(out, *p == ' ' ? '|' : *p);
		}
	} else if (o->value) {
		buf_addf(out, " %s", o->value);
	}
}

void help_options(struct page *p, const struct option *options)
{
	for (const struct option *o = options; o && o->name; o++) {
		AUTO_BUF name = {0};

		if (!o->help)
			continue;
		if (!o->letter)
			buf_add(&name, SV("    "));
		help_option_name(&name, o);
		page_addf(p, STYLE_PLAIN, "  %-*s  ", NAME_COLUMNS, name.p);
		page_wrap(p, STYLE_PLAIN, NAME_COLUMNS + 4, sv_of(o->help));
		page_line(p);
	}
}

static void command_row(struct page *p, const struct command *command)
{
	page_addf(p, STYLE_PLAIN, "  %-*s", COMMAND_COLUMNS, command->name);
	page_addf(p, STYLE_DIM, "%s\n", command->summary);
}

void help_overview(struct page *p)
{
	const char *section = NULL;

	page_addf(p, STYLE_BOLD, "plait %s", PLAIT_VERSION);
	page_addf(p, STYLE_PLAIN,
		  " weaves the data assets of several repositories into one graph and runs it.\n\n"
		  "usage: plait COMMAND [ARGUMENTS] [OPTIONS]\n");
	for (size_t i = 0; i < commands_count; i++) {
		const struct command *command = &commands[i];

		if (!command->section)
			continue;
		if (section != command->section)
			page_addf(p, STYLE_BOLD, "\n%s\n", command->section);
		section = command->section;
		command_row(p, command);
	}
	page_addf(p, STYLE_BOLD, "\nTopics\n");
	for (size_t i = 0; i < help_topics_count; i++) {
		page_addf(p, STYLE_PLAIN, "  help %-*s", COMMAND_COLUMNS - 5, help_topics[i].name);
		page_addf(p, STYLE_DIM, "%s\n", help_topics[i].summary);
	}
	page_addf(p, STYLE_BOLD, "\nOptions of every command\n");
	help_options(p, command_globals);
}

void help_group(struct page *p, sv group)
{
	page_addf(p, STYLE_PLAIN, "usage: plait " SV_FMT " COMMAND\n\n", SV_ARG(group));
	for (size_t i = 0; i < commands_count; i++) {
		sv rest = sv_of(commands[i].name), word;

		if (commands[i].section && sv_split(&rest, ' ', &word) && sv_eq(word, group))
			command_row(p, &commands[i]);
	}
	page_addf(p, STYLE_DIM, "\n'plait help " SV_FMT " COMMAND' tells more\n", SV_ARG(group));
}

static void print_examples(struct page *p, const char *examples)
{
	sv rest = sv_of(examples), line;

	page_addf(p, STYLE_BOLD, "\nExamples\n");
	while (text_next_line(&rest, &line))
		page_addf(p, sv_starts(line, SV("#")) ? STYLE_DIM : STYLE_PLAIN, "  " SV_FMT "\n",
			  SV_ARG(line));
}

void help_command(struct page *p, const struct command *command)
{
	page_addf(p, STYLE_BOLD, "plait %s", command->name);
	page_addf(p, STYLE_PLAIN, ": %s\n\n", command->summary);
	page_addf(p, STYLE_PLAIN, "usage: plait %s%s%s [OPTIONS]\n", command->name,
		  command->arguments ? " " : "", command->arguments ? command->arguments : "");
	if (command->about) {
		page_line(p);
		page_wrap(p, STYLE_PLAIN, 0, sv_of(command->about));
		page_line(p);
	}
	if (command->options) {
		page_addf(p, STYLE_BOLD, "\nOptions\n");
		help_options(p, command->options);
	}
	page_addf(p, STYLE_BOLD, "\nOptions of every command\n");
	help_options(p, command_globals);
	if (command->examples)
		print_examples(p, command->examples);
}
