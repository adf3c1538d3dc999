/* Reading JSON into values, its refusals with their places, and writing. */
#include "check.h"

#include "codec/json.h"
#include "codec/json_quick.h"

static const struct value *read_json(struct arena *a, const char *text)
{
	const struct value *value;
	struct err e;

	CHECK_OK(json_read(a, sv_of(text), &value, &e), &e);
	return value;
}

static void test_members_are_found_by_type(void)
{
	AUTO_ARENA a = arena_new();
	const struct value *v = read_json(a, "{\"s\":\"x\\u00e9\",\"i\":-7,\"r\":1.5,\"b\":true,\"n\":null,"
					     "\"l\":[1,2],\"m\":{\"k\":\"v\"}}");

	CHECK_SV(SV("x\xc3\xa9"), value_text(v, "s"));
	CHECK_INT(-7, value_int(v, "i", 1));
	CHECK(value_real(v, "r", 0) == 1.5);
	CHECK(value_real(v, "i", 0) == -7);
	CHECK(value_bool(v, "b", false));
	CHECK_INT(VALUE_NULL, value_get(v, "n")->type);
	CHECK_INT(2, value_list(v, "l")->n);
	CHECK_SV(SV("v"), value_text(value_map(v, "m"), "k"));
	CHECK_SV(SV("r"), v->keys[2]);
}

static void test_absent_members_give_the_fallback(void)
{
	AUTO_ARENA a = arena_new();
	const struct value *v = read_json(a, "{\"s\":1,\"i\":\"x\",\"n\":null}");

	CHECK(!value_text(v, "s").p);
	CHECK(!value_text(v, "zzz").p);
	CHECK_INT(5, value_int(v, "i", 5));
	CHECK_INT(5, value_int(v, "n", 5));
	CHECK_INT(0, value_list(v, "s")->n);
	CHECK_INT(VALUE_MAP, value_map(NULL, "s")->type);
	CHECK(!value_get(NULL, "x"));
	CHECK(!value_get(value_get(v, "s"), "x"));
}

static void test_bad_input_is_refused_with_its_place(void)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{"", "line 1, column"},
		{"{\"a\":1,\n \"a\":2}", "line 2, column"},
		{"{\"a\":1,\n \"a\":2}", "duplicate object key"},
		{"{\"a\":1", "line 1, column"},
		{"[1,\n2,\n]", "line 3, column"},
		{"[1] x", "end of file expected"},
		{"{'a':1}", "line 1, column"},
		{"[01]", "line 1, column"},
		{"[1.]", "line 1, column"},
		{"[NaN]", "line 1, column"},
		{"[1e999]", "real number overflow"},
		{"[99999999999999999999]", "too big integer"},
		{"\"\xff\"", "unable to decode byte 0xff"},
		{"\"\xc0\xaf\"", "unable to decode byte 0xc0"},
		{"\"\xed\xa0\x80\"", "unable to decode byte 0xed"},
		{"\"\\ud800\"", "line 1, column"},
		{"\"a\nb\"", "unexpected newline"},
		{"\"\\x\"", "invalid escape"},
		{"\xef\xbb\xbf{}", "line 1, column"},
	};
	const struct value *value = NULL;
	struct err e;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();

		CHECK(!json_read(a, sv_of(rows[i].text), &value, &e));
		CHECK(!value);
		CHECK_INT(ERR_INVALID, e.kind);
		CHECK_CONTAINS(rows[i].error, e.text);
	}
}

