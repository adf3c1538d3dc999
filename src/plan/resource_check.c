/* resource_check.c -- resources that an asset or a step names and its location does not have.
 * `io_manager` is always there: plait brings one. */
#include "plan/check_parts.h"

static bool has_resource(const struct manifest *m, sv key)
{
	return sv_eq(key, SV("io_manager")) || manifest_resource_find(m, key);
}

static void tell(struct check *c, uint32_t node, sv key, const char *use)
{
	const struct graph_node *n = &c->graph->nodes[node];
	struct finding *f = check_add(c, FINDING_UNKNOWN_RESOURCE, FINDING_ERROR, node);

	f->message = arena_fmt(c->arena, "%s %s `" SV_FMT "`, which its location does not define.",
			       check_asset(c, node).p, use, SV_ARG(key));
	f->hint = arena_fmt(c->arena,
			    "add \"" SV_FMT "\" to Definitions(resources={…}) of location \"" SV_FMT
			    "\"",
			    SV_ARG(key), SV_ARG(c->graph->locations[n->location].name));
}

/* At most one for an asset: the first is enough to mend. */
static void check_node(struct check *c, uint32_t node)
{
	const struct graph_node *n = &c->graph->nodes[node];
	const struct manifest *m = c->graph->locations[n->location].manifest;
	const struct manifest_step *step = &m->steps[n->asset->step];

	if (n->asset->io_manager.p && !has_resource(m, n->asset->io_manager)) {
		tell(c, node, n->asset->io_manager, "is stored by I/O manager");
		return;
	}
	for (size_t d = 0; d < n->asset->deps_count; d++)
		if (n->asset->deps[d].io_manager.p &&
		    !has_resource(m, n->asset->deps[d].io_manager)) {
			tell(c, node, n->asset->deps[d].io_manager, "loads an input with");
			return;
		}
	for (size_t i = 0; i < step->resources.n; i++)
		if (!has_resource(m, step->resources.at[i])) {
			tell(c, node, step->resources.at[i], "needs resource");
			return;
		}
}

void check_resources(struct check *c)
{
	for (uint32_t i = 0; i < c->graph->nodes_count; i++)
		if (c->graph->nodes[i].asset && c->graph->nodes[i].asset->step != NO_ID)
			check_node(c, i);
}
