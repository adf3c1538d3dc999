/* Documents of runs and events: they have the promised members, and null where one does not apply. */
#include "check.h"
#include "view/event_document.h"
#include "view/run_document.h"

static void test_run_document_has_the_promised_members(void)
{
	AUTO_ARENA a = arena_new();
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	struct run_record r = {
		.run = {.id = SV("r1"), .state = RUN_FAILURE, .created_at = 1, .started_at = 2}};
	const struct value *document;
	struct err e = {0};

	*LIST_ADD(a, &r.steps) = (struct step_row){
		.name = SV("model"),
		.location = SV("ml"),
		.state = STEP_FAILURE,
		.error = SV("{\"name\":\"KeyError\",\"message\":\"'x'\",\"line\":7}")};
	*LIST_ADD(a, &r.steps.at[0].assets) = SV("a/b");
	*LIST_ADD(a, &r.outputs) = (struct run_output){.rows = 5, .asset = SV("a/b")};
	run_document(&j, &r);
	CHECK_OK(json_read(a, buf_sv(&out), &document, &e), &e);
	CHECK_SV(SV("r1"), value_text(document, "id"));
	CHECK_SV(SV("failure"), value_text(document, "status"));
	CHECK(value_get(document, "ended_at")->type == VALUE_NULL);
	const struct value *step = &value_list(document, "steps")->items[0];
	CHECK_SV(SV("a/b"), value_text(step, "asset"));
	CHECK_SV(SV("ml"), value_text(step, "location"));
	CHECK_SV(SV("failure"), value_text(step, "status"));
	CHECK(value_get(step, "started_at") && value_get(step, "ended_at") &&
	      value_get(step, "reason"));
	CHECK_SV(SV("KeyError"), value_text(value_get(step, "error"), "exception"));
	CHECK_INT(7, value_int(value_get(step, "error"), "line", 0));
	CHECK_INT(5, value_int(step, "rows", -1));
}

static void test_what_the_owner_says_of_an_open_run_is_taken(void)
{
	AUTO_ARENA a = arena_new();
	struct run_record r = {.run = {.id = SV("r1"), .state = RUN_STARTED}};
	const struct value *status;
	struct err e = {0};

	*LIST_ADD(a, &r.steps) = (struct step_row){.index = 0, .state = STEP_SUCCESS};
	*LIST_ADD(a, &r.steps) = (struct step_row){.index = 1, .state = STEP_WAITING};
	CHECK_OK(json_read(a,
			   SV("{\"reason\": \"a pool is full\", \"steps\": ["
			      "{\"index\": 0, \"status\": \"ready\", \"reason\": \"x\"},"
			      "{\"index\": 1, \"status\": \"ready\", \"reason\": \"waits for a "
			      "slot\"},"
			      "{\"index\": 7, \"status\": \"ready\"}]}"),
			   &status, &e),
		 &e);
	run_record_hear(&r, status);
	CHECK_SV(SV("a pool is full"), r.run.reason);
	CHECK_INT(STEP_SUCCESS, r.steps.at[0].state);
	CHECK_INT(STEP_READY, r.steps.at[1].state);
	CHECK_SV(SV("waits for a slot"), r.steps.at[1].reason);
}

static void test_event_document_has_the_promised_members(void)
{
	AUTO_ARENA a = arena_new();
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	struct event_row event = {
		.id = 7, .at = 1, .step = -1, .kind = SV("run_started"), .body = SV("{\"x\": 1}")};
	const struct value *document;
	struct err e = {0};

	event_document(&j, &event);
	CHECK_OK(json_read(a, buf_sv(&out), &document, &e), &e);
	CHECK_INT(7, value_int(document, "id", 0));
	CHECK_INT(-1, value_int(document, "step", 0));
	CHECK_SV(SV("1970-01-01T00:00:00.000001Z"), value_text(document, "at"));
	CHECK(value_get(document, "run")->type == VALUE_NULL);
	CHECK(value_get(document, "asset")->type == VALUE_NULL);
	CHECK_INT(1, value_int(value_get(document, "body"), "x", 0));
}

static void test_an_event_is_read_as_it_was_written(void)
{
	static const struct event_row rows[] = {
		{.id = 1, .run = SV("r"), .step = -1, .kind = SV("run_started"), .at = 7},
		{.id = 1LL << 60,
		 .run = SV("r"),
		 .step = 3,
		 .attempt = 2,
		 .kind = SV("log"),
		 .asset = SV("a/\"b\""),
		 .body = SV("{\"message\":\"x\\ny\"}"),
		 .at = 1763740000123456},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		AUTO_BUF out = {0};
		struct json j = {.out = &out};
		const struct value *document;
		struct event_row got;
		struct err e;

		event_document(&j, &rows[i]);
		CHECK_OK(json_read(a, buf_sv(&out), &document, &e), &e);
		CHECK(event_document_read(a, document, &got));
		CHECK_SV(rows[i].run, got.run);
		CHECK_SV(rows[i].kind, got.kind);
		CHECK_SV(rows[i].asset, got.asset);
		CHECK_SV(rows[i].body, got.body);
		CHECK_INT(rows[i].id, got.id);
		CHECK_INT(rows[i].step, got.step);
		CHECK_INT(rows[i].attempt, got.attempt);
		CHECK_INT(rows[i].at, got.at);
		CHECK(!event_document_read(a, value_get(document, "body"), &got));
	}
}

TESTS(TEST(test_run_document_has_the_promised_members)
	      TEST(test_what_the_owner_says_of_an_open_run_is_taken)
		      TEST(test_event_document_has_the_promised_members)
			      TEST(test_an_event_is_read_as_it_was_written))
