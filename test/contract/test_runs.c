/* test_runs.c -- runs: how they come back, are counted, found and listed. */
#include "contract.h"

static struct err e;

static void test_run_comes_back_as_put(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_row row = {.id = SV("r2"),
			      .state = RUN_QUEUED,
			      .tags = SV("{\"team\":\"x\"}"),
			      .plan = SV("{\"warnings\":[]}"),
			      .reason = SV("most runs at once: 1"),
			      .priority = -3,
			      .parent = SV("r1"),
			      .root = SV("r0"),
			      .retry_number = 2,
			      .created_at = 4},
		       got;

	CHECK_OK(store_put_run(s, &row, &e), &e);
	for (int round = 0; round < 2; round++) {
		CHECK_OK(store_get_run(s, a, SV("r2"), &got, &e), &e);
		CHECK_SV(row.tags, got.tags);
		CHECK_SV(row.plan, got.plan);
		CHECK_SV(row.reason, got.reason);
		CHECK_INT(row.priority, got.priority);
		CHECK_SV(row.parent, got.parent);
		CHECK_SV(row.root, got.root);
		CHECK_INT(row.retry_number, got.retry_number);
		CHECK(!got.request.p && !got.error.p);
		row = (struct run_row){.id = SV("r2"), .state = RUN_STARTED, .priority = 1};
		CHECK_OK(store_put_run(s, &row, &e), &e);
	}
	store_close(s);
}

static void test_text_with_any_bytes_comes_back(void)
{
	static const char *const texts[] = {"", "'; DROP TABLE run; --",
					    "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "a\nb\tc\\",
					    "$1"};
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_row row = {.id = SV("r1")}, got;

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		row.error = sv_of(texts[i]);
		CHECK_OK(store_put_run(s, &row, &e), &e);
		CHECK_OK(store_get_run(s, a, SV("r1"), &got, &e), &e);
		CHECK(got.error.p);
		CHECK_SV(row.error, got.error);
	}
	store_close(s);
}

static void test_run_is_replaced_by_id(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_row row = {.id = SV("r1"),
			      .state = RUN_QUEUED,
			      .request = SV("{\"a\":1}"),
			      .created_at = 5},
		       got;

	CHECK_OK(store_put_run(s, &row, &e), &e);
	contract_put_step(s, "r1", 0, "a", STEP_SUCCESS);
	contract_put_step(s, "r1", 1, "b", STEP_FAILURE);
	contract_put_step(s, "r1", 2, "c", STEP_SKIPPED);
	row.state = RUN_FAILURE;
	row.error = SV("b failed");
	row.started_at = 6;
	row.ended_at = 7;
	CHECK_OK(store_put_run(s, &row, &e), &e);
	contract_commit(s);
	CHECK_OK(store_get_run(s, a, SV("r1"), &got, &e), &e);
	CHECK_INT(RUN_FAILURE, got.state);
	CHECK_SV(SV("b failed"), got.error);
	CHECK_SV(row.request, got.request);
	CHECK_INT(5, got.created_at);
	CHECK_INT(6, got.started_at);
	CHECK_INT(7, got.ended_at);
	CHECK_INT(3, got.steps);
	CHECK_INT(1, got.steps_done);
	CHECK_INT(1, got.steps_failed);
	store_close(s);
}

static void test_counts_follow_the_steps_until_the_run_has_ended(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_row got;

	contract_put_run(s, "r1", RUN_STARTED);
	for (int done = 0; done < 3; done++) {
		contract_put_step(s, "r1", done, "a", STEP_SUCCESS);
		CHECK_OK(store_get_run(s, a, SV("r1"), &got, &e), &e);
		CHECK_INT(done + 1, got.steps);
		CHECK_INT(done + 1, got.steps_done);
		CHECK_INT(0, got.steps_failed);
	}
	contract_put_run(s, "r1", RUN_SUCCESS);
	CHECK_OK(store_get_run(s, a, SV("r1"), &got, &e), &e);
	CHECK_INT(3, got.steps);
	CHECK_INT(3, got.steps_done);
	contract_put_run(s, "r1", RUN_STARTED); /* should it go on after all */
	contract_put_step(s, "r1", 3, "a", STEP_FAILURE);
	CHECK_OK(store_get_run(s, a, SV("r1"), &got, &e), &e);
	CHECK_INT(4, got.steps);
	CHECK_INT(1, got.steps_failed);
	store_close(s);
}

static void test_locations_of_a_run_are_those_of_its_steps_by_name(void)
{
	static const char *const locations[] = {"south", "a \"b\"", "south", NULL};
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_row got;

	contract_put_run(s, "r1", RUN_STARTED);
	for (int64_t i = 0; i < (int64_t)COUNT_OF(locations); i++) {
		struct step_row row = {
			.run = SV("r1"), .index = i, .name = SV("s"), .state = STEP_WAITING};

		if (locations[i])
			row.location = sv_of(locations[i]);
		CHECK_OK(store_put_step(s, &row, &e), &e);
	}
	for (int ended = 0; ended < 2; ended++) {
		CHECK_OK(store_get_run(s, a, SV("r1"), &got, &e), &e);
		CHECK_INT(4, got.steps);
		CHECK_INT(2, got.locations.n);
		CHECK_SV(SV("a \"b\""), got.locations.at[0]);
		CHECK_SV(SV("south"), got.locations.at[1]);
		contract_put_run(s, "r1", RUN_CANCELED);
	}
	store_close(s);
}

