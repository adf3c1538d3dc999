/* What is read off a request: what is absent, what is right, and what is told to be wrong. */
#include "check.h"

#include "api/queries.h"
#include "http/http_parts.h"

static struct err e;

/* A request of that query; its body is given apart. */
static struct exchange asked(struct arena *a, struct http_head *head, const char *query)
{
	*head = (struct http_head){.query = sv_of(query)};
	return (struct exchange){.arena = a, .head = head};
}

/* JSON, its quotes written single. */
static const struct value *body(struct arena *a, const char *text)
{
	char *p = NEW(a, char, strlen(text) + 1);
	const struct value *v;

	for (size_t i = 0; text[i]; i++)
		p[i] = text[i] == '\'' ? '"' : text[i];
	CHECK_OK(json_read(a, sv_of(p), &v, &e), &e);
	return v;
}

static void test_numbers_are_whole_and_not_negative(void)
{
	static const struct {
		const char *query;
		int64_t want; /* -1: refused */
	} rows[] = {
		{"", 7},
		{"other=3", 7},
		{"n=0", 0},
		{"n=00012", 12},
		{"n=9223372036854775807", INT64_MAX},
		{"n=1&n=2", 1},
		{"x=5&n=%31%32", 12},
		{"n=9223372036854775808", -1},
		{"n=18446744073709551616", -1},
		{"n=-1", -1},
		{"n=+1", -1},
		{"n=1.0", -1},
		{"n=1e3", -1},
		{"n=0x10", -1},
		{"n= 1", -1},
		{"n=", -1},
		{"n", -1},
		{"n=ten", -1},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct http_head head;
		struct exchange x = asked(a, &head, rows[i].query);
		int64_t got = -1;

		if (query_number(&x, "n", 7, &got, &e) != (rows[i].want >= 0))
			CHECK_STR("the other outcome", rows[i].query);
		if (rows[i].want >= 0)
			CHECK_INT(rows[i].want, got);
		else
			CHECK_CONTAINS("n is '", e.text);
	}
}

static void test_times_are_of_rfc_3339(void)
{
	static const struct {
		const char *query;
		time_us want; /* -1: refused */
	} rows[] = {
		{"", 0},
		{"at=", 0},
		{"at=1970-01-01T00:00:01Z", 1000000},
		{"at=2026-01-31T08:00:00Z", 1769846400000000},
		{"at=1970-01-01T00%3A00%3A00.000001Z", 1},
		{"at=2026-02-30T08:00:00Z", -1},
		{"at=2026-01-31", -1},
		{"at=yesterday", -1},
		{"at=1769846400", -1},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct http_head head;
		struct exchange x = asked(a, &head, rows[i].query);
		time_us got = -1;

		if (query_time(&x, "at", &got, &e) != (rows[i].want >= 0))
			CHECK_STR("the other outcome", rows[i].query);
		if (rows[i].want >= 0)
			CHECK_INT(rows[i].want, got);
		else
			CHECK_CONTAINS("2026-01-31T08:00:00Z", e.hint);
	}
}

static void test_members_are_of_their_type(void)
{
	AUTO_ARENA a = arena_new();
	const struct value *b = body(a, "{'t':'x','empty':'','f':true,'off':false,'none':null,'n':1,'l':[]}");
	bool flag;
	sv text;

	CHECK_OK(query_text(b, "t", &text, &e), &e);
	CHECK_SV(SV("x"), text);
	CHECK_OK(query_text(b, "empty", &text, &e), &e);
	CHECK(text.p && text.n == 0); /* said, and empty */
	CHECK_OK(query_text(b, "none", &text, &e), &e);
	CHECK(!text.p);
	CHECK_OK(query_text(b, "absent", &text, &e), &e);
	CHECK(!text.p);
	CHECK(!query_text(b, "n", &text, &e));
	CHECK_STR("\"n\" is a whole number, not a text", e.text);
	CHECK_INT(ERR_INVALID, e.kind);
	CHECK_OK(query_flag(b, "f", &flag, &e), &e);
	CHECK(flag);
	CHECK_OK(query_flag(b, "off", &flag, &e), &e);
	CHECK(!flag);
	flag = true;
	CHECK_OK(query_flag(b, "none", &flag, &e), &e);
	CHECK(!flag);
	flag = true;
	CHECK_OK(query_flag(b, "absent", &flag, &e), &e);
	CHECK(!flag);
	CHECK(!query_flag(b, "l", &flag, &e));
	CHECK_STR("\"l\" is a list, not true or false", e.text);
}

