/* Reading .env files. */
#include "check.h"

#include "codec/dotenv.h"

static void test_lines_become_entries(void)
{
	static const struct {
		const char *text, *name, *value;
	} rows[] = {
		{"A=b", "A", "b"},
		{"\xef\xbb\xbf" "A=b", "A", "b"},
		{"# c\n\n  export A = b c  # comment\r\n", "A", "b c"},
		{"A=b#c", "A", "b#c"},
		{"A=", "A", ""},
		{"A= # only a comment", "A", ""},
		{"A=''", "A", ""},
		{"A='b # \\n $c'", "A", "b # \\n $c"},
		{"A=\"b\\n\\\"c\\\\ \\q\" # d", "A", "b\n\"c\\ \\q"},
		{"A=\"one\ntwo\"\n", "A", "one\ntwo"},
		{"A=1\nA=2\n", "A", "2"},
		{"IGNORED\nexport ALSO\nA=1", "A", "1"},
		{"export=1", "export", "1"},
		{"A.b-c=1", "A.b-c", "1"},
		{"A=postgres://u:p@h/d?x=y", "A", "postgres://u:p@h/d?x=y"},
		{"A=it's", "A", "it's"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct dotenv env;
		struct err e;

		CHECK_OK(dotenv_read(a, ".env", sv_of(rows[i].text), &env, &e), &e);
		CHECK_INT(1, env.n);
		CHECK_STR(rows[i].name, env.at[0].name.p);
		CHECK_STR(rows[i].value, env.at[0].value.p);
	}
}

static void test_bad_lines_are_refused_with_their_place(void)
{
	static const struct {
		sv text;
		const char *error;
	} rows[] = {
		{SV("A=1\n1A=2"), ".env:2: a name must start here"},
		{SV("=x"), ".env:1: a name must start here"},
		{SV("A b"), ".env:1: = expected behind the name A"},
		{SV("A=1\nB=\"x\ny"), ".env:2: the quote \" is not closed"},
		{SV("B='x"), ".env:1: the quote ' is not closed"},
		{SV("B='x\n' y"), ".env:2: text behind the closing quote"},
		{SV("A=1\nB=\xff"), ".env:2: not UTF-8 text (column 3)"},
		{SV("A=x\0y"), ".env:1: not UTF-8 text (column 4)"},
	};
	struct dotenv env = {.n = 77};
	struct err e;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();

		CHECK(!dotenv_read(a, ".env", rows[i].text, &env, &e));
		CHECK_INT(77, env.n);
		CHECK_INT(ERR_INVALID, e.kind);
		CHECK_CONTAINS(rows[i].error, e.text);
	}
}

static void test_setting_replaces(void)
{
	AUTO_ARENA a = arena_new();
	struct dotenv env = {0};

	dotenv_set(a, &env, SV("A"), SV("1"));
	dotenv_set(a, &env, SV("B"), SV("2"));
	dotenv_set(a, &env, SV("A"), SV("3"));
	CHECK_INT(2, env.n);
	CHECK_SV(SV("3"), env.at[0].value);
}

static const char *fake_variable(const char *name)
{
	return strcmp(name, "HOME") == 0 ? "/home/x" : strcmp(name, "A") == 0 ? "outside" : NULL;
}

static void test_references_are_expanded(void)
{
	static const struct {
		const char *value, *expanded;
	} rows[] = {
		{"plain $A {A}", "plain $A {A}"},  {"${HOME}/data", "/home/x/data"}, {"x${A}${A}y", "x11y"},
		{"${NOPE}", ""},                   {"${NOPE:-d e}!", "d e!"},        {"${A:-d}", "1"},
		{"${A", "${A"},                    {"${}", ""},                      {"$${A}", "$1"},
	};
	AUTO_ARENA a = arena_new();
	struct dotenv env = {0};
	sv value = SV("0123456789");

	dotenv_set(a, &env, SV("A"), SV("1"));
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK_SV(sv_of(rows[i].expanded), dotenv_expand(a, sv_of(rows[i].value), &env, fake_variable));
	for (int i = 0; i < 60; i++) {
		dotenv_set(a, &env, SV("A"), value);
		value = dotenv_expand(a, SV("${A}${A}"), &env, fake_variable);
	}
	CHECK(value.n <= 3 * DOTENV_VALUE_BYTES);
}

TESTS(TEST(test_references_are_expanded) TEST(test_lines_become_entries) TEST(test_bad_lines_are_refused_with_their_place)
      TEST(test_setting_replaces))
