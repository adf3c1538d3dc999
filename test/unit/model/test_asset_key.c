/* Keys: joining, parsing and taking apart. */
#include "check.h"

#include "model/asset_key.h"
#include "model/limits.h"

static void test_parse_gives_canonical_text(void)
{
	static const struct {
		const char *typed, *want; /* want NULL: refused */
	} rows[] = {
		{"a", "a"},
		{"a/b", "a/b"},
		{"a\\/b/c", "a\\/b/c"},
		{"a\\\\b", "a\\\\b"},
		{"a\\xb", "axb"},
		{"a\\", "a\\\\"},
		{"caf\xc3\xa9/x y", "caf\xc3\xa9/x y"},
		{"", NULL},
		{"a//b", NULL},
		{"/a", NULL},
		{"a/", NULL},
		{"a\nb", NULL},
		{"a/../b", NULL},
		{"a/..\\/b", NULL},
		{".", NULL},
		{"...", "..."},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct err e;
		sv got;
		bool done = asset_key_parse(a, sv_of(rows[i].typed), &got, &e);

		CHECK_INT(rows[i].want != NULL, done);
		if (done)
			CHECK_STR(rows[i].want, arena_cstr(a, got));
		else
			CHECK_INT(ERR_INVALID, e.kind);
	}
}

static void test_parts_undo_join(void)
{
	AUTO_ARENA a = arena_new();
	sv parts[] = {SV("a/b"), SV("c\\d"), SV("e")}, key;
	struct sv_list back;
	struct err e;

	CHECK_OK(asset_key_join(a, parts, 3, &key, &e), &e);
	CHECK_STR("a\\/b/c\\\\d/e", arena_cstr(a, key));
	back = asset_key_parts(a, key);
	CHECK_INT(3, back.n);
	for (size_t i = 0; i < 3; i++)
		CHECK_SV(parts[i], back.at[i]);
}

static void test_limits_are_kept(void)
{
	AUTO_ARENA a = arena_new();
	sv parts[LIMIT_KEY_PARTS + 1], key;
	char longest[LIMIT_KEY_BYTES + 1];
	struct err e;

	for (size_t i = 0; i < COUNT_OF(parts); i++)
		parts[i] = SV("x");
	CHECK(asset_key_join(a, parts, LIMIT_KEY_PARTS, &key, &e));
	CHECK(!asset_key_join(a, parts, LIMIT_KEY_PARTS + 1, &key, &e));
	CHECK(!asset_key_join(a, parts, 0, &key, &e));
	memset(longest, 'x', sizeof(longest));
	CHECK(asset_key_parse(a, (sv){longest, LIMIT_KEY_BYTES}, &key, &e));
	CHECK(!asset_key_parse(a, (sv){longest, LIMIT_KEY_BYTES + 1}, &key, &e));
	longest[0] = '/'; /* escaped it takes two bytes */
	parts[0] = (sv){longest, LIMIT_KEY_BYTES};
	CHECK(!asset_key_join(a, parts, 1, &key, &e));
}

static void test_from_value_wants_texts(void)
{
	AUTO_ARENA a = arena_new();
	struct value items[] = {{.type = VALUE_TEXT, .text = SV("a")}, {.type = VALUE_INT, .integer = 1}};
	struct value list = {.type = VALUE_LIST, .items = items, .n = 1};
	struct err e;
	sv key;

	CHECK_OK(asset_key_from_value(a, &list, &key, &e), &e);
	CHECK_SV(SV("a"), key);
	list.n = 2;
	CHECK(!asset_key_from_value(a, &list, &key, &e));
	CHECK_CONTAINS("part 2", e.text);
	CHECK(!asset_key_from_value(a, NULL, &key, &e));
}

TESTS(TEST(test_parse_gives_canonical_text) TEST(test_parts_undo_join) TEST(test_limits_are_kept)
	      TEST(test_from_value_wants_texts))
