#include "cli/browser.h"

#include "check.h"

static const char *browser, *display, *ssh;

static const char *variable(const char *name)
{
	if (strcmp(name, "BROWSER") == 0)
		return browser;
	if (strcmp(name, "DISPLAY") == 0)
		return display;
	return strcmp(name, "SSH_CONNECTION") == 0 ? ssh : NULL;
}

static void test_the_program_is_what_the_environment_says(void)
{
	static const struct {
		const char *browser, *display, *ssh, *words;
	} cases[] = {
		{NULL, NULL, NULL, NULL},
		{NULL, "", NULL, NULL},
		{NULL, ":0", NULL, "xdg-open|http://x|"},
		{NULL, ":10", "10.0.0.1", NULL},
		{"firefox", NULL, NULL, "firefox|http://x|"},
		{"firefox --new-window %s:lynx", ":0", NULL, "firefox|--new-window|http://x|"},
		{"/opt/code/browser.sh", NULL, "10.0.0.1", "/opt/code/browser.sh|http://x|"},
		{" ", ":0", NULL, NULL},
	};
	AUTO_ARENA a = arena_new();

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char seen[200] = "";

		browser = cases[i].browser;
		display = cases[i].display;
		ssh = cases[i].ssh;
		const char *const *words = browser_words(a, variable, SV("http://x"));
		CHECK(!words == !cases[i].words);
		for (size_t n = 0; words && words[n]; n++)
			snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%s|", words[n]);
		if (words)
			CHECK_STR(cases[i].words, seen);
	}
}

TESTS(TEST(test_the_program_is_what_the_environment_says))