/* And which of the common ones are read quickly at all. */
static void test_quick_reading_gives_what_the_strict_parser_gives(void)
{
	static const struct {
		const char *text;
		bool quick;
	} rows[] = {
		{" {\"a\" : [1, -2, 0, -0, 9223372036854775807], \"b\":{} , \"c\":[ ]}\r\n\t", true},
		{"{\"t\":true,\"f\":false,\"n\":null,\"e\":\"\"}", true},
		{"[1.5,-0.0,1e3,1E-3,1.25e+2,3.0]", true},
		{"\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u0000\\ud83d\\ude00\"", true},
		{"\"\xc3\xa9\xf0\x9f\x98\x80\x7f\"", true},
		{"{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":0,\"k\":1,\"l\":2,"
		 "\"m\":3,\"n\":4,\"o\":5,\"p\":6,\"q\":7}", true},
		{"[{\"a\":1,\"b\":2},{\"a\":3,\"b\":4},{\"b\":5,\"a\":6},{\"a\":{\"a\":7,\"b\":8},\"b\":9},{},{}]", true},
		{"[\"0123456\\n\",\"01234567\",\"012345678\\u00e9 and more of it\"]", true},
		{"-9223372036854775808", false},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		AUTO_BUF one = {0};
		AUTO_BUF two = {0};
		struct json j = {.out = &one}, k = {.out = &two};
		const struct value *quick = json_quick(a, sv_of(rows[i].text)), *strict;
		struct err e;

		CHECK(!quick == !rows[i].quick);
		CHECK_OK(json_read_strictly(a, sv_of(rows[i].text), &strict, &e), &e);
		if (!quick)
			continue;
		json_value(&j, quick);
		json_value(&k, strict);
		CHECK_SV(buf_sv(&two), buf_sv(&one));
	}
}

static void test_quick_reading_refuses_what_the_strict_parser_refuses(void)
{
	static const char *const rows[] = {
		"{\"a\":1,\"a\":2}",
		"{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":0,\"k\":1,\"l\":2,\"m\":3,\"a\":7}",
		"[1,]", "[,]", "{,}", "{\"a\"}", "{\"a\":}", "{1:2}", "[1 2]", "01", "-", "-01", "+1", "1.", ".5", "1e", "1e+",
		"1e999", "nul", "nullx", "tru", "\"", "\"\\", "\"\\\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"",
		"\"\\udc00\"", "\"\x01\"", "\"\xff\"", "[", "{", "]", "[1]]", "", " ", "\"a\" x", "99999999999999999999",
		"{\"a\\u0000\":1}", "[{\"a\":1,\"b\":2},{\"a\":1,\"a\":2}]", "[{\"a\":1,\"b\":2},{\"b\":1,\"b\":2}]",
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		const struct value *value;
		struct err e;

		CHECK(!json_quick(a, sv_of(rows[i])));
		CHECK(!json_read_strictly(a, sv_of(rows[i]), &value, &e));
	}
}

static void test_nesting_stops_at_the_limit(void)
{
	AUTO_ARENA a = arena_new();
	AUTO_BUF text = {0};
	const struct value *value;
	struct err e;

	for (int i = 0; i < JSON_DEPTH; i++)
		buf_addc(&text, '[');
	for (int i = 0; i < JSON_DEPTH; i++)
		buf_addc(&text, ']');
	CHECK_OK(json_read(a, buf_sv(&text), &value, &e), &e);
	buf_clear(&text);
	buf_add(&text, SV("[\"[[\\\"[\",\n"));
	for (int i = 0; i < JSON_DEPTH; i++)
		buf_addc(&text, '[');
	CHECK(!json_read(a, buf_sv(&text), &value, &e));
	CHECK_STR("line 2, column 128: nested deeper than 128 levels", e.text);
}

static void test_text_may_hold_nul(void)
{
	AUTO_ARENA a = arena_new();

	CHECK_SV(SV("a\0b"), read_json(a, "\"a\\u0000b\"")->text);
}

static void test_reading_what_was_written_gives_it_back(void)
{
	static const char *const rows[] = {
		"null", "true", "-9223372036854775808", "[]", "{}", "\"\"", "1.5", "0.1", "1e+300", "-0.0", "3.0",
		"[1,[2,[]],{\"a\":{\"b\":null},\"c\":[]}]", "\"\\\"\\\\\\n\\u0001\\u007f \xc3\xa9 \xf0\x9f\x98\x80\"",
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		AUTO_BUF out = {0};
		struct json j = {.out = &out};

		json_value(&j, read_json(a, rows[i]));
		CHECK_SV(sv_of(rows[i]), buf_sv(&out));
	}
}

