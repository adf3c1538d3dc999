#include "plait_pipes.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "codec/json.h"
#include "pipes_param.h"
#include "scratch.h"

#define ONE_ASSET \
	"{\"run_id\": \"r1\", \"retry_number\": 0, \"asset_keys\": [\"a\"], \"extras\": {}}"
#define MESSAGE(method, params)                                                                  \
	"{\"__dagster_pipes_version\": \"0.1\", \"method\": \"" method "\", \"params\": " params \
	"}\n"
#define OPENED MESSAGE("opened", "{\"extras\": {}}")
#define CLOSED MESSAGE("closed", "{}")
#define METADATA(type, raw)                                                     \
	MESSAGE("report_asset_materialization",                                 \
		"{\"asset_key\": \"a\", \"data_version\": null, \"metadata\": " \
		"{\"x\": {\"raw_value\": " raw ", \"type\": \"" type "\"}}}")

static struct arena *arena;

/* A session with this context, whose messages go where `messages` says (a JSON object); NULL when it does not open. */
static struct plait_pipes *open_with(const char *context, const char *messages)
{
	const struct plait_pipes_options options = {.quiet = true};

	arena = arena ? arena : arena_new();
	setenv("DAGSTER_PIPES_CONTEXT",
	       pipes_param(arena, arena_fmt(arena, "{\"data\": %s}", context)), 1);
	setenv("DAGSTER_PIPES_MESSAGES", pipes_param(arena, sv_of(messages)), 1);
	return plait_pipes_open(&options);
}

static struct plait_pipes *open_file(const char *context, const char *path)
{
	struct plait_pipes *p;

	arena = arena ? arena : arena_new();
	p = open_with(context, arena_fmt(arena, "{\"path\": \"%s\"}", path).p);
	if (!p)
		check_fail(CHECK_AT, plait_pipes_error());
	return p;
}

static const char *messages_path(void)
{
	arena = arena ? arena : arena_new();
	return scratch_file(arena, "messages");
}

static sv messages(void)
{
	struct err e;
	sv text;

	CHECK_OK(file_read(arena, sv_of(messages_path()), 64 << 20, &text, &e), &e);
	return text;
}

static void end(struct plait_pipes *p)
{
	plait_pipes_free(p);
	arena_free(arena);
	arena = NULL;
}

static void check_error(bool failed, const char *part)
{
	CHECK(failed);
	CHECK_CONTAINS(part, plait_pipes_error());
}

/* --- what is sent --- */

static void test_a_step_is_told_whole(void)
{
	struct plait_pipes *p = open_file(ONE_ASSET, messages_path());
	const struct plait_pipes_check check = {.name = "c", .passed = true, .asset_key = "a"};
	const struct plait_pipes_check warn = {.name = "c", .severity = PLAIT_PIPES_SEVERITY_WARN};
	const struct plait_pipes_value value = plait_pipes_int("n", 1);

	CHECK(plait_pipes_log(p, PLAIT_PIPES_WARNING, "%d rows", 3));
	CHECK(plait_pipes_report_custom(p, "[1, \"two\"]"));
	CHECK(plait_pipes_report_stream(p, "stdout", "text\n"));
	CHECK(plait_pipes_report_materialization(p, NULL, "v1", NULL, 0));
	CHECK(plait_pipes_report_check(p, &check, NULL, 0));
	CHECK(plait_pipes_report_check(p, &warn, &value, 1));
	CHECK(plait_pipes_close(p));
	CHECK(plait_pipes_close(p));
	CHECK_SV(sv_of(OPENED MESSAGE("log", "{\"message\": \"3 rows\", \"level\": \"WARNING\"}")
			       MESSAGE("report_custom_message",
				       "{\"payload\": [1, \"two\"]}") MESSAGE("log_external_stream",
									      "{\"stream\": "
									      "\"stdout\", "
									      "\"text\": "
									      "\"text\\n\", "
									      "\"extras\": {}}")
				       MESSAGE("report_asset_materialization",
					       "{\"asset_key\": \"a\", \"data_version\": \"v1\", "
					       "\"metadata\": null}")
					       MESSAGE("report_asset_check",
						       "{\"asset_key\": \"a\", \"check_name\": "
						       "\"c\", \"passed\": true, "
						       "\"metadata\": null, \"severity\": "
						       "\"ERROR\"}")
						       MESSAGE("report_asset_check",
							       "{\"asset_key\": \"a\", "
							       "\"check_name\": \"c\", \"passed\": "
							       "false, "
							       "\"metadata\": {\"n\": "
							       "{\"raw_value\": 1, \"type\": "
							       "\"int\"}}, \"severity\": \"WARN\"}")
							       CLOSED),
		 messages());
	end(p);
}

