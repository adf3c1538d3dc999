/* Views, errors, interning, time, ids and "did you mean". */
#include "check.h"

#include "base/digest.h"
#include "base/intern.h"
#include "base/list.h"
#include "base/nearest.h"
#include "base/time.h"
#include "base/uuid.h"

static void test_sv_split_takes_every_piece(void)
{
	sv rest = SV("a//b"), piece;

	CHECK(sv_split(&rest, '/', &piece));
	CHECK_SV(SV("a"), piece);
	CHECK(sv_split(&rest, '/', &piece));
	CHECK_SV(SV(""), piece);
	CHECK(sv_split(&rest, '/', &piece));
	CHECK_SV(SV("b"), piece);
	CHECK(!sv_split(&rest, '/', &piece));
}

static void test_sv_u64_refuses_overflow_and_signs(void)
{
	uint64_t n;

	CHECK(sv_u64(SV("18446744073709551615"), &n));
	CHECK(n == UINT64_MAX);
	CHECK(!sv_u64(SV("18446744073709551616"), &n));
	CHECK(!sv_u64(SV("-1"), &n));
	CHECK(!sv_u64(SV(""), &n));
}

static void test_sv_matches_wildcards(void)
{
	static const struct {
		const char *text, *pattern;
		bool match;
	} rows[] = {
		{"a/b/c", "a/*", true},  {"a/b/c", "*c", true}, {"a/b/c", "a*b*c", true},
		{"a/b/c", "b*", false},  {"", "*", true},       {"", "", true},
		{"abc", "abc", true},    {"abc", "ab", false},  {"aaab", "*ab", true},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK_INT(rows[i].match, sv_matches(sv_of(rows[i].text), sv_of(rows[i].pattern)));
}

static void test_err_wrap_puts_context_before(void)
{
	struct err e;

	CHECK(!err_set(&e, ERR_NOT_FOUND, "no run %d", 7));
	CHECK(!err_wrap(&e, "cancelling"));
	CHECK_STR("cancelling: no run 7", e.text);
	CHECK_INT(4, err_exit_status(e.kind));
}

static void test_intern_keeps_first_ids_through_growth(void)
{
	AUTO_ARENA a = arena_new();
	struct intern *t = intern_new(a);

	for (int i = 0; i < 5000; i++)
		CHECK_INT(i, intern_add(t, arena_fmt(a, "key-%d", i)));
	CHECK_INT(1234, intern_find(t, SV("key-1234")));
	CHECK_INT(NO_ID, intern_find(t, SV("key-x")));
	CHECK_SV(SV("key-77"), intern_text(t, 77));
}

static void test_interned_texts_outlive_a_table_apart(void)
{
	AUTO_ARENA a = arena_new();
	struct arena *scratch = arena_new();
	struct intern *t = intern_new_apart(scratch, a);
	sv texts[100];

	for (uint32_t i = 0; i < COUNT_OF(texts); i++)
		texts[i] = intern_text(t, intern_add(t, arena_fmt(scratch, "key-%u", i)));
	arena_free(scratch);
	CHECK_SV(SV("key-99"), texts[99]);
}

static void test_list_grows(void)
{
	AUTO_ARENA a = arena_new();
	LIST(int) numbers = {0};

	for (int i = 0; i < 1000; i++)
		*LIST_ADD(a, &numbers) = i;
	CHECK_INT(1000, numbers.n);
	CHECK_INT(999, numbers.at[999]);
}

static void test_time_round_trips(void)
{
	static const time_us instants[] = {0, 1, 1763709291123456, -1, 951782400000000, 4107542399999999};
	AUTO_ARENA a = arena_new();
	time_us back;

	for (size_t i = 0; i < COUNT_OF(instants); i++) {
		CHECK(time_parse_rfc3339(time_rfc3339(a, instants[i]), &back));
		CHECK_INT(instants[i], back);
	}
	CHECK_SV(SV("2000-02-29T00:00:00.000000Z"), time_rfc3339(a, 951782400000000));
	CHECK_SV(SV("1969-12-31T23:59:59.999999Z"), time_rfc3339(a, -1));
	CHECK_SV(SV("0099-03-04T05:06:07.000008Z"), time_rfc3339(a, -59037620032999992));
	CHECK_SV(SV("294247-01-10T04:00:54.775807Z"), time_rfc3339(a, INT64_MAX));
	CHECK(!time_parse_rfc3339(SV("2026-13-01T00:00:00Z"), &back));
	CHECK(!time_parse_rfc3339(SV("2026-00-01T00:00:00Z"), &back));
	CHECK(!time_parse_rfc3339(SV("2026-01-00T00:00:00Z"), &back));
	CHECK(!time_parse_rfc3339(SV("2000-03-00T00:00:00Z"), &back));
	CHECK(!time_parse_rfc3339(SV("2026-04-31T00:00:00Z"), &back));
	CHECK(!time_parse_rfc3339(SV("2026-02-29T00:00:00Z"), &back));
	CHECK(!time_parse_rfc3339(SV("1900-02-29T00:00:00Z"), &back));
	CHECK(time_parse_rfc3339(SV("2000-02-29T00:00:00Z"), &back));
	CHECK(!time_parse_rfc3339(SV("2026-01-01 00:00:00Z"), &back));
}

static void test_uuid7_is_ordered_by_time(void)
{
	static const uint8_t random[UUID_RANDOM_BYTES] = {0xff, 1, 0xff};
	AUTO_ARENA a = arena_new();
	sv early = uuid7(a, 1000000, random), late = uuid7(a, 2000000, random);

	CHECK_INT(UUID_TEXT_BYTES, early.n);
	CHECK(sv_cmp(early, late) < 0);
	CHECK_SV(SV("00000000-03e8-7f01-bf00-000000000000"), early);
}

static void test_nearest_finds_typos_only(void)
{
	static const sv words[] = {SV("customer_data"), SV("order_data"), SV("product_catalog")};

	CHECK_INT(0, nearest(SV("custmer_data"), words, 3));
	CHECK_INT(1, nearest(SV("odrer_data"), words, 3));
	CHECK_INT(2, nearest(SV("PRODUCT_CATALOG"), words, 3));
	CHECK_INT(NO_ID, nearest(SV("weather"), words, 3));
}

static void test_sha256_is_the_known_one(void)
{
	AUTO_ARENA a = arena_new();

	CHECK_SV(SV("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
		 digest_sha256(a, SV("abc")));
}

TESTS(TEST(test_sv_split_takes_every_piece) TEST(test_sv_u64_refuses_overflow_and_signs)
      TEST(test_sv_matches_wildcards) TEST(test_err_wrap_puts_context_before)
      TEST(test_intern_keeps_first_ids_through_growth)
      TEST(test_interned_texts_outlive_a_table_apart) TEST(test_list_grows)
      TEST(test_time_round_trips) TEST(test_uuid7_is_ordered_by_time)
      TEST(test_nearest_finds_typos_only) TEST(test_sha256_is_the_known_one))
