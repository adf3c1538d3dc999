/* api_world.h -- a graph from a few lines and a ledger to lay beside it. */
#pragma once
#include "check.h"
#include "fake_code.h"
#include "scratch.h"

#include "api/asset_table.h"
#include "sys/ids.h"

struct world {
	struct arena *arena;
	struct store *store;
	struct code_view *code;
	struct asset_table *table;
	int64_t events;
};

static struct err world_err;

static inline struct code_view *world_code(const char *lines)
{
	struct arena *a = arena_new();
	struct code_view *code = NEW(a, struct code_view, 1);

	*code = (struct code_view){.arena = a, .references = 1, .graph = fake_graph(a, lines)};
	return code;
}

static inline struct world world_new(const char *lines)
{
	struct world w = {.arena = arena_new(), .code = world_code(lines)};
	sv path = arena_fmt(w.arena, SV_FMT "/ledger-" SV_FMT ".db", SV_ARG(scratch()),
			    SV_ARG(ids_new(w.arena)));

	CHECK_OK(store_open(path.p, STORE_WRITE, &w.store, &world_err), &world_err);
	w.table = asset_table_new(w.store);
	CHECK_OK(asset_table_renew(w.table, w.code, &world_err), &world_err);
	return w;
}

static inline void world_free(struct world *w)
{
	asset_table_free(w->table);
	code_view_release(w->code);
	store_close(w->store);
	arena_free(w->arena);
}

static inline void world_tell(struct world *w, const char *kind, const char *run, int64_t step, sv asset)
{
	struct event_row event = {.id = ++w->events,
				  .run = sv_of(run),
				  .step = step,
				  .kind = sv_of(kind),
				  .asset = asset,
				  .at = 1};

	asset_table_note_event(w->table, &event);
}

static inline void world_put_run(struct world *w, const char *run)
{
	struct run_row row = {.id = sv_of(run), .state = RUN_STARTED, .created_at = 1};

	CHECK_OK(store_begin(w->store, &world_err), &world_err);
	CHECK_OK(store_put_run(w->store, &row, &world_err), &world_err);
	CHECK_OK(store_commit(w->store, &world_err), &world_err);
	world_tell(w, "run_created", run, -1, (sv){0});
}

/* The step's state in the ledger, and the event of that. */
static inline void world_move(struct world *w, const char *run, int64_t index, const char *asset,
			      enum step_state state, time_us at)
{
	sv key = sv_of(asset);
	struct step_row row = {.run = sv_of(run),
			       .index = index,
			       .name = key,
			       .state = state,
			       .assets = {&key, 1, 1},
			       .ended_at = step_state_ended(state) ? at : 0};

	CHECK_OK(store_begin(w->store, &world_err), &world_err);
	CHECK_OK(store_put_step(w->store, &row, &world_err), &world_err);
	CHECK_OK(store_commit(w->store, &world_err), &world_err);
	world_tell(w, state == STEP_FAILURE ? "step_failed" : "step_started", run, index, (sv){0});
}

static inline void world_make(struct world *w, const char *asset, const char *version, const char *run,
			      time_us at, const char *inputs)
{
	struct version_row row = {.id = sv_of(version),
				  .asset = sv_of(asset),
				  .run = sv_of(run),
				  .inputs = sv_of(inputs),
				  .views = SV("[{\"path\": \"/values/there\"}]"),
				  .bytes = 10,
				  .rows = 3,
				  .created_at = at};

	CHECK_OK(store_begin(w->store, &world_err), &world_err);
	CHECK_OK(store_put_version(w->store, &row, &world_err), &world_err);
	CHECK_OK(store_move_pointer(w->store, row.asset, 0, row.id, at, &world_err), &world_err);
	CHECK_OK(store_commit(w->store, &world_err), &world_err);
	world_tell(w, "materialization", run, 0, row.asset);
}

static inline const struct value *world_summary(struct world *w, const char *asset)
{
	uint32_t node = asset_graph_find(asset_table_code(w->table)->graph, sv_of(asset));
	const struct value *ret;

	CHECK(node != NO_ID);
	CHECK_OK(asset_table_refresh(w->table, &world_err), &world_err);
	CHECK_OK(json_read(w->arena, arena_sv(w->arena, asset_table_summary(w->table, node)), &ret, &world_err),
		 &world_err);
	return ret;
}