static void test_each_kind_of_metadata_has_its_form(void)
{
	const struct {
		struct plait_pipes_value value;
		const char *line;
	} cases[] = {
		{plait_pipes_text("x", "t"), METADATA("text", "\"t\"")},
		{plait_pipes_text("x", NULL), METADATA("null", "null")},
		{plait_pipes_text("x", "\xc3\xa9\xff\xed\xa0\x80."),
		 METADATA("text", "\"\\u00E9\\uFFFD\\uFFFD\\uFFFD\\uFFFD.\"")},
		{plait_pipes_text("x", "\xf0\x9f\x90\x9d\xf0\x9f"),
		 METADATA("text", "\"\\uD83D\\uDC1D\\uFFFD\\uFFFD\"")},
		{plait_pipes_url("x", "https://e"), METADATA("url", "\"https://e\"")},
		{plait_pipes_path("x", "/d/f"), METADATA("path", "\"/d/f\"")},
		{plait_pipes_notebook("x", "n.ipynb"), METADATA("notebook", "\"n.ipynb\"")},
		{plait_pipes_md("x", "# h\n\"q\""), METADATA("md", "\"# h\\n\\\"q\\\"\"")},
		{plait_pipes_asset("x", "a/b"), METADATA("asset", "\"a/b\"")},
		{plait_pipes_run("x", "r9"), METADATA("dagster_run", "\"r9\"")},
		{plait_pipes_int("x", INT64_MIN), METADATA("int", "-9223372036854775808")},
		{plait_pipes_float("x", 0.5), METADATA("float", "0.5")},
		{plait_pipes_float("x", 3), METADATA("float", "3.0")},
		{plait_pipes_float("x", strtod("nan", NULL)), METADATA("text", "\"nan\"")},
		{plait_pipes_float("x", -strtod("inf", NULL)), METADATA("text", "\"-inf\"")},
		{plait_pipes_timestamp("x", 1700000000.25), METADATA("timestamp", "1700000000.25")},
		{plait_pipes_bool("x", false), METADATA("bool", "false")},
		{plait_pipes_null("x"), METADATA("null", "null")},
		{plait_pipes_json("x", "{\"k\": [1]}"), METADATA("json", "{\"k\": [1]}")},
		{plait_pipes_infer("x", "7"), METADATA("__infer__", "7")},
		{plait_pipes_table("x", "{\"records\": [], \"schema\": []}"),
		 METADATA("table", "{\"records\": [], \"schema\": []}")},
		{plait_pipes_table_schema("x", "{\"columns\": []}"),
		 METADATA("table_schema", "{\"columns\": []}")},
		{plait_pipes_column_lineage("x", "{\"deps_by_column\": {}}"),
		 METADATA("table_column_lineage", "{\"deps_by_column\": {}}")},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct plait_pipes *p = open_file(ONE_ASSET, messages_path());

		CHECK(plait_pipes_report_materialization(p, NULL, NULL, &cases[i].value, 1));
		CHECK_SV(arena_fmt(arena, OPENED "%s", cases[i].line), messages());
		file_remove(sv_of(messages_path()));
		end(p);
	}
}

