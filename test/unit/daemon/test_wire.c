#include "daemon/wire.h"

#include "check.h"
#include "codec/json.h"
#include "daemon/run_request.h"

static const struct value *parse(struct arena *a, sv line)
{
	const struct value *value;
	struct err e;

	CHECK_OK(json_read(a, line, &value, &e), &e);
	return value;
}

static void test_an_event_arrives_as_it_was_sent(void)
{
	static const struct event_row rows[] = {
		{.run = {"r", 1},
		 .step = -1,
		 .kind = {"run_started", 11},
		 .body = {"{}", 2},
		 .at = 7},
		{.run = {"r", 1},
		 .step = 3,
		 .attempt = 2,
		 .kind = {"log", 3},
		 .asset = {"a/\"b\"", 5},
		 .body = {"{\"message\":\"x\\ny\"}", 18},
		 .at = 1},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct event_row got;
		sv line = wire_write_event(a, 7, &rows[i]);
		size_t at;

		CHECK(!sv_find(line, '\n', &at));
		wire_read_event(a, parse(a, line), &got);
		CHECK_SV(rows[i].run, got.run);
		CHECK_SV(rows[i].kind, got.kind);
		CHECK_SV(rows[i].asset, got.asset);
		CHECK_SV(rows[i].body, got.body);
		CHECK_INT(rows[i].step, got.step);
		CHECK_INT(rows[i].attempt, got.attempt);
		CHECK_INT(rows[i].at, got.at);
	}
}

static void test_an_error_keeps_its_kind_and_remedy(void)
{
	AUTO_ARENA a = arena_new();
	struct err sent, got;

	err_set(&sent, ERR_CONFLICT, "busy with \"%s\"", "a");
	err_hint(&sent, "wait");
	wire_read_error(parse(a, wire_write_error(a, 7, &sent)), &got);
	CHECK_INT(ERR_CONFLICT, got.kind);
	CHECK_SV(sv_of(sent.text), sv_of(got.text));
	CHECK_SV(sv_of("wait"), sv_of(got.hint));
}

static void test_a_request_arrives_as_it_was_sent(void)
{
	AUTO_ARENA a = arena_new();
	struct run_request sent = {.selection = SV("+a"), .most_running = 3}, got;
	struct err e;

	*LIST_ADD(a, &sent.tags) = (struct run_tag){SV("team"), SV("ml=x")};
	CHECK(wire_read_request(a, parse(a, wire_write_request(a, &sent, true)), &got, &e));
	CHECK_SV(sent.selection, got.selection);
	CHECK(!got.location.p);
	CHECK_INT(3, got.most_running);
	CHECK_INT(1, got.tags.n);
	CHECK_SV(sent.tags.at[0].name, got.tags.at[0].name);
	CHECK_SV(sent.tags.at[0].value, got.tags.at[0].value);
}

static void test_a_request_of_nonsense_is_the_plain_request(void)
{
	AUTO_ARENA a = arena_new();
	struct run_request got;
	struct err e;

	CHECK(wire_read_request(
		a, parse(a, SV("{\"op\":\"materialize\",\"selection\":7,\"most_running\":-1}")),
		&got, &e));
	CHECK(!got.selection.p);
	CHECK(!got.location.p);
	CHECK_INT(0, got.most_running);
}

static void test_a_tag_that_is_no_text_is_refused(void)
{
	AUTO_ARENA a = arena_new();
	struct run_request got;
	struct err e;

	CHECK(!wire_read_request(a, parse(a, SV("{\"tags\":{\"n\":7}}")), &got, &e));
	CHECK_INT(ERR_INVALID, e.kind);
}

static void test_other_versions_are_refused_with_a_sentence(void)
{
	AUTO_ARENA a = arena_new();
	struct err e;
	size_t at;

	CHECK(wire_check_hello(parse(a, wire_write_hello(a)), "the other", &e));
	CHECK(!wire_check_hello(parse(a, SV("{\"op\":\"hello\",\"wire\":99,\"plait\":\"9.1\"}")),
				"the other", &e));
	CHECK_INT(ERR_CONFLICT, e.kind);
	CHECK(sv_find(sv_of(e.text), '9', &at));
	CHECK(!wire_check_hello(parse(a, SV("{\"op\":\"materialize\"}")), "the other", &e));
}

TESTS(TEST(test_an_event_arrives_as_it_was_sent) TEST(test_an_error_keeps_its_kind_and_remedy)
	      TEST(test_a_request_arrives_as_it_was_sent)
		      TEST(test_a_request_of_nonsense_is_the_plain_request)
			      TEST(test_a_tag_that_is_no_text_is_refused)
				      TEST(test_other_versions_are_refused_with_a_sentence))
