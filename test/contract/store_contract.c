/* store_contract.c -- the behaviour promised in store.h, one promise a test. */
#include "store_contract.h"

static struct err e;

void contract_begin(struct store *s)
{
	CHECK_OK(store_begin(s, &e), &e);
}

void contract_commit(struct store *s)
{
	CHECK_OK(store_commit(s, &e), &e);
}

struct store *contract_open(struct arena *a)
{
	struct store *s;

	CHECK_OK(contract_ledger.open(contract_ledger.fresh(a), STORE_WRITE, &s, &e), &e);
	contract_begin(s);
	return s;
}

void contract_put_run(struct store *s, const char *id, enum run_state state)
{
	struct run_row row = {
		.id = sv_of(id), .state = state, .request = SV("{}"), .created_at = 1};

	CHECK_OK(store_put_run(s, &row, &e), &e);
}

void contract_put_step(struct store *s, const char *run, int64_t index, const char *asset,
		       enum step_state state)
{
	sv key = sv_of(asset);
	struct step_row row = {.run = sv_of(run),
			       .index = index,
			       .name = SV("step"),
			       .state = state,
			       .assets = {&key, 1, 1},
			       .ended_at = step_state_ended(state) ? 5 : 0};

	CHECK_OK(store_put_step(s, &row, &e), &e);
}

struct version_row contract_version(const char *id, const char *asset, const char *run)
{
	return (struct version_row){
		.id = sv_of(id),
		.asset = sv_of(asset),
		.run = sv_of(run),
		.step = 3,
		.attempt = 2,
		.location = SV("north"),
		.manifest_id = SV("m1"),
		.code_version = SV("7"),
		.inputs = SV("[]"),
		.storage = SV("{\"kind\":\"filesystem\"}"),
		.directory = SV("/base/.plait/a"),
		.files = SV("{}"),
		.views = SV("[]"),
		.manager = SV("io_manager"),
		.manager_type = SV("plait.FilesystemIOManager"),
		.versioned = true,
		.bytes = 1234567890123,
		.rows = -1,
		.metadata = SV("{}"),
		.created_at = 1700000000000001,
		.duration = 42,
	};
}

