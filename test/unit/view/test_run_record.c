/* What a run made, step by step, and what its owner says of it while it is open. */
#include "check.h"
#include "codec/json.h"
#include "view/run_record.h"

static struct run_record with_outputs(struct arena *a)
{
	static const struct run_output rows[] = {
		{.step = 1, .event = 4, .rows = 5, .asset = SV("a")},  {.step = 1, .event = 6, .rows = -1, .asset = SV("b")},
		{.step = 1, .event = 9, .rows = 7, .asset = SV("c")},  {.step = 3, .event = 5, .rows = -1, .asset = SV("d")},
		{.step = 8, .event = 11, .rows = 0, .asset = SV("e")},
	};
	struct run_record r = {0};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		*LIST_ADD(a, &r.outputs) = rows[i];
	return r;
}

static void test_outputs_and_rows_are_those_of_the_step(void)
{
	static const struct {
		int64_t step;
		size_t count;
		const char *first;
		int64_t rows;
	} wanted[] = {{0, 0, NULL, -1}, {1, 3, "a", 12}, {2, 0, NULL, -1}, {3, 1, "d", -1}, {8, 1, "e", 0}, {9, 0, NULL, -1}};
	AUTO_ARENA a = arena_new();
	struct run_record r = with_outputs(a);

	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		size_t count;
		const struct run_output *first = run_record_outputs(&r, wanted[i].step, &count);

		CHECK_INT(wanted[i].count, count);
		if (count)
			CHECK_SV(sv_of(wanted[i].first), first->asset);
		CHECK_INT(wanted[i].rows, run_record_rows(&r, wanted[i].step));
	}
}

static void test_the_selection_is_that_of_the_request(void)
{
	static const struct {
		const char *request, *want; /* NULL: everything */
	} rows[] = {{"{\"selection\":\"a+\"}", "a+"}, {"{\"selection\":null}", NULL}, {"{}", NULL}, {"{", NULL}, {NULL, NULL}};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct run_record r = {.run.request = rows[i].request ? sv_of(rows[i].request) : (sv){NULL, 0}};
		sv got = run_record_selection(a, &r);

		CHECK_INT(rows[i].want != NULL, got.p != NULL);
		if (rows[i].want)
			CHECK_SV(sv_of(rows[i].want), got);
	}
}

/* The ledger's word counts where a step has ended; the owner's may be a moment older. */
static void test_what_has_ended_is_not_changed_by_what_is_heard(void)
{
	AUTO_ARENA a = arena_new();
	struct run_record r = {0};
	const struct value *said;
	struct err e;

	*LIST_ADD(a, &r.steps) = (struct step_row){.index = 4, .state = STEP_WAITING};
	*LIST_ADD(a, &r.steps) = (struct step_row){.index = 5, .state = STEP_SUCCESS, .reason = SV("done")};
	CHECK_OK(json_read(a, SV("{\"steps\":[{\"index\":4,\"status\":\"starting\",\"reason\":\"soon\"},"
				 "{\"index\":5,\"status\":\"running\",\"reason\":\"late\"},{\"index\":6,\"status\":\"running\"},{}]}"),
			   &said, &e), &e);
	run_record_hear(&r, said);
	CHECK_INT(STEP_STARTING, r.steps.at[0].state);
	CHECK_SV(SV("soon"), r.steps.at[0].reason);
	CHECK_INT(STEP_SUCCESS, r.steps.at[1].state);
	CHECK_SV(SV("done"), r.steps.at[1].reason);
}

TESTS(TEST(test_outputs_and_rows_are_those_of_the_step) TEST(test_the_selection_is_that_of_the_request)
      TEST(test_what_has_ended_is_not_changed_by_what_is_heard))
