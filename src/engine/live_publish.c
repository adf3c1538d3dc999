/* live_publish.c -- versions in and out of an attempt: which it reads, and how those it made become current. */
#include "codec/json.h"
#include "engine/live_attempt.h"

static sv own(struct arena *a, sv text)
{
	return text.p ? arena_sv(a, text) : text;
}

/* As much of a version as the context of a step that reads it wants. */
void live_run_made(struct live_run *r, uint32_t node, const struct version_row *version)
{
	struct arena *a = r->arena;
	struct version_row *kept = NEW(a, struct version_row, 1);

	*kept = (struct version_row){
		.id = arena_sv(a, version->id),
		.location = own(a, version->location),
		.data_version = own(a, version->data_version),
		.storage = own(a, version->storage),
		.files = own(a, version->files),
		.views = own(a, version->views),
		.manager_type = own(a, version->manager_type),
	};
	r->made[node] = kept;
}

static bool find_input(struct live_attempt *t, const struct plan_input *in,
		       const struct version_row **ret, struct err *e)
{
	struct live_run *r = t->step->run;
	struct version_row *row;

	*ret = in->in_run ? r->made[in->node] : NULL;
	if (*ret || in->in_run || !in->version.p)
		return true;
	row = NEW(t->arena, struct version_row, 1);
	if (store_get_version(r->engine->request.store, t->arena, in->version, row, e))
		*ret = row;
	return *ret || e->kind == ERR_NOT_FOUND;
}

bool live_attempt_find_inputs(struct live_attempt *t, struct err *e)
{
	const struct plan_step *step = live_step_plan(t->step);
	const struct asset_graph *g = t->step->run->plan->graph;

	t->inputs = NEW(t->arena, struct step_input, step->inputs_count + 1);
	for (size_t i = 0; i < step->inputs_count; i++) {
		t->inputs[i].asset = g->nodes[step->inputs[i].node].key;
		if (!find_input(t, &step->inputs[i], &t->inputs[i].version, e))
			return false;
	}
	return true;
}

static const struct version_row *known(void *ctx, sv id)
{
	const struct live_attempt *t = ctx;

	for (size_t i = 0; t->inputs && i < live_step_plan(t->step)->inputs_count; i++)
		if (t->inputs[i].version && sv_eq(t->inputs[i].version->id, id))
			return t->inputs[i].version;
	return NULL;
}

/* The context that named the ids is not at hand for a followed attempt: its own messages name those that count. */
static sv version_of(struct live_attempt *t, size_t i, sv key)
{
	const struct engine *en = t->step->run->engine;
	const struct reported_output *output;

	if (t->versions)
		return t->versions[i];
	output = step_report_output(&t->report, key);
	return output && output->version.p ? output->version
					   : en->world.new_id(en->world.ctx, t->arena);
}

static struct publish_request request_of(struct live_attempt *t)
{
	struct live_step *s = t->step;
	const struct plan_step *step = live_step_plan(s);
	struct publish_asset *assets = NEW(t->arena, struct publish_asset, step->nodes_count);

	for (size_t i = 0; i < step->nodes_count; i++) {
		sv key = s->run->plan->graph->nodes[step->nodes[i]].key;

		assets[i] = (struct publish_asset){
			.key = key,
			.code_version = manifest_asset_find(s->manifest, key)->code_version,
			.version = version_of(t, i, key),
		};
	}
	return (struct publish_request){
		.run = s->run->id,
		.step = s->index,
		.attempt = s->attempt_number,
		.location = live_step_location(s),
		.manifest_id = s->manifest->id,
		.now = s->ended_at,
		.duration = s->ended_at - s->started_at,
		.assets = assets,
		.assets_count = step->nodes_count,
		.known = known,
		.ctx = t,
	};
}

/* The ledger is right, and the next start makes the links anew; until then who reads by path sees the old value. */
static void tell_unmoved(struct live_attempt *t, const struct err *why)
{
	struct live_run *r = t->step->run;
	struct err e;
	struct event_row event = {
		.run = r->id,
		.step = t->step->index,
		.attempt = t->step->attempt_number,
		.kind = SV("log"),
		.at = engine_now(r->engine),
	};
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "level", SV("ERROR"));
	json_member_text(&j, "message",
			 arena_fmt(t->arena,
				   "its new version is stored, but the current view could not be "
				   "moved to it: %s",
				   why->text));
	event.body = json_finish(t->arena, &j);
	WRITE(r->engine->writer, store_append_event(writer_store(r->engine->writer), &event, &e),
	      &e);
}

static void move_views(void *ctx)
{
	struct live_attempt *t = ctx;
	struct err e;

	if (!publish_move_prepared(&t->views, &e))
		tell_unmoved(t, &e);
}

/* As the step said when it was complete, or else as the manifest says where its manager writes; p NULL: to no folder. */
static sv base_of(const struct live_attempt *t, sv key)
{
	const struct manifest *m = t->step->manifest;
	const struct reported_output *output = step_report_output(&t->report, key);
	const struct manifest_resource *manager;

	if (output)
		return output->base;
	manager = manifest_resource_find(m, manifest_asset_find(m, key)->io_manager);
	return manager && sv_eq(manager->storage.kind, SV("filesystem")) ? manager->storage.base
									 : (sv){NULL, 0};
}

static void remove_left(void *ctx)
{
	struct live_attempt *t = ctx;

	leavings_remove(t->step->run->engine->leavings, &t->left);
}

/* What an attempt that is followed began is not at hand: that is swept by a later start (engine/views.h). */
void live_attempt_discard(struct live_attempt *t)
{
	const struct plan_step *step = live_step_plan(t->step);
	const struct engine *en = t->step->run->engine;

	if (!t->gone || !en->request.state.p)
		return;
	for (size_t i = 0; i < step->nodes_count; i++) {
		sv key = t->step->run->plan->graph->nodes[step->nodes[i]].key;
		sv base = base_of(t, key), folder = base;

		if (base.p)
			folder = view_version_folder(t->arena, base, key, t->versions[i]);
		if (folder.p)
			*LIST_ADD(t->arena, &t->left) = folder;
	}
	if (t->left.n)
		writer_after(en->writer, remove_left, t);
}

static void tell_made(struct live_attempt *t, const struct publish_made_list *made)
{
	struct live_run *r = t->step->run;

	for (size_t i = 0; i < made->n; i++) {
		live_step_tell(t->step, "materialization", made->at[i].asset,
			       publish_made_body(t->arena, &made->at[i]));
		live_run_made(r, asset_graph_find(r->plan->graph, made->at[i].asset),
			      &made->at[i].row);
	}
}

/* What it was allowed not to make, and did not: who reads that is skipped. */
static void leave_out(struct live_attempt *t)
{
	struct live_run *r = t->step->run;
	const struct plan_step *step = live_step_plan(t->step);

	for (size_t i = 0; i < step->nodes_count; i++)
		if (!step_report_asset(&t->report, r->plan->graph->nodes[step->nodes[i]].key))
			step_order_left_out(r->order, step->nodes[i]);
}

bool live_attempt_publish(struct live_attempt *t, struct err *e)
{
	struct writer *w = t->step->run->engine->writer;
	struct publish_request request = request_of(t);
	struct publish_made_list made = {0};
	struct err why;

	publish_views(t->arena, &request, &t->report, &t->views);
	if (!publish_prepare_views(t->arena, &t->views, e))
		return false;
	WRITE(w, publish_record(writer_store(w), t->arena, &request, &t->report, &made, &why),
	      &why);
	tell_made(t, &made);
	leave_out(t);
	writer_after(w, move_views, t);
	return true;
}
