/* Which runs somebody wants to see: states, tags, what is searched for, and all of them together. */
#include "check.h"
#include "view/run_filter.h"

static void test_a_status_is_a_state_or_open(void)
{
	struct run_filter f = {0};
	struct err e;

	CHECK_OK(run_filter_add_status(&f, SV("failure"), &e), &e);
	CHECK_INT(1U << RUN_FAILURE, f.states);
	CHECK_OK(run_filter_add_status(&f, SV("open"), &e), &e);
	CHECK_INT(1U << RUN_FAILURE | 1U << RUN_QUEUED | 1U << RUN_STARTED | 1U << RUN_CANCELING, f.states);
	CHECK(!run_filter_add_status(&f, SV("failed"), &e));
	CHECK_INT(ERR_INVALID, e.kind);
	CHECK_CONTAINS("'failed'", e.text);
	CHECK_CONTAINS("canceled", e.hint);
}

static void test_runs_fit_by_state_tags_and_search(void)
{
	static const struct {
		const char *tag, *other, *search;
		unsigned states;
		bool fits;
	} rows[] = {
		{NULL, NULL, NULL, 0, true},
		{NULL, NULL, NULL, 1U << RUN_SUCCESS, true},
		{NULL, NULL, NULL, 1U << RUN_FAILURE, false},
		{"team=ml", NULL, NULL, 0, true},
		{"team", NULL, NULL, 0, true},
		{"team=m", NULL, NULL, 0, false},
		{"tea", NULL, NULL, 0, false},
		{"team=", NULL, NULL, 0, false},
		{"empty=", NULL, NULL, 0, true},
		{"expression=a=b", NULL, NULL, 0, true},
		{"number=7", NULL, NULL, 0, false},
		{"team", "empty", NULL, 0, true},
		{"team", "nobody", NULL, 0, false},
		{NULL, NULL, "c0ff", 0, true},
		{NULL, NULL, "orders+", 0, true},
		{NULL, NULL, "customers", 0, false},
		{"team", NULL, "orders", 1U << RUN_SUCCESS, true},
		{"team", NULL, "orders", 1U << RUN_STARTED, false},
	};
	static const struct run_row run = {
		.id = SV("abc0ffee"),
		.state = RUN_SUCCESS,
		.request = SV("{\"selection\":\"raw_orders+2\"}"),
		.tags = SV("{\"team\":\"ml\",\"empty\":\"\",\"expression\":\"a=b\",\"number\":7}"),
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct run_filter f = {.states = rows[i].states};

		if (rows[i].tag)
			*LIST_ADD(a, &f.tags) = sv_of(rows[i].tag);
		if (rows[i].other)
			*LIST_ADD(a, &f.tags) = sv_of(rows[i].other);
		if (rows[i].search)
			f.search = sv_of(rows[i].search);
		CHECK_INT(rows[i].fits, run_filter_fits(&f, &run));
	}
}

/* As older versions may have left them. */
static void test_runs_without_tags_or_request_fit_only_who_asks_for_none(void)
{
	static const char *const tags[] = {NULL, "null", "[]", "{", "7"};

	for (size_t i = 0; i < COUNT_OF(tags); i++) {
		AUTO_ARENA a = arena_new();
		struct run_row run = {.id = SV("r1"), .tags = tags[i] ? sv_of(tags[i]) : (sv){NULL, 0}, .request = SV("{")};
		struct run_filter f = {0};

		CHECK(run_filter_fits(&f, &run));
		f.search = SV("orders");
		CHECK(!run_filter_fits(&f, &run));
		f.search = (sv){NULL, 0};
		*LIST_ADD(a, &f.tags) = SV("team");
		CHECK(!run_filter_fits(&f, &run));
	}
}

TESTS(TEST(test_a_status_is_a_state_or_open) TEST(test_runs_fit_by_state_tags_and_search)
      TEST(test_runs_without_tags_or_request_fit_only_who_asks_for_none))
