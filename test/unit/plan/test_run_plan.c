/* Plans: who runs, in which order, reading what, and what is refused. */
#include "check.h"
#include "fake_code.h"

#include "plan/run_plan.h"

struct world {
	struct arena *arena;
	struct asset_graph *graph;
	struct known_version *known;
	struct run_plan *plan;
	struct err e;
};

static struct world world_of(struct arena *a, const char *lines, const char *made)
{
	struct world w = {.arena = a, .graph = fake_graph(a, lines)};
	sv rest = sv_of(made), word;

	w.known = NEW(a, struct known_version, w.graph->nodes_count);
	while ((word = fake_word(&rest)).n) {
		bool outside = sv_starts(word, SV("~"));
		uint32_t id = asset_graph_find(w.graph, sv_from(word, outside));

		if (outside)
			w.known[id].found_outside = true;
		else
			w.known[id].id = arena_fmt(a, "v-" SV_FMT, SV_ARG(word));
	}
	return w;
}

static bool plan(struct world *w, const char *selected)
{
	struct node_set set = fake_set(w->arena, w->graph, selected);
	struct findings findings = workspace_check(w->arena, w->graph);
	struct plan_request request = {&set, sv_of(selected), w->known};

	return run_plan_make(w->arena, w->graph, &findings, &request, &w->plan, &w->e);
}

/* "0 name: a,b <- in! in* | waits 1,2": `!` loaded, `*` made in the run. */
static sv plan_text(struct world *w)
{
	sv text = {"", 0};
	struct arena *a = w->arena;

	for (size_t i = 0; i < w->plan->steps_count; i++) {
		const struct plan_step *s = &w->plan->steps[i];

		text = arena_fmt(a, SV_FMT "%u " SV_FMT ":", SV_ARG(text), s->level, SV_ARG(s->name));
		for (size_t n = 0; n < s->nodes_count; n++)
			text = arena_fmt(a, SV_FMT " " SV_FMT, SV_ARG(text), SV_ARG(w->graph->nodes[s->nodes[n]].key));
		for (size_t n = 0; n < s->inputs_count; n++)
			text = arena_fmt(a, SV_FMT " %s" SV_FMT "%s%s%s" SV_FMT, SV_ARG(text), n ? "" : "<- ",
					 SV_ARG(w->graph->nodes[s->inputs[n].node].key), s->inputs[n].loaded ? "!" : "",
					 s->inputs[n].in_run ? "*" : "", s->inputs[n].version.p ? "=" : "",
					 SV_ARG(s->inputs[n].version));
		for (size_t n = 0; n < s->waits_for_count; n++)
			text = arena_fmt(a, SV_FMT " %s%u", SV_ARG(text), n ? "" : "| ", s->waits_for[n]);
		text = arena_fmt(a, SV_FMT "\n", SV_ARG(text));
	}
	return text;
}

static sv left_out_text(struct world *w)
{
	sv text = {"", 0};

	for (size_t i = 0; i < w->plan->left_out.n; i++) {
		const struct left_out *l = &w->plan->left_out.at[i];

		text = arena_fmt(w->arena, SV_FMT SV_FMT ": " SV_FMT "\n", SV_ARG(text),
				 SV_ARG(w->graph->nodes[l->node].key), SV_ARG(l->reason));
	}
	return text;
}

#define TEAMS "a raw\na summary < raw!\nb features < summary!\nb model < features! market\nb =market\n"