static void test_metadata_that_cannot_be_sent_is_refused_and_may_be_mended(void)
{
	const struct {
		struct plait_pipes_value value;
		const char *error;
	} cases[] = {
		{{0}, "no name or type"},
		{{.name = "x", .type = 99}, "no name or type"},
		{plait_pipes_int(NULL, 1), "no name or type"},
		{plait_pipes_json("x", "{\"k\""), "the metadata 'x' is not JSON: line 1"},
		{plait_pipes_table("x", "[1]"), "no member 'records'"},
		{plait_pipes_table_schema("x", "{}"), "no member 'columns'"},
	};
	struct plait_pipes *p = open_file(ONE_ASSET, messages_path());

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_error(!plait_pipes_report_materialization(p, NULL, NULL, &cases[i].value, 1),
			    cases[i].error);
	CHECK_SV(sv_of(OPENED), messages());
	CHECK(plait_pipes_report_materialization(p, NULL, NULL, NULL, 0));
	end(p);
}

static void test_an_exception_is_sent_with_its_causes(void)
{
	struct plait_pipes *p = open_file(ONE_ASSET, messages_path());
	const char *const stack[] = {"main", "read"};
	struct plait_pipes_exception cause = {.message = "no such file", .name = "IOError"};
	struct plait_pipes_exception e = {
		.message = "no input", .stack = stack, .stack_count = 2, .cause = &cause};

	CHECK(plait_pipes_close_failed(p, &e));
	CHECK_SV(sv_of(OPENED MESSAGE("closed",
				      "{\"exception\": {\"message\": \"no input\", \"stack\": "
				      "[\"main\", \"read\"], "
				      "\"name\": null, \"cause\": {\"message\": \"no such file\", "
				      "\"stack\": [], \"name\": \"IOError\", "
				      "\"cause\": null, \"context\": null}, \"context\": null}}")),
		 messages());
	end(p);
}

static void test_a_circle_of_causes_ends(void)
{
	struct plait_pipes *p = open_file(ONE_ASSET, messages_path());
	struct plait_pipes_exception e = {.message = "m"};

	e.cause = &e;
	CHECK(plait_pipes_close_failed(p, &e));
	end(p);
}

/* --- the rules of the client --- */

static void test_the_rules_of_keys_are_held(void)
{
	struct plait_pipes *p = open_file("{\"run_id\": \"r\", \"asset_keys\": [\"a\", \"b/c\"]}",
					  messages_path());
	const struct plait_pipes_check check = {.name = "c"}, unnamed = {.asset_key = "a"};

	check_error(!plait_pipes_asset_key(p), "several assets (a, b/c)");
	check_error(!plait_pipes_report_materialization(p, NULL, NULL, NULL, 0),
		    "several assets (a, b/c)");
	check_error(!plait_pipes_report_materialization(p, "z", NULL, NULL, 0),
		    "'z' is not one of this step");
	check_error(!plait_pipes_report_check(p, &check, NULL, 0), "several assets");
	check_error(!plait_pipes_report_check(p, &unnamed, NULL, 0), "a check has no name");
	check_error(!plait_pipes_report_check(p, NULL, NULL, 0), "a check has no name");
	CHECK(plait_pipes_report_materialization(p, "b/c", NULL, NULL, 0));
	check_error(!plait_pipes_report_materialization(p, "b/c", NULL, NULL, 0),
		    "'b/c' was reported as made before");
	CHECK(plait_pipes_report_materialization(p, "a", NULL, NULL, 0));
	end(p);
}

static void test_a_step_without_assets_must_name_one(void)
{
	struct plait_pipes *p = open_file("{\"run_id\": \"r\", \"asset_keys\": null}",
					  messages_path());

	CHECK_INT(0, plait_pipes_asset_count(p));
	check_error(!plait_pipes_report_materialization(p, NULL, NULL, NULL, 0), "makes no asset");
	CHECK(plait_pipes_report_materialization(p, "any", NULL, NULL, 0));
	end(p);
}

