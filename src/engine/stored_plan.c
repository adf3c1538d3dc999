/* stored_plan.c -- manifests, then the graph, then step after step. */
#include "engine/stored_plan.h"

#include "codec/json.h"

struct reading {
	struct store *store;
	struct arena *arena;
	const struct step_rows *rows;
	LIST(struct manifest *) manifests; /* each once */
	LIST(struct location_code) codes;  /* each location once */
	struct run_plan *plan;
	struct stored_plan *ret;
};

/* ---- the graph ---- */

static bool read_manifest(struct reading *r, sv id, struct manifest **ret, struct err *e)
{
	AUTO_ARENA scratch = arena_new();
	sv text;

	for (size_t i = 0; i < r->manifests.n; i++)
		if (sv_eq(r->manifests.at[i]->id, id)) {
			*ret = r->manifests.at[i];
			return true;
		}
	if (!store_get_manifest(r->store, scratch, id, &text, e) ||
	    !manifest_read(r->arena, id, text, ret, e))
		return false;
	*LIST_ADD(r->arena, &r->manifests) = *ret;
	return true;
}

static void add_location(struct reading *r, sv name, const struct manifest *manifest)
{
	for (size_t i = 0; i < r->codes.n; i++)
		if (sv_eq(r->codes.at[i].name, name))
			return;
	*LIST_ADD(r->arena, &r->codes) = (struct location_code){.name = name, .manifest = manifest};
}

static bool read_graph(struct reading *r, struct err *e)
{
	for (size_t i = 0; i < r->rows->n; i++) {
		const struct step_row *row = &r->rows->at[i];
		struct manifest *manifest;

		if (!read_manifest(r, row->manifest_id, &manifest, e))
			return err_wrap(e, "the code of step '" SV_FMT "'", SV_ARG(row->name));
		r->ret->manifests[i] = manifest;
		add_location(r, row->location, manifest);
	}
	r->plan->graph = asset_graph_new(r->arena, r->codes.at, r->codes.n);
	return true;
}

/* ---- the steps ---- */

static bool corrupt(const struct step_row *row, const char *what, sv detail, struct err *e)
{
	return err_set(e, ERR_CORRUPT, "step '" SV_FMT "': %s '" SV_FMT "'", SV_ARG(row->name),
		       what, SV_ARG(detail));
}

static bool read_nodes(struct reading *r, const struct step_row *row, struct plan_step *step,
		       struct err *e)
{
	uint32_t *nodes = NEW(r->arena, uint32_t, row->assets.n + 1);

	for (size_t i = 0; i < row->assets.n; i++) {
		const struct manifest *manifest = r->ret->manifests[row->index];
		const struct manifest_asset *asset = manifest_asset_find(manifest,
									 row->assets.at[i]);

		nodes[i] = asset_graph_find(r->plan->graph, row->assets.at[i]);
		if (nodes[i] == NO_ID || !asset || asset->step == NO_ID)
			return corrupt(row, "its code does not make the asset", row->assets.at[i],
				       e);
		step->step = &manifest->steps[asset->step];
	}
	step->nodes = nodes;
	step->nodes_count = row->assets.n;
	return row->assets.n || corrupt(row, "it makes nothing; its state is",
					sv_of(step_state_word(row->state)), e);
}

static bool read_waits(struct reading *r, const struct step_row *row, struct plan_step *step,
		       struct err *e)
{
	uint32_t *waits = NEW(r->arena, uint32_t, row->waits_for.n + 1);

	for (size_t i = 0; i < row->waits_for.n; i++) {
		uint64_t index;

		if (!sv_u64(row->waits_for.at[i], &index) || index >= (uint64_t)row->index)
			return corrupt(row, "it waits for", row->waits_for.at[i], e);
		waits[i] = (uint32_t)index;
		if (step->level <= r->plan->steps[index].level)
			step->level = r->plan->steps[index].level + 1;
	}
	step->waits_for = waits;
	step->waits_for_count = row->waits_for.n;
	return true;
}

static bool read_inputs(struct reading *r, const struct step_row *row, struct plan_step *step,
			struct err *e)
{
	const struct value *list = NULL;
	struct plan_input *inputs;

	if (!row->inputs.p)
		return true;
	if (!json_read(r->arena, row->inputs, &list, e) || list->type != VALUE_LIST)
		return corrupt(row, "its inputs are", row->inputs, e);
	inputs = NEW(r->arena, struct plan_input, list->n + 1);
	for (size_t i = 0; i < list->n; i++) {
		sv asset = value_text(&list->items[i], "asset");

		inputs[i] = (struct plan_input){
			.node = asset_graph_find(r->plan->graph, asset),
			.loaded = value_bool(&list->items[i], "loaded", false),
			.in_run = value_bool(&list->items[i], "in_run", false),
			.version = value_text(&list->items[i], "version"),
		};
		if (inputs[i].node == NO_ID)
			return corrupt(row, "its code does not know its input", asset, e);
	}
	step->inputs = inputs;
	step->inputs_count = list->n;
	return true;
}

static bool read_step(struct reading *r, size_t i, struct err *e)
{
	const struct step_row *row = &r->rows->at[i];
	struct plan_step *step = &r->plan->steps[i];
	struct sv_list told_before = {0}; /* among the warnings */

	if (row->index != (int64_t)i)
		return corrupt(row, "a step before it is missing, it follows on", row->name, e);
	*step = (struct plan_step){
		.name = row->name,
		.location = asset_graph_location(r->plan->graph, row->location),
		.reason = row->reason_planned,
	};
	if (!read_nodes(r, row, step, e) || !read_waits(r, row, step, e) ||
	    !read_inputs(r, row, step, e))
		return false;
	r->ret->steps[i] = step->step;
	step->options = step_options_read(r->arena, r->ret->manifests[i], step->step, &told_before);
	return true;
}

bool stored_plan_read(struct store *s, struct arena *a, const struct step_rows *rows,
		      const struct sv_list *warnings, struct stored_plan *ret, struct err *e)
{
	struct run_plan *plan = NEW(a, struct run_plan, 1);
	struct reading r = {.store = s, .arena = a, .rows = rows, .plan = plan, .ret = ret};

	*ret = (struct stored_plan){
		.plan = plan,
		.manifests = NEW(a, const struct manifest *, rows->n + 1),
		.steps = NEW(a, const struct manifest_step *, rows->n + 1),
	};
	plan->steps = NEW(a, struct plan_step, rows->n + 1);
	plan->steps_count = rows->n;
	plan->warnings = *warnings;
	if (!rows->n)
		return err_set(e, ERR_CORRUPT, "it has no steps");
	if (!read_graph(&r, e))
		return false;
	for (size_t i = 0; i < rows->n; i++)
		if (!read_step(&r, i, e))
			return false;
	return true;
}
