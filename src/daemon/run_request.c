/* run_request.c -- from a selection to the set of assets to make, and on to the plan. */
#include "daemon/run_request.h"

#include "codec/json.h"
#include "engine/rerun.h"
#include "model/failure.h"
#include "model/selection.h"

static bool keep_location(const struct session *s, sv name, struct node_set *set, struct err *e)
{
	const struct location_state *state = session_location(s, name);

	if (!state)
		return workspace_unknown(s->workspace, name, e);
	if (!state->manifest) {
		AUTO_ARENA a = arena_new();
		struct failure why = failure_to_load(a, name, state->error);

		err_set(e, ERR_UNAVAILABLE, SV_FMT, SV_ARG(why.message));
		return err_hint(e, SV_FMT, SV_ARG(why.hint));
	}
	uint32_t location = asset_graph_location(s->code->graph, name);
	for (uint32_t i = 0; i < s->code->graph->nodes_count; i++)
		if (s->code->graph->nodes[i].location != location)
			node_set_drop(set, i);
	return true;
}

/* Beside assets that a step makes, a selection may take in some that none does ('*', a group, '+x'): those stay out.
 * Alone, they stay in, for the plan to say that nobody makes them. */
static void keep_executable(const struct asset_graph *g, struct node_set *set)
{
	size_t executable = 0;

	for (uint32_t i = 0; i < g->nodes_count; i++)
		executable += node_set_has(set, i) && asset_graph_executable(g, i);
	for (uint32_t i = 0; executable && i < g->nodes_count; i++)
		if (!asset_graph_executable(g, i))
			node_set_drop(set, i);
}

bool run_request_plan(struct session *s, struct arena *a, const struct run_request *request,
		      struct run_plan **ret, struct err *e)
{
	sv text = request->selection.p ? request->selection : SV("*");
	struct known_version *known;
	struct selection *selection;
	struct node_set set;

	if (!selection_parse(a, text, &selection, e) ||
	    !selection_resolve(a, selection, s->code->graph, &set, e))
		return false;
	if (request->location.p && !keep_location(s, request->location, &set, e))
		return false;
	keep_executable(s->code->graph, &set);
	if (!session_known(s, a, &known, e))
		return false;
	return run_plan_make(a, s->code->graph, &s->code->findings,
			     &(struct plan_request){
				     .selected = &set, .selection_text = text, .known = known},
			     ret, e) ||
	       (node_set_count(&set) == 0 && selection_hint(selection, s->code->graph, e));
}

static sv own(struct arena *a, sv text)
{
	return text.p ? arena_sv(a, text) : text;
}

/* ---- for the engine ---- */

static void put_tag(struct arena *a, struct run_tags *tags, sv name, sv value)
{
	for (size_t i = 0; i < tags->n; i++)
		if (sv_eq(tags->at[i].name, name)) {
			tags->at[i].value = arena_sv(a, value);
			return;
		}
	*LIST_ADD(a, tags) = (struct run_tag){arena_sv(a, name), arena_sv(a, value)};
}

static void put_tags(struct arena *a, struct run_tags *tags, const struct run_tags *more)
{
	for (size_t i = 0; more && i < more->n; i++)
		put_tag(a, tags, more->at[i].name, more->at[i].value);
}

static void settle(struct session *s, struct arena *a, struct engine_submission *ret)
{
	ret->arena = a;
	ret->release = code_view_release;
	ret->release_ctx = code_view_keep(s->code);
}

bool run_request_submission(struct session *s, const struct run_request *request,
			    struct engine_submission *ret, struct err *e)
{
	struct arena *a = arena_new();

	if (!run_request_plan(s, a, request, &ret->plan, e)) {
		arena_free(a);
		return false;
	}
	settle(s, a, ret);
	ret->selection = own(a, request->selection);
	ret->location = own(a, request->location);
	ret->most_running = request->most_running;
	put_tags(a, &ret->tags, &request->tags);
	return true;
}

/* ---- once more ---- */

static bool add_keys(const struct asset_graph *g, const struct sv_list *keys, struct node_set *set,
		     struct err *e)
{
	for (size_t i = 0; i < keys->n; i++) {
		uint32_t node = asset_graph_find(g, keys->at[i]);

		if (node == NO_ID || !asset_graph_executable(g, node)) {
			err_set(e, ERR_NOT_FOUND,
				"asset '" SV_FMT "' of that run is made by no step any more",
				SV_ARG(keys->at[i]));
			return err_hint(e, "materialize what is wanted now: plait materialize "
					   "SELECTION");
		}
		node_set_add(set, node);
	}
	return true;
}

static bool plan_keys(struct session *s, struct arena *a, const struct sv_list *keys, sv selection,
		      struct run_plan **ret, struct err *e)
{
	struct node_set set = node_set_new(a, s->code->graph);
	struct known_version *known;

