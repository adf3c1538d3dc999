/* Reading TOML 1.0: values, tables in all their forms, refusals with their places. */
#include "check.h"

#include "codec/json.h"
#include "codec/toml.h"

static void test_documents_become_values(void)
{
	static const struct {
		const char *toml, *json;
	} rows[] = {
		{"", "{}"},
		{"# c\r\n\t\n", "{}"},
		{"\xef\xbb\xbf" "a = 1", "{\"a\":1}"},
		/* keys */
		{"a-b_1 = 1\n1 = 2\n\"x y\" = 3\n'' = 4\n\"\\u00e9\" = 5", "{\"a-b_1\":1,\"1\":2,\"x y\":3,\"\":4,\"\xc3\xa9\":5}"},
		{"a.b . \"c.d\" = 1\na.e = 2", "{\"a\":{\"b\":{\"c.d\":1},\"e\":2}}"},
		{"3.14 = 1", "{\"3\":{\"14\":1}}"},
		/* texts */
		{"a = \"x\\t\\\"\\\\\\u00e9\\U0001F600\"", "{\"a\":\"x\\t\\\"\\\\\xc3\xa9\xf0\x9f\x98\x80\"}"},
		{"a = 'C:\\x\\n'", "{\"a\":\"C:\\\\x\\\\n\"}"},
		{"a = \"\"\"\nx\r\ny\\\n   \n  z\"\"\"", "{\"a\":\"x\\nyz\"}"},
		{"a = \"\"\"x\"\"\"\"\"", "{\"a\":\"x\\\"\\\"\"}"},
		{"a = '''\n'x''\n'''", "{\"a\":\"'x''\\n\"}"},
		{"a = ''''x'''''", "{\"a\":\"'x''\"}"},
		{"a = \"\"\"\"\"\"\nb = ''", "{\"a\":\"\",\"b\":\"\"}"},
		/* numbers */
		{"a = [0, +1, -17, 1_000, 0xDead_beef, 0o755, 0b1101, -0]", "{\"a\":[0,1,-17,1000,3735928559,493,13,0]}"},
		{"a = -9223372036854775808", "{\"a\":-9223372036854775808}"},
		{"a = [1.0, -0.01, 5e+22, 0e5, 6.26_1e-3, 1E06, -inf, nan]",
		 "{\"a\":[1.0,-0.01,5e+22,0.0,0.006261,1000000.0,null,null]}"},
		{"a = [true, false]", "{\"a\":[true,false]}"},
		/* dates come as text */
		{"a = [1979-05-27T07:32:00Z, 1979-05-27 00:32:00.999-07:00, 1979-05-27t07:32:00, 2000-02-29, 07:32:00.5]",
		 "{\"a\":[\"1979-05-27T07:32:00Z\",\"1979-05-27 00:32:00.999-07:00\",\"1979-05-27t07:32:00\","
		 "\"2000-02-29\",\"07:32:00.5\"]}"},
		{"a = 1979-05-27 # day\n", "{\"a\":\"1979-05-27\"}"},
		/* lists and inline tables */
		{"a = [ # c\n 1, [2, 'x'],\n {b = 3},\n]", "{\"a\":[1,[2,\"x\"],{\"b\":3}]}"},
		{"a = {}\nb = { c.d = 1, c.e = [{}], 'f' = 2 }", "{\"a\":{},\"b\":{\"c\":{\"d\":1,\"e\":[{}]},\"f\":2}}"},
		/* tables */
		{"[a]\nx = 1\n[a.b]\ny = 2\n[c.d.e]\n[c]\nz = 3", "{\"a\":{\"x\":1,\"b\":{\"y\":2}},\"c\":{\"d\":{\"e\":{}},\"z\":3}}"},
		{"[ a . \"b\" ] # c\nx = 1", "{\"a\":{\"b\":{\"x\":1}}}"},
		{"[[p]]\nn = 1\n[p.q]\nr = 2\n[[p.s]]\nt = 3\n[[p]]\n[[p.s]]\n",
		 "{\"p\":[{\"n\":1,\"q\":{\"r\":2},\"s\":[{\"t\":3}]},{\"s\":[{}]}]}"},
		{"[f]\na.c = 1\na.d = 2\n[f.a.t]\ne = 3", "{\"f\":{\"a\":{\"c\":1,\"d\":2,\"t\":{\"e\":3}}}}"},
		{"[a.b.c]\nx = 1\n[a]\ny = 2", "{\"a\":{\"b\":{\"c\":{\"x\":1}},\"y\":2}}"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		AUTO_BUF out = {0};
		struct json j = {.out = &out};
		const struct value *value;
		struct err e;

		CHECK_OK(toml_read(a, "t.toml", sv_of(rows[i].toml), &value, &e), &e);
		json_value(&j, value);
		CHECK_SV(sv_of(rows[i].json), buf_sv(&out));
	}
}

static void test_bad_input_is_refused_with_its_place(void)
{
	static const struct {
		const char *toml, *error;
	} rows[] = {
		/* keys and lines */
		{"a", "t.toml:1:2: = expected behind the key a"},
		{"= 1", "t.toml:1:1: a key is expected"},
		{"a = 1 b = 2", "t.toml:1:7: the end of the line"},
		{"a.\n= 1", "t.toml:1:3: a key is expected"},
		{"a = \nb = 1", "t.toml:1:5: a value is expected"},
		{"\"\"\"a\"\"\" = 1", "t.toml:1:1: a key cannot be a multi-line text"},
		{"\xc3\xa9 = 1", "t.toml:1:1: a key is expected"},
		{"a = 1\ra = 2", "t.toml:1:6: "},
		{"a = \"\xff\"", "t.toml:1:6: this is not UTF-8"},
		{"# \x01", "t.toml:1:3: control characters"},
		{"# a\rb", "t.toml:1:4: control characters"},
		/* what stands twice */
		{"a = 1\na = 2", "t.toml:2:1: \"a\" stands already in line 1"},
		{"[a]\n[b]\n[a]", "t.toml:3:2: \"a\" stands already in line 1"},
		{"a = 1\n[a]", "t.toml:2:2: \"a\" stands already"},
		{"a = 1\na.b = 2", "t.toml:2:1: \"a\" stands already"},
		{"a = {b = 1}\na.c = 2", "t.toml:2:1: \"a\" stands already"},
		{"a = {b = 1}\n[a.c]", "t.toml:2:2: \"a\" stands already"},
		{"a = {b = 1, b = 2}", "t.toml:1:13: \"b\" stands already"},
		{"a = {b = {c = 1}, b.d = 2}", "t.toml:1:19: \"b\" stands already"},
		{"a = []\n[[a]]", "t.toml:2:3: \"a\" stands already"},
		{"[[a]]\n[a]", "t.toml:2:2: \"a\" stands already"},
		{"[a]\n[[a]]", "t.toml:2:3: \"a\" stands already"},
		{"[a]\nb.c = 1\n[a.b]", "t.toml:3:4: \"b\" stands already in line 2"},
		{"[a.b.c]\nz = 9\n[a]\nb.c.t = 1", "t.toml:4:3: \"c\" stands already"},
		{"[[a.b]]\n[a]\nb.y = 2", "t.toml:3:1: \"b\" stands already"},
		{"a.b = 1\n[a]\nc = 1", "t.toml:2:2: \"a\" stands already"},
		/* headers */
		{"[]", "t.toml:1:2: a key is expected"},
		{"[a", "t.toml:1:3: ] expected to close the header"},
		{"[[a]", "t.toml:1:5: ]] expected"},
		{"[[a] ]", "t.toml:1:5: ]] expected"},
		{"[ [a]]", "t.toml:1:3: a key is expected"},
		{"[a] b = 1", "t.toml:1:5: the end of the line"},
		{"[a..b]", "t.toml:1:4: a key is expected"},
		/* texts */
		{"a = x", "t.toml:1:5: \"x\" is no value: texts need quotes"},
		{"a = \"x\nb = 1", "t.toml:1:5: the text that starts here is not closed"},
		{"\n\na = '''x", "t.toml:3:5: the text that starts here is not closed"},
		{"a = \"\\q\"", "t.toml:1:6: unknown escape"},
		{"a = \"\\", "t.toml:1:6: unknown escape"},
		{"a = \"\\u12\"", "t.toml:1:6: 4 hexadecimal digits"},
		{"a = \"\\ud800\"", "t.toml:1:6: U+D800 is no character"},
		{"a = \"\\U00110000\"", "t.toml:1:6: U+110000 is no character"},
		{"a = \"x\ty\x02\"", "t.toml:1:9: control characters in a text are written \\u0002"},
		{"a = \"\"\"x\"\"\"\"\"\"", "t.toml:1:14: the end of the line"},
		{"a = \"\"\"x \\ y\"\"\"", "t.toml:1:10: unknown escape"},
		/* numbers and dates */
		{"a = 01", "t.toml:1:5: \"01\" is no value"},
		{"a = 1__0", "t.toml:1:5: \"1__0\" is no value"},
		{"a = _1", "t.toml:1:5: "}, {"a = 1_", "t.toml:1:5: "}, {"a = 1.", "t.toml:1:5: "},
		{"a = .5", "t.toml:1:5: "}, {"a = 1.e5", "t.toml:1:5: "}, {"a = 1_.5", "t.toml:1:5: "},
		{"a = 0x", "t.toml:1:5: "}, {"a = 0X1", "t.toml:1:5: "}, {"a = +0x1", "t.toml:1:5: "},
		{"a = 0b2", "t.toml:1:5: "}, {"a = 1e", "t.toml:1:5: "}, {"a = True", "t.toml:1:5: "},
		{"a = 03.14", "t.toml:1:5: "}, {"a = ++1", "t.toml:1:5: "}, {"a = Inf", "t.toml:1:5: "},
		{"a = 9223372036854775808", "t.toml:1:5: the number 9223372036854775808 is too large"},
		{"a = 1e999", "t.toml:1:5: the number 1e999 is too large"},
		{"a = 2023-02-29", "t.toml:1:5: "}, {"a = 2023-13-01", "t.toml:1:5: "},
		{"a = 2023-1-1", "t.toml:1:5: "}, {"a = 24:00:00", "t.toml:1:5: "},
		{"a = 2023-01-01T00:00", "t.toml:1:5: "}, {"a = 2023-01-01T00:00:00.Z", "t.toml:1:5: "},
		/* lists and inline tables */
		{"a = [1, 2\nb = 3", "t.toml:2:1: , or ] expected in a list"},
		{"a = [1\n", "t.toml:1:5: the list that starts here is not closed"},
		{"a = [,]", "t.toml:1:6: a value is expected"},
		{"a = {b = 1,}", "t.toml:1:12: a key is expected"},
		{"a = {b = 1\n}", "t.toml:1:11: , or } expected in an inline table"},
		{"a = {b}", "t.toml:1:7: = expected"},
	};
	const struct value *value = NULL;
	struct err e;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();

		if (toml_read(a, "t.toml", sv_of(rows[i].toml), &value, &e))
			check_fail(CHECK_AT, rows[i].toml);
		CHECK(!value);
		CHECK_INT(ERR_INVALID, e.kind);
		CHECK_CONTAINS(rows[i].error, e.text);
	}
}

