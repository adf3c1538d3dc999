/* env_output.c -- tables of what the tools print. */
#include "env/env_output.h"

#include <stdarg.h>

static void keep(char *to, size_t room, sv text)
{
	size_t n = text.n < room - 1 ? text.n : room - 1;

	memcpy(to, text.p, n);
	to[n] = '\0';
}
#define KEEP(array, text) keep((array), sizeof(array), (text))

/* The text behind `needle`; false when it is not there. */
static bool behind(sv text, sv needle, sv *ret)
{
	const char *at = text.n && needle.n ? memmem(text.p, text.n, needle.p, needle.n) : NULL;

	if (!at)
		return false;
	*ret = sv_from(text, (size_t)(at - text.p) + needle.n);
	return true;
}

static bool contains(sv text, const char *needle)
{
	sv rest;

	return behind(text, sv_of(needle), &rest);
}

static sv before(sv text, sv needle)
{
	sv rest;

	return behind(text, needle, &rest) ? (sv){text.p, text.n - rest.n - needle.n} : text;
}

/* "pandas[x]>=2; python_version < '3'" -> "pandas". */
static sv package_name(sv requirement)
{
	size_t n = 0;

	requirement = sv_trim(requirement);
	while (n < requirement.n && !strchr("<>=!~[;@(, `'\"", requirement.p[n]))
		n++;
	return (sv){requirement.p, n};
}

static PRINTF(4, 5) void blame(struct env_output *o, unsigned rank, sv requirement, const char *fmt,
			       ...)
{
	va_list ap;

	if (rank <= o->rank)
		return;
	o->rank = rank;
	KEEP(o->package, package_name(requirement));
	va_start(ap, fmt);
	vsnprintf(o->sentence, sizeof(o->sentence), fmt, ap);
	va_end(ap);
}

/* ---- what it is at ---- */

static void note_activity(struct env_output *o, sv line)
{
	static const char *const words[] = {
		"Collecting ", "Downloading ",  "Building wheel",  "Building editable",
		"Building ",   "Obtaining ",    "Processing ",     "Installing ",
		"Preparing ",  "Using cached ", "Resolved ",       "Prepared ",
		"Installed ",  "Cloning ",      "Submodule path ", "Updating ",
	};
	static const char *const handlers[] = {"Collecting ", "Obtaining ", "Processing ",
					       "Building wheel for "};
	sv text = sv_trim(line), rest;

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (sv_starts(text, sv_of(words[i]))) {
			KEEP(o->activity, before(before(text, SV(" (")), SV(": started")));
			break;
		}
	for (size_t i = 0; i < COUNT_OF(handlers); i++)
		if (sv_starts(text, sv_of(handlers[i])) &&
		    behind(text, sv_of(handlers[i]), &rest)) {
			rest = before(rest, SV(" ("));
			while (sv_find(rest, '/', &(size_t){0}) && behind(rest, SV("/"), &rest))
				;
			KEEP(o->handling, rest);
		}
}

/* ---- why it failed ---- */

/* An error that names the requirement between two marks.  `%s` of the sentence is that requirement. */
static const struct {
	const char *from, *to, *sentence;
	unsigned rank;
} named[] = {
	{"satisfies the requirement ", " (from", "no version of %s can be installed", 3},
	{"No matching distribution found for ", "\n", "no version of %s can be installed", 3},
	{"Failed building wheel for ", "\n", "building %s failed", 4},
	{"Failed building editable for ", "\n", "building %s failed", 4},
	{"Failed to build `", "`", "building %s failed", 4},
	{"Failed to download and build `", "`", "building %s failed", 4},
	{"Failed to download `", "`", "%s could not be downloaded", 4},
	{"Because there is no version of ", " and ", "no version of %s can be installed", 3},
	{"Because there are no versions of ", " and ", "no version of %s can be installed", 3},
	{"ERROR: Invalid requirement: ", "\n", "%s is no valid requirement", 3},
	{"Distribution not found at: ", "\n", "there is nothing to install at %s", 3},
};

/* An error that names no package, or names it in words worth repeating as they are. */
static const struct {
	const char *sign, *sentence; /* sentence NULL: the line itself */
	unsigned rank;
} plain[] = {
	{"No space left on device", "the disk is full: no space left on device", 9},
	{"ensurepip is not available",
	 "this Python cannot make environments: its venv module is incomplete", 9},
	{"No module named ensurepip",
	 "this Python cannot make environments: its venv module is incomplete", 9},
	{"No module named venv", "this Python cannot make environments: it has no venv module", 9},
	{"requires a different Python", NULL, 4},
	{"No interpreter found", NULL, 4},
	{"does not appear to be a Python project", NULL, 4},
	{"Permission denied", NULL, 2},
	{"ResolutionImpossible", "the versions that are asked for contradict each other", 1},
	{"fatal: ", NULL, 1},
	{"ERROR: ", NULL, 1},
	{"error: ", NULL, 1},
};

