/* run_request.c -- from a selection to the set of assets to make, and on to the plan. */
#include "daemon/run_request.h"

#include "model/selection.h"

static bool keep_location(const struct session *s, sv name, struct node_set *set, struct err *e)
{
	const struct location_state *state = session_location(s, name);

	if (!state) {
		err_set(e, ERR_NOT_FOUND, "there is no code location '" SV_FMT "'", SV_ARG(name));
		return err_hint(e, "plait location list shows those of this workspace");
	}
	if (!state->manifest) {
		err_set(e, ERR_UNAVAILABLE,
			"code location '" SV_FMT "' does not load, and never did", SV_ARG(name));
		return err_hint(e, "plait location show " SV_FMT " tells why", SV_ARG(name));
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
	return run_plan_make(
		a, s->code->graph, &s->code->findings,
		&(struct plan_request){.selected = &set, .selection_text = text, .known = known},
		ret, e);
}

static sv own(struct arena *a, sv text)
{
	return text.p ? arena_sv(a, text) : text;
}

bool run_request_submission(struct session *s, const struct run_request *request,
			    struct engine_submission *ret, struct err *e)
{
	struct arena *a = arena_new();

	if (!run_request_plan(s, a, request, &ret->plan, e)) {
		arena_free(a);
		return false;
	}
	ret->arena = a;
	ret->release = code_view_release;
	ret->release_ctx = code_view_keep(s->code);
	ret->selection = own(a, request->selection);
	ret->location = own(a, request->location);
	ret->most_running = request->most_running;
	return true;
}
