/* run_plan.c -- the passes, in order:
 *	1 choose      what is selected and can be made
 *	2 complete    what steps make along with it
 *	3 leave out   what plait cannot run yet                  (plan_leave_out.c)
 *	4 permit      findings that forbid it
 *	5 parts       steps, or parts of steps; who needs whom   (plan_parts.c)
 *	6 arrange     by level, location, name
 *	7 inputs      what each reads, pinned where it is not made here; what is missing
 *	8 install     the plan's own copy, with reasons
 */
#include "plan/run_plan.h"

#include "base/buf.h"
#include "base/intern.h"
#include "plan/plan_draft.h"

enum { NAMED_MISSING = 8 };

static sv key_of(const struct draft *d, uint32_t node)
{
	return d->graph->nodes[node].key;
}

static sv location_of(const struct draft *d, uint32_t node)
{
	uint32_t location = d->graph->nodes[node].location;

	return location == NO_ID ? SV("nowhere") : d->graph->locations[location].name;
}

static sv selection_text(const struct draft *d)
{
	sv text = d->request->selection_text;

	if (!text.p)
		return SV("");
	return arena_fmt(d->arena, " by \"" SV_FMT "\"", SV_ARG(text));
}

/* Numbers the steps of all locations through. */
static void number_steps(struct draft *d)
{
	const struct asset_graph *g = d->graph;

	d->first_step = NEW(d->scratch, size_t, g->locations_count + 1);
	for (size_t l = 0; l < g->locations_count; l++)
		d->first_step[l + 1] = d->first_step[l] + g->locations[l].manifest->steps_count;
}

static bool defines_any(const struct asset_graph *g)
{
	for (uint32_t i = 0; i < g->nodes_count; i++)
		if (g->nodes[i].asset)
			return true;
	return false;
}

/* Pass 1. */
static bool choose(struct draft *d)
{
	const struct node_set *selected = d->request->selected;
	uint32_t passed_over = NO_ID;

	d->chosen = node_set_new(d->scratch, d->graph);
	for (uint32_t i = 0; i < d->graph->nodes_count; i++) {
		if (!node_set_has(selected, i))
			continue;
		if (asset_graph_executable(d->graph, i))
			node_set_add(&d->chosen, i);
		else if (passed_over == NO_ID)
			passed_over = i;
	}
	if (node_set_count(&d->chosen))
		return true;
	if (!defines_any(d->graph)) {
		err_set(d->e, ERR_INVALID,
			"nothing to run: no location that loads defines an asset");
		return err_hint(d->e, "plait location list says which load");
	}
	if (passed_over == NO_ID)
		err_set(d->e, ERR_INVALID, "nothing to run: no asset is selected" SV_FMT,
			SV_ARG(selection_text(d)));
	else
		err_set(d->e, ERR_INVALID,
			"nothing to run: no step makes what is selected" SV_FMT " (\"" SV_FMT
			"\" is made elsewhere)",
			SV_ARG(selection_text(d)), SV_ARG(key_of(d, passed_over)));
	return err_hint(d->e, "`plait asset list` shows what can be selected");
}

static void add_step_mates(struct draft *d, uint32_t location, const struct manifest_step *step)
{
	const struct manifest *m = d->graph->locations[location].manifest;

	for (size_t i = 0; i < step->assets_count; i++) {
		uint32_t mate = asset_graph_find(d->graph, m->assets[step->assets[i]].key);

		if (d->graph->nodes[mate].location == location)
			node_set_add(&d->chosen, mate);
	}
}

/* Pass 2. */
static void complete(struct draft *d)
{
	const struct asset_graph *g = d->graph;
	bool *done = NEW(d->scratch, bool, d->first_step[g->locations_count]);

	for (uint32_t i = 0; i < g->nodes_count; i++) {
		const struct graph_node *node = &g->nodes[i];
		const struct manifest_step *step;
		size_t number;

		if (!node_set_has(&d->chosen, i))
			continue;
		step = asset_graph_step(g, i);
		number = d->first_step[node->location] + node->asset->step;
		if (!step->can_subset && !done[number])
			add_step_mates(d, node->location, step);
		done[number] = true;
	}
}

