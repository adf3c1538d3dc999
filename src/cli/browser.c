/* browser.c -- which program, and starting it. */
#include "cli/browser.h"

#include "base/list.h"
#include "sys/loop.h"

static bool is_set(const char *(*getenv_)(const char *name), const char *name)
{
	const char *value = getenv_(name);

	return value && *value;
}

/* The first of $BROWSER, "firefox --new-window %s:lynx"; the address takes the place of %s, or stands last. */
static const char *const *chosen(struct arena *a, sv commands, sv url)
{
	LIST(const char *) words = {0};
	sv command, word;
	bool placed = false;

	if (!sv_split(&commands, ':', &command))
		return NULL;
	while (sv_split(&command, ' ', &word)) {
		bool here = sv_eq(word, SV("%s"));

		if (word.n)
			*LIST_ADD(a, &words) = arena_cstr(a, here ? url : word);
		placed |= here;
	}
	if (!words.n)
		return NULL;
	if (!placed)
		*LIST_ADD(a, &words) = arena_cstr(a, url);
	*LIST_ADD(a, &words) = NULL;
	return words.at;
}

const char *const *browser_words(struct arena *a, const char *(*getenv_)(const char *name), sv url)
{
	const char **words = NEW(a, const char *, 3);

	if (is_set(getenv_, "BROWSER"))
		return chosen(a, sv_of(getenv_("BROWSER")), url);
	/* A display that is far away is not where people look. */
	if (is_set(getenv_, "SSH_CONNECTION") ||
	    (!is_set(getenv_, "DISPLAY") && !is_set(getenv_, "WAYLAND_DISPLAY")))
		return NULL;
	words[0] = "xdg-open";
	words[1] = arena_cstr(a, url);
	return words;
}

void browser_open(struct loop *l, const char *const *words)
{
	struct child_request request = {.argv = words, .output = "/dev/null", .own_session = true};
	struct child *child;
	struct err e;

	if (child_start(l, &request, &child, &e))
		child_close(child);
}
