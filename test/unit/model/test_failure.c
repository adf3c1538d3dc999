/* What user code died of: both kinds of error object in one shape, and its sentences. */
#include "model/failure.h"

#include "check.h"

static struct failure read_json(struct arena *a, const char *json)
{
	return failure_read(a, json ? sv_of(json) : (sv){NULL, 0});
}

/* The words of a step (doc/formats/step.md) and of a host (doc/formats/host-protocol.md) for the same. */
static void test_both_error_objects_have_one_shape(void)
{
	static const char *const rows[] = {
		"{\"name\":\"shop.errors.Sold\",\"message\":\"no more\",\"stack\":[\"File a\\n\",\"  b\\n\"],"
		"\"cause\":{\"name\":\"KeyError\",\"message\":\"'x'\"}}",
		"{\"exception\":\"Sold\",\"message\":\"no more\",\"traceback\":\"File a\\n  b\\n\","
		"\"cause\":{\"exception\":\"KeyError\",\"message\":\"'x'\"}}",
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct failure f = read_json(a, rows[i]);

		CHECK_STR("Sold", f.exception.p);
		CHECK_SV(SV("no more"), f.message);
		CHECK_SV(SV("File a\n  b\n"), f.traceback);
		CHECK_SV(SV("KeyError: 'x'"), f.cause);
		CHECK(!f.file.p && f.line == 0 && !f.hint.p);
	}
}

static void test_what_it_was_raised_within_stands_for_a_cause(void)
{
	AUTO_ARENA a = arena_new();

	CHECK_SV(SV("OSError: disk"),
		 read_json(a, "{\"message\":\"m\",\"cause\":null,\"context\":{\"name\":\"OSError\",\"message\":\"disk\"}}").cause);
	CHECK(!read_json(a, "{\"message\":\"m\",\"context\":\"text\"}").cause.p);
}

static void test_place_and_hint_are_kept(void)
{
	AUTO_ARENA a = arena_new();
	struct failure f = read_json(a, "{\"message\":\"m\",\"file\":\"a.py\",\"line\":12,\"hint\":\"pip install m\"}");

	CHECK_SV(SV("a.py"), f.file);
	CHECK_INT(12, f.line);
	CHECK_SV(SV("pip install m"), f.hint);
}

/* What is no such object is shown as it is; nothing is no failure. */
static void test_strange_errors_are_still_failures(void)
{
	static const struct {
		const char *json, *message; /* NULL: no failure */
	} rows[] = {
		{NULL, NULL},
		{"null", NULL},
		{"[1]", NULL},
		{"{}", ""},
		{"{\"message\":7}", ""},
		{"{\"message\":\"m\"", "{\"message\":\"m\""},
		{"killed", "killed"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct failure f = read_json(a, rows[i].json);

		CHECK_INT(rows[i].message != NULL, f.message.p != NULL);
		if (rows[i].message)
			CHECK_SV(sv_of(rows[i].message), f.message);
	}
}

static void test_a_sentence_is_one_line_and_names_the_class_once(void)
{
	static const struct {
		const char *exception, *message, *want;
	} rows[] = {
		{"KeyError", "'x'", "KeyError: 'x'"},
		{"KeyError", "KeyError: 'x'", "KeyError: 'x'"},
		{"KeyError", "", "KeyError"},
		{"", "plain", "plain"},
		{"", "", ""},
		{"E", "  two\nlines\x1b[31m ", "E: two lines"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct failure f = {.exception = sv_of(rows[i].exception), .message = sv_of(rows[i].message)};
		sv got = failure_sentence(a, &f);

		CHECK(sv_starts(got, sv_of(rows[i].want)));
		CHECK(!memchr(got.p, '\n', got.n) && !memchr(got.p, 27, got.n));
	}
}

static void test_who_needs_code_that_does_not_load_says_why_and_where_to_look(void)
{
	static const struct {
		const char *json, *message, *hint;
	} rows[] = {
		{"{\"exception\":\"NameError\",\"message\":\"name 'pd' is not defined\",\"traceback\":\"File …\"}",
		 "location 'shop' does not load: NameError: name 'pd' is not defined",
		 "plait location show shop has the traceback"},
		{"{\"message\":\"no module x\",\"hint\":\"pip install x\",\"traceback\":\"File …\"}",
		 "location 'shop' does not load: no module x",
		 "pip install x; plait location show shop has the traceback"},
		{"{\"message\":\"the host was ended by signal 9\"}",
		 "location 'shop' does not load: the host was ended by signal 9", "plait location show shop tells more"},
		{NULL, "location 'shop' does not load", "plait location show shop tells more"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct failure f =
			failure_to_load(a, SV("shop"), rows[i].json ? sv_of(rows[i].json) : (sv){NULL, 0});

		CHECK_SV(sv_of(rows[i].message), f.message);
		CHECK_SV(sv_of(rows[i].hint), f.hint);
	}
}

TESTS(TEST(test_both_error_objects_have_one_shape) TEST(test_what_it_was_raised_within_stands_for_a_cause)
      TEST(test_place_and_hint_are_kept) TEST(test_strange_errors_are_still_failures)
      TEST(test_a_sentence_is_one_line_and_names_the_class_once)
      TEST(test_who_needs_code_that_does_not_load_says_why_and_where_to_look))
