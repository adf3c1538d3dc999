/* Reading YAML: the core schema, anchors and merging, places, refusals. */
#include "check.h"

#include "codec/json.h"
#include "codec/yaml.h"

static const struct value *read_yaml(struct arena *a, const char *text)
{
	const struct value *value;
	struct err e;

	CHECK_OK(yaml_read(a, "w.yaml", sv_of(text), &value, &e), &e);
	return value;
}

static void check_json(const char *file, int line, const char *want, const struct value *got)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};

	json_value(&j, got);
	check_sv(file, line, sv_of(want), buf_sv(&out));
}

static void test_documents_become_values(void)
{
	static const struct {
		const char *yaml, *json;
	} rows[] = {
		{"", "null"},
		{"# only a comment\n", "null"},
		{"---\n...\n", "null"},
		{"a", "\"a\""},
		{"load_from:\n- python_package:\n    package_name: x.y\n",
		 "{\"load_from\":[{\"python_package\":{\"package_name\":\"x.y\"}}]}"},
		{"[true, True, false, FALSE, yes, on, no, off, y]",
		 "[true,true,false,false,\"yes\",\"on\",\"no\",\"off\",\"y\"]"},
		{"[null, Null, ~, '']", "[null,null,null,\"\"]"},
		{"[0, -1, +2, 010, 0o17, 0xfF, 1_000, 0b1, -, '5', 1:30]",
		 "[0,-1,2,10,15,255,\"1_000\",\"0b1\",\"-\",\"5\",\"1:30\"]"},
		{"[1.5, .5, 1., 1e3, -1.5E-1, ., 1e, 1.2.3, .inf, 0o8, 0x]",
		 "[1.5,0.5,1.0,1000.0,-0.15,\".\",\"1e\",\"1.2.3\",null,\"0o8\",\"0x\"]"},
		{"[!!str 5, !!int \"5\", !!float 5, ! 5, !!null '', !!bool 'true']", "[\"5\",5,5.0,\"5\",null,true]"},
		{"a: |\n  x\n  y\nb: >-\n  x\n  y\n", "{\"a\":\"x\\ny\\n\",\"b\":\"x y\"}"},
		{"{1: a, true: b, null: c, 'x y': d}", "{\"1\":\"a\",\"true\":\"b\",\"null\":\"c\",\"x y\":\"d\"}"},
		{"a: &x [1, 2]\nb: *x\n", "{\"a\":[1,2],\"b\":[1,2]}"},
		{"a: &x {k: 1, l: 2}\nb:\n  l: 3\n  <<: *x\n  m: 4\n",
		 "{\"a\":{\"k\":1,\"l\":2},\"b\":{\"l\":3,\"m\":4,\"k\":1}}"},
		{"<<: [{a: 1, b: 1}, {b: 2, c: 2}]\nc: 3\n", "{\"c\":3,\"a\":1,\"b\":1}"},
		{"'<<': 1", "{\"<<\":1}"},
		{"!!map {a: !!seq [1]}", "{\"a\":[1]}"},
		{"%YAML 1.2\n---\na: 1\n", "{\"a\":1}"},
		{"\xef\xbb\xbf" "a: \xc3\xa9", "{\"a\":\"\xc3\xa9\"}"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();

		check_json(CHECK_AT, rows[i].json, read_yaml(a, rows[i].yaml));
	}
}

static void test_bad_input_is_refused_with_its_place(void)
{
	static const struct {
		const char *yaml, *error;
	} rows[] = {
		{"a: 1\nb: 2\na: 3\n", "w.yaml:3:1: the key \"a\" stands twice"},
		{"a: [1\nb: 2\n", "w.yaml:2:"},
		{"a:\n\t- b\n", "w.yaml:2:1: "},
		{"a: 'b\n", "w.yaml:2:1: "},
		{"- python_package:\npackage_name: x\n", "w.yaml:2:1: "},
		{"a: 1\n---\nb: 2\n", "w.yaml:2:1: a second document"},
		{"a: *x\n", "w.yaml:1:4: no anchor &x"},
		{"a: &x [*x]\n", "w.yaml:1:8: the alias *x lies within its own anchor"},
		{"a: !env FOO\n", "w.yaml:1:4: the tag !env is not understood"},
		{"a: !!set {b}\n", "w.yaml:1:4: the tag tag:yaml.org,2002:set is not"},
		{"a: !!int x\n", "w.yaml:1:4: \"x\" does not fit its tag !!int"},
		{"a: 99999999999999999999\n", "w.yaml:1:4: the number 99999999999999999999 is too large"},
		{"a: 1e999\n", "w.yaml:1:4: the number 1e999 is too large"},
		{"? [a]\n: b\n", "w.yaml:1:3: a key must be"},
		{"<<: 5\n", "w.yaml:1:1: << takes a map or a list of maps, not a whole number"},
		{"<<: [[{a: 1}]]\n", "w.yaml:1:1: << takes a map"},
		{"<<: {a: 1}\n<<: {b: 1}\n", "w.yaml:2:1: the key << stands twice"},
		{"a: \"\xff\"\n", "w.yaml:1:5: "},
		{"a: b\nc: \x01\n", "w.yaml:2:4: "},
		{"a: %b\n", "w.yaml:1:4: "},
		{"a: @b\n", "w.yaml:1:4: "},
	};
	const struct value *value = NULL;
	struct err e;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();

		CHECK(!yaml_read(a, "w.yaml", sv_of(rows[i].yaml), &value, &e));
		CHECK(!value);
		CHECK_INT(ERR_INVALID, e.kind);
		CHECK_CONTAINS(rows[i].error, e.text);
	}
}

