/* plan_document.c -- a plan and its steps. */
#include "view/plan_document.h"

#include "view/document.h"

static void write_inputs(struct json *j, const struct run_plan *plan, const struct plan_step *s)
{
	json_key(j, "inputs");
	json_open(j, '[');
	for (size_t i = 0; i < s->inputs_count; i++) {
		json_open(j, '{');
		json_member_text(j, "asset", plan->graph->nodes[s->inputs[i].node].key);
		json_member_bool(j, "loaded", s->inputs[i].loaded);
		json_member_bool(j, "in_run", s->inputs[i].in_run);
		document_text(j, "version", s->inputs[i].version);
		json_close(j);
	}
	json_close(j);
}

static void write_plan_step(struct json *j, const struct run_plan *plan, size_t index)
{
	const struct plan_step *s = &plan->steps[index];
	const struct asset_graph *g = plan->graph;

	json_open(j, '{');
	json_member_int(j, "index", (int64_t)index);
	json_member_text(j, "name", s->name);
	json_member_text(j, "asset", s->nodes_count ? g->nodes[s->nodes[0]].key : (sv){0});
	json_key(j, "assets");
	json_open(j, '[');
	for (size_t i = 0; i < s->nodes_count; i++)
		json_text(j, g->nodes[s->nodes[i]].key);
	json_close(j);
	json_member_text(j, "location", g->locations[s->location].name);
	json_member_int(j, "level", s->level);
	json_key(j, "waits_for");
	json_open(j, '[');
	for (size_t i = 0; i < s->waits_for_count; i++)
		json_int(j, s->waits_for[i]);
	json_close(j);
	write_inputs(j, plan, s);
	json_member_text(j, "reason", s->reason);
	document_number(j, "last_duration_us", s->last_duration);
	json_close(j);
}

static void write_left_out(struct json *j, const struct run_plan *plan)
{
	json_key(j, "left_out");
	json_open(j, '[');
	for (size_t i = 0; i < plan->left_out.n; i++) {
		const struct left_out *l = &plan->left_out.at[i];
		const struct graph_node *node = &plan->graph->nodes[l->node];

		json_open(j, '{');
		json_member_text(j, "asset", node->key);
		json_member_text(j, "location", plan->graph->locations[node->location].name);
		json_member_text(j, "reason", l->reason);
		json_close(j);
	}
	json_close(j);
}

void plan_document(struct json *j, const struct run_plan *plan)
{
	json_open(j, '{');
	json_key(j, "steps");
	json_open(j, '[');
	for (size_t i = 0; i < plan->steps_count; i++)
		write_plan_step(j, plan, i);
	json_close(j);
	write_left_out(j, plan);
	document_texts(j, "warnings", &plan->warnings);
	json_close(j);
}
