/* What assets are found by: words in small letters, each somewhere, and how well a name fits. */
#include "check.h"
#include "fake_code.h"

#include "api/asset_words.h"
#include "base/buf.h"

static sv joined(struct arena *a, const struct sv_list *words)
{
	sv text = {"", 0};

	for (size_t i = 0; i < words->n; i++)
		text = arena_fmt(a, SV_FMT "[" SV_FMT "]", SV_ARG(text), SV_ARG(words->at[i]));
	return text;
}

static void test_words_are_split_at_blanks(void)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{"", ""},
		{"   ", ""},
		{"one", "[one]"},
		{"  Daily   SALES ", "[daily][sales]"},
		{"a\tb\nc", "[a][b][c]"},
		{"\xc3\x84 B", "[\xc3\x84][b]"}, /* letters beyond ASCII as they stand */
	};
	AUTO_ARENA a = arena_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct sv_list words = words_split(a, sv_of(rows[i].text));

		CHECK_SV(sv_of(rows[i].words), joined(a, &words));
	}
	CHECK_INT(0, words_split(a, (sv){0}).n);
}

static void test_each_word_is_somewhere(void)
{
	static const struct {
		const char *text, *words;
		bool found;
	} rows[] = {
		{"daily_sales\nnorth", "", true},
		{"daily_sales\nnorth", "sales", true},
		{"daily_sales\nnorth", "north DAILY", true},
		{"daily_sales\nnorth", "daily south", false},
		{"daily_sales\nnorth", "salesn", false}, /* of two texts is in none */
		{"", "a", false},
		{"", "", true},
		{"a", "aa", false},
	};
	AUTO_ARENA a = arena_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct sv_list words = words_split(a, sv_of(rows[i].words));

		if (words_contain(sv_of(rows[i].text), &words) != rows[i].found)
			CHECK_STR(rows[i].words, rows[i].text);
	}
}

static void test_a_fit_is_as_good_as_its_best_place(void)
{
	static const struct {
		const char *name, *sought;
		uint32_t fit;
	} rows[] = {
		{"sales", "sales", FIT_EXACT},
		{"sales_daily", "sales", FIT_PREFIX},
		{"sales", "", FIT_PREFIX},
		{"", "", FIT_EXACT},
		{"daily_sales", "sales", FIT_WORD},
		{"a/sales", "sales", FIT_WORD},
		{"wholesales", "sales", FIT_PIECE},
		{"wholesales_sales", "sales", FIT_WORD}, /* the better of two */
		{"2sales", "sales", FIT_PIECE},
		{"\xc3\xa4sales", "sales", FIT_PIECE}, /* in the midst of a word of another language */
		{"aab", "ab", FIT_PIECE},
		{"sale", "sales", NO_ID},
		{"", "sales", NO_ID},
		{"daily", "sales", NO_ID},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (words_fit(sv_of(rows[i].name), sv_of(rows[i].sought)) != rows[i].fit)
			CHECK_STR(rows[i].sought, rows[i].name);
}

static void test_an_asset_is_found_by_what_is_said_of_it(void)
{
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = fake_graph(a, "North Team/Sales < elsewhere\nnorth Team/Sales\n");
	struct manifest_asset *sales = (struct manifest_asset *)g->nodes[asset_graph_find(g, SV("Team/Sales"))].asset;
	sv kinds[] = {SV("CSV"), SV("table")}, owners[] = {SV("team:Data")};
	uint32_t node = asset_graph_find(g, SV("elsewhere"));
	struct asset_words w;

	sales->kinds = (struct sv_list){kinds, 2, 2};
	sales->owners = (struct sv_list){owners, 1, 1};
	w = asset_words_of(a, g);
	CHECK_SV(SV("elsewhere"), w.keys[node]);
	CHECK_SV(SV("elsewhere"), w.all[node]); /* no location defines it */
	node = asset_graph_find(g, SV("Team/Sales"));
	CHECK_SV(SV("team/sales"), w.keys[node]);
	CHECK_SV(SV("team/sales\nnorth\ndefault\ncsv\ntable\nteam:data"), w.all[node]);
}

static void test_no_assets_have_no_words(void)
{
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = fake_graph(a, "");
	struct asset_words w = asset_words_of(a, g);

	CHECK_INT(0, g->nodes_count);
	CHECK(w.keys && w.all);
}

static void test_a_thousand_assets_keep_their_own(void)
{
	AUTO_ARENA a = arena_new();
	AUTO_BUF lines = {0};
	struct asset_graph *g;
	struct asset_words w;

	for (int i = 0; i < 1000; i++)
		buf_addf(&lines, "loc%d Asset%d\n", i % 60, i);
	g = fake_graph(a, arena_cstr(a, buf_sv(&lines)));
	w = asset_words_of(a, g);
	CHECK_INT(1000, g->nodes_count);
	for (uint32_t node = 0; node < g->nodes_count; node++) {
		sv key = words_lower(a, g->nodes[node].key);

		CHECK_SV(key, w.keys[node]);
		CHECK_SV(arena_fmt(a, SV_FMT "\n" SV_FMT "\ndefault", SV_ARG(key),
				   SV_ARG(g->locations[g->nodes[node].location].name)),
			 w.all[node]);
	}
}

TESTS(TEST(test_words_are_split_at_blanks) TEST(test_each_word_is_somewhere) TEST(test_a_fit_is_as_good_as_its_best_place)
	      TEST(test_an_asset_is_found_by_what_is_said_of_it) TEST(test_no_assets_have_no_words)
		      TEST(test_a_thousand_assets_keep_their_own))
