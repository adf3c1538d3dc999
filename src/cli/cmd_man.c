/* cmd_man.c -- hidden `plait __man`: doc/man/plait.1, made from the command table. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/text.h"

/* Text for roff: backslashes and hyphens escaped, no line begins a request. */
static void roff(struct buf *out, sv text)
{
	if (text.n && (text.p[0] == '.' || text.p[0] == '\''))
		buf_add(out, SV("\\&"));
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\\')
			buf_add(out, SV("\\e"));
		else if (text.p[i] == '-')
			buf_add(out, SV("\\-"));
		else
			buf_addc(out, text.p[i]);
	}
}

static void roff_lines(struct buf *out, const char *text)
{
	sv rest = sv_of(text), line;

	while (text_next_line(&rest, &line)) {
		roff(out, line);
		buf_addc(out, '\n');
	}
}

static void options(struct buf *out, const struct option *table)
{
	for (const struct option *o = table; o && o->name; o++) {
		AUTO_BUF name = {0};

		if (!o->help)
			continue;
		help_option_name(&name, o);
		buf_add(out, SV(".TP\n.B "));
		roff(out, buf_sv(&name));
		buf_addc(out, '\n');
		roff_lines(out, o->help);
	}
}

static void command(struct buf *out, const struct command *cmd)
{
	buf_addf(out, ".SS \"plait %s", cmd->name);
	if (cmd->arguments)
		buf_addf(out, " %s", cmd->arguments);
	buf_add(out, SV("\"\n"));
	roff_lines(out, cmd->about ? cmd->about : cmd->summary);
	options(out, cmd->options);
	if (!cmd->examples)
		return;
	buf_add(out, SV(".PP\n.EX\n"));
	roff_lines(out, cmd->examples);
	buf_add(out, SV(".EE\n"));
}

bool cmd_man(struct cli *c, struct err *e)
{
	struct buf *out = &c->out.buf;

	buf_addf(out, ".TH PLAIT 1 \"\" \"plait %s\" \"User Commands\"\n", PLAIT_VERSION);
	buf_add(out,
		SV(".SH NAME\nplait \\- run the data assets of several repositories as one graph\n"
		   ".SH SYNOPSIS\n.B plait\n.I COMMAND\n[ARGUMENTS] [OPTIONS]\n.SH COMMANDS\n"));
	for (size_t i = 0; i < commands_count; i++)
		if (commands[i].section)
			command(out, &commands[i]);
	buf_add(out, SV(".SH OPTIONS OF EVERY COMMAND\n"));
	options(out, command_globals);
	for (size_t i = 0; i < help_topics_count; i++) {
		if (!help_topics[i].text)
			continue;
		buf_addf(out, ".SH %s\n.nf\n", help_topics[i].name);
		roff_lines(out, help_topics[i].text);
		buf_add(out, SV(".fi\n"));
	}
	return true;
}
