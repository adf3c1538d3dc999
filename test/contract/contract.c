/* contract.c -- rows to put, each in one call that must succeed. */
#include "contract.h"

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

void contract_append(struct store *s, sv run, int64_t step, const char *kind)
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
