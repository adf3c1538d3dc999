/* What is told from outside: nothing of a report that makes no sense is written, and what makes sense is kept as it was told. */
#include "check.h"
#include "scratch.h"

#include "daemon/report.h"

static struct err e;

/* JSON, its quotes written single. */
static sv json(struct arena *a, const char *text)
{
	char *p = NEW(a, char, strlen(text) + 1);

	for (size_t i = 0; text[i]; i++)
		p[i] = text[i] == '\'' ? '"' : text[i];
	return sv_of(p);
}

static const struct value *parsed(struct arena *a, const char *text)
{
	const struct value *v;

	CHECK_OK(json_read(a, json(a, text), &v, &e), &e);
	return v;
}

static sv new_id(struct arena *a)
{
	static int made;

	return arena_fmt(a, "v%d", ++made);
}

static void test_reports_that_make_sense_are_taken(void)
{
	static const char *const rows[] = {
		"{'kind':'materialization','asset':'a/b'}",
		"{'kind':'observation','asset':'a','metadata':{'n':1}}",
		("{'kind':'observation','asset':'a','metadata':null,'description':null,"
		 "'data_version':null,'partition':null}"),
		"{'kind':'check','asset':'a','check_name':'c','passed':false}",
		"{'kind':'check','asset':'a','check_name':'c','passed':true,'severity':'WARN'}",
		"{'kind':'check','asset':'a','check_name':'c','passed':true,'severity':null}",
		"{'kind':'deployed_2'}",
		"{'kind':'deployed','asset':null}",
		"{'kind':'deployed','at':0}",
		"{'kind':'runaway'}", /* a word that begins like those of runs */
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();

		CHECK_OK(report_check(parsed(a, arena_fmt(a, "[%s]", rows[i]).p), &e), &e);
	}
}

