/* The selection language: every form, its meaning over a graph, and what it refuses. */
#include "check.h"
#include "fake_code.h"

#include "model/limits.h"
#include "model/selection.h"

/* A chain raw -> orders -> shop/summary -> features -> model, and `stub`, which nobody defines. */
static const char chain[] = "analytics raw\n"
			    "analytics orders < raw!\n"
			    "analytics shop/summary < orders!\n"
			    "ml features < shop/summary stub\n"
			    "ml model < features!\n"
			    "ml =market\n";

static struct asset_graph *decorated(struct arena *a)
{
	static const sv tag_keys[] = {{"team", 4}, {"core", 4}};
	static const struct value tag_values[] = {{.type = VALUE_TEXT, .text = {"a b", 3}},
						  {.type = VALUE_TEXT, .text = {"", 0}}};
	static const struct value tags = {
		.type = VALUE_MAP, .keys = tag_keys, .items = tag_values, .n = 2};
	static sv owners[] = {{"team:ops", 8}, {"me@x.com", 8}}, kinds[] = {{"python", 6}};
	struct asset_graph *g = fake_graph(a, chain);
	struct manifest_asset *raw = &((struct manifest *)g->locations[0].manifest)->assets[1];

	assert(sv_eq(raw->key, SV("raw")));
	raw->tags = &tags;
	raw->owners = (struct sv_list){owners, 2, 2};
	raw->kinds = (struct sv_list){kinds, 1, 1};
	raw->group = SV("sales/eu");
	return g;
}

static void test_every_form_selects_what_it_says(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"*", "features market model orders raw shop/summary"},
		{"key:raw", "raw"},
		{"key:\"shop/summary\"", "shop/summary"},
		{"key:shop/*", "shop/summary"},
		{"key:\"*o*\"", "model orders shop/summary"},
		{"key:zzz*", ""},
		{"key:stub", "stub"},
		{"raw", "raw"},
		{"shop/summary", "shop/summary"},
		{"shop/*", "shop/summary"},
		{"or*rs", "orders"},
		{"+model", "features model"},
		{"++model", "features model shop/summary stub"},
		{"+model+", "features model"},
		{"orders+", "orders shop/summary"},
		{"orders++", "features orders shop/summary"},
		{"2+model", "features model shop/summary stub"},
		{"orders+1", "orders shop/summary"},
		{"*orders", "orders raw"},
		{"features*", "features model"},
		{"*features*", "features model orders raw shop/summary stub"},
		{"+key:shop/summary", "orders raw shop/summary"},
		{"key:orders+", "features model orders shop/summary"},
		{"1+key:orders+1", "orders raw shop/summary"},
		{"0+key:orders", "orders"},
		{"key:orders +1", "orders shop/summary"},
		{"+(key:orders or key:market)", "market orders raw"},
		{"raw, model", "model raw"},
		{"raw,model,raw", "model raw"},
		{"raw or model and orders", "raw"},
		{"(raw or model) and +model", "model"},
		{"not raw", "features market model orders shop/summary"},
		{"NOT raw AND NOT model", "features market orders shop/summary"},
		{"not not raw", "raw"},
		{"roots(*)", "market raw"},
		{"sinks(*)", "market model"},
		{"sinks(raw or orders)", "orders"},
		{"roots(raw or features)", "features raw"},
		{"+sinks(key:raw+)", "features model orders raw shop/summary stub"},
		{"tag:core", "raw"},
		{"tag:core=", "raw"},
		{"tag:team", ""},
		{"tag:team=\"a b\"", "raw"},
		{"tag:\"team\"=a", ""},
		{"tag:\"dagster/kind/python\"", "raw"},
		{"owner:team:ops", "raw"},
		{"owner:\"me@x.com\"", "raw"},
		{"owner:me@x.com", "raw"},
		{"owner:<null>", "features market model orders shop/summary"},
		{"kind:python", "raw"},
		{"kind:<null> and code_location:analytics", "orders shop/summary"},
		{"group:\"sales/*\"", "raw"},
		{"group:sales", ""},
		{"group:<null>", ""},
		{"group:default", "features market model orders shop/summary"},
		{"code_location:ml", "features market model"},
		{"  raw  ", "raw"},
	};
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = decorated(a);

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct selection *s;
		struct node_set set;
		struct err e;

		CHECK_OK(selection_parse(a, sv_of(rows[i].text), &s, &e), &e);
		CHECK_OK(selection_resolve(a, s, g, &set, &e), &e);
		if (!sv_eq(sv_of(rows[i].want), fake_keys(a, g, &set)))
			fprintf(stderr, "selection %s\n", rows[i].text);
		CHECK_SV(sv_of(rows[i].want), fake_keys(a, g, &set));
	}
}