static sv without_label(sv line)
{
	static const char *const labels[] = {"ERROR: ", "error: ", "fatal: ", "cause: "};

	line = sv_trim(line);
	for (size_t i = 0; i < COUNT_OF(labels); i++)
		if (sv_starts(line, sv_of(labels[i])))
			line = sv_trim(sv_from(line, strlen(labels[i])));
	return line;
}

static void look_for_named(struct env_output *o, sv line)
{
	for (size_t i = 0; i < COUNT_OF(named); i++) {
		sv sentence = sv_of(named[i].sentence), head = before(sentence, SV("%s"));
		sv tail = sv_from(sentence, head.n + 2), found;
		char text[300];

		if (!behind(line, sv_of(named[i].from), &found))
			continue;
		found = sv_trim(before(before(found, sv_of(named[i].to)), SV(" @ ")));
		KEEP(text, found);
		blame(o, named[i].rank, found, SV_FMT "%s" SV_FMT, SV_ARG(head), text,
		      SV_ARG(tail));
	}
}

static void look_for_plain(struct env_output *o, sv line)
{
	sv package = SV("");

	behind(line, SV("ERROR: Package '"), &package);
	for (size_t i = 0; i < COUNT_OF(plain); i++) {
		sv what = plain[i].sentence ? sv_of(plain[i].sentence) : without_label(line);

		if (contains(line, plain[i].sign))
			blame(o, plain[i].rank, package, SV_FMT, SV_ARG(what));
	}
}

/* pip and uv both say "A depends on B" for each side of a contradiction; B is the package in question. */
static void look_for_conflict(struct env_output *o, sv line)
{
	sv needed;

	if (contains(line, "The conflict is caused by")) {
		o->in_conflict = true;
		blame(o, 5, SV(""), "the versions that are asked for contradict each other:");
		return;
	}
	if (!behind(line, SV(" depends on "), &needed))
		o->in_conflict = false;
	if (o->in_conflict) {
		size_t used = strlen(o->sentence);

		if (!o->package[0])
			KEEP(o->package, package_name(needed));
		snprintf(o->sentence + used, sizeof(o->sentence) - used, "%s " SV_FMT,
			 o->sentence[used - 1] == ':' ? "" : ";", SV_ARG(sv_trim(line)));
	}
}

/* uv explains in sentences: "Because X was not found in the package registry and …". */
static void look_for_reasons(struct env_output *o, sv line)
{
	sv reason, needed;

	if (!behind(line, SV("Because "), &reason))
		return;
	if (contains(reason, " was not found in the package registry")) {
		sv name = before(reason, SV(" was not found"));

		blame(o, 3, name, "there is no package " SV_FMT, SV_ARG(name));
	} else if (contains(reason, " is available")) {
		sv name = package_name(contains(reason, "only ") ? sv_from(reason, 5) : reason);

		blame(o, 2, name, SV_FMT, SV_ARG(sv_trim(reason)));
	} else if (behind(reason, SV(" depends on "), &needed)) {
		blame(o, 2, needed,
		      "the versions that are asked for contradict each other: " SV_FMT,
		      SV_ARG(sv_trim(reason)));
	}
}

static void note_flags(struct env_output *o, sv line)
{
	static const char *const unreachable[] = {
		"Temporary failure in name resolution",
		"Name or service not known",
		"NewConnectionError",
		"Connection refused",
		"Network is unreachable",
		"ConnectTimeoutError",
		"dns error",
		"Failed to fetch",
		"error sending request",
		"Max retries exceeded",
		"Could not resolve host",
	};
	static const char *const no_venv[] = {"ensurepip is not available",
					      "No module named ensurepip", "No module named venv"};

	for (size_t i = 0; i < COUNT_OF(unreachable); i++)
		o->unreachable |= contains(line, unreachable[i]);
	for (size_t i = 0; i < COUNT_OF(no_venv); i++)
		o->no_venv |= contains(line, no_venv[i]);
	o->lock_outdated |= contains(line, "lockfile") && contains(line, "needs to be updated");
}

void env_output_line(struct env_output *o, sv line)
{
	note_activity(o, line);
	note_flags(o, line);
	look_for_conflict(o, line);
	look_for_named(o, line);
	look_for_reasons(o, line);
	look_for_plain(o, line);
	if (contains(line, "did not run successfully"))
		blame(o, 3, sv_of(o->handling), "building %s failed",
		      o->handling[0] ? o->handling : "a package");
}