static void test_nothing_is_sent_after_close(void)
{
	struct plait_pipes *p = open_file(ONE_ASSET, messages_path());
	const struct plait_pipes_check check = {.name = "c"};

	CHECK(plait_pipes_close(p));
	check_error(!plait_pipes_log(p, PLAIT_PIPES_INFO, "x"), "the session is closed");
	check_error(!plait_pipes_report_materialization(p, NULL, NULL, NULL, 0),
		    "the session is closed");
	check_error(!plait_pipes_report_check(p, &check, NULL, 0), "the session is closed");
	check_error(!plait_pipes_report_custom(p, "1"), "the session is closed");
	check_error(!plait_pipes_report_stream(p, "stdout", "x"), "the session is closed");
	CHECK_STR("a", plait_pipes_asset_key(p));
	CHECK_SV(sv_of(OPENED CLOSED), messages());
	end(p);
}

static void test_no_session_fails_and_does_no_harm(void)
{
	const struct plait_pipes_check check = {.name = "c"};
	int64_t n;

	check_error(!plait_pipes_log(NULL, PLAIT_PIPES_INFO, "x"), "there is no session");
	check_error(!plait_pipes_report_check(NULL, &check, NULL, 0), "there is no session");
	check_error(!plait_pipes_close(NULL), "there is no session");
	CHECK(!plait_pipes_is_active(NULL) && !plait_pipes_run_id(NULL) &&
	      !plait_pipes_context_json(NULL));
	CHECK(!plait_pipes_extra_int(NULL, "x", &n) && !plait_pipes_extra_json(NULL, "x") &&
	      !plait_pipes_asset_key(NULL));
	CHECK(!plait_pipes_has_provenance(NULL, NULL) && plait_pipes_asset_count(NULL) == 0);
	plait_pipes_free(NULL);
}

static void test_without_an_orchestrator_nothing_happens(void)
{
	const struct plait_pipes_options options = {.quiet = true, .exit_on_error = true};
	struct plait_pipes *p;

	unsetenv("DAGSTER_PIPES_CONTEXT");
	setenv("DAGSTER_PIPES_MESSAGES", "odd", 1);
	p = plait_pipes_open(&options);
	CHECK(p && !plait_pipes_is_active(p));
	CHECK(plait_pipes_log(p, PLAIT_PIPES_INFO, "x") &&
	      plait_pipes_report_custom(p, "not JSON"));
	CHECK(plait_pipes_report_materialization(p, NULL, NULL, NULL, 0) && plait_pipes_close(p));
	CHECK(plait_pipes_log(p, PLAIT_PIPES_INFO, "after close"));
	check_error(!plait_pipes_run_id(p), "no run_id");
	check_error(!plait_pipes_context_json(p), "no orchestrator");
	plait_pipes_free(p);
}

static void test_arguments_come_before_the_environment(void)
{
	struct plait_pipes *p = open_file("{\"run_id\": \"environment\"}", "/dev/null");
	const char *context = pipes_param(arena, SV("{\"data\": {\"run_id\": \"arguments\"}}"));
	char joined[512];
	const char *split[] = {"program", "--else", "--dagster-pipes-context", context, NULL};
	const char *equals[] = {"program", joined, "-x", NULL};
	const char *hidden[] = {"program", "--", "--dagster-pipes-context", "odd", NULL};
	const struct {
		const char **argv;
		int argc;
		const char *run;
	} cases[] = {{split, 4, "arguments"},
		     {equals, 3, "arguments"},
		     {hidden, 4, "environment"},
		     {split, 3, "environment"}};

	plait_pipes_free(p);
	snprintf(joined, sizeof(joined), "--dagster-pipes-context=%s", context);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct plait_pipes_options options = {.argc = cases[i].argc,

							    .argv = (char **)cases[i].argv};

		p = plait_pipes_open(&options);
		CHECK(p);
		CHECK_STR(cases[i].run, plait_pipes_run_id(p));
		plait_pipes_free(p);
	}
	end(NULL);
}

/* --- what is told --- */