static void test_every_value_knows_its_place(void)
{
	AUTO_ARENA a = arena_new();
	const struct value *v = read_yaml(a, "# top\nload_from:\n  - python_file: a.py\n  - {x: 5}\n");
	const struct value *list = value_list(v, "load_from");

	CHECK_INT(2, v->line);
	CHECK_INT(3, list->line);
	CHECK_INT(3, list->column);
	CHECK_INT(5, list->items[0].column);
	CHECK_INT(18, value_get(&list->items[0], "python_file")->column);
	CHECK_INT(4, list->items[1].line);
}

static void test_alias_bomb_is_refused(void)
{
	AUTO_ARENA a = arena_new();
	AUTO_BUF text = {0};
	const struct value *value;
	struct err e;

	buf_add(&text, SV("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"));
	for (int i = 1; i < 30; i++) {
		buf_addf(&text, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			buf_addf(&text, "*a%d, ", i - 1);
		buf_addf(&text, "]\n");
	}
	CHECK(!yaml_read(a, "w.yaml", buf_sv(&text), &value, &e));
	CHECK_CONTAINS("w.yaml:5:", e.text);
	CHECK_CONTAINS("aliases stand for more than 100000 values", e.text);
}

static void test_nesting_stops_at_the_limit(void)
{
	AUTO_ARENA a = arena_new();
	AUTO_BUF text = {0};
	const struct value *value;
	struct err e;

	for (int i = 0; i < 100000; i++)
		buf_addc(&text, '[');
	CHECK(!yaml_read(a, "w.yaml", buf_sv(&text), &value, &e));
	CHECK_STR("w.yaml:1:101: nested deeper than 100 levels", e.text);
}

static void test_large_maps_keep_their_keys_apart(void)
{
	AUTO_ARENA a = arena_new();
	AUTO_BUF text = {0};
	const struct value *value;
	struct err e;

	for (int i = 0; i < 20000; i++)
		buf_addf(&text, "key%d: %d\n", i, i);
	CHECK_OK(yaml_read(a, "w.yaml", buf_sv(&text), &value, &e), &e);
	CHECK_INT(20000, value->n);
	CHECK_INT(19999, value_int(value, "key19999", -1));
	buf_addf(&text, "key77: again\n");
	CHECK(!yaml_read(a, "w.yaml", buf_sv(&text), &value, &e));
	CHECK_STR("w.yaml:20001:1: the key \"key77\" stands twice", e.text);
}

TESTS(TEST(test_documents_become_values) TEST(test_bad_input_is_refused_with_its_place)
      TEST(test_every_value_knows_its_place) TEST(test_alias_bomb_is_refused)
      TEST(test_nesting_stops_at_the_limit) TEST(test_large_maps_keep_their_keys_apart))