static int compare_parts(const void *a, const void *b, void *draft)
{
	const struct draft *d = draft;
	const struct part *x = &d->parts.at[*(const uint32_t *)a],
			  *y = &d->parts.at[*(const uint32_t *)b];
	int order = (x->level > y->level) - (x->level < y->level);

	if (!order)
		order = (x->location > y->location) - (x->location < y->location);
	if (!order)
		order = sv_cmp(x->step->name, y->step->name);
	return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* Pass 6.  order[i]: the part that becomes step i; place[part]: the other way round. */
static void arrange(struct draft *d, uint32_t **order, uint32_t **place)
{
	*order = NEW(d->scratch, uint32_t, d->parts.n);
	*place = NEW(d->scratch, uint32_t, d->parts.n);
	for (uint32_t i = 0; i < d->parts.n; i++)
		(*order)[i] = i;
	qsort_r(*order, d->parts.n, sizeof(**order), compare_parts, d);
	for (uint32_t i = 0; i < d->parts.n; i++)
		(*place)[(*order)[i]] = i;
}

struct inputs {
	struct plan_input *at;
	size_t n, cap;
};

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static int compare_inputs(const void *a, const void *b)
{
	const struct plan_input *x = a, *y = b;

	return (x->node > y->node) - (x->node < y->node);
}

/* An upstream that several assets of the step read is one input; loaded if any of them loads it. */
static void merge_inputs(struct inputs *inputs)
{
	size_t kept = 0;

	if (inputs->n)
		qsort(inputs->at, inputs->n, sizeof(*inputs->at), compare_inputs);
	for (size_t i = 0; i < inputs->n; i++) {
		if (kept && inputs->at[kept - 1].node == inputs->at[i].node)
			inputs->at[kept - 1].loaded |= inputs->at[i].loaded;
		else
			inputs->at[kept++] = inputs->at[i];
	}
	inputs->n = kept;
}

static const struct known_version *known_of(const struct draft *d, uint32_t node)
{
	static const struct known_version nothing;

	return d->request->known ? &d->request->known[node] : &nothing;
}

static struct inputs inputs_of(struct draft *d, uint32_t part_id)
{
	const struct part *part = &d->parts.at[part_id];
	struct inputs inputs = {0};

	for (size_t i = 0; i < part->nodes.n; i++) {
		const struct graph_node *reader = &d->graph->nodes[part->nodes.at[i]];

		for (size_t u = 0; u < reader->asset->deps_count; u++) {
			uint32_t node = reader->deps[u], made_by = d->part_of[node];

			if (made_by == part_id)
				continue;
			*LIST_ADD(d->arena, &inputs) = (struct plan_input){
				.node = node,
				.loaded = reader->asset->deps[u].loaded,
				.in_run = made_by != NO_ID,
				.version = made_by == NO_ID ? known_of(d, node)->id : (sv){0}};
		}
	}
	merge_inputs(&inputs);
	return inputs;
}

/* Nothing in this run makes it, plait never did, and no other tool left a value where its manager looks. */
static bool has_no_value(const struct draft *d, uint32_t node)
{
	const struct known_version *known = known_of(d, node);

	return d->part_of[node] == NO_ID && !known->id.p && !known->found_outside;
}

/* Only what a step here makes can be missing for sure; an explicit manager may find values anywhere. */
static bool is_missing(const struct draft *d, const struct manifest_dep *dep, uint32_t upstream)
{
	return dep->loaded && !dep->io_manager.p && asset_graph_executable(d->graph, upstream) &&
	       has_no_value(d, upstream);
}

/* Keys to add to the selection: the missing ones, and what those would miss in turn. */
static sv missing_keys(struct draft *d, uint32_t first)
{
	struct node_set seen = node_set_new(d->scratch, d->graph);
	LIST(uint32_t) missing = {0};
	AUTO_BUF out = {0};

	*LIST_ADD(d->scratch, &missing) = first;
	node_set_add(&seen, first);
	for (size_t i = 0; i < missing.n && missing.n <= NAMED_MISSING; i++) {
		const struct graph_node *node = &d->graph->nodes[missing.at[i]];

		buf_addf(&out, "%s" SV_FMT, i ? "," : "", SV_ARG(node->key));
		for (size_t k = 0; k < node->asset->deps_count; k++) {
			uint32_t up = node->deps[k];

			if (node_set_has(&seen, up) || !is_missing(d, &node->asset->deps[k], up))
				continue;
			node_set_add(&seen, up);
			*LIST_ADD(d->scratch, &missing) = up;
		}
	}
	if (missing.n > NAMED_MISSING)
		return arena_fmt(d->scratch, "*" SV_FMT, SV_ARG(key_of(d, first)));
	return arena_sv(d->scratch, buf_sv(&out));
}

static const char NEVER_MADE[] = "which has never been materialized";
static const char GONE[] = "whose value is gone from the folder it was stored in";

static bool refuse_missing(struct draft *d, uint32_t consumer, uint32_t upstream)
{
	sv keys = missing_keys(d, upstream), selection = d->request->selection_text,
	   refusal = asset_graph_step(d->graph, upstream)->refusal;

	err_set(d->e, ERR_NOT_FOUND,
		"\"" SV_FMT "\" (" SV_FMT ") loads \"" SV_FMT "\" (" SV_FMT "), %s",
		SV_ARG(key_of(d, consumer)), SV_ARG(location_of(d, consumer)),
		SV_ARG(key_of(d, upstream)), SV_ARG(location_of(d, upstream)),
		known_of(d, upstream)->gone ? GONE : NEVER_MADE);
	if (refusal.p)
		return err_hint(d->e, SV_FMT, SV_ARG(refusal));
	if (selection.p && selection.n < 200)
		return err_hint(
			d->e, "make it in the same run: plait materialize '" SV_FMT "," SV_FMT "'",
			SV_ARG(keys), SV_ARG(selection));
	return err_hint(d->e, "make it first: plait materialize '" SV_FMT "'", SV_ARG(keys));
}

static bool check_missing(struct draft *d, const struct part *part)
{
	for (size_t i = 0; i < part->nodes.n; i++) {
		uint32_t consumer = part->nodes.at[i];
		const struct graph_node *node = &d->graph->nodes[consumer];

		for (size_t u = 0; u < node->asset->deps_count; u++)
			if (is_missing(d, &node->asset->deps[u], node->deps[u]))
				return refuse_missing(d, consumer, node->deps[u]);
	}
	return true;
}

static const char *state_of(const struct known_version *known)
{
	if (known->found_outside && known->gone)
		return "whose version is no longer where it was stored: what its I/O manager finds "
		       "is read, and is not pinned";
	if (known->found_outside)
		return "which plait has not made yet: what its I/O manager finds is read, and is "
		       "not "
		       "pinned";
	return known->gone ? GONE : NEVER_MADE;
}

/* What is not pinned is told, once for each step and input. */
static void warn_of_unpinned(struct draft *d, struct run_plan *plan, const struct plan_step *step)
{
	for (size_t i = 0; i < step->inputs_count; i++) {
		const struct plan_input *in = &step->inputs[i];
		const char *state;

		if (in->in_run || in->version.p || !asset_graph_executable(d->graph, in->node))
			continue;
		state = state_of(known_of(d, in->node));
		*LIST_ADD(d->arena, &plan->warnings) = arena_fmt(
			d->arena, "\"" SV_FMT "\" (" SV_FMT ") %s \"" SV_FMT "\" (" SV_FMT "), %s",
			SV_ARG(key_of(d, step->nodes[0])), SV_ARG(location_of(d, step->nodes[0])),
			in->loaded ? "loads" : "depends on", SV_ARG(key_of(d, in->node)),
			SV_ARG(location_of(d, in->node)), state);
	}
}

/* "selected by …", with the step-mates that come along. */
static sv reason_of(struct draft *d, const struct part *part, sv selection)
{
	const struct node_set *selected = d->request->selected;
	size_t along = 0;
	uint32_t first = NO_ID;

	for (size_t i = 0; i < part->nodes.n; i++)
		if (!node_set_has(selected, part->nodes.at[i]) && along++ == 0)
			first = part->nodes.at[i];
	if (along == 0)
		return arena_fmt(d->arena, "selected" SV_FMT, SV_ARG(selection));
	if (along == 1)
		return arena_fmt(d->arena,
				 "selected" SV_FMT "; \"" SV_FMT "\" shares a step with it",
				 SV_ARG(selection), SV_ARG(key_of(d, first)));
	return arena_fmt(d->arena,
			 "selected" SV_FMT "; \"" SV_FMT "\" and %zu more share a step with it",
			 SV_ARG(selection), SV_ARG(key_of(d, first)), along - 1);
}

/* How many locations of the plan have a step of each name. */
struct names {
	struct intern *texts;
	uint32_t *locations;
};

static struct names count_names(struct draft *d)
{
	struct names names = {intern_new(d->scratch), NEW(d->scratch, uint32_t, d->parts.n)};

	for (size_t i = 0; i < d->parts.n; i++) {
		uint32_t id = intern_add(names.texts, d->parts.at[i].step->name);

		names.locations[id] += d->parts.at[i].number == 0;
	}
	return names;
}

static sv name_of(struct draft *d, const struct names *names, const struct part *part)
{
	sv name = part->step->name;

	if (names->locations[intern_find(names->texts, name)] > 1)
		name = arena_fmt(d->arena, SV_FMT "." SV_FMT,
				 SV_ARG(d->graph->locations[part->location].name), SV_ARG(name));
	if (part->number)
		name = arena_fmt(d->arena, SV_FMT ".%u", SV_ARG(name), part->number + 1);
	return name;
}

static void fill_step(struct draft *d, uint32_t part_id, const uint32_t *place,
		      struct plan_step *step)
{
	const struct part *part = &d->parts.at[part_id];
	struct inputs inputs = inputs_of(d, part_id);
	uint32_t *nodes = NEW(d->arena, uint32_t, part->nodes.n),
		 *waits = NEW(d->arena, uint32_t, d->needs[part_id].n);

	memcpy(nodes, part->nodes.at, part->nodes.n * sizeof(*nodes));
	for (size_t i = 0; i < d->needs[part_id].n; i++)
		waits[i] = place[d->needs[part_id].at[i]];
	if (d->needs[part_id].n)
		qsort(waits, d->needs[part_id].n, sizeof(*waits), compare_ids);
	*step = (struct plan_step){.location = part->location,
				   .step = part->step,
				   .nodes = nodes,
				   .nodes_count = part->nodes.n,
				   .inputs = inputs.at,
				   .inputs_count = inputs.n,
				   .waits_for = waits,
				   .waits_for_count = d->needs[part_id].n,
				   .level = part->level};
}

/* Its assets were made together, or in parts that took turns: the longest says most. */
static time_us last_duration(const struct draft *d, const struct part *part)
{
	time_us longest = -1;

	for (size_t i = 0; d->request->known && i < part->nodes.n; i++) {
		const struct known_version *known = &d->request->known[part->nodes.at[i]];

		if (known->id.p && known->duration > longest)
			longest = known->duration;
	}
	return longest;
}

/* What makes no sense is told once a step, however many parts it runs in. */
static void read_options(struct draft *d, const struct part *part, struct run_plan *plan,
			 struct plan_step *step)
{
	struct sv_list told = {0};

	step->options = step_options_read(d->arena, d->graph->locations[part->location].manifest,
					  part->step, part->number ? &told : &plan->warnings);
}

/* Passes 7 and 8. */
static bool install(struct draft *d, struct run_plan **ret)
{
	struct run_plan *plan = NEW(d->arena, struct run_plan, 1);
	struct names names = count_names(d);
	sv selection = selection_text(d);
	uint32_t *order, *place;

	arrange(d, &order, &place);
	plan->graph = d->graph;
	plan->left_out = d->left_out;
	plan->steps_count = d->parts.n;
	plan->steps = NEW(d->arena, struct plan_step, d->parts.n);
	for (size_t i = 0; i < d->parts.n; i++) {
		const struct part *part = &d->parts.at[order[i]];

		if (!check_missing(d, part))
			return false;
		fill_step(d, order[i], place, &plan->steps[i]);
		plan->steps[i].name = name_of(d, &names, part);
		plan->steps[i].reason = reason_of(d, part, selection);
		warn_of_unpinned(d, plan, &plan->steps[i]);
		read_options(d, part, plan, &plan->steps[i]);
		plan->steps[i].last_duration = last_duration(d, part);
	}
	*ret = plan;
	return true;
}

bool run_plan_make(struct arena *a, const struct asset_graph *g, const struct findings *findings,
		   const struct plan_request *request, struct run_plan **ret, struct err *e)
{
	AUTO_ARENA scratch = arena_new();
	struct draft d = {.arena = a, .scratch = scratch, .graph = g, .request = request, .e = e};

	number_steps(&d);
	if (!choose(&d))
		return false;
	complete(&d);
	if (!plan_leave_out(&d) || !findings_allow(findings, &d.chosen, e))
		return false;
	d.part_of = NEW(scratch, uint32_t, g->nodes_count);
	return plan_parts_make(&d) && install(&d, ret);
}
