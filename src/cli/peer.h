/* peer.h -- plait called by the names that its users know: dagster, dagster-webserver, dg.  Their main command lines become
 * ours; what they have and plait does not is answered with what to do instead.  One table (peer_forms.c) says all of it. */
#pragma once
#include "cli/cli.h"

struct peer_option {
	const char *names;   /* "-p --port", as theirs; NULL ends a table */
	bool takes;          /* a value */
	const char *ours;    /* "--port"; "": it goes without saying here; NULL: it cannot be had */
	const char *instead; /* when it cannot be had: what to do */
};

struct peer_form {
	const char *tool, *words; /* "dagster", "asset materialize"; "": the bare tool */
	const char *ours;         /* "materialize"; NULL: not here */
	const char *note;         /* what differs, may be NULL; when not here: what to do instead */
	const struct peer_option *own, *more; /* its options; may be NULL */
	const char *needs;        /* one of ours that must be given; NULL: none */
};

/* The first of equally many words counts, so groups stand behind their commands. */
extern const struct peer_form peer_forms[];
extern const size_t peer_forms_count;

#define PEER_TOOLS(X) X("dagster-webserver") X("dagster") X("dg")
extern const char *const peer_tools[];
extern const size_t peer_tools_count;

/* The tool that we were called as (its basename counts); NULL: plait. */
const char *peer_called(const char *called);
/* Their words as ours.  INVALID: what cannot be had, with what to do instead. */
bool peer_translate(struct cli *c, const char *tool, struct sv_list *words, struct err *e) CHECKED;
/* What the tool's commands are here, those that begin with `group` (p NULL: all). */
void peer_print(struct page *p, const char *tool, sv group);
void peer_print_all(struct page *p);
