/* Commands: the table is whole, names are found, mistakes get a remedy, documents have the promised members. */
#include "check.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/run_document.h"
#include "codec/json.h"

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

static void test_run_document_has_the_promised_members(void)
{
	AUTO_ARENA a = arena_new();
	struct cli c = {.arena = a, .json = true};
	struct run_record r = {
		.run = {.id = SV("r1"), .state = RUN_FAILURE, .created_at = 1, .started_at = 2}};
	const struct value *document;
	struct err e = {0};

	*LIST_ADD(a, &r.steps) = (struct step_row){
		.name = SV("model"),
		.location = SV("ml"),
		.state = STEP_FAILURE,
		.error = SV("{\"name\":\"KeyError\",\"message\":\"'x'\",\"line\":7}")};
	*LIST_ADD(a, &r.steps.at[0].assets) = SV("a/b");
	*LIST_ADD(a, &r.outputs) = (struct run_output){.rows = 5, .asset = SV("a/b")};
	run_document_print(&c, &r);
	CHECK_OK(json_read(a, buf_sv(&c.out.buf), &document, &e), &e);
	CHECK_SV(SV("r1"), value_text(document, "id"));
	CHECK_SV(SV("failure"), value_text(document, "status"));
	CHECK(value_get(document, "ended_at")->type == VALUE_NULL);
	const struct value *step = &value_list(document, "steps")->items[0];
	CHECK_SV(SV("a/b"), value_text(step, "asset"));
	CHECK_SV(SV("ml"), value_text(step, "location"));
	CHECK_SV(SV("failure"), value_text(step, "status"));
	CHECK(value_get(step, "started_at") && value_get(step, "ended_at") &&
	      value_get(step, "reason"));
	CHECK_SV(SV("KeyError"), value_text(value_get(step, "error"), "exception"));
	CHECK_INT(7, value_int(value_get(step, "error"), "line", 0));
	CHECK_INT(5, value_int(step, "rows", -1));
	buf_free(&c.out.buf);
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
		      TEST(test_unknown_command_gets_a_remedy)
			      TEST(test_run_document_has_the_promised_members)
				      TEST(test_exit_statuses))
