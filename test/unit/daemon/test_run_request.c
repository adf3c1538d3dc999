/* From what somebody asks for to a plan: what is in it, what is refused, and what a run that is run again brings along. */
#include "check.h"
#include "fake_code.h"
#include "scratch.h"

#include "base/buf.h"
#include "code/workspace.h"
#include "daemon/run_request.h"

static struct err e;

struct world {
	struct arena *arena;
	struct store *store;
	struct workspace workspace;
	struct code_view *code;
	struct session session;
};

/* `lines` as of fake_code.h, and a location "broken" that does not load. */
static struct world *world_new(const char *lines)
{
	struct arena *a = arena_new(), *of_code = arena_new();
	struct world *w = NEW(a, struct world, 1);
	struct asset_graph *g = fake_graph(of_code, lines);
	size_t count = g->locations_count;

	w->arena = a;
	w->code = NEW(of_code, struct code_view, 1);
	*w->code = (struct code_view){.arena = of_code, .references = 1, .graph = g, .locations_count = count + 1};
	w->code->locations = NEW(of_code, struct location_state, count + 1);
	w->workspace = (struct workspace){.file = SV("/ws/workspace.yaml"), .n = count + 1};
	w->workspace.at = NEW(a, struct code_location, count + 1);
	for (size_t i = 0; i <= count; i++) {
		w->workspace.at[i].name = i < count ? g->locations[i].name : SV("broken");
		w->code->locations[i] = (struct location_state){.code = &w->workspace.at[i]};
		w->code->locations[i].manifest = i < count ? g->locations[i].manifest : NULL;
	}
	w->code->locations[count].error = SV("{\"exception\":\"KeyError\",\"message\":\"'x'\"}");
	CHECK_OK(store_open(scratch_file(a, "ledger.db"), STORE_WRITE, &w->store, &e), &e);
	w->session = (struct session){.arena = a, .workspace = &w->workspace, .store = w->store, .code = w->code};
	return w;
}

static void world_free(struct world *w)
{
	CHECK_INT(1, w->code->references); /* whoever kept the view has let go of it */
	code_view_release(w->code);
	store_close(w->store);
	arena_free(w->arena);
}

static sv steps_of(struct arena *a, const struct run_plan *plan)
{
	sv text = {"", 0};

	for (size_t i = 0; i < plan->steps_count; i++)
		text = arena_fmt(a, SV_FMT "%s" SV_FMT, SV_ARG(text), i ? " " : "", SV_ARG(plan->steps[i].name));
	return text;
}

static void release(struct engine_submission *what)
{
	what->release(what->release_ctx);
	arena_free(what->arena);
}

#define TEAMS "north raw\nnorth orders < raw\nsouth report < orders\nsouth =outside\n"

static void test_selection_and_location_make_the_plan(void)
{
	static const struct {
		const char *selection, *location, *steps;
	} rows[] = {
		{NULL, NULL, "raw orders report"}, /* nobody makes outside: it stays out */
		{"*", NULL, "raw orders report"},
		{"*", "south", "report"},
		{NULL, "north", "raw orders"},
		{"orders+", NULL, "orders report"},
		{"orders+", "south", "report"},
		{"key:outside or key:raw", NULL, "raw"},
	};
	struct world *w = world_new(TEAMS);

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct run_request request = {sv_of(rows[i].selection), sv_of(rows[i].location), 0, {0}};
		struct run_plan *plan;

		CHECK_OK(run_request_plan(&w->session, w->arena, &request, &plan, &e), &e);
		CHECK_SV(sv_of(rows[i].steps), steps_of(w->arena, plan));
	}
	world_free(w);
}

