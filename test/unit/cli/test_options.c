/* Options: every way to write one, and every mistake named at once. */
#include "check.h"
#include "cli/options.h"

static const struct option globals[] = {
	{OPT_JSON, "json", 0, OPTION_FLAG, 0, NULL, "JSON"},
	{OPT_QUIET, "quiet", 'q', OPTION_FLAG, 0, NULL, "less"},
	{OPT_VERBOSE, "verbose", 'v', OPTION_FLAG, 0, NULL, "more"},
	{OPT_COLOR, "color", 0, OPTION_CHOICE, 0, "auto always never", "colors"},
	{0},
};
static const struct option own[] = {
	{OPT_SELECT, "select", 's', OPTION_TEXT, 0, "SELECTION", "what"},
	{OPT_MAX_CONCURRENT, "max-concurrent", 0, OPTION_NUMBER, 0, "N", "most"},
	{0},
};

static bool read_line(struct arena *a, const char *line, struct arguments *ret, struct err *e)
{
	struct sv_list words = {0};
	sv rest = sv_of(line), word;

	while (sv_split(&rest, ' ', &word))
		*LIST_ADD(a, &words) = word;
	return options_read(a, globals, own, &words, ret, e);
}

static void test_values_are_read_in_every_form(void)
{
	static const struct {
		const char *line, *select, *rest;
	} cases[] = {
		{"--select a", "a", ""},
		{"--select=a", "a", ""},
		{"-s a", "a", ""},
		{"-sa", "a", ""},
		{"-qvs a b", "a", "b"},
		{"b --select a", "a", "b"},
		{"--select a -- -b", "a", "-b"},
		{"--select= b", "", "b"},
		{"--select -a", "-a", ""},
	};
	AUTO_ARENA a = arena_new();

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arguments args;
		struct err e = {0};

		CHECK_OK(read_line(a, cases[i].line, &args, &e), &e);
		CHECK_SV(sv_of(cases[i].select), option_text(&args, OPT_SELECT));
		CHECK_SV(sv_of(cases[i].rest), args.rest.n ? args.rest.at[0] : SV(""));
	}
}

static void test_repeated_option_keeps_every_value(void)
{
	AUTO_ARENA a = arena_new();
	struct arguments args;
	struct err e = {0};

	CHECK_OK(read_line(a, "-s a --select=b x -s c y --max-concurrent 4", &args, &e), &e);
	CHECK_INT(3, args.given[OPT_SELECT].n);
	CHECK_SV(SV("b"), args.given[OPT_SELECT].at[1]);
	CHECK_INT(2, args.rest.n);
	CHECK_INT(4, option_number(&args, OPT_MAX_CONCURRENT, 1));
	CHECK_INT(7, option_number(&args, OPT_LIMIT, 7));
}

static void test_mistakes_are_all_named(void)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{"--selct a", "there is no option --selct; did you mean --select?"},
		{"--select", "--select needs a value: --select SELECTION"},
		{"--json=1", "--json takes no value"},
		{"--color blue", "--color takes one of: auto always never; not \"blue\""},
		{"-x", "there is no option -x"},
		{"--jsn --max-concurrent x", "there is no option --jsn; did you mean --json?; "
					     "--max-concurrent takes a number, not \"x\""},
	};
	AUTO_ARENA a = arena_new();

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arguments args;
		struct err e = {0};

		CHECK(!read_line(a, cases[i].line, &args, &e));
		CHECK_INT(ERR_INVALID, e.kind);
		CHECK_STR(cases[i].want, e.text);
	}
}

TESTS(TEST(test_values_are_read_in_every_form) TEST(test_repeated_option_keeps_every_value)
	      TEST(test_mistakes_are_all_named))