	if (!add_keys(s->code->graph, keys, &set, e) || !session_known(s, a, &known, e))
		return false;
	return run_plan_make(a, s->code->graph, &s->code->findings,
			     &(struct plan_request){
				     .selected = &set, .selection_text = selection, .known = known},
			     ret, e);
}

static bool rerun(struct session *s, struct arena *a, const struct run_row *parent,
		  const struct sv_list *keys, struct engine_submission *ret, struct err *e)
{
	const struct value *request = NULL;
	struct err ignored;

	if (!plan_keys(s, a, keys, arena_fmt(a, "run " SV_FMT, SV_ARG(parent->id)), &ret->plan, e))
		return false;
	if (parent->request.p && !json_read(a, parent->request, &request, &ignored))
		request = NULL;
	ret->selection = own(a, value_text(request, "selection"));
	ret->location = own(a, value_text(request, "location"));
	ret->most_running = (uint32_t)value_int(request, "most_running", 0);
	settle(s, a, ret);
	return true;
}

bool run_request_rerun(struct session *s, const struct engine_rerun *what,
		       struct engine_submission *ret, struct err *e)
{
	struct arena *a = arena_new();
	struct run_row parent;

	if (store_get_run(s->store, a, what->parent, &parent, e) &&
	    rerun(s, a, &parent, what->assets, ret, e))
		return true;
	arena_free(a);
	return false;
}

static void take_tags(struct arena *a, const struct run_row *parent, struct run_tags *ret)
{
	const struct value *tags;
	struct err e;

	if (!parent->tags.p || !json_read(a, parent->tags, &tags, &e) || tags->type != VALUE_MAP)
		return;
	for (size_t i = 0; i < tags->n; i++)
		if (tags->items[i].type == VALUE_TEXT)
			put_tag(a, ret, tags->keys[i], tags->items[i].text);
}

static bool ended_badly(enum step_state state)
{
	return state != STEP_SUCCESS && state != STEP_SKIPPED;
}

/* A step that was skipped because of one that failed; one that had nothing to do stays out. */
static bool waits_for_any(const struct step_row *step, const bool *taken, size_t count)
{
	uint64_t index;

	for (size_t i = 0; i < step->waits_for.n; i++)
		if (sv_u64(step->waits_for.at[i], &index) && index < count && taken[index])
			return true;
	return false;
}

/* What is to be made again; rows come in plan order, so whatever a step waits for stands before it. */
static struct sv_list keys_of(struct arena *a, const struct step_rows *steps, bool all)
{
	bool *taken = NEW(a, bool, steps->n + 1);
	struct sv_list keys = {0};

	for (size_t i = 0; i < steps->n; i++) {
		const struct step_row *step = &steps->at[i];

		taken[i] = all || ended_badly(step->state) ||
			   (step->state == STEP_SKIPPED && waits_for_any(step, taken, steps->n));
		for (size_t k = 0; taken[i] && k < step->assets.n; k++)
			*LIST_ADD(a, &keys) = step->assets.at[k];
	}
	return keys;
}

static bool check_retry(const struct run_row *parent, const struct sv_list *keys, struct err *e)
{
	if (!run_state_ended(parent->state)) {
		err_set(e, ERR_CONFLICT, "run " SV_FMT " is still open (%s)", SV_ARG(parent->id),
			run_state_word(parent->state));
		return err_hint(e,
				"plait run watch " SV_FMT " follows it; plait run cancel " SV_FMT
				" ends it",
				SV_ARG(parent->id), SV_ARG(parent->id));
	}
	if (keys->n)
		return true;
	err_set(e, ERR_INVALID, "nothing of run " SV_FMT " failed", SV_ARG(parent->id));
	return err_hint(e, "--all runs every step of it again");
}

static bool retry(struct session *s, struct arena *a, sv run, bool all,
		  struct engine_submission *ret, struct err *e)
{
	struct step_rows steps = {0};
	struct sv_list keys = {0};
	struct run_row parent;

	if (!store_get_run(s->store, a, run, &parent, e) ||
	    !store_list_steps(s->store, a, parent.id, &steps, e))
		return false;
	keys = keys_of(a, &steps, all);
	if (!check_retry(&parent, &keys, e) || !rerun(s, a, &parent, &keys, ret, e))
		return false;
	ret->parent = parent.id;
	ret->root = parent.root.p ? parent.root : parent.id;
	ret->retry_number = parent.retry_number + 1;
	take_tags(a, &parent, &ret->tags);
	rerun_tag(a, ret);
	return true;
}

bool run_request_retry(struct session *s, sv run, bool all, const struct run_tags *tags,
		       struct engine_submission *ret, struct err *e)
{
	struct arena *a = arena_new();

	if (!retry(s, a, run, all, ret, e)) {
		arena_free(a);
		return false;
	}
	put_tags(a, &ret->tags, tags);
	return true;
}
