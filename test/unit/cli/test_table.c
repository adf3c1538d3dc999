/* Tables: columns fit, wide letters count twice, pipes get everything. */
#include "check.h"
#include "cli/table.h"
#include "cli/text.h"

static const struct table_column columns[] = {
	{"ASSET", TABLE_CUT}, {"ROWS", TABLE_NUMBER}, {"STATE", TABLE_WHOLE}};

static sv print(struct arena *a, unsigned width, bool color, const char *key)
{
	struct page p = {.width = width, .color = color};
	struct table t = {.arena = a, .columns = columns, .columns_count = COUNT_OF(columns)};

	table_cell(&t, STYLE_PLAIN, sv_of(key));
	table_cell(&t, STYLE_PLAIN, text_number(a, 1234567));
	table_cell(&t, STYLE_GOOD, SV("ok"));
	table_cell(&t, STYLE_PLAIN, SV("b"));
	table_cell(&t, STYLE_PLAIN, SV("5"));
	table_cell(&t, STYLE_BAD, SV("failed"));
	table_print(&t, &p);
	sv text = arena_sv(a, buf_sv(&p.buf));
	buf_free(&p.buf);
	return text;
}

static void test_columns_align_to_their_content(void)
{
	AUTO_ARENA a = arena_new();

	CHECK_SV(SV("ASSET               ROWS  STATE\n"
		    "customer_data  1,234,567  ok\n"
		    "b                      5  failed\n"),
		 print(a, 0, false, "customer_data"));
}

static void test_narrow_terminal_cuts_what_may_be_cut(void)
{
	AUTO_ARENA a = arena_new();

	CHECK_CONTAINS("customer_d…  1,234,567  ok\n",
		       print(a, 30, false, "customer_data_of_all").p);
	CHECK_CONTAINS("customer_data_of_all", print(a, 0, false, "customer_data_of_all").p);
}

static const struct table_column remarked[] = {
	{"ASSET", TABLE_CUT}, {"GROUP", TABLE_MINOR}, {"", TABLE_BELOW}};

static sv print_remarked(struct arena *a, unsigned width)
{
	struct page p = {.width = width};
	struct table t = {
		.arena = a, .columns = remarked, .columns_count = COUNT_OF(remarked), .indent = 2};

	table_cell(&t, STYLE_PLAIN, SV("customer_data"));
	table_cell(&t, STYLE_DIM, SV("analytics"));
	table_cell(&t, STYLE_BAD, SV("MemoryError: no memory"));
	table_cell(&t, STYLE_PLAIN, SV("b"));
	table_cell(&t, STYLE_DIM, SV("c"));
	table_cell(&t, STYLE_PLAIN, SV(""));
	table_print(&t, &p);
	sv text = arena_sv(a, buf_sv(&p.buf));
	buf_free(&p.buf);
	return text;
}

static void test_narrow_terminal_puts_remarks_below_then_leaves_out_the_minor(void)
{
	AUTO_ARENA a = arena_new();

	CHECK_SV(SV("  ASSET          GROUP\n"
		    "  customer_data  analytics  MemoryError: no memory\n"
		    "  b              c\n"),
		 print_remarked(a, 80));
	CHECK_SV(SV("  ASSET          GROUP\n"
		    "  customer_data  analytics\n"
		    "    MemoryError: no memory\n"
		    "  b              c\n"),
		 print_remarked(a, 30));
	CHECK_SV(SV("  ASSET\n"
		    "  customer_data\n"
		    "    MemoryError: no memory\n"
		    "  b\n"),
		 print_remarked(a, 20));
}

static void test_text_breaks_between_words_and_hangs(void)
{
	struct page p = {.width = 26};

	page_addf(&p, STYLE_PLAIN, "-s  ");
	page_wrap(&p, STYLE_PLAIN, 4, SV("assets to take,\nin the selection language"));
	CHECK_STR("-s  assets to take, in the\n    selection language", p.buf.p);
	buf_free(&p.buf);
	p = (struct page){.width = 0};
	page_wrap(&p, STYLE_PLAIN, 4, SV("a pipe gets\nit as it is"));
	CHECK_STR("a pipe gets\nit as it is", p.buf.p);
	buf_free(&p.buf);
}

static void test_colors_only_where_seen(void)
{
	AUTO_ARENA a = arena_new();

	CHECK(!strstr(print(a, 80, false, "a").p, "\033["));
	CHECK_CONTAINS("\033[31mfailed\033[0m", print(a, 80, true, "a").p);
}

static void test_width_counts_letters_not_bytes(void)
{
	CHECK_INT(5, text_width(SV("größe")));
	CHECK_INT(4, text_width(SV("日本")));
	CHECK_INT(1, text_width(SV("e\xcc\x81")));
	CHECK_INT(2, text_width(SV("a\xff")));
}

static void test_cut_ends_in_dots_and_never_splits_a_letter(void)
{
	AUTO_ARENA a = arena_new();

	CHECK_SV(SV("日…"), text_cut(a, SV("日本語"), 4));
	CHECK_SV(SV("日本語"), text_cut(a, SV("日本語"), 6));
	CHECK_SV(SV("…"), text_cut(a, SV("abc"), 1));
	CHECK_SV(SV(""), text_cut(a, SV("abc"), 0));
}

static void test_numbers_in_words(void)
{
	AUTO_ARENA a = arena_new();

	CHECK_SV(SV("0"), text_number(a, 0));
	CHECK_SV(SV("999"), text_number(a, 999));
	CHECK_SV(SV("1,000"), text_number(a, 1000));
	CHECK_SV(SV("-12,345"), text_number(a, -12345));
	CHECK_SV(SV("1 asset"), text_count(a, 1, "asset"));
	CHECK_SV(SV("1.4 MB"), text_bytes(a, 1400000));
	CHECK_SV(SV("3 min ago"), text_age(a, 0, 200 * INT64_C(1000000)));
	CHECK_SV(SV("2 days ago"), text_age(a, 0, 200000 * INT64_C(1000000)));
}

static void test_control_characters_never_reach_the_terminal(void)
{
	AUTO_ARENA a = arena_new();

	CHECK_SV(SV("a [31m b"), text_line(a, SV("a\033[31m\nb\n")));
}

TESTS(TEST(test_columns_align_to_their_content) TEST(test_narrow_terminal_cuts_what_may_be_cut)
	      TEST(test_narrow_terminal_puts_remarks_below_then_leaves_out_the_minor) TEST(
		      test_text_breaks_between_words_and_hangs) TEST(test_colors_only_where_seen)
		      TEST(test_width_counts_letters_not_bytes)
			      TEST(test_cut_ends_in_dots_and_never_splits_a_letter)
				      TEST(test_numbers_in_words) TEST(
					      test_control_characters_never_reach_the_terminal))