static void test_plans(void)
{
	static const struct {
		const char *lines, *made, *selected, *want;
	} rows[] = {
		{TEAMS, "", "raw summary features model market",
		 "0 raw: raw\n1 summary: summary <- raw!* | 0\n2 features: features <- summary!* | 1\n"
		 "3 model: model <- features!* market | 2\n"},
		{TEAMS, "summary", "features", "0 features: features <- summary!=v-summary\n"},
		{TEAMS, "~summary", "features", "0 features: features <- summary!\n"},
		/* A gap in the selection: what lies behind it reads the old value and waits for nobody. */
		{TEAMS, "summary", "raw features", "0 raw: raw\n0 features: features <- summary!=v-summary\n"},
		/* Assets of a step come along, unless it may run in parts. */
		{"a x@s\na y@s < z!\na z", "z", "x", "0 s: x y <- z!=v-z\n"},
		{"a %s\na x@s\na y@s < z!\na z", "z", "x", "0 s: x\n"},
		/* The same upstream twice is one input, loaded if anybody loads it. */
		{"a x@s < z\na y@s < z!\na z", "", "x z", "0 z: z\n1 s: x y <- z!* | 0\n"},
		/* Inside a step nothing is an input. */
		{"a x@s\na y@s < x!", "", "x", "0 s: x y\n"},
		/* The same name in two locations. */
		{"a load_a@load\nb load_b@load < load_a!", "", "load_a load_b",
		 "0 a.load: load_a\n1 b.load: load_b <- load_a!* | 0\n"},
		/* Another step stands between assets of one that may run in parts. */
		{"a %s\na p@s\na r@s < q!\na t@s < p!\nb q < p!", "", "p q r t",
		 "0 s: p t\n1 q: q <- p!* | 0\n2 s.2: r <- q!* | 1\n"},
		/* Two such steps, crossing. */
		{"a %s\na a1@s\na a2@s < b2!\nb %t\nb b1@t < a1!\nb b2@t", "", "a1 a2 b1 b2",
		 "0 s: a1\n0 t: b2\n1 s.2: a2 <- b2!* | 1\n1 t.2: b1 <- a1!* | 0\n"},
		/* By level, then location, then name. */
		{"b p\na z\na y\nc q < z!", "", "p z y q", "0 y: y\n0 z: z\n0 p: p\n1 q: q <- z!* | 1\n"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct world w = world_of(a, rows[i].lines, rows[i].made);

		CHECK_OK(plan(&w, rows[i].selected), &w.e);
		CHECK_SV(sv_of(rows[i].want), plan_text(&w));
	}
}

static void test_refusals(void)
{
	static const struct {
		const char *lines, *made, *selected;
		enum err_kind kind;
		const char *error, *hint;
	} rows[] = {
		{TEAMS, "", "", ERR_INVALID, "no asset is selected", ""},
		{TEAMS, "", "market", ERR_INVALID, "\"market\" is made elsewhere", ""},
		{TEAMS, "", "features", ERR_NOT_FOUND,
		 "\"features\" (b) loads \"summary\" (a), which has never been materialized",
		 "plait materialize 'summary,raw,features'"},
		{TEAMS, "raw", "features", ERR_NOT_FOUND, "summary", "plait materialize 'summary,features'"},
		{"a x < y\nb y < x\n", "", "x", ERR_CONFLICT, "circle", ""},
		{"a x\nb x\n", "", "x", ERR_CONFLICT, "Two locations make", ""},
		{"a p@s\na r@s < q!\nb q < p!", "", "p q", ERR_CONFLICT,
		 "step \"s\" (a) needs step \"q\" (b) needs step \"s\"", "can_subset"},
		{"a !x\na x\na y < x!", "", "x y", ERR_INVALID, "nothing to run: x cannot be made", ""},
		{"a !x\na x\na y < x!", "", "y", ERR_NOT_FOUND, "loads \"x\" (a), which has never been materialized",
		 "x cannot be made"},
		{"a %s\na p@s\na r@s < q1!\nb q1@q < q2\nb q2@q < p!", "", "p r q1", ERR_NONE, "", ""},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct world w = world_of(a, rows[i].lines, rows[i].made);
		bool done = plan(&w, rows[i].selected);

		CHECK_INT(rows[i].kind == ERR_NONE, done);
		if (done)
			continue;
		CHECK_INT(rows[i].kind, w.e.kind);
		CHECK_CONTAINS(rows[i].error, w.e.text);
		CHECK_CONTAINS(rows[i].hint, w.e.hint);
	}
}

static void test_reasons_and_warnings(void)
{
	AUTO_ARENA a = arena_new();
	struct world w = world_of(a, "a x@s\na y@s\na z@s\nb u < v w!\nb v\nb w", "~w");

	CHECK_OK(plan(&w, "x u"), &w.e);
	CHECK_STR("selected by \"x u\"; \"y\" and 1 more share a step with it", w.plan->steps[0].reason.p);
	CHECK_STR("selected by \"x u\"", w.plan->steps[1].reason.p);
	CHECK_INT(2, w.plan->warnings.n);
	CHECK_STR("\"u\" (b) depends on \"v\" (b), which has never been materialized", w.plan->warnings.at[0].p);
	CHECK_CONTAINS("\"u\" (b) loads \"w\" (b), which plait has not made yet", w.plan->warnings.at[1].p);
}

static void test_what_cannot_run_is_left_out_with_what_depends_on_it(void)
{
	static const struct {
		const char *lines, *made, *selected, *steps, *left_out;
	} rows[] = {
		{"a !x\na x\nb y < x\nb z < y!\na u", "", "u x y z", "0 u: u\n",
		 "x: x cannot be made\ny: depends on \"x\" (a), which is left out\nz: depends on \"y\" (b), which is left out\n"},
		/* Who was not chosen together with it reads what there is. */
		{"a !x\na x\nb y < x!\na u", "x", "u y", "0 u: u\n0 y: y <- x!=v-x\n", ""},
		/* A step that runs whole goes whole; one that may run in part keeps what does not depend on it. */
		{"a !x\na x\na p@s < x\na q@s\na r < q\na u", "", "x p r u", "0 u: u\n",
		 "x: x cannot be made\np: depends on \"x\" (a), which is left out\n"
		 "q: shares a step with \"p\" (a), which is left out\nr: depends on \"q\" (a), which is left out\n"},
		{"a !x\na x\na %s\na p@s < x\na q@s\na r < q", "", "x p q r", "0 s: q\n1 r: r <- q* | 0\n",
		 "x: x cannot be made\np: depends on \"x\" (a), which is left out\n"},
		{"a !s\na p@s\na q@s\na u", "", "p u", "0 u: u\n", "p: s cannot be made\nq: s cannot be made\n"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_ARENA a = arena_new();
		struct world w = world_of(a, rows[i].lines, rows[i].made);

		CHECK_OK(plan(&w, rows[i].selected), &w.e);
		CHECK_SV(sv_of(rows[i].steps), plan_text(&w));
		CHECK_SV(sv_of(rows[i].left_out), left_out_text(&w));
	}
}

static void test_what_is_left_out_is_one_sentence(void)
{
	AUTO_ARENA a = arena_new();
	struct world w = world_of(a, "a !x\na x\nb y < x\na u", "");

	CHECK_OK(plan(&w, "u"), &w.e);
	CHECK(!run_plan_left_out(a, w.plan).p);
	CHECK_OK(plan(&w, "u x"), &w.e);
	CHECK_SV(SV("\"x\" (a) is left out: x cannot be made"), run_plan_left_out(a, w.plan));
	CHECK_OK(plan(&w, "u x y"), &w.e);
	CHECK_SV(SV("\"x\" (a) and 1 more are left out: x cannot be made"), run_plan_left_out(a, w.plan));
}

static void test_options_that_make_no_sense_are_told_once(void)
{
	static const sv keys[] = {{"plait/timeout", 13}, {"dagster/priority", 16}};
	static const struct value items[] = {{.type = VALUE_TEXT, .text = {"soon", 4}}, {.type = VALUE_TEXT, .text = {"7", 1}}};
	static const struct value tags = {.type = VALUE_MAP, .keys = keys, .items = items, .n = 2};
	AUTO_ARENA a = arena_new();
	/* two parts of one step, with another location's between them */
	struct world w = world_of(a, "a %s\na x@s\na y@s < z!\nb z < x!", "");

	((struct manifest_step *)asset_graph_step(w.graph, 0))->tags = &tags;
	CHECK_OK(plan(&w, "x y z"), &w.e);
	CHECK_INT(3, w.plan->steps_count);
	CHECK_INT(7, w.plan->steps[0].options.priority);
	CHECK_INT(0, w.plan->steps[1].options.priority);
	CHECK_INT(7, w.plan->steps[2].options.priority);
	CHECK_INT(1, w.plan->warnings.n);
	CHECK_CONTAINS("\"x\" (/src/a.py:1): the op tag plait/timeout is \"soon\"", w.plan->warnings.at[0].p);
}

TESTS(TEST(test_plans) TEST(test_refusals) TEST(test_reasons_and_warnings)
	      TEST(test_what_cannot_run_is_left_out_with_what_depends_on_it)
	      TEST(test_what_is_left_out_is_one_sentence)
	      TEST(test_options_that_make_no_sense_are_told_once))
