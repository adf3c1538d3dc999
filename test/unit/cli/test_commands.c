/* Commands: the table is whole, names are found, mistakes get a remedy. */
#include "check.h"
#include "cli/cli.h"
#include "cli/commands.h"

static struct sv_list words_of(struct arena *a, const char *line)
{
	struct sv_list words = {0};
	sv rest = sv_of(line), word;

	while (sv_split(&rest, ' ', &word))
		*LIST_ADD(a, &words) = word;
	return words;
}

static void test_every_listed_command_teaches(void)
{
	for (size_t i = 0; i < commands_count; i++) {
		const struct command *c = &commands[i];

		CHECK(c->name && c->summary && c->run);
		if (!c->section)
			continue;
		CHECK(c->examples && strstr(c->examples, "plait "));
		CHECK((c->most > 0) == (c->arguments != NULL));
		CHECK(strlen(c->summary) < 66);
	}
}

static void test_options_have_one_meaning_a_command(void)
{
	for (size_t i = 0; i < commands_count; i++) {
		for (const struct option *o = commands[i].options; o && o->name; o++) {
			AUTO_ARENA a = arena_new();

			CHECK(!option_find(command_globals, arena_fmt(a, "--%s", o->name)));
			CHECK(!o->letter ||
			      !option_find(command_globals, arena_fmt(a, "-%c", o->letter)));
			CHECK((o->kind == OPTION_FLAG) == (o->value == NULL));
		}
	}
}

static void test_names_of_one_and_two_words_are_found(void)
{
	AUTO_ARENA a = arena_new();
	struct sv_list words = words_of(a, "asset list x");
	size_t n = 0;

	CHECK_STR("asset list", command_find(words.at, words.n, &n)->name);
	CHECK_INT(2, n);
	words = words_of(a, "materialize list");
	CHECK_STR("materialize", command_find(words.at, words.n, &n)->name);
	CHECK_INT(1, n);
	CHECK(!command_find(words.at + 1, 1, &n));
	CHECK(command_is_group(SV("asset")));
	CHECK(!command_is_group(SV("materialize")));
}

static void test_unknown_command_gets_a_remedy(void)
{
	static const struct {
		const char *line, *text, *hint;
	} cases[] = {
		{"materialise", "there is no command 'plait materialise'",
		 "did you mean 'plait materialize'?"},
		{"asset lsit", "there is no command 'plait asset lsit'",
		 "did you mean 'plait asset list'?"},
		{"run frobnicate", "there is no command 'plait run frobnicate'",
		 "'plait help run' lists what there is"},
		{"frobnicate", "there is no command 'plait frobnicate'",
		 "'plait help' lists what there is"},
	};
	AUTO_ARENA a = arena_new();

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct sv_list words = words_of(a, cases[i].line);
		struct err e = {0};

		CHECK(!command_unknown(a, words.at, words.n, &e));
		CHECK_INT(ERR_INVALID, e.kind);
		CHECK_STR(cases[i].text, e.text);
		CHECK_STR(cases[i].hint, e.hint);
	}
}

static const char *no_environment(const char *name)
{
	return NULL;
}

static int call(const char *first, const char *second)
{
	struct cli_world world = {.cwd = SV("/"), .getenv = no_environment};
	char *argv[] = {(char *)"plait", (char *)(uintptr_t)first, (char *)(uintptr_t)second, NULL};

	if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
		return -1;
	return cli_main(&world, second ? 3 : first ? 2 : 1, argv);
}

static void test_exit_statuses(void)
{
	CHECK_INT(0, call(NULL, NULL));
	CHECK_INT(0, call("asset", NULL));
	CHECK_INT(0, call("asset", "--help"));
	CHECK_INT(0, call("help", "selection"));
	CHECK_INT(2, call("help", "nonsense"));
	CHECK_INT(2, call("nonsense", NULL));
	CHECK_INT(2, call("version", "--nonsense"));
	CHECK_INT(2, call("version", "argument"));
	CHECK_INT(2, call("completion", NULL));
	CHECK_INT(0, call("completion", "zsh"));
	CHECK_INT(0, call("__complete", "asset"));
	CHECK_INT(0, call("--version", "--json"));
}

TESTS(TEST(test_every_listed_command_teaches) TEST(test_options_have_one_meaning_a_command)
	      TEST(test_names_of_one_and_two_words_are_found)
		      TEST(test_unknown_command_gets_a_remedy) TEST(test_exit_statuses))