static void test_every_value_knows_its_place(void)
{
	AUTO_ARENA a = arena_new();
	const struct value *v;
	struct err e;

	CHECK_OK(toml_read(a, "t.toml", SV("# \xc3\xa9\n[tool.dg]\nx = 1 \n'\xc3\xa9' = [\n 5]\n[[p]]\n"), &v, &e), &e);
	CHECK_INT(2, value_map(v, "tool")->line);
	v = value_map(value_map(v, "tool"), "dg");
	CHECK_INT(2, v->line);
	CHECK_INT(7, v->column);
	CHECK_INT(5, value_get(v, "x")->column);
	CHECK_INT(7, value_list(v, "\xc3\xa9")->column);
	CHECK_INT(5, value_list(v, "\xc3\xa9")->items[0].line);
	CHECK_INT(2, value_list(v, "\xc3\xa9")->items[0].column);
}

static void check_too_deep(const char *before, const char *step, const char *error)
{
	AUTO_ARENA a = arena_new();
	AUTO_BUF text = {0};
	const struct value *value;
	struct err e;

	buf_add(&text, sv_of(before));
	for (int i = 0; i < 50000; i++)
		buf_add(&text, sv_of(step));
	CHECK(!toml_read(a, "t.toml", buf_sv(&text), &value, &e));
	CHECK_CONTAINS(error, e.text);
}