static void test_what_cannot_run_is_refused_with_the_reason(void)
{
	static const struct {
		const char *selection, *location;
		enum err_kind kind;
		const char *says, *hint;
	} rows[] = {
		{"key:(", NULL, ERR_INVALID, "", ""},
		{"", NULL, ERR_INVALID, "", ""},
		{"*", "nort", ERR_NOT_FOUND, "no code location 'nort'", "did you mean 'north'?"},
		{"*", "", ERR_NOT_FOUND, "no code location ''", "there are: north, south, broken"},
		{"*", "broken", ERR_UNAVAILABLE, "location 'broken' does not load: KeyError: 'x'",
		 "plait location show broken"},
		{"key:outside", NULL, ERR_INVALID, "\"outside\" is made elsewhere", ""},
		{"raw", "south", ERR_INVALID, "no asset is selected", "plait asset list"},
		{"group:defaul", NULL, ERR_INVALID, "no asset is selected", "did you mean 'default'?"},
	};
	struct world *w = world_new(TEAMS);

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct run_request request = {sv_of(rows[i].selection), sv_of(rows[i].location), 0, {0}};
		struct engine_submission what = {0};

		if (run_request_submission(&w->session, &request, &what, &e))
			CHECK_STR(rows[i].says, "nothing");
		CHECK_INT(rows[i].kind, e.kind);
		CHECK_CONTAINS(rows[i].says, e.text);
		CHECK_CONTAINS(rows[i].hint, e.hint);
		CHECK_INT(1, w->code->references);
	}
	world_free(w);
}

static void test_no_code_is_nothing_to_run(void)
{
	struct world *w = world_new("");
	struct run_request request = {0};
	struct run_plan *plan;

	CHECK(!run_request_plan(&w->session, w->arena, &request, &plan, &e));
	CHECK_INT(ERR_INVALID, e.kind);
	CHECK_CONTAINS("no location that loads defines an asset", e.text);
	world_free(w);
}

static void test_a_submission_stands_on_its_own(void)
{
	struct world *w = world_new(TEAMS);
	char typed[] = "raw", name[] = "team", value[] = "x";
	struct run_tag tags[] = {{sv_of(name), sv_of(value)}, {SV("other"), SV("1")}, {SV("team"), SV("y")}};
	struct run_request request = {.selection = sv_of(typed), .most_running = 3, .tags = {tags, 3, 3}};
	struct engine_submission what = {0};

	CHECK_OK(run_request_submission(&w->session, &request, &what, &e), &e);
	memset(typed, '-', 3); /* what was typed may go */
	memset(name, '-', 4);
	memset(value, '-', 1);
	CHECK_SV(SV("raw"), what.selection);
	CHECK(!what.location.p);
	CHECK_INT(3, what.most_running);
	CHECK_INT(2, what.tags.n); /* the last of a name counts */
	CHECK_SV(SV("team"), what.tags.at[0].name);
	CHECK_SV(SV("y"), what.tags.at[0].value);
	CHECK_SV(SV("other"), what.tags.at[1].name);
	CHECK_INT(2, w->code->references); /* the plan points into it */
	release(&what);
	world_free(w);
}

/* ---- once more ---- */

struct ran {
	const char *asset, *waits_for;
	enum step_state state;
};

static void put_run(struct world *w, const struct run_row *run, const struct ran *steps, size_t count)
{
	CHECK_OK(store_begin(w->store, &e), &e);
	CHECK_OK(store_put_run(w->store, run, &e), &e);
	for (size_t i = 0; i < count; i++) {
		sv key = sv_of(steps[i].asset), waits = sv_of(steps[i].waits_for);
		struct step_row row = {.run = run->id, .index = (int64_t)i, .name = key, .state = steps[i].state};

		row.assets = (struct sv_list){&key, 1, 1};
		if (waits.p)
			row.waits_for = (struct sv_list){&waits, 1, 1};
		CHECK_OK(store_put_step(w->store, &row, &e), &e);
	}
	CHECK_OK(store_commit(w->store, &e), &e);
}

/* What a retry makes, in plan order; or the error. */
static sv retried(struct world *w, const char *run, bool all)
{
	struct engine_submission what = {0};
	sv steps;

	if (!run_request_retry(&w->session, sv_of(run), all, NULL, &what, &e))
		return arena_fmt(w->arena, "%s: %s", err_word(e.kind), e.text);
	steps = steps_of(w->arena, what.plan);
	release(&what);
	return steps;
}

#define CHAIN "x a\nx b < a\nx c < b\nx d < c\nx e\nx f\n"