static void test_every_letter_comes_back_wherever_it_stands(void)
{
	for (int c = 0; c < 0x80; c++) {
		for (size_t at = 0; at < 20; at++) {
			AUTO_ARENA a = arena_new();
			char text[] = "abcdefghijklmnopqrst";
			struct json j = {.out = &(struct buf){0}};
			const struct value *back;
			struct err e = {0};

			text[at] = (char)c;
			json_text(&j, (sv){text, 20});
			CHECK_OK(json_read(a, buf_sv(j.out), &back, &e), &e);
			CHECK_SV(((sv){text, 20}), back->text);
			buf_free(j.out);
		}
	}
}

static void test_writer_indents(void)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out, .indent = 2};

	json_open(&j, '{');
	json_member_text(&j, "id", SV("r1"));
	json_key(&j, "steps");
	json_open(&j, '[');
	json_int(&j, 1);
	json_open(&j, '{');
	json_close(&j);
	json_close(&j);
	json_member_bool(&j, "done", false);
	json_key(&j, "raw");
	json_raw(&j, SV("[1]"));
	json_close(&j);
	CHECK_SV(SV("{\n  \"id\": \"r1\",\n  \"steps\": [\n    1,\n    {}\n  ],\n"
		    "  \"done\": false,\n  \"raw\": [1]\n}"),
		 buf_sv(&out));
}

static void test_writer_mends_what_json_cannot_hold(void)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};

	json_open(&j, '[');
	json_text(&j, SV("a\xff\xe2\x82" "b\xed\xa0\x80"));
	json_text(&j, (sv){NULL, 0});
	json_cstr(&j, NULL);
	json_double(&j, 1.0 / 0.0);
	json_value(&j, NULL);
	json_close(&j);
	CHECK_SV(SV("[\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" "b\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\",null,null,null,null]"),
		 buf_sv(&out));
}

/* As it does who keeps some of a long text: the text goes, then the tree. */
static void test_a_copy_outlives_the_text_and_its_pieces(void)
{
	static const char source[] = "{\"plain\":\"one\",\"esc\\u0061ped\":\"t\\u0077o\",\"list\":[{\"k\":\"three\"},[],{},1,2.5,true,null]}";
	AUTO_ARENA a = arena_new();
	struct arena *scratch = arena_new();
	char *text = strdup(source);
	const struct value *pieces, *kept;
	struct err e;

	CHECK_OK(json_read_pieces(scratch, sv_of(text), &pieces, &e), &e);
	CHECK(value_text(pieces, "plain").p == strstr(text, "one"));
	kept = value_copy(a, pieces);
	memset(text, 'x', strlen(text));
	arena_free(scratch);
	free(text);
	CHECK_SV(SV("{\"plain\":\"one\",\"escaped\":\"two\",\"list\":[{\"k\":\"three\"},[],{},1,2.5,true,null]}"),
		 json_print(a, kept));
	CHECK(value_text(kept, "plain").p[3] == '\0');
	CHECK(!value_copy(a, NULL));
}

TESTS(TEST(test_members_are_found_by_type) TEST(test_absent_members_give_the_fallback)
      TEST(test_bad_input_is_refused_with_its_place)
      TEST(test_quick_reading_gives_what_the_strict_parser_gives)
      TEST(test_quick_reading_refuses_what_the_strict_parser_refuses)
      TEST(test_nesting_stops_at_the_limit)
      TEST(test_text_may_hold_nul) TEST(test_reading_what_was_written_gives_it_back)
      TEST(test_every_letter_comes_back_wherever_it_stands) TEST(test_writer_indents) TEST(test_writer_mends_what_json_cannot_hold)
      TEST(test_a_copy_outlives_the_text_and_its_pieces))
