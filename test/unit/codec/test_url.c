/* test_url.c -- percent signs and queries. */
#include "check.h"

#include "codec/url.h"

static void test_percent_signs_are_read_strictly(void)
{
	static const struct {
		const char *text;
		bool plus;
		const char *plain; /* NULL: malformed */
	} rows[] = {
		{"", false, ""},
		{"plain", false, "plain"},
		{"a%20b", false, "a b"},
		{"a+b", false, "a+b"},
		{"a+b", true, "a b"},
		{"%2F%2f", false, "//"},
		{"%C3%A4", false, "\xc3\xa4"},
		{"%", false, NULL},
		{"%2", false, NULL},
		{"a%zz", false, NULL},
		{"%00", false, NULL},
		{"%25%32%30", false, "%20"},
		{"%+1", true, NULL},
		{"%%20", false, NULL},
	};
	AUTO_ARENA a = arena_new();
	sv got;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		bool well = url_decode(a, sv_of(rows[i].text), rows[i].plus, &got);

		CHECK_INT(rows[i].plain != NULL, well);
		CHECK_INT(well, url_is_valid(sv_of(rows[i].text)));
		if (well)
			CHECK_SV(sv_of(rows[i].plain), got);
	}
}

static void test_query_falls_into_pairs(void)
{
	static const char *const pairs[][2] = {
		{"a", "1"}, {"b c", "x=y"}, {"flag", ""}, {"", "v"}, {"a", "2"}};
	sv query = SV("a=1&b+c=x=y&&flag&=v&a=2&"), name, value;
	AUTO_ARENA a = arena_new();
	size_t n = 0;

	while (url_next(a, &query, &name, &value)) {
		CHECK(n < COUNT_OF(pairs));
		CHECK_SV(sv_of(pairs[n][0]), name);
		CHECK_SV(sv_of(pairs[n++][1]), value);
	}
	CHECK_INT(COUNT_OF(pairs), n);
}

static void test_encoding_is_undone_by_decoding(void)
{
	AUTO_ARENA a = arena_new();
	char all[255];
	sv back;

	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)(i + 1);
	CHECK(url_decode(a, url_encode(a, (sv){all, sizeof(all)}), false, &back));
	CHECK_SV(((sv){all, sizeof(all)}), back);
	CHECK_SV(SV("raw%2Forders-1.x_~"), url_encode(a, SV("raw/orders-1.x_~")));
}

TESTS(TEST(test_percent_signs_are_read_strictly) TEST(test_query_falls_into_pairs)
	      TEST(test_encoding_is_undone_by_decoding))
