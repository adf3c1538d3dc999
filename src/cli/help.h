/* help.h -- help texts made from the command table, and topics that belong to no command. */
#pragma once
#include "cli/page.h"

struct command;
struct option;

void help_overview(struct page *p);
void help_group(struct page *p, sv group);
void help_command(struct page *p, const struct command *command);
void help_options(struct page *p, const struct option *options);
void help_option_name(struct buf *out, const struct option *o); /* "-s, --select SELECTION" */

struct help_topic {
	const char *name, *summary, *text;
};
extern const struct help_topic help_topics[];
extern const size_t help_topics_count;