static void test_a_retry_takes_what_failed_and_what_waited_for_it(void)
{
	static const struct ran steps[] = {
		{"a", NULL, STEP_SUCCESS}, {"e", NULL, STEP_SKIPPED}, {"f", NULL, STEP_CANCELED},
		{"b", "0", STEP_FAILURE},  {"c", "3", STEP_SKIPPED},  {"d", "4", STEP_SKIPPED}};
	struct world *w = world_new(CHAIN);
	struct run_row run = {.id = SV("r1"), .state = RUN_FAILURE};

	put_run(w, &run, steps, COUNT_OF(steps));
	CHECK_SV(SV("b f c d"), retried(w, "r1", false)); /* e had nothing to do */
	CHECK_SV(SV("a e f b c d"), retried(w, "r1", true));
	world_free(w);
}

static void test_a_retry_is_refused_with_the_reason(void)
{
	static const struct ran good = {"a", NULL, STEP_SUCCESS}, gone = {"away", NULL, STEP_FAILURE},
				elsewhere = {"out", NULL, STEP_FAILURE};
	struct world *w = world_new("x a\nx =out\n");

	for (int state = 0; state < RUN_STATE_COUNT; state++) {
		struct run_row run = {.id = sv_of(run_state_word((enum run_state)state)), .state = (enum run_state)state};

		put_run(w, &run, &good, 1);
		if (run_state_ended(run.state))
			CHECK_CONTAINS("invalid: nothing of run", retried(w, run.id.p, false).p);
		else
			CHECK_CONTAINS("is still open", retried(w, run.id.p, true).p);
		CHECK_INT(run_state_ended(run.state) ? ERR_INVALID : ERR_CONFLICT, e.kind);
	}
	put_run(w, &(struct run_row){.id = SV("r1"), .state = RUN_FAILURE}, &gone, 1);
	put_run(w, &(struct run_row){.id = SV("r2"), .state = RUN_FAILURE}, &elsewhere, 1);
	put_run(w, &(struct run_row){.id = SV("r3"), .state = RUN_FAILURE}, NULL, 0);
	CHECK_SV(SV("not_found: asset 'away' of that run is made by no step any more"), retried(w, "r1", false));
	CHECK_SV(SV("not_found: asset 'out' of that run is made by no step any more"), retried(w, "r2", false));
	CHECK_SV(SV("invalid: nothing of run r3 failed"), retried(w, "r3", true)); /* no step at all */
	CHECK_CONTAINS("not_found", retried(w, "r9", false).p);
	world_free(w);
}

static sv tag_of(const struct engine_submission *what, const char *name)
{
	for (size_t i = 0; i < what->tags.n; i++)
		if (sv_eq(what->tags.at[i].name, sv_of(name)))
			return what->tags.at[i].value;
	return (sv){0};
}

static void test_a_retry_is_asked_for_as_its_parent_was(void)
{
	static const struct ran failed = {"a", NULL, STEP_FAILURE};
	struct run_row run = {.id = SV("r2"),
			      .root = SV("r1"),
			      .parent = SV("r1"),
			      .retry_number = 1,
			      .state = RUN_FAILURE,
			      .request = SV("{\"selection\":\"a+\",\"location\":\"x\",\"most_running\":2}"),
			      .tags = SV("{\"team\":\"old\",\"kept\":\"k\",\"odd\":7,\"dagster/retry_number\":\"1\"}")};
	struct run_tag tag = {SV("team"), SV("new")};
	struct run_tags more = {&tag, 1, 1};
	struct engine_submission what = {0};
	struct world *w = world_new(CHAIN);

	put_run(w, &run, &failed, 1);
	CHECK_OK(run_request_retry(&w->session, SV("r2"), false, &more, &what, &e), &e);
	CHECK_SV(SV("a+"), what.selection);
	CHECK_SV(SV("x"), what.location);
	CHECK_INT(2, what.most_running);
	CHECK_SV(SV("r2"), what.parent);
	CHECK_SV(SV("r1"), what.root);
	CHECK_INT(2, what.retry_number);
	CHECK_SV(SV("new"), tag_of(&what, "team"));
	CHECK_SV(SV("k"), tag_of(&what, "kept"));
	CHECK(!tag_of(&what, "odd").p);
	CHECK_SV(SV("2"), tag_of(&what, "dagster/retry_number"));
	CHECK_SV(SV("r2"), tag_of(&what, "dagster/parent_run_id"));
	CHECK_SV(SV("r1"), tag_of(&what, "dagster/root_run_id"));
	CHECK_INT(5, what.tags.n);
	release(&what);
	world_free(w);
}

