/* What fits a few letters, and that the best comes first. */
#include "check.h"
#include "fake_code.h"

#include "api/name_search.h"

static void test_fit(void)
{
	static const struct {
		const char *name, *sought;
		uint32_t want;
	} rows[] = {
		{"orders", "orders", FIT_EXACT}, {"orders_daily", "orders", FIT_PREFIX},
		{"raw/orders", "orders", FIT_WORD}, {"raw_orders", "orders", FIT_WORD},
		{"reorders", "orders", FIT_PIECE}, {"reorders/orders", "orders", FIT_WORD},
		{"order", "orders", NO_ID}, {"", "a", NO_ID}, {"a", "", FIT_PREFIX}, {"aaa", "aa", FIT_PREFIX},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK_INT(rows[i].want, words_fit(sv_of(rows[i].name), sv_of(rows[i].sought)));
}

static sv found(struct arena *a, const struct name_search *s)
{
	sv text = {"", 0};

	for (size_t i = 0; i < s->n; i++)
		text = arena_fmt(a, SV_FMT "%s%s:" SV_FMT, SV_ARG(text), i ? " " : "",
				 name_kind_word(s->best[i].kind), SV_ARG(s->best[i].name));
	return text;
}

static void test_best_comes_first(void)
{
	static const struct {
		const char *sought;
		size_t most;
		const char *want;
	} rows[] = {
		{"orders", 10, "asset:orders asset:orders_daily asset:raw/orders asset:Reorders"},
		{"ORDERS", 2, "asset:orders asset:orders_daily"},
		{"  orders ", 1, "asset:orders"},
		{"sales", 10, "location:sales asset:sales/total"},
		{"default", 10, "group:default group:default"}, /* one in each location */
		{"nothing", 10, ""},
		{"0195f1c2", 10, "run:0195f1c2-aaaa run:bbbb-0195f1c2"},
	};
	sv locations[] = {SV("sales"), SV("ml")};
	struct run_row runs[] = {{.id = SV("0195f1c2-aaaa")}, {.id = SV("bbbb-0195f1c2")}, {.id = SV("cccc")}};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct asset_graph *g = fake_graph(a, "sales raw/orders\nsales orders_daily\nsales orders\n"
						      "ml Reorders\nml features < undefined\nsales sales/total\n");
		struct asset_words words = asset_words_of(a, g);
		struct name_search s = name_search_new(a, sv_of(rows[i].sought), rows[i].most);

		name_search_graph(&s, g, &words);
		name_search_locations(&s, &(struct sv_list){locations, 2, 2});
		if (name_search_wants_runs(&s))
			CHECK(name_search_runs(&s, &(struct run_rows){runs, 3, 3}));
		CHECK_SV(sv_of(rows[i].want), found(a, &s));
	}
}

static void test_only_pieces_of_ids_ask_for_runs(void)
{
	static const struct {
		const char *sought;
		bool want;
	} rows[] = {{"0195", true}, {"DEAD-beef", true}, {"019", false}, {"orders", false}, {"cafe x", false}};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct name_search s = name_search_new(a, sv_of(rows[i].sought), 5);

		CHECK_INT(rows[i].want, name_search_wants_runs(&s));
	}
}

static void test_words_are_all_that_an_asset_is_known_by(void)
{
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = fake_graph(a, "North Raw/Orders\n");
	struct asset_words words = asset_words_of(a, g);
	struct sv_list two = words_split(a, SV(" ORDERS  north"));
	struct sv_list wrong = words_split(a, SV("orders south"));

	CHECK_SV(SV("raw/orders"), words.keys[0]);
	CHECK_SV(SV("raw/orders\nnorth\ndefault"), words.all[0]);
	CHECK_INT(2, two.n);
	CHECK(words_contain(words.all[0], &two));
	CHECK(!words_contain(words.all[0], &wrong));
}

TESTS(TEST(test_fit) TEST(test_best_comes_first) TEST(test_only_pieces_of_ids_ask_for_runs)
	      TEST(test_words_are_all_that_an_asset_is_known_by))