static void test_faults_say_where_and_what_was_expected(void)
{
	static const struct {
		const char *text, *error, *hint;
	} rows[] = {
		{"", "it is empty", "`*` selects"},
		{"raw and", "found its end", ""},
		{"raw model", "column 5: expected `and`, `or`", ""},
		{"(raw", "`)`", ""},
		{"raw)", "column 4", ""},
		{"key:", "expected a value", ""},
		{"key:\"raw", "a closing quote", ""},
		{"gruop:x", "there is no attribute `gruop`", "did you mean `group:`?"},
		{"wholly:x", "no attribute", "known are key"},
		{"column:x", "not supported yet", ""},
		{"++key:raw", "one `+`", ""},
		{"2++raw", "one `+`", ""},
		{"+", "an asset key", ""},
		{"raw or , model", "an asset key", ""},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct selection *s;
		struct err e = {0};

		CHECK(!selection_parse(a, sv_of(rows[i].text), &s, &e));
		CHECK_INT(ERR_INVALID, e.kind);
		CHECK_CONTAINS(rows[i].error, e.text);
		CHECK_CONTAINS(rows[i].hint, e.hint);
	}
}

static void test_unknown_keys_are_not_found(void)
{
	static const struct {
		const char *text, *hint;
	} rows[] = {
		{"summary", "did you mean 'shop/summary'?"},
		{"key:oders", "did you mean 'orders'?"},
		{"raw,xxxxxxxx", "plait asset list"},
	};
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = fake_graph(a, chain);

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct selection *s;
		struct node_set set;
		struct err e;

		CHECK_OK(selection_parse(a, sv_of(rows[i].text), &s, &e), &e);
		CHECK(!selection_resolve(a, s, g, &set, &e));
		CHECK_INT(ERR_NOT_FOUND, e.kind);
		CHECK_CONTAINS(rows[i].hint, e.hint);
	}
}

static void test_what_names_nothing_is_told_with_what_is_near(void)
{
	static const struct {
		const char *text, *hint;
	} rows[] = {
		{"group:sales", "there is no group 'sales'"},
		{"group:Default1", "there is no group 'Default1'; did you mean 'default'?"},
		{"owner:team:obs", "there is no owner 'team:obs'; did you mean 'team:ops'?"},
		{"kind:pyhton", "there is no kind 'pyhton'; did you mean 'python'?"},
		{"raw and not (+code_location:lm or roots(kind:zig))",
		 "there is no code location 'lm'; did you mean 'ml'?"},
		{"tag:core1", "there is no tag 'core1'; did you mean 'core'?"},
		{"tag:team=\"a c\"", "there is no tag 'team=a c'; did you mean 'team=a b'?"},
		{"raw and model", ""},
		{"group:sal*", ""},
		{"group:<null>", ""},
	};
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = decorated(a);

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct selection *s;
		struct err e = {0};

		CHECK_OK(selection_parse(a, sv_of(rows[i].text), &s, &e), &e);
		CHECK(!selection_hint(s, g, &e));
		CHECK_SV(sv_of(rows[i].hint), sv_of(e.hint));
	}
}

static sv repeated(struct arena *a, sv text, size_t times)
{
	char *p = arena_alloc(a, text.n * times + 1);

	for (size_t i = 0; i < times; i++)
		memcpy(p + i * text.n, text.p, text.n);
	return (sv){p, text.n * times};
}

static void test_depth_and_length_are_limited(void)
{
	AUTO_ARENA a = arena_new();
	struct asset_graph *g = fake_graph(a, chain);
	struct selection *s;
	struct node_set set;
	struct err e;

	CHECK(!selection_parse(a, repeated(a, SV("("), 5000), &s, &e));
	CHECK_INT(ERR_LIMIT, e.kind);
	CHECK(!selection_parse(a, repeated(a, SV("not "), 5000), &s, &e));
	CHECK_INT(ERR_LIMIT, e.kind);
	CHECK(!selection_parse(a, repeated(a, SV("x"), LIMIT_SELECTION_BYTES + 1), &s, &e));
	CHECK_INT(ERR_LIMIT, e.kind);
	CHECK_OK(selection_parse(a, arena_fmt(a, SV_FMT "raw", SV_ARG(repeated(a, SV("model or "), 7000))),
				 &s, &e),
		 &e);
	CHECK_OK(selection_resolve(a, s, g, &set, &e), &e);
	CHECK_INT(2, node_set_count(&set));
}

TESTS(TEST(test_every_form_selects_what_it_says) TEST(test_faults_say_where_and_what_was_expected)
	      TEST(test_unknown_keys_are_not_found)
	      TEST(test_what_names_nothing_is_told_with_what_is_near)
	      TEST(test_depth_and_length_are_limited))