static void test_what_the_ledger_has_wrong_is_passed_over(void)
{
	static const struct ran steps[] = {{"a", "999999999999", STEP_SKIPPED}, {"e", NULL, STEP_FAILURE}};
	struct run_row run = {.id = SV("r1"), .state = RUN_FAILURE, .request = SV("{"), .tags = SV("[1]")};
	struct engine_submission what = {0};
	struct world *w = world_new(CHAIN);

	put_run(w, &run, steps, COUNT_OF(steps));
	CHECK_OK(run_request_retry(&w->session, SV("r1"), false, NULL, &what, &e), &e);
	CHECK_SV(SV("e"), steps_of(w->arena, what.plan));
	CHECK(!what.selection.p && !what.location.p);
	CHECK_INT(0, what.most_running);
	CHECK_SV(SV("r1"), what.root); /* it is the first one */
	CHECK_INT(1, what.retry_number);
	CHECK_INT(3, what.tags.n);
	release(&what);
	world_free(w);
}

static void test_the_engine_gets_the_assets_it_asks_for(void)
{
	sv keys[] = {SV("d"), SV("b")}, away[] = {SV("a"), SV("away")};
	struct sv_list wanted = {keys, 2, 2}, lost = {away, 2, 2};
	struct run_row run = {.id = SV("r1"), .state = RUN_FAILURE, .request = SV("{\"selection\":\"*\",\"most_running\":1}")};
	struct engine_submission what = {0};
	struct world *w = world_new(CHAIN);

	put_run(w, &run, NULL, 0);
	CHECK_OK(run_request_rerun(&w->session, &(struct engine_rerun){SV("r1"), &wanted}, &what, &e), &e);
	CHECK_SV(SV("b d"), steps_of(w->arena, what.plan));
	CHECK_SV(SV("*"), what.selection);
	CHECK_INT(1, what.most_running);
	release(&what);
	CHECK(!run_request_rerun(&w->session, &(struct engine_rerun){SV("r1"), &lost}, &what, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK(!run_request_rerun(&w->session, &(struct engine_rerun){SV("r9"), &wanted}, &what, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	world_free(w);
}

static void test_a_thousand_steps_that_failed_in_the_middle(void)
{
	enum { STEPS = 1000, FAILED = 400 };
	static struct ran steps[STEPS];
	AUTO_ARENA a = arena_new();
	AUTO_BUF lines = {0};
	struct engine_submission what = {0};
	struct world *w;

	for (int i = 0; i < STEPS; i++) {
		const char *key = arena_fmt(a, "s%03d", i).p;

		buf_addf(&lines, "x %s%s%s\n", key, i ? " < " : "", i ? steps[i - 1].asset : "");
		steps[i] = (struct ran){key, i ? arena_fmt(a, "%d", i - 1).p : NULL,
					i < FAILED    ? STEP_SUCCESS
					: i == FAILED ? STEP_FAILURE
						      : STEP_SKIPPED};
	}
	w = world_new(arena_cstr(a, buf_sv(&lines)));
	put_run(w, &(struct run_row){.id = SV("r1"), .state = RUN_FAILURE}, steps, STEPS);
	CHECK_OK(run_request_retry(&w->session, SV("r1"), false, NULL, &what, &e), &e);
	CHECK_INT(STEPS - FAILED, what.plan->steps_count);
	CHECK_SV(SV("s400"), what.plan->steps[0].name);
	CHECK_SV(SV("s999"), what.plan->steps[STEPS - FAILED - 1].name);
	release(&what);
	world_free(w);
}

TESTS(TEST(test_selection_and_location_make_the_plan) TEST(test_what_cannot_run_is_refused_with_the_reason)
	      TEST(test_no_code_is_nothing_to_run) TEST(test_a_submission_stands_on_its_own)
		      TEST(test_a_retry_takes_what_failed_and_what_waited_for_it) TEST(test_a_retry_is_refused_with_the_reason)
			      TEST(test_a_retry_is_asked_for_as_its_parent_was) TEST(test_what_the_ledger_has_wrong_is_passed_over)
				      TEST(test_the_engine_gets_the_assets_it_asks_for)
					      TEST(test_a_thousand_steps_that_failed_in_the_middle))