static void test_the_context_is_told(void)
{
	struct plait_pipes_span span;
	int64_t n;
	double real;
	bool truth;
	struct plait_pipes *p = open_file(
		"{\"run_id\": \"r\", \"job_name\": \"j\", \"retry_number\": 2, \"asset_keys\": "
		"[\"a\"],"
		"\"code_version_by_asset_key\": {\"a\": \"c1\"}, \"partition_key\": \"2024-01-01\","
		"\"provenance_by_asset_key\": {\"a\": {\"code_version\": \"c0\", "
		"\"is_user_provided\": true,"
		"\"input_data_versions\": {\"up\": \"d7\"}}},"
		"\"partition_key_range\": {\"start\": \"2024-01-01\", \"end\": \"2024-01-01\"},"
		"\"partition_time_window\": {\"start\": \"2024-01-01T00:00:00\", \"end\": "
		"\"2024-01-02T00:00:00\"},"
		"\"extras\": {\"t\": \"text\", \"i\": 3, \"f\": 0.5, \"b\": true, \"l\": [1, {}], "
		"\"nul\": \"\\u0000\"}}",
		messages_path());

	CHECK_STR("r", plait_pipes_run_id(p));
	CHECK_STR("j", plait_pipes_job_name(p));
	CHECK_INT(2, plait_pipes_retry_number(p));
	CHECK_STR("a", plait_pipes_asset_key(p));
	CHECK_STR("c1", plait_pipes_code_version(p, NULL));
	CHECK(plait_pipes_has_provenance(p, "a") &&
	      plait_pipes_provenance_is_user_provided(p, NULL));
	CHECK_STR("c0", plait_pipes_provenance_code_version(p, NULL));
	CHECK_STR("d7", plait_pipes_provenance_input(p, NULL, "up"));
	check_error(!plait_pipes_provenance_input(p, NULL, "other"), "input 'other'");
	check_error(!plait_pipes_code_version(p, "b"), "'b' is not one of this step");
	CHECK_STR("2024-01-01", plait_pipes_partition_key(p));
	CHECK(plait_pipes_partition_key_range(p, &span) &&
	      plait_pipes_partition_time_window(p, &span));
	CHECK_STR("2024-01-02T00:00:00", span.end);
	CHECK_STR("text", plait_pipes_extra_text(p, "t"));
	CHECK(plait_pipes_extra_int(p, "i", &n) && n == 3);
	CHECK(plait_pipes_extra_float(p, "f", &real) && real == 0.5 &&
	      plait_pipes_extra_float(p, "i", &real));
	CHECK(plait_pipes_extra_bool(p, "b", &truth) && truth);
	check_error(!plait_pipes_extra_int(p, "f", &n), "the extra 'f' is not a whole number");
	check_error(!plait_pipes_extra_text(p, "none"), "there is no extra 'none'");
	check_error(!plait_pipes_extra_text(p, NULL), "there is no extra ''");
	CHECK_STR("[1, {}]", plait_pipes_extra_json(p, "l"));
	CHECK(plait_pipes_extra_json(p, "l") == plait_pipes_extra_json(p, "l"));
	CHECK_CONTAINS("\"d7\"", plait_pipes_context_json(p));
	end(p);
}

static void test_what_was_not_passed_is_not_known(void)
{
	struct plait_pipes *p = open_file(ONE_ASSET, messages_path());
	struct plait_pipes_span span;

	check_error(!plait_pipes_job_name(p), "no job_name");
	check_error(!plait_pipes_partition_key(p), "no partition_key");
	check_error(!plait_pipes_partition_key_range(p, &span), "no partition_key_range");
	check_error(!plait_pipes_code_version(p, NULL), "'a' has no code version");
	check_error(!plait_pipes_has_provenance(p, NULL), "nothing is known");
	end(p);
}

/* --- what cannot be read --- */