static void test_each_fault_is_named(void)
{
	static const struct {
		const char *event, *says;
	} rows[] = {
		{"7", "it is a whole number, not an object"},
		{"[]", "it is a list, not an object"},
		{"{}", "\"\" is no kind of event"},
		{"{'kind':7}", "\"\" is no kind of event"},
		{"{'kind':'Deployed'}", "\"Deployed\" is no kind of event"},
		{"{'kind':'de ployed'}", "no kind of event"},
		{"{'kind':'d\\u0000'}", "no kind of event"},
		{"{'kind':'log'}", "events of kind \"log\" are told of runs alone"},
		{"{'kind':'run_ended'}", "told of runs alone"},
		{"{'kind':'step_started'}", "told of runs alone"},
		{"{'kind':'materialization'}",
		 "it is of kind \"materialization\" and has no \"asset\""},
		{"{'kind':'observation','asset':null}", "has no \"asset\""},
		{"{'kind':'check','check_name':'c','passed':true}", "has no \"asset\""},
		{"{'kind':'deployed','asset':7}", "\"asset\" is a whole number, not a text"},
		{"{'kind':'deployed','asset':''}", "event 1 of the report: "},
		{"{'kind':'deployed','asset':'a//b'}", "event 1 of the report: "},
		{"{'kind':'deployed','metadata':[]}", "\"metadata\" is a list, not an object"},
		{"{'kind':'deployed','description':[]}", "\"description\" is a list, not a text"},
		{"{'kind':'deployed','data_version':3}",
		 "\"data_version\" is a whole number, not a text"},
		{"{'kind':'deployed','partition':2024}",
		 "\"partition\" is a whole number, not a text"},
		{"{'kind':'deployed','at':'2026-01-31'}", "\"at\" is a text, not a whole number"},
		{"{'kind':'deployed','at':1.5}", "\"at\" is a number, not a whole number"},
		{"{'kind':'check','asset':'a','passed':true}",
		 "it is a check and has no \"check_name\""},
		{"{'kind':'check','asset':'a','check_name':'','passed':true}",
		 "has no \"check_name\""},
		{"{'kind':'check','asset':'a','check_name':'c'}",
		 "\"passed\" has to be true or false"},
		{"{'kind':'check','asset':'a','check_name':'c','passed':1}",
		 "\"passed\" has to be true or false"},
		{"{'kind':'check','asset':'a','check_name':'c','passed':true,'severity':'warn'}",
		 "\"severity\" is \"warn\", not ERROR or WARN"},
		{"{'kind':'check','asset':'a','check_name':'c','passed':true,'severity':1}",
		 "\"severity\" is a whole number, not a text"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();

		if (report_check(parsed(a, arena_fmt(a, "[%s]", rows[i].event).p), &e))
			CHECK_STR(rows[i].says, "nothing");
		CHECK_INT(ERR_INVALID, e.kind);
		CHECK_CONTAINS(rows[i].says, e.text);
	}
}

/* "[{…},{…}]", `last` at its end. */
static const struct value *many(struct arena *a, int count, const char *last)
{
	AUTO_BUF out = {0};

	for (int i = 0; i < count; i++)
		buf_addf(&out, "%s%s", i ? "," : "[", i + 1 < count ? "{'kind':'deployed'}" : last);
	buf_addc(&out, ']');
	return parsed(a, arena_sv(a, buf_sv(&out)).p);
}

static void test_lists_have_a_size(void)
{
	AUTO_ARENA a = arena_new();
	char kind[61 + 1] = {0};

	CHECK(!report_check(parsed(a, "[]"), &e));
	CHECK_INT(ERR_INVALID, e.kind);
	CHECK(!report_check(parsed(a, "{}"), &e));
	CHECK_INT(ERR_INVALID, e.kind);
	CHECK_OK(report_check(many(a, REPORT_MOST_EVENTS, "{'kind':'last'}"), &e), &e);
	CHECK(!report_check(many(a, REPORT_MOST_EVENTS + 1, "{'kind':'last'}"), &e));
	CHECK_INT(ERR_LIMIT, e.kind);
	CHECK_CONTAINS("1001 events in one report; 1000 are the most", e.text);
	CHECK(!report_check(many(a, REPORT_MOST_EVENTS, "{'kind':'log'}"), &e));
	CHECK_CONTAINS("event 1000 of the report", e.text);
	memset(kind, 'k', 60);
	CHECK_OK(report_check(parsed(a, arena_fmt(a, "[{'kind':'%s'}]", kind).p), &e), &e);
	kind[60] = 'k';
	CHECK(!report_check(parsed(a, arena_fmt(a, "[{'kind':'%s'}]", kind).p), &e));
	CHECK_INT(ERR_INVALID, e.kind);
}

/* ---- what is written ---- */

enum { NOW = 77 };

static struct store *new_ledger(struct arena *a)
{
	struct store *s;

	CHECK_OK(store_open(scratch_file(a, "ledger.db"), STORE_WRITE, &s, &e), &e);
	CHECK_OK(store_begin(s, &e), &e);
	return s;
}

static struct report_ids append(struct store *s, struct arena *a, const struct value *events)
{
	struct report_request request = {.events = events, .now = NOW, .new_id = new_id};
	struct report_ids ids = {0};

	CHECK_OK(report_check(events, &e), &e);
	CHECK_OK(report_append(s, a, &request, &ids, &e), &e);
	CHECK_INT(events->n, ids.n);
	return ids;
}

static struct event_rows all_events(struct store *s, struct arena *a)
{
	struct event_query query = {.step = -1, .most = 10 * REPORT_MOST_EVENTS};
	struct event_rows rows = {0};

	CHECK_OK(store_list_events(s, a, &query, &rows, &e), &e);
	return rows;
}

static void test_a_materialization_is_a_version_and_the_current_one(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = new_ledger(a);
	struct version_row now;
	struct event_rows events;

	append(s, a,
	       parsed(a, "[{'kind':'materialization','asset':'a/b','data_version':'d1','at':5},"
			 "{'kind':'materialization','asset':'a/b','description':'by "
			 "hand','partition':'mon',"
			 "'metadata':{'dagster/"
			 "row_count':12,'f':0.5,'t':'x','no':null,'l':[1],'b':true,"
			 "'own':{'type':'url','raw_value':'http://x'}}}]"));
	CHECK_OK(store_get_version(s, a, SV("v1"), &now, &e), &e);
	CHECK_SV(SV("d1"), now.data_version);
	CHECK_SV(SV("reported from outside of plait"), now.note);
	CHECK_SV(SV("{}"), now.metadata);
	CHECK_INT(5, now.created_at);
	CHECK_INT(-1, now.rows);
	CHECK_INT(-1, now.bytes);
	CHECK_OK(store_current(s, a, SV("a/b"), 0, &now, &e), &e);
	CHECK_SV(SV("v2"), now.id);
	CHECK_SV(SV("v2"), now.data_version); /* none was told */
	CHECK_SV(SV("partition mon, reported from outside of plait"), now.note);
	CHECK_INT(12, now.rows);
	CHECK_INT(NOW, now.created_at);
	CHECK(!now.run.p && !now.directory.p && !now.versioned);
	CHECK_SV(json(a,
		      "{'dagster/"
		      "row_count':{'type':'int','raw_value':12},'f':{'type':'float','raw_value':0."
		      "5},"
		      "'t':{'type':'text','raw_value':'x'},'no':{'type':'null','raw_value':null},"
		      "'l':{'type':'json','raw_value':[1]},'b':{'type':'bool','raw_value':true},"
		      "'own':{'type':'url','raw_value':'http://x'}}"),
		 now.metadata);
	events = all_events(s, a);
	CHECK_INT(2, events.n);
	CHECK_SV(json(a, "{'reported':true,'data_version':'d1','version':'v1','metadata':{}}"),
		 events.at[0].body);
	CHECK_CONTAINS(
		json(a, "'message':'by hand','data_version':null,'version':'v2','partition':'mon'")
			.p,
		events.at[1].body.p);
	store_close(s);
}

static void test_whatever_else_is_an_event_alone(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = new_ledger(a);
	struct version_rows versions = {0};
	struct event_rows events;
	struct report_ids ids = append(
		s, a,
		parsed(a,
		       "[{'kind':'observation','asset':'a'},{'kind':'check','asset':'a','check_"
		       "name':'c',"
		       "'passed':false},{'kind':'check','asset':'a','check_name':'d','passed':true,"
		       "'severity':'WARN'},{'kind':'deployed','at':-5}]"));

	events = all_events(s, a);
	CHECK_INT(4, events.n);
	for (size_t i = 0; i < events.n; i++) {
		CHECK_INT(ids.at[i], events.at[i].id);
		CHECK_INT(NOW, events.at[i].at);
		CHECK_INT(-1, events.at[i].step);
		CHECK(!events.at[i].run.p);
	}
	CHECK_SV(SV("a"), events.at[0].asset);
	CHECK_CONTAINS(json(a, "'check_name':'c','passed':false,'severity':'ERROR'").p,
		       events.at[1].body.p);
	CHECK_CONTAINS(json(a, "'check_name':'d','passed':true,'severity':'WARN'").p,
		       events.at[2].body.p);
	CHECK(!events.at[3].asset.p);
	CHECK_OK(store_list_current(s, a, &versions, &e), &e);
	CHECK_INT(0, versions.n);
	store_close(s);
}

static void test_a_thousand_are_numbered_in_their_order(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = new_ledger(a);
	struct report_ids ids = append(s, a, many(a, REPORT_MOST_EVENTS, "{'kind':'last'}"));
	struct event_rows events = all_events(s, a);

	CHECK_INT(REPORT_MOST_EVENTS, events.n);
	for (size_t i = 0; i < events.n; i++)
		CHECK_INT(ids.at[i], events.at[i].id);
	CHECK_SV(SV("last"), events.at[events.n - 1].kind);
	store_close(s);
}

TESTS(TEST(test_reports_that_make_sense_are_taken) TEST(test_each_fault_is_named)
	      TEST(test_lists_have_a_size)
		      TEST(test_a_materialization_is_a_version_and_the_current_one)
			      TEST(test_whatever_else_is_an_event_alone)
				      TEST(test_a_thousand_are_numbered_in_their_order))