static void test_nesting_stops_at_the_limit(void)
{
	check_too_deep("a = ", "[", "nested deeper than 100 levels");
	check_too_deep("a = ", "{a = ", "nested deeper than 100 levels");
	check_too_deep("a", ".a", "a key of more than 100 parts");
	check_too_deep("[a", ".a", "a key of more than 100 parts");
}

static void test_large_documents_are_read_in_linear_time(void)
{
	AUTO_ARENA a = arena_new();
	AUTO_BUF text = {0};
	const struct value *value;
	struct err e;

	buf_add(&text, SV("list = ["));
	for (int i = 0; i < 200000; i++)
		buf_add(&text, SV("1, "));
	buf_add(&text, SV("]\n"));
	for (int i = 0; i < 50000; i++)
		buf_addf(&text, "key%d = %d\n", i, i);
	CHECK_OK(toml_read(a, "t.toml", buf_sv(&text), &value, &e), &e);
	CHECK_INT(200000, value_list(value, "list")->n);
	CHECK_INT(49999, value_int(value, "key49999", -1));
}

TESTS(TEST(test_documents_become_values) TEST(test_bad_input_is_refused_with_its_place)
      TEST(test_every_value_knows_its_place) TEST(test_nesting_stops_at_the_limit)
      TEST(test_large_documents_are_read_in_linear_time))