static void test_malformed_parameters_say_what_is_wrong(void)
{
	struct plait_pipes *p = open_file(ONE_ASSET, messages_path());
	const char *good = pipes_param(arena, SV("{\"data\": {\"run_id\": \"r\"}}"));
	char *cut = arena_fmt(arena, "%.24s", good).n ? (char *)arena_fmt(arena, "%.24s", good).p
						      : NULL;
	const struct {
		const char *value, *error;
	} cases[] = {
		{"", "DAGSTER_PIPES_CONTEXT is not base64 from its character 1"},
		{"====", "not base64"},
		{"abc!", "not base64 from its character 4"},
		{"abcde", "not base64"},
		{"aGVsbG8=", "holds no zlib stream"},
		{cut, "ends in the middle of its zlib stream"},
		{"eJw=", "ends in the middle"},
		{pipes_param(arena, SV("")), "is not JSON"},
		{pipes_param(arena, SV("{\"data\": ")), "is not JSON: line 1"},
		{pipes_param(arena, SV("[]")), "not an object"},
		{pipes_param(arena, SV("{}")), "neither a 'path' nor 'data'"},
		{pipes_param(arena, SV("{\"bucket\": \"b\", \"key\": \"k\"}")), "no other carrier"},
		{pipes_param(arena, SV("{\"path\": 7}")), "neither a 'path' nor 'data'"},
		{pipes_param(arena, SV("{\"path\": \"/nowhere/at/all\"}")),
		 "/nowhere/at/all could not be opened: No such file"},
		{pipes_param(arena, SV("{\"path\": \"/\"}")),
		 "/ could not be read: Is a directory"},
		{pipes_param(arena, SV("{\"path\": \"/dev/null\"}")), "/dev/null is not JSON"},
		{pipes_param(arena, SV("{\"path\": \"/dev/zero\"}")), "has more than"},
		{pipes_param(arena, SV("{\"data\": []}")), "is not an object"},
		{pipes_param(arena, SV("{\"data\": {}}")), "no valid 'run_id'"},
		{pipes_param(arena, SV("{\"data\": {\"run_id\": null}}")), "no valid 'run_id'"},
		{pipes_param(arena, SV("{\"data\": {\"run_id\": \"r\", \"asset_keys\": {}}}")),
		 "no valid 'asset_keys'"},
		{pipes_param(arena, SV("{\"data\": {\"run_id\": \"r\", \"asset_keys\": [7]}}")),
		 "not a text"},
		{pipes_param(arena, SV("{\"data\": {\"run_id\": \"r\", \"extras\": 1}}")),
		 "no valid 'extras'"},
	};

	plait_pipes_free(p);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		setenv("DAGSTER_PIPES_CONTEXT", cases[i].value, 1);
		check_error(!plait_pipes_open(NULL), cases[i].error);
	}
	end(NULL);
}

static void test_a_parameter_that_unpacks_without_end_is_refused(void)
{
	struct plait_pipes *p = open_file(ONE_ASSET, messages_path());
	size_t n = 65 << 20;
	char *blank = malloc(n);

	CHECK(blank);
	memset(blank, ' ', n);
	setenv("DAGSTER_PIPES_CONTEXT", pipes_param(arena, (sv){blank, n}), 1);
	free(blank);
	check_error(!plait_pipes_open(NULL), "unpacks to more than 67108864 bytes");
	end(p);
}