void test_location_comes_back_as_put(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct location_row row = {.name = SV("north"),
				   .error = SV("{\"kind\":\"syntax\"}"),
				   .tried_at = 9},
			    got;

	CHECK(!store_get_location(s, a, SV("north"), &got, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK_OK(store_put_location(s, &row, &e), &e);
	CHECK_OK(store_get_location(s, a, SV("north"), &got, &e), &e);
	CHECK(!got.manifest_id.p && !got.fingerprint.p && got.loaded_at == 0);
	CHECK_SV(row.error, got.error);

	row = (struct location_row){.name = SV("north"),
				    .manifest_id = SV("m1"),
				    .fingerprint = SV("f"),
				    .loaded_at = 11,
				    .tried_at = 12,
				    .watch = SV("[]")};
	CHECK_OK(store_put_manifest(s, SV("m1"), SV("north"), SV("{}"), 10, &e), &e);
	CHECK_OK(store_put_location(s, &row, &e), &e);
	contract_commit(s);
	CHECK_OK(store_get_location(s, a, SV("north"), &got, &e), &e);
	CHECK(!got.error.p);
	CHECK_SV(SV("m1"), got.manifest_id);
	CHECK_SV(SV("f"), got.fingerprint);
	CHECK_SV(SV("[]"), got.watch);
	CHECK_INT(11, got.loaded_at);
	CHECK_INT(12, got.tried_at);
	store_close(s);
}

void test_manifest_is_kept_by_id(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	sv text;

	CHECK_OK(store_put_manifest(s, SV("m1"), SV("north"), SV("{\"format\":1}"), 10, &e), &e);
	CHECK_OK(store_put_manifest(s, SV("m1"), SV("north"), SV("{\"format\":1}"), 11, &e), &e);
	contract_commit(s);
	CHECK_OK(store_get_manifest(s, a, SV("m1"), &text, &e), &e);
	CHECK_SV(SV("{\"format\":1}"), text);
	CHECK(!store_get_manifest(s, a, SV("m2"), &text, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

void test_asset_keeps_its_number(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	int64_t first, second, again;

	CHECK_OK(store_asset_id(s, SV("a/b"), &first, &e), &e);
	CHECK_OK(store_asset_id(s, SV("a/c"), &second, &e), &e);
	contract_commit(s);
	CHECK_OK(store_asset_id(s, SV("a/b"), &again, &e), &e);
	CHECK(first != second);
	CHECK_INT(first, again);
	CHECK(!store_asset_id(s, SV("a/d"), &again, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

void test_run_is_replaced_by_id(void)
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

void test_run_comes_back_as_put(void)
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

void test_counts_follow_the_steps_until_the_run_has_ended(void)
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

void test_locations_of_a_run_are_those_of_its_steps_by_name(void)
{
	static const char *const locations[] = {"south", "a \"b\"", "south", NULL};
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_row got;

	contract_put_run(s, "r1", RUN_STARTED);
	for (int64_t i = 0; i < (int64_t)COUNT_OF(locations); i++) {
		struct step_row row = {.run = SV("r1"), .index = i, .name = SV("s"), .state = STEP_WAITING};

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
void test_every_state_is_accepted_and_no_other(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct step_rows steps;
	struct run_row run;

	for (int state = 0; state < RUN_STATE_COUNT; state++) {
		contract_put_run(s, "r1", (enum run_state)state);
		CHECK_OK(store_get_run(s, a, SV("r1"), &run, &e), &e);
		CHECK_INT(state, run.state);
	}
	for (int state = 0; state < STEP_STATE_COUNT; state++) {
		contract_put_step(s, "r1", 0, "a", (enum step_state)state);
		CHECK_OK(store_list_steps(s, a, SV("r1"), &steps, &e), &e);
		CHECK_INT(state, steps.at[0].state);
	}
	store_close(s);
}

void test_run_is_found_by_a_piece_of_its_id(void)
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

void test_runs_are_listed_newest_first_in_pages(void)
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

void test_open_runs_are_those_not_ended(void)
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

static void check_list(const struct sv_list *want, const struct sv_list *got)
{
	CHECK_INT(want->n, got->n);
	for (size_t i = 0; i < want->n; i++)
		CHECK_SV(want->at[i], got->at[i]);
}

static void check_progress(const struct step_row *want, const struct step_row *got)
{
	CHECK_INT(want->state, got->state);
	CHECK_SV(want->location, got->location);
	CHECK_SV(want->manifest_id, got->manifest_id);
	CHECK_INT(want->attempt, got->attempt);
	CHECK_INT(want->retries, got->retries);
	CHECK_INT(want->wake_at, got->wake_at);
	CHECK_INT(want->pid, got->pid);
	CHECK_SV(want->pid_started, got->pid_started);
	CHECK_SV(want->method, got->method);
	CHECK_SV(want->directory, got->directory);
	CHECK_SV(want->messages, got->messages);
	CHECK_INT(want->messages_from, got->messages_from);
	CHECK_INT(want->offset, got->offset);
	CHECK_SV(want->reason, got->reason);
	CHECK_SV(want->error, got->error);
	CHECK_INT(want->started_at, got->started_at);
	CHECK_INT(want->ended_at, got->ended_at);
	CHECK_INT(want->max_rss_kib, got->max_rss_kib);
	CHECK_INT(want->user_us, got->user_us);
	CHECK_INT(want->system_us, got->system_us);
}

static void check_step(const struct step_row *want, const struct step_row *got)
{
	CHECK_SV(want->run, got->run);
	CHECK_INT(want->index, got->index);
	CHECK_INT(want->partition, got->partition);
	CHECK_SV(want->name, got->name);
	check_list(&want->assets, &got->assets);
	check_list(&want->waits_for, &got->waits_for);
	CHECK_SV(want->inputs, got->inputs);
	CHECK_SV(want->reason_planned, got->reason_planned);
	check_progress(want, got);
}

void test_step_comes_back_as_put(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	sv keys[] = {SV("b"), SV("a/c")}, waits[] = {SV("0"), SV("12")};
	struct step_row row = {
		.run = SV("r1"),
		.index = 13,
		.partition = 4,
		.name = SV("make_b"),
		.location = SV("north"),
		.manifest_id = SV("m1"),
		.assets = {keys, 2, 2},
		.waits_for = {waits, 2, 2},
		.inputs = SV("[{\"asset\":\"x\",\"loaded\":true}]"),
		.reason_planned = SV("selected"),
		.state = STEP_RUNNING,
		.attempt = 2,
		.retries = 1,
		.wake_at = 12,
		.pid = 4711,
		.pid_started = SV("99"),
		.method = SV("fork"),
		.directory = SV("/runs/r1/make_b.2"),
		.messages = SV("/workers/4711-99/messages.1.jsonl"),
		.messages_from = 1 << 10,
		.offset = 1 << 20,
		.reason = SV("asked for"),
		.error = SV("{}"),
		.started_at = 7,
		.ended_at = 8,
		.max_rss_kib = 9,
		.user_us = 10,
		.system_us = 11,
	};
	struct step_rows rows;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_put_step(s, "r1", 2, "x", STEP_WAITING);
	CHECK_OK(store_put_step(s, &row, &e), &e);
	CHECK_OK(store_list_steps(s, a, SV("r1"), &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_INT(0, rows.at[0].waits_for.n);
	CHECK_INT(0, rows.at[0].pid);
	CHECK(!rows.at[0].pid_started.p && !rows.at[0].error.p && !rows.at[0].directory.p);
	CHECK(!rows.at[0].inputs.p && !rows.at[0].method.p && !rows.at[0].messages.p);
	CHECK_SV(SV("x"), rows.at[0].assets.at[0]);
	check_step(&row, &rows.at[1]);
	store_close(s);
}

void test_step_is_replaced_by_run_and_index(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct step_row orphan = {.run = SV("r9"), .name = SV("x")};
	struct step_rows rows;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_put_run(s, "r2", RUN_STARTED);
	contract_put_step(s, "r1", 0, "a", STEP_RUNNING);
	contract_put_step(s, "r1", 0, "a", STEP_SUCCESS);
	contract_put_step(s, "r2", 0, "a", STEP_WAITING);
	CHECK_OK(store_list_steps(s, a, SV("r1"), &rows, &e), &e);
	CHECK_INT(1, rows.n);
	CHECK_INT(STEP_SUCCESS, rows.at[0].state);
	CHECK_INT(1, rows.at[0].assets.n);
	CHECK(!store_put_step(s, &orphan, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

void test_step_moves_and_keeps_what_it_is(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct step_row moved = {.run = SV("r1"),
				 .index = 1,
				 .state = STEP_RETRYING,
				 .location = SV("south"),
				 .manifest_id = SV("m2"),
				 .attempt = 3,
				 .retries = 2,
				 .wake_at = 99,
				 .reason = SV("tried again in 3 s"),
				 .error = SV("{}"),
				 .directory = SV("/d"),
				 .messages = SV("/d/messages.jsonl"),
				 .method = SV("spawn"),
				 .pid_started = SV("5"),
				 .started_at = 6,
				 .ended_at = 7};
	struct step_rows rows;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_put_step(s, "r1", 0, "a", STEP_WAITING);
	contract_put_step(s, "r1", 1, "b", STEP_WAITING);
	CHECK_OK(store_move_step(s, &moved, &e), &e);
	CHECK_OK(store_list_steps(s, a, SV("r1"), &rows, &e), &e);
	CHECK_INT(STEP_WAITING, rows.at[0].state);
	check_progress(&moved, &rows.at[1]);
	CHECK_SV(SV("step"), rows.at[1].name);
	CHECK_SV(SV("b"), rows.at[1].assets.at[0]);
	CHECK_OK(store_get_step(s, a, SV("r1"), 1, &rows.at[1], &e), &e);
	check_progress(&moved, &rows.at[1]);
	CHECK_SV(SV("r1"), rows.at[1].run);
	CHECK(!store_get_step(s, a, SV("r1"), 2, &rows.at[1], &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	moved.index = 2;
	CHECK(!store_move_step(s, &moved, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	moved.run = SV("r9");
	CHECK(!store_move_step(s, &moved, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

void test_pools_are_kept_by_name(void)
{
	static const struct pool_row puts[] = {
		{{"heavy", 5}, 2}, {{"api", 3}, 1}, {{"gone", 4}, 1}, {{"heavy", 5}, 0}, {{"gone", 4}, -1}};
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct pool_rows rows;

	CHECK_OK(store_list_pools(s, a, &rows, &e), &e);
	CHECK_INT(0, rows.n);
	for (size_t i = 0; i < COUNT_OF(puts); i++)
		CHECK_OK(store_put_pool(s, &puts[i], &e), &e);
	contract_commit(s);
	CHECK_OK(store_list_pools(s, a, &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_SV(SV("api"), rows.at[0].name);
	CHECK_INT(1, rows.at[0].slots);
	CHECK_SV(SV("heavy"), rows.at[1].name);
	CHECK_INT(0, rows.at[1].slots);
	CHECK(!store_put_pool(s, &puts[0], &e));
	CHECK_INT(ERR_INVALID, e.kind);
	store_close(s);
}

static const struct standing_row *standing_of(const struct standing_rows *rows, const char *asset)
{
	for (size_t i = 0; i < rows->n; i++)
		if (sv_eq(rows->at[i].asset, sv_of(asset)))
			return &rows->at[i];
	CHECK(!"an asset that the ledger knows has no standing");
	return NULL;
}

void test_last_attempt_is_of_the_newest_run(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct standing_rows rows;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_put_step(s, "r1", 0, "b", STEP_SUCCESS);
	contract_put_step(s, "r1", 1, "a", STEP_RUNNING);
	contract_put_run(s, "r2", RUN_STARTED);
	contract_put_step(s, "r2", 0, "a", STEP_WAITING);
	contract_put_step(s, "r2", 0, "a", STEP_FAILURE);
	contract_put_step(s, "r1", 1, "a", STEP_SUCCESS); /* the older run ends last */
	contract_commit(s);
	CHECK_OK(store_list_standings(s, a, (sv){0}, &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_SV(SV("r2"), standing_of(&rows, "a")->tried_by);
	CHECK_INT(STEP_FAILURE, standing_of(&rows, "a")->tried);
	CHECK_INT(5, standing_of(&rows, "a")->tried_at);
	CHECK_INT(STEP_SUCCESS, standing_of(&rows, "b")->tried);
	CHECK(!standing_of(&rows, "b")->version.p);
	store_close(s);
}

void test_standing_has_the_current_value_and_the_last_attempt(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct version_row one, two = contract_version("v2", "b", NULL);
	struct standing_rows rows;
	sv data_version;

	contract_put_run(s, "r1", RUN_SUCCESS);
	contract_put_step(s, "r1", 0, "a", STEP_SUCCESS);
	one = contract_version("v1", "a", "r1");
	one.data_version = SV("d1");
	one.views = SV("[{}]");
	CHECK_OK(store_put_version(s, &one, &e), &e);
	CHECK_OK(store_move_pointer(s, SV("a"), 0, SV("v1"), 1, &e), &e);
	CHECK_OK(store_put_version(s, &two, &e), &e);
	CHECK_OK(store_move_pointer(s, SV("b"), 0, SV("v2"), 1, &e), &e);
	contract_commit(s);
	CHECK_OK(store_list_standings(s, a, SV("a"), &rows, &e), &e);
	CHECK_INT(1, rows.n);
	CHECK_SV(SV("v1"), rows.at[0].version);
	CHECK_SV(SV("r1"), rows.at[0].run);
	CHECK_SV(SV("r1"), rows.at[0].tried_by);
	CHECK_SV(one.code_version, rows.at[0].code_version);
	CHECK_SV(SV("d1"), rows.at[0].data_version);
	CHECK_SV(one.inputs, rows.at[0].inputs);
	CHECK_SV(one.views, rows.at[0].views);
	CHECK(!rows.at[0].metadata.p); /* a view tells where it is */
	CHECK_INT(one.bytes, rows.at[0].bytes);
	CHECK_INT(-1, rows.at[0].rows);
	CHECK_INT(one.created_at, rows.at[0].created_at);
	CHECK_OK(store_list_standings(s, a, SV("b"), &rows, &e), &e);
	CHECK(!rows.at[0].tried_by.p);
	CHECK_SV(two.metadata, rows.at[0].metadata);
	CHECK_OK(store_list_standings(s, a, SV("nobody"), &rows, &e), &e);
	CHECK_INT(0, rows.n);
	CHECK_OK(store_get_data_version(s, a, SV("v1"), &data_version, &e), &e);
	CHECK_SV(SV("d1"), data_version);
	CHECK_OK(store_get_data_version(s, a, SV("v9"), &data_version, &e), &e);
	CHECK(!data_version.p);
	store_close(s);
}

/* Made in r1, failed in r2, about to be made in r4; r3 makes another, whose number begins alike. */
void test_runs_of_an_asset_are_all_that_were_to_make_it(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_query of_a = {.asset = SV("a"), .most = 10};
	struct version_row row;
	struct run_rows rows;
	int64_t number;

	contract_put_run(s, "r1", RUN_SUCCESS);
	contract_put_step(s, "r1", 0, "a", STEP_SUCCESS);
	row = contract_version("v1", "a", "r1");
	CHECK_OK(store_put_version(s, &row, &e), &e);
	contract_put_run(s, "r2", RUN_FAILURE);
	contract_put_step(s, "r2", 0, "a", STEP_FAILURE);
	for (int i = 0; i < 20; i++)
		CHECK_OK(store_asset_id(s, arena_fmt(a, "other%d", i), &number, &e), &e);
	contract_put_run(s, "r3", RUN_FAILURE);
	contract_put_step(s, "r3", 0, "other8", STEP_FAILURE);
	contract_put_run(s, "r4", RUN_STARTED);
	contract_put_step(s, "r4", 0, "a", STEP_WAITING);
	contract_commit(s);
	CHECK_OK(store_list_runs_of(s, a, &of_a, &rows, &e), &e);
	CHECK_INT(3, rows.n);
	CHECK_SV(SV("r4"), rows.at[0].id);
	CHECK_SV(SV("r2"), rows.at[1].id);
	CHECK_SV(SV("r1"), rows.at[2].id);
	of_a.most = 1;
	of_a.before = SV("r4");
	CHECK_OK(store_list_runs_of(s, a, &of_a, &rows, &e), &e);
	CHECK_INT(1, rows.n);
	CHECK_SV(SV("r2"), rows.at[0].id);
	of_a.before = SV("r1");
	CHECK_OK(store_list_runs_of(s, a, &of_a, &rows, &e), &e);
	CHECK_INT(0, rows.n);
	of_a = (struct run_query){.asset = SV("nobody"), .most = 10};
	CHECK_OK(store_list_runs_of(s, a, &of_a, &rows, &e), &e);
	CHECK_INT(0, rows.n);
	store_close(s);
}

static void append(struct store *s, sv run, int64_t step, const char *kind)
{
	struct event_row row = {.run = run,
				.step = step,
				.attempt = 1,
				.kind = sv_of(kind),
				.asset = SV("a"),
				.body = SV("{\"level\":\"INFO\"}"),
				.at = 77};

	CHECK_OK(store_append_event(s, &row, &e), &e);
	CHECK(row.id > 0);
}

static bool list_events(struct store *s, struct arena *a, sv run, int64_t step, int64_t after,
			size_t most, struct event_rows *ret)
{
	struct event_query query = {.run = run, .step = step, .after = after, .most = most};

	return store_list_events(s, a, &query, ret, &e);
}

void test_events_come_in_order_and_in_pages(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct event_row bare = {.step = -1, .kind = SV("note"), .at = 78};
	struct event_rows rows, more;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_put_run(s, "r2", RUN_STARTED);
	append(s, SV("r1"), -1, "one");
	append(s, SV("r2"), 0, "other");
	append(s, SV("r1"), 0, "two");
	append(s, SV("r1"), 1, "three");
	CHECK_OK(store_append_event(s, &bare, &e), &e);
	contract_commit(s);

	CHECK_OK(list_events(s, a, SV("r1"), -1, 0, 2, &rows), &e);
	CHECK_INT(2, rows.n);
	CHECK_SV(SV("one"), rows.at[0].kind);
	CHECK_SV(SV("two"), rows.at[1].kind);
	CHECK_SV(SV("r1"), rows.at[0].run);
	CHECK_SV(SV("a"), rows.at[0].asset);
	CHECK_SV(SV("{\"level\":\"INFO\"}"), rows.at[0].body);
	CHECK_INT(-1, rows.at[0].step);
	CHECK_INT(1, rows.at[0].attempt);
	CHECK_INT(77, rows.at[0].at);
	CHECK_OK(list_events(s, a, SV("r1"), -1, rows.at[1].id, 10, &more), &e);
	CHECK_INT(1, more.n);
	CHECK_SV(SV("three"), more.at[0].kind);
	CHECK_OK(list_events(s, a, SV("r1"), 0, 0, 10, &rows), &e);
	CHECK_INT(1, rows.n);
	CHECK_SV(SV("two"), rows.at[0].kind);
	CHECK_OK(list_events(s, a, (sv){0}, -1, 0, 10, &rows), &e);
	CHECK_INT(5, rows.n);
	CHECK(!rows.at[4].run.p && !rows.at[4].asset.p && !rows.at[4].body.p);
	for (size_t i = 1; i < rows.n; i++)
		CHECK(rows.at[i].id > rows.at[i - 1].id);
	CHECK(!list_events(s, a, SV("r9"), -1, 0, 10, &rows));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

void test_checks_of_an_asset_come_newest_first(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct event_rows rows;

	contract_put_run(s, "r1", RUN_STARTED);
	append(s, SV("r1"), 0, "check");
	append(s, SV("r1"), 0, "log");
	append(s, SV("r1"), 1, "check");
	contract_commit(s);
	CHECK_OK(store_list_checks(s, a, SV("a"), 10, &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_INT(1, rows.at[0].step);
	CHECK_INT(0, rows.at[1].step);
	CHECK_OK(store_list_checks(s, a, SV("a"), 1, &rows, &e), &e);
	CHECK_INT(1, rows.n);
	CHECK_OK(store_list_checks(s, a, SV("nobody"), 10, &rows, &e), &e);
	CHECK_INT(0, rows.n);
	store_close(s);
}

void test_what_a_run_made_comes_in_order(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct event_rows rows;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_put_run(s, "r2", RUN_STARTED);
	append(s, SV("r1"), 0, "materialization");
	append(s, SV("r1"), 0, "log");
	append(s, SV("r2"), 0, "materialization");
	append(s, SV("r1"), 1, "materialization");
	contract_commit(s);
	CHECK_OK(store_list_made(s, a, SV("r1"), &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_INT(0, rows.at[0].step);
	CHECK_INT(1, rows.at[1].step);
	CHECK(!store_list_made(s, a, SV("r9"), &rows, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

void test_starts_of_all_runs_come_in_order(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct event_rows rows, more;

	contract_put_run(s, "r1", RUN_STARTED);
	contract_put_run(s, "r2", RUN_STARTED);
	append(s, SV("r1"), 0, "step_started");
	append(s, SV("r1"), 0, "log");
	append(s, SV("r2"), 1, "step_started");
	append(s, SV("r1"), 2, "step_started");
	contract_commit(s);
	CHECK_OK(store_list_starts(s, a, 0, 2, &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_SV(SV("r1"), rows.at[0].run);
	CHECK_SV(SV("r2"), rows.at[1].run);
	CHECK_OK(store_list_starts(s, a, rows.at[1].id, 2, &more, &e), &e);
	CHECK_INT(1, more.n);
	CHECK_INT(2, more.at[0].step);
	store_close(s);
}

void test_children_are_the_runs_that_run_it_again(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_row one = {.id = SV("r2"), .parent = SV("r1"), .root = SV("r1"), .created_at = 1},
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

void test_event_of_unknown_run_is_refused(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct event_row row = {.run = SV("r1"), .kind = SV("log"), .at = 1};

	contract_put_run(s, "r0", RUN_STARTED);
	append(s, SV("r0"), 0, "log");
	CHECK(!store_append_event(s, &row, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_rollback(s);
	contract_begin(s);
	row.run = SV("r0"); /* known only in what was taken back */
	CHECK(!store_append_event(s, &row, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

void test_version_comes_back_as_put(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct version_row row = contract_version("v1", "a/b", "r1"),
			   bare = {.id = SV("v0"), .asset = SV("c")}, got;

	contract_put_run(s, "r1", RUN_STARTED);
	CHECK_OK(store_put_version(s, &row, &e), &e);
	CHECK_OK(store_put_version(s, &bare, &e), &e);
	contract_commit(s);
	CHECK_OK(store_get_version(s, a, SV("v1"), &got, &e), &e);
	CHECK_SV(row.id, got.id);
	CHECK_SV(row.asset, got.asset);
	CHECK_SV(row.run, got.run);
	CHECK_INT(3, got.step);
	CHECK_INT(2, got.attempt);
	CHECK_SV(row.location, got.location);
	CHECK_SV(row.manifest_id, got.manifest_id);
	CHECK_SV(row.code_version, got.code_version);
	CHECK(!got.data_version.p && !got.note.p && !got.columns.p);
	CHECK_SV(row.inputs, got.inputs);
	CHECK_SV(row.storage, got.storage);
	CHECK_SV(row.directory, got.directory);
	CHECK_SV(row.files, got.files);
	CHECK_SV(row.views, got.views);
	CHECK_SV(row.manager, got.manager);
	CHECK_SV(row.manager_type, got.manager_type);
	CHECK_SV(row.metadata, got.metadata);
	CHECK(got.versioned);
	CHECK_INT(1234567890123, got.bytes);
	CHECK_INT(-1, got.rows);
	CHECK_INT(1700000000000001, got.created_at);
	CHECK_INT(42, got.duration);
	CHECK_OK(store_get_version(s, a, SV("v0"), &got, &e), &e);
	CHECK(!got.versioned && !got.run.p && !got.directory.p);
	store_close(s);
}

void test_version_never_changes(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct version_row row = contract_version("v1", "a", NULL);

	CHECK_OK(store_put_version(s, &row, &e), &e);
	CHECK(!store_put_version(s, &row, &e));
	CHECK_INT(ERR_CONFLICT, e.kind);
	CHECK_CONTAINS("v1", e.text);
	store_close(s);
}

static bool list_versions(struct store *s, struct arena *a, sv asset, sv before, size_t most,
			  struct version_rows *ret)
{
	struct version_query query = {.asset = asset, .before = before, .most = most};

	return store_list_versions(s, a, &query, ret, &e);
}

void test_pointer_moves_forth_and_back(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct version_row one = contract_version("v1", "b", NULL),
			   two = contract_version("v2", "b", NULL),
			   other = contract_version("v3", "a", NULL), got;
	struct version_rows rows;

	CHECK_OK(store_put_version(s, &one, &e), &e);
	CHECK(!store_current(s, a, SV("b"), 0, &got, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK_OK(store_put_version(s, &two, &e), &e);
	CHECK_OK(store_put_version(s, &other, &e), &e);
	CHECK_OK(store_move_pointer(s, SV("b"), 0, SV("v1"), 1, &e), &e);
	CHECK_OK(store_move_pointer(s, SV("b"), 0, SV("v2"), 2, &e), &e);
	CHECK_OK(store_move_pointer(s, SV("a"), 0, SV("v3"), 2, &e), &e);
	CHECK_OK(store_list_current(s, a, &rows, &e), &e);
	CHECK_INT(2, rows.n);
	CHECK_SV(SV("v3"), rows.at[0].id);
	CHECK_SV(SV("v2"), rows.at[1].id);
	CHECK_OK(store_move_pointer(s, SV("b"), 0, SV("v1"), 3, &e), &e);
	contract_commit(s);
	CHECK_OK(store_current(s, a, SV("b"), 0, &got, &e), &e);
	CHECK_SV(SV("v1"), got.id);
	CHECK_OK(list_versions(s, a, SV("b"), (sv){0}, 10, &rows), &e);
	CHECK_INT(2, rows.n);
	CHECK_SV(SV("v2"), rows.at[0].id);
	CHECK_OK(list_versions(s, a, SV("b"), (sv){0}, 1, &rows), &e);
	CHECK_INT(1, rows.n);
	CHECK_OK(list_versions(s, a, SV("b"), SV("v2"), 10, &rows), &e);
	CHECK_INT(1, rows.n);
	CHECK_SV(SV("v1"), rows.at[0].id);
	CHECK_OK(list_versions(s, a, SV("nobody"), (sv){0}, 1, &rows), &e);
	CHECK_INT(0, rows.n);
	CHECK(!list_versions(s, a, SV("b"), SV("v3"), 10, &rows)); /* another asset's */
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK(!list_versions(s, a, SV("nobody"), SV("v1"), 10, &rows));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	store_close(s);
}

void test_pointer_to_foreign_version_is_refused(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct version_row row = contract_version("v1", "a", NULL);
	struct version_rows rows;

	CHECK_OK(store_put_version(s, &row, &e), &e);
	CHECK(!store_move_pointer(s, SV("a"), 0, SV("v9"), 1, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK(!store_move_pointer(s, SV("b"), 0, SV("v1"), 1, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK(!store_move_pointer(s, SV("a"), 1, SV("v1"), 1, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK_OK(store_list_current(s, a, &rows, &e), &e);
	CHECK_INT(0, rows.n);
	store_close(s);
}

void test_partitions_have_their_own_pointers(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct version_row one = contract_version("v1", "a", NULL),
			   two = contract_version("v2", "a", NULL), got;

	two.partition = 7;
	CHECK_OK(store_put_version(s, &one, &e), &e);
	CHECK_OK(store_put_version(s, &two, &e), &e);
	CHECK_OK(store_move_pointer(s, SV("a"), 0, SV("v1"), 1, &e), &e);
	CHECK_OK(store_move_pointer(s, SV("a"), 7, SV("v2"), 1, &e), &e);
	CHECK_OK(store_current(s, a, SV("a"), 0, &got, &e), &e);
	CHECK_SV(SV("v1"), got.id);
	CHECK_OK(store_current(s, a, SV("a"), 7, &got, &e), &e);
	CHECK_SV(SV("v2"), got.id);
	CHECK_INT(7, got.partition);
	store_close(s);
}

void test_rollback_leaves_nothing(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_row run;

	contract_put_run(s, "r1", RUN_STARTED);
	append(s, SV("r1"), -1, "one");
	store_rollback(s);
	store_rollback(s); /* none open: nothing */
	CHECK(!store_get_run(s, a, SV("r1"), &run, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	contract_begin(s);
	CHECK(!store_begin(s, &e)); /* they do not nest */
	contract_put_run(s, "r1", RUN_STARTED);
	contract_commit(s);
	CHECK_OK(store_get_run(s, a, SV("r1"), &run, &e), &e);
	store_close(s);
}

void test_write_outside_transaction_is_refused(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s = contract_open(a);
	struct run_row row = {.id = SV("r1")};

	contract_commit(s);
	CHECK(!store_put_run(s, &row, &e));
	CHECK_INT(ERR_INVALID, e.kind);
	CHECK(!store_commit(s, &e));
	store_close(s);
}

void test_write_to_reader_is_refused(void)
{
	AUTO_ARENA a = arena_new();
	const char *place = contract_ledger.fresh(a);
	struct run_row row = {.id = SV("r1")};
	struct store *writer, *reader;

	CHECK_OK(contract_ledger.open(place, STORE_WRITE, &writer, &e), &e);
	CHECK_OK(contract_ledger.open(place, STORE_READ, &reader, &e), &e);
	contract_begin(reader);
	CHECK(!store_put_run(reader, &row, &e));
	CHECK_INT(ERR_INVALID, e.kind);
	store_close(reader);
	store_close(writer);
}

void test_reader_sees_commits_and_nothing_else(void)
{
	AUTO_ARENA a = arena_new();
	const char *place = contract_ledger.fresh(a);
	struct store *writer, *reader;
	struct run_row run;

	CHECK_OK(contract_ledger.open(place, STORE_WRITE, &writer, &e), &e);
	CHECK_OK(contract_ledger.open(place, STORE_READ, &reader, &e), &e);
	contract_begin(writer);
	contract_put_run(writer, "r1", RUN_STARTED);
	CHECK(!store_get_run(reader, a, SV("r1"), &run, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	contract_commit(writer);
	CHECK_OK(store_get_run(reader, a, SV("r1"), &run, &e), &e);
	store_close(writer);
	CHECK_OK(store_get_run(reader, a, SV("r1"), &run, &e), &e);
	store_close(reader);
}

void test_reading_transaction_sees_one_moment(void)
{
	AUTO_ARENA a = arena_new();
	const char *place = contract_ledger.fresh(a);
	struct store *writer, *reader;
	struct run_rows rows;

	CHECK_OK(contract_ledger.open(place, STORE_WRITE, &writer, &e), &e);
	CHECK_OK(contract_ledger.open(place, STORE_READ, &reader, &e), &e);
	contract_begin(reader);
	CHECK_OK(store_list_runs(reader, a, (sv){0}, 10, &rows, &e), &e);
	contract_begin(writer);
	contract_put_run(writer, "r1", RUN_STARTED);
	contract_commit(writer);
	CHECK_OK(store_list_runs(reader, a, (sv){0}, 10, &rows, &e), &e);
	CHECK_INT(0, rows.n);
	contract_commit(reader);
	CHECK_OK(store_list_runs(reader, a, (sv){0}, 10, &rows, &e), &e);
	CHECK_INT(1, rows.n);
	store_close(writer);
	store_close(reader);
}

void test_reader_of_no_ledger_is_told(void)
{
	AUTO_ARENA a = arena_new();
	struct store *s;

	CHECK(!contract_ledger.open(contract_ledger.fresh(a), STORE_READ, &s, &e));
	CHECK_INT(ERR_NOT_FOUND, e.kind);
	CHECK(e.hint[0]);
}

void test_text_with_any_bytes_comes_back(void)
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