static sv tags_of(struct arena *a, const struct run_tags *tags)
{
	sv text = {"", 0};

	for (size_t i = 0; i < tags->n; i++)
		text = arena_fmt(a, SV_FMT "%s" SV_FMT "=" SV_FMT, SV_ARG(text), i ? " " : "", SV_ARG(tags->at[i].name),
				 SV_ARG(tags->at[i].value));
	return text;
}

static void test_a_run_is_asked_for(void)
{
	static const struct {
		const char *body, *selection, *location, *tags;
		uint32_t most;
	} rows[] = {
		{"{}", NULL, NULL, "", 0},
		{"{'selection':null,'location':null,'tags':null,'priority':null,'retries':null,'most_running':null}", NULL, NULL,
		 "", 0},
		{"{'selection':'a+','location':'north','most_running':3}", "a+", "north", "", 3},
		{"{'selection':'','tags':{}}", "", NULL, "", 0},
		{"{'tags':{'team':'x','empty':''}}", NULL, NULL, "team=x empty=", 0},
		{"{'priority':-2147483648}", NULL, NULL, "dagster/priority=-2147483648", 0},
		{"{'priority':5,'retries':2,'tags':{'dagster/priority':'1'}}", NULL, NULL,
		 "dagster/priority=1 dagster/priority=5 dagster/max_retries=2", 0}, /* the last of a name counts */
		{"{'priority':0,'tags':{'dagster/priority':'1'}}", NULL, NULL, "dagster/priority=1", 0},
		{"{'most_running':2147483647,'unknown':[]}", NULL, NULL, "", 2147483647},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct run_request got;

		CHECK_OK(query_run_request(a, body(a, rows[i].body), &got, &e), &e);
		CHECK_SV(sv_of(rows[i].selection), got.selection);
		CHECK(!got.selection.p == !rows[i].selection);
		CHECK_SV(sv_of(rows[i].location), got.location);
		CHECK_SV(sv_of(rows[i].tags), tags_of(a, &got.tags));
		CHECK_INT(rows[i].most, got.most_running);
	}
}

static void test_what_is_wrong_in_it_is_named(void)
{
	static const struct {
		const char *body, *says;
	} rows[] = {
		{"{'selection':['a']}", "\"selection\" is a list, not a text"},
		{"{'location':1}", "\"location\" is a whole number, not a text"},
		{"{'tags':['a']}", "\"tags\" is a list, not an object of texts"},
		{"{'tags':'a'}", "\"tags\" is a text, not an object of texts"},
		{"{'tags':{'ok':'1','retries':3}}", "tag \"retries\" is a whole number, not a text"},
		{"{'tags':{'a':null}}", "tag \"a\" is nothing, not a text"},
		{"{'priority':'high'}", "\"priority\" is a text, not a whole number"},
		{"{'priority':1.5}", "\"priority\" is a number, not a whole number"},
		{"{'priority':-2147483649}", "\"priority\" is -2147483649; it can be -2147483648 to 2147483647"},
		{"{'retries':-1}", "\"retries\" is -1; it can be 0 to 2147483647"},
		{"{'retries':2147483648}", "\"retries\" is 2147483648; it can be 0 to 2147483647"},
		{"{'most_running':-1}", "\"most_running\" is -1"},
		{"{'most_running':true}", "\"most_running\" is true or false, not a whole number"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct run_request got;

		if (query_run_request(a, body(a, rows[i].body), &got, &e))
			CHECK_STR(rows[i].says, "nothing");
		CHECK_INT(ERR_INVALID, e.kind);
		CHECK_CONTAINS(rows[i].says, e.text);
	}
}

static void test_a_thousand_tags_are_all_taken(void)
{
	AUTO_ARENA a = arena_new();
	AUTO_BUF text = {0};
	struct run_tags tags = {0};

	for (int i = 0; i < 1000; i++)
		buf_addf(&text, "%s'tag%d':'%d'", i ? "," : "{'tags':{", i, i);
	buf_add(&text, SV("}}"));
	CHECK_OK(query_tags(a, body(a, arena_cstr(a, buf_sv(&text))), &tags, &e), &e);
	CHECK_INT(1000, tags.n);
	CHECK_SV(SV("tag999"), tags.at[999].name);
	CHECK_SV(SV("999"), tags.at[999].value);
}

TESTS(TEST(test_numbers_are_whole_and_not_negative) TEST(test_times_are_of_rfc_3339) TEST(test_members_are_of_their_type)
	      TEST(test_a_run_is_asked_for) TEST(test_what_is_wrong_in_it_is_named) TEST(test_a_thousand_tags_are_all_taken))