static void test_messages_that_have_no_place_are_told_at_open(void)
{
	static const struct {
		const char *params, *error;
	} cases[] = {
		{"{}", "names no 'path', 'stdio' or 'buffered_stdio'"},
		{"[1]", "not an object"},
		{"{\"bucket\": \"b\", \"key_prefix\": \"k\"}", "choose another message reader"},
		{"{\"stdio\": \"file\"}", "it can be stdout or stderr"},
		{"{\"path\": \"/nowhere/at/all\"}",
		 "the message file /nowhere/at/all could not be opened: No such file"},
		{"{\"path\": \"/\"}", "Is a directory"},
		{"{\"path\": \"/dev/full\"}", "could not be written: No space left on device"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_error(!open_with(ONE_ASSET, cases[i].params), cases[i].error);
	unsetenv("DAGSTER_PIPES_MESSAGES");
	check_error(!plait_pipes_open(NULL), "DAGSTER_PIPES_MESSAGES is not");
	end(NULL);
}

/* --- what cannot be written --- */

static void limit_file_size(rlim_t bytes)
{
	struct rlimit limit;

	CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
	limit.rlim_cur = bytes;
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

/* A full disk takes a part of a line; when there is room again the next one starts on a line of its own. */
static void test_a_torn_line_does_not_take_the_next_along(void)
{
	struct plait_pipes *p = open_file(ONE_ASSET, messages_path());

	signal(SIGXFSZ, SIG_IGN);
	limit_file_size(sizeof(OPENED) + 9);
	check_error(!plait_pipes_report_materialization(p, NULL, NULL, NULL, 0), "File too large");
	check_error(!plait_pipes_log(p, PLAIT_PIPES_INFO, "lost"), "File too large");
	limit_file_size(RLIM_INFINITY);
	CHECK(plait_pipes_report_materialization(p, NULL, NULL, NULL, 0));
	CHECK_SV(sv_of(OPENED "{\"__dagste\n" MESSAGE(
			 "report_asset_materialization",
			 "{\"asset_key\": \"a\", \"data_version\": null, \"metadata\": null}")),
		 messages());
	end(p);
}

static void test_a_message_longer_than_is_taken_is_refused(void)
{
	struct plait_pipes *p = open_file(ONE_ASSET, messages_path());
	char *text = malloc((16 << 20) + 1);
	struct plait_pipes_value value;

	CHECK(text);
	memset(text, 'x', 16 << 20);
	text[16 << 20] = '\0';
	value = plait_pipes_text("x", text);
	check_error(!plait_pipes_report_materialization(p, NULL, NULL, &value, 1),
		    "is too long, at most 16777216");
	CHECK(plait_pipes_report_materialization(p, NULL, NULL, NULL, 0));
	free(text);
	end(p);
}

/* Standard output as a pipe; returns the end to read. */
static int pipe_stdout(int flags)
{
	int ends[2];

	CHECK(pipe2(ends, flags) == 0 && dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO);
	close(ends[1]);
	return ends[0];
}

static void test_a_reader_that_has_gone_is_an_error_and_no_signal(void)
{
	int from = pipe_stdout(0);
	struct plait_pipes *p = open_with(ONE_ASSET, "{\"stdio\": \"stdout\"}");

	CHECK(p);
	close(from);
	check_error(!plait_pipes_log(p, PLAIT_PIPES_INFO, "x"), "Broken pipe");
	signal(SIGPIPE, SIG_IGN);
	check_error(!plait_pipes_close(p), "Broken pipe");
	check_error(!plait_pipes_log(p, PLAIT_PIPES_INFO, "x"), "closed");
	end(p);
}

static void test_messages_come_between_what_the_program_prints(void)
{
	int from = pipe_stdout(0);
	struct plait_pipes *p = open_with(ONE_ASSET, "{\"stdio\": \"stdout\"}");
	char text[1024];
	ssize_t n;

	CHECK(p);
	printf("before\n");
	CHECK(plait_pipes_log(p, PLAIT_PIPES_DEBUG, "x"));
	printf("after\n");
	CHECK(plait_pipes_close(p));
	n = read(from, text, sizeof(text));
	CHECK_SV(sv_of(OPENED "before\n" MESSAGE(
			 "log", "{\"message\": \"x\", \"level\": \"DEBUG\"}") "after\n" CLOSED),
		 ((sv){text, (size_t)n}));
	end(p);
}

static void test_a_pipe_that_does_not_block_is_waited_for(void)
{
	enum { BYTES = 1 << 20 };
	int from = pipe_stdout(O_NONBLOCK);
	struct plait_pipes *p = open_with(ONE_ASSET, "{\"stdio\": \"stdout\"}");
	char part[4096];
	int status;
	pid_t reader = fork();

	CHECK(p);
	fcntl(from, F_SETFL, 0);
	if (reader == 0) {
		ssize_t n, all = 0;

		plait_pipes_free(p);
		close(STDOUT_FILENO);
		while ((n = read(from, part, sizeof(part))) > 0)
			all += n;
		_exit(all > BYTES ? 0 : 1);
	}
	CHECK(plait_pipes_log(p, PLAIT_PIPES_INFO, "%0*d", BYTES, 7));
	CHECK(plait_pipes_close(p));
	close(STDOUT_FILENO);
	CHECK(waitpid(reader, &status, 0) == reader && status == 0);
	end(p);
}

static void test_buffered_messages_come_at_close(void)
{
	int from = pipe_stdout(O_NONBLOCK);
	struct plait_pipes *p = open_with(ONE_ASSET, "{\"buffered_stdio\": \"stdout\"}");
	char text[1024];
	ssize_t n;

	CHECK(p && plait_pipes_report_custom(p, NULL));
	CHECK(read(from, text, sizeof(text)) < 0);
	CHECK(plait_pipes_close(p));
	n = read(from, text, sizeof(text));
	CHECK_SV(sv_of(OPENED MESSAGE("report_custom_message", "{\"payload\": null}") CLOSED),
		 ((sv){text, (size_t)n}));
	end(p);
}

static void test_an_error_ends_the_program_when_it_asks_for_it(void)
{
	const struct plait_pipes_options options = {.exit_on_error = true};
	struct plait_pipes *p = open_file(ONE_ASSET, "/dev/null");
	int status;
	pid_t child;

	setenv("DAGSTER_PIPES_MESSAGES",
	       pipes_param(arena, arena_fmt(arena, "{\"path\": \"%s\"}", messages_path())), 1);
	fflush(NULL);
	child = fork();
	if (child == 0) {
		freopen("/dev/null", "w", stderr);
		plait_pipes_free(p);
		p = plait_pipes_open(&options);
		plait_pipes_report_materialization(p, "z", NULL, NULL, 0);
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) != 0);
	CHECK_CONTAINS(
		"\"closed\", \"params\": {\"exception\": {\"message\": \"the asset 'z' is not one",
		messages().p);
	end(p);
}

/* --- threads --- */

enum { THREADS = 8, LINES = 400 };

static void *log_lines(void *p)
{
	for (int i = 0; i < LINES; i++)
		CHECK(plait_pipes_log(p, PLAIT_PIPES_INFO, "%0*d", i, 0));
	return NULL;
}

static void test_lines_of_many_threads_stay_whole(void)
{
	struct plait_pipes *p = open_file(ONE_ASSET, messages_path());
	pthread_t threads[THREADS];
	const struct value *value;
	sv rest, line;
	struct err e;
	int lines = 0;

	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, log_lines, p) == 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	CHECK(plait_pipes_close(p));
	rest = messages();
	while (sv_split(&rest, '\n', &line) && line.n) {
		CHECK_OK(json_read(arena, line, &value, &e), &e);
		lines++;
	}
	CHECK_INT(THREADS * LINES + 2, lines);
	end(p);
}

TESTS(TEST(test_a_step_is_told_whole) TEST(test_each_kind_of_metadata_has_its_form) TEST(
	test_metadata_that_cannot_be_sent_is_refused_and_may_be_mended)
	      TEST(test_an_exception_is_sent_with_its_causes) TEST(test_a_circle_of_causes_ends) TEST(
		      test_the_rules_of_keys_are_held) TEST(test_a_step_without_assets_must_name_one)
		      TEST(test_nothing_is_sent_after_close) TEST(test_no_session_fails_and_does_no_harm) TEST(
			      test_without_an_orchestrator_nothing_happens) TEST(test_arguments_come_before_the_environment)
			      TEST(test_the_context_is_told) TEST(test_what_was_not_passed_is_not_known) TEST(
				      test_malformed_parameters_say_what_is_wrong) TEST(test_a_parameter_that_unpacks_without_end_is_refused)
				      TEST(test_messages_that_have_no_place_are_told_at_open) TEST(
					      test_a_torn_line_does_not_take_the_next_along)
					      TEST(test_a_message_longer_than_is_taken_is_refused) TEST(
						      test_a_reader_that_has_gone_is_an_error_and_no_signal)
						      TEST(test_messages_come_between_what_the_program_prints) TEST(
							      test_a_pipe_that_does_not_block_is_waited_for)
							      TEST(test_buffered_messages_come_at_close) TEST(
								      test_an_error_ends_the_program_when_it_asks_for_it)
								      TEST(test_lines_of_many_threads_stay_whole))