/* The words in the schema's CHECK and those of model/run.h are one list. */
static void test_every_state_of_a_run_is_accepted(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_row run;

	for (int state = 0; state < RUN_STATE_COUNT; state++) {
		contract_put_run(s, "r1", (enum run_state)state);
		CHECK_OK(store_get_run(s, a, SV("r1"), &run, &e), &e);
		CHECK_INT(state, run.state);
	}
	store_close(s);
}

static void test_run_is_found_by_a_piece_of_its_id(void)
{
	static const struct {
		const char *typed, *found;
		enum err_kind kind;
	} rows[] = {
		{"0195aaaa-0000-7000-8000-00000000beef", "0195aaaa-0000-7000-8000-00000000beef",
		 ERR_NONE},
		{"latest", "0195bbbb-0000-7000-8000-00000000f00d", ERR_NONE},
		{"0195aa", "0195aaaa-0000-7000-8000-00000000beef", ERR_NONE},
		{"beef", "0195aaaa-0000-7000-8000-00000000beef", ERR_NONE},
		{"0195", NULL, ERR_CONFLICT},
		{"eef", NULL, ERR_INVALID},
		{"", NULL, ERR_INVALID},
		{"7000", NULL, ERR_NOT_FOUND},
		{"%eef", NULL, ERR_NOT_FOUND},
	};
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_row run;

	CHECK(!store_find_run(s, a, SV("latest"), &run, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	contract_put_run(s, "0195aaaa-0000-7000-8000-00000000beef", RUN_SUCCESS);
	contract_put_run(s, "0195bbbb-0000-7000-8000-00000000f00d", RUN_SUCCESS);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		bool found = store_find_run(s, a, sv_of(rows[i].typed), &run, &e);

		CHECK_INT(rows[i].kind, found ? ERR_NONE : e.kind);
		if (found)
			CHECK_STR(rows[i].found, run.id.p);
	}
	CHECK(!store_find_run(s, a, SV("0195"), &run, &e));
	CHECK_CONTAINS("0195bbbb-0000-7000-8000-00000000f00d", e.text);
	store_close(s);
}

static void test_runs_are_listed_newest_first_in_pages(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_rows rows;

	contract_put_run(s, "r1", RUN_SUCCESS);
	contract_put_run(s, "r2", RUN_SUCCESS);
	contract_put_run(s, "r3", RUN_SUCCESS);
	contract_put_run(s, "r1", RUN_FAILURE); /* a change makes it no newer */
	CHECK_OK(store_list_runs(s, a, (sv){0}, 2, &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_SV(SV("r3"), rows.at[0].id);
	CHECK_SV(SV("r2"), rows.at[1].id);
	CHECK_OK(store_list_runs(s, a, SV("r2"), SIZE_MAX, &rows, &e), &e);
	CHECK_INT(1, rows.n);
	CHECK_SV(SV("r1"), rows.at[0].id);
	CHECK(!store_list_runs(s, a, SV("r9"), 2, &rows, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

static void test_open_runs_are_those_not_ended(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_rows rows;
	size_t open = 0;

	for (int state = 0; state < RUN_STATE_COUNT; state++) {
		contract_put_run(s, run_state_word((enum run_state)state), (enum run_state)state);
		open += !run_state_ended((enum run_state)state);
	}
	CHECK_OK(store_list_open_runs(s, a, &rows, &e), &e);
	CHECK_INT(open, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		CHECK(!run_state_ended(rows.at[i].state));
	store_close(s);
}

static void test_children_are_the_runs_that_run_it_again(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_row
		one = {.id = SV("r2"), .parent = SV("r1"), .root = SV("r1"), .created_at = 1},
		other = {.id = SV("r3"), .parent = SV("r1"), .root = SV("r1"), .created_at = 1};
	struct run_rows rows;

	contract_put_run(s, "r1", RUN_FAILURE);
	CHECK_OK(store_put_run(s, &one, &e), &e);
	CHECK_OK(store_put_run(s, &other, &e), &e);
	contract_commit(s);
	CHECK_OK(store_list_children(s, a, SV("r1"), &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_SV(SV("r3"), rows.at[0].id);
	CHECK_SV(SV("r2"), rows.at[1].id);
	CHECK_OK(store_list_children(s, a, SV("r2"), &rows, &e), &e);
	CHECK_INT(0, rows.n);
	store_close(s);
}

TESTS(TEST(test_run_comes_back_as_put) TEST(test_text_with_any_bytes_comes_back) TEST(
	test_run_is_replaced_by_id) TEST(test_counts_follow_the_steps_until_the_run_has_ended)
	      TEST(test_locations_of_a_run_are_those_of_its_steps_by_name)
		      TEST(test_every_state_of_a_run_is_accepted)
			      TEST(test_run_is_found_by_a_piece_of_its_id)
				      TEST(test_runs_are_listed_newest_first_in_pages)
					      TEST(test_open_runs_are_those_not_ended) TEST(
						      test_children_are_the_runs_that_run_it_again))
