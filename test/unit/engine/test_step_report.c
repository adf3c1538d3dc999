#include "engine/step_report.h"

#include "check.h"

#define PIPES "{\"__dagster_pipes_version\":\"0.1\",\"method\":"

static struct report_event take(struct step_report *r, const char *line)
{
	return step_report_take(r->arena, r, sv_of(line));
}

static void test_each_message_is_worth_its_event(void)
{
	static const struct {
		const char *line, *kind, *body;
	} rows[] = {
		{PIPES "\"log\",\"params\":{\"message\":\"m\",\"level\":\"INFO\"}}", "log",
		 "{\"message\":\"m\",\"level\":\"INFO\"}"},
		{PIPES "\"opened\",\"params\":{\"extras\":{}}}", NULL, NULL},
		{PIPES "\"report_asset_check\",\"params\":{\"asset_key\":\"a\"}}", "check",
		 "{\"asset_key\":\"a\"}"},
		{PIPES "\"report_custom_message\",\"params\":{\"payload\":7}}", "custom",
		 "{\"payload\":7}"},
		{PIPES "\"report_custom_message\",\"params\":{\"payload\":{\"plait\":\"hook\","
		       "\"name\":\"h\"}}}",
		 "hook", "{\"plait\":\"hook\",\"name\":\"h\"}"},
		{PIPES "\"report_custom_message\",\"params\":{\"payload\":{\"plait\":\"later\"}}}",
		 NULL, NULL},
		{PIPES "\"unheard_of\",\"params\":{}}", NULL, NULL},
		{PIPES "\"log\",\"params\":null}", "log", NULL},
		{PIPES "\"log\"}", "log", NULL},
		{"{\"method\":\"closed\",\"params\":{}}", NULL, NULL},
		{"[1,2]", NULL, NULL},
		{"not json", NULL, NULL},
		{"", NULL, NULL},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct step_report r = {.arena = a};
		struct report_event event = take(&r, rows[i].line);

		CHECK_SV(sv_of(rows[i].kind), sv_of(event.kind));
		if (rows[i].body)
			CHECK_SV(sv_of(rows[i].body), event.body);
		CHECK(!event.kind || step_report_tells(sv_of(event.kind)));
		CHECK(!r.closed);
	}
	CHECK(!step_report_tells(SV("step_started")));
}

static void test_nothing_after_closed_counts(void)
{
	AUTO_ARENA a = arena_new();
	struct step_report r = {.arena = a};

	take(&r, PIPES "\"closed\",\"params\":{\"exception\":{\"message\":\"no\"}}}");
	CHECK(r.closed);
	CHECK_SV(SV("no"), r.exception_message);
	take(&r, PIPES "\"closed\",\"params\":{}}");
	CHECK_SV(SV("{\"message\":\"no\"}"), r.exception);
	CHECK(!take(&r, PIPES "\"log\",\"params\":{\"message\":\"late\"}}").kind);
}

/* Anybody's program may speak Pipes. */
static void test_absurd_numbers_do_not_overflow(void)
{
	AUTO_ARENA a = arena_new();
	struct step_report r = {.arena = a};
	struct report_event event;
	const struct reported_output *o;

	event = take(&r, PIPES "\"report_custom_message\",\"params\":{\"payload\":{\"plait\":\"output\","
			       "\"asset_key\":\"a\",\"rows\":-7,\"files\":{\"x\":{\"bytes\":9223372036854775807},"
			       "\"y\":{\"bytes\":9223372036854775807},\"z\":{\"bytes\":-5}}}}}");
	CHECK_SV(SV("output"), sv_of(event.kind));
	o = step_report_output(&r, SV("a"));
	CHECK(o && o->bytes > 0);
	CHECK_INT(-1, o->rows);
	take(&r, PIPES "\"closed\",\"params\":{\"plait\":{\"user_us\":9223372036854775807,"
		       "\"system_us\":9223372036854775807,\"max_rss_kib\":-1},"
		       "\"exception\":{\"message\":\"no\",\"retry\":{\"max_retries\":9223372036854775807}}}}");
	CHECK(r.closed && r.user_us > 0 && r.user_us < INT64_MAX - r.system_us);
	CHECK_INT(0, r.max_rss_kib);
	CHECK(r.retry.most > 0 && r.retry.most < INT64_MAX);
}

static void test_an_output_is_kept_for_publishing(void)
{
	AUTO_ARENA a = arena_new();
	struct step_report r = {.arena = a};
	const struct reported_output *o;

	take(&r, PIPES
	     "\"report_custom_message\",\"params\":{\"payload\":{\"plait\":\"output\",\"asset_"
	     "key\":\"a\","
	     "\"version\":\"v\",\"versioned\":true,\"storage\":{\"base\":\"/d\"},\"rows\":null,"
	     "\"files\":{\"x\":{\"bytes\":3},\"y\":{\"bytes\":4}}}}}");
	o = step_report_output(&r, SV("a"));
	CHECK(o);
	CHECK_SV(SV("/d"), o->base);
	CHECK_INT(7, o->bytes);
	CHECK_INT(-1, o->rows);
	CHECK(!step_report_output(&r, SV("b")));
	CHECK(!step_report_asset(&r, SV("a")));
}

TESTS(TEST(test_each_message_is_worth_its_event)
      TEST(test_nothing_after_closed_counts)
      TEST(test_absurd_numbers_do_not_overflow)
      TEST(test_an_output_is_kept_for_publishing))
