/* storage_check.c -- for each edge whose value must travel through storage: does the reader look where the writer puts it?
 * The writer is the producer's I/O manager.  The reader is the input's explicit manager; else, within a location, the
 * producer's; else `io_manager` of the loading location.  Steps are processes: memory does not reach another step. */
#include "plan/check_parts.h"

enum fault { FAULT_MEMORY, FAULT_NOTHING_STORED, FAULT_ELSEWHERE };

struct manager {
	sv key;
	const struct manifest_resource *resource; /* NULL: the default storage */
	struct manifest_storage storage;          /* kind.p NULL: says nothing */
	bool missing;
};

struct clash {
	enum fault fault;
	bool deps_only;
	uint32_t producer, consumer;
	struct manager writer, reader;
};

struct clashes {
	struct clash *at;
	size_t n, cap;
};

/* What a location uses that declares no resource named io_manager: the same folder for every location. */
static const struct manifest_storage default_storage = {.kind = {"filesystem", 10},
							.base = {"STATE default", 13}};

static struct manager manager_of(const struct location_code *location, sv key)
{
	struct manager m = {.key = key,
			    .resource = manifest_resource_find(location->manifest, key)};

	if (m.resource)
		m.storage = m.resource->storage;
	else if (sv_eq(key, SV("io_manager")))
		m.storage = default_storage;
	else
		m.missing = true;
	return m;
}

static bool same_storage(const struct manifest_storage *a, const struct manifest_storage *b)
{
	return sv_eq(a->kind, b->kind) && sv_eq(a->base, b->base);
}

/* What is wrong between the two managers of an edge, if anything. */
static bool find_fault(const struct clash *edge, const struct manifest_dep *dep, bool across,
		       enum fault *ret)
{
	const struct manager *writer = &edge->writer, *reader = &edge->reader;

	if (writer->missing || reader->missing)
		return false; /* resource_check.c tells */
	if (dep->loaded && !dep->io_manager.p && sv_eq(writer->storage.kind, SV("memory"))) {
		*ret = FAULT_MEMORY;
		return true;
	}
	if (!across || !writer->storage.kind.p || !reader->storage.kind.p)
		return false;
	*ret = FAULT_ELSEWHERE;
	return !same_storage(&writer->storage, &reader->storage);
}

static void check_edge(struct check *c, struct arena *scratch, uint32_t consumer, size_t index,
		       struct clashes *clashes)
{
	const struct asset_graph *g = c->graph;
	const struct graph_node *to = &g->nodes[consumer], *from;
	const struct manifest_dep *dep = &to->asset->deps[index];
	uint32_t producer = to->deps[index];
	struct clash edge = {.deps_only = !dep->loaded, .producer = producer, .consumer = consumer};
	bool across, nothing;

	if (!asset_graph_executable(g, producer) ||
	    asset_graph_step(g, producer) == asset_graph_step(g, consumer))
		return;
	from = &g->nodes[producer];
	across = from->location != to->location;
	nothing = !from->asset->io_manager.p;
	if (nothing && (!dep->loaded || dep->io_manager.p))
		return;
	if (nothing) {
		edge.fault = FAULT_NOTHING_STORED;
		*LIST_ADD(scratch, clashes) = edge;
		return;
	}
	edge.writer = manager_of(&g->locations[from->location], from->asset->io_manager);
	edge.reader = manager_of(&g->locations[to->location], dep->io_manager.p ? dep->io_manager
							      : across          ? SV("io_manager")
								       : from->asset->io_manager);
	if (find_fault(&edge, dep, across, &edge.fault))
		*LIST_ADD(scratch, clashes) = edge;
}

static int compare_ids(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/* Alike: the same fault between the same two managers. */
static int compare_kinds(const struct asset_graph *g, const struct clash *x, const struct clash *y)
{
	int order = (int)x->fault - (int)y->fault;

	if (!order)
		order = (int)x->deps_only - (int)y->deps_only;
	if (!order)
		order = compare_ids(g->nodes[x->producer].location, g->nodes[y->producer].location);
	if (!order)
		order = sv_cmp(x->writer.key, y->writer.key);
	if (!order)
		order = compare_ids(g->nodes[x->consumer].location, g->nodes[y->consumer].location);
	return order ? order : sv_cmp(x->reader.key, y->reader.key);
}

static int compare_clashes(const void *a, const void *b, void *graph)
{
	const struct clash *x = a, *y = b;
	int order = compare_kinds(graph, x, y);

	if (!order)
		order = compare_ids(x->consumer, y->consumer);
	return order ? order : compare_ids(x->producer, y->producer);
}

static sv location_of(const struct check *c, uint32_t node)
{
	return c->graph->locations[c->graph->nodes[node].location].name;
}

static struct source_position source_of(const struct check *c, uint32_t node,
					const struct manager *m)
{
	if (m->resource && m->resource->source.file.p)
		return m->resource->source;
	return c->graph->nodes[node].asset->source;
}

/* What a location says about where a manager's values lie. */
static sv declaration(struct check *c, uint32_t node, const struct manager *m)
{
	sv location = location_of(c, node), path, place = SV("");

	if (!m->resource)
		return arena_fmt(c->arena,
				 "location \"" SV_FMT
				 "\" declares no io_manager and so uses plait's own storage",
				 SV_ARG(location));
	path = m->storage.declared.p ? m->storage.declared : m->storage.base;
	if (m->resource->source.file.p)
		place = arena_fmt(c->arena, " (" SV_FMT ")",
				  SV_ARG(check_place(c->arena, m->resource->source)));
	return arena_fmt(c->arena,
			 "location \"" SV_FMT "\" declares `" SV_FMT "` with \"" SV_FMT "\"" SV_FMT,
			 SV_ARG(location), SV_ARG(m->key), SV_ARG(path), SV_ARG(place));
}

static sv storage_text(struct check *c, const struct manifest_storage *s)
{
	if (sv_eq(s->base, default_storage.base))
		return SV("plait's own storage");
	return arena_fmt(c->arena, SV_FMT " " SV_FMT, SV_ARG(s->kind), SV_ARG(s->base));
}

static void tell_memory(struct check *c, const struct clash *clash, struct finding *f)
{
	f->message = arena_fmt(
		c->arena,
		"%s is kept in memory by `" SV_FMT
		"`, and %s loads it in another step.  Each step is a process of its own: "
		"the value would be gone.",
		check_asset(c, clash->producer).p, SV_ARG(clash->writer.key),
		check_asset(c, clash->consumer).p);
	f->hint = arena_fmt(c->arena,
			    "give \"" SV_FMT
			    "\" an I/O manager that writes to disk, such as FilesystemIOManager "
			    "(or make both assets in one step)",
			    SV_ARG(c->graph->nodes[clash->producer].key));
}

static void tell_nothing_stored(struct check *c, const struct clash *clash, struct finding *f)
{
	f->message = arena_fmt(c->arena, "%s loads %s, whose step returns no value to store.",
			       check_asset(c, clash->consumer).p,
			       check_asset(c, clash->producer).p);
	f->hint = SV("return the value there, or depend on it with deps=[…] and read it yourself");
}

static void tell_elsewhere(struct check *c, const struct clash *clash, struct finding *f)
{
	f->message = arena_fmt(
		c->arena, "%s stores to " SV_FMT "; %s %s " SV_FMT ".",
		check_asset(c, clash->producer).p, SV_ARG(storage_text(c, &clash->writer.storage)),
		check_asset(c, clash->consumer).p,
		clash->deps_only ? "depends on it, but its location stores to" : "loads it from",
		SV_ARG(storage_text(c, &clash->reader.storage)));
	f->hint = arena_fmt(c->arena, "let both name the same place: %s; %s",
			    declaration(c, clash->producer, &clash->writer).p,
			    declaration(c, clash->consumer, &clash->reader).p);
}

/* One finding for clashes that are alike. */
static void tell(struct check *c, const struct clash *alike, size_t count)
{
	uint32_t *consumers = NEW(c->arena, uint32_t, count);
	enum finding_severity severity = alike->fault == FAULT_NOTHING_STORED || alike->deps_only
						 ? FINDING_WARNING
						 : FINDING_ERROR;
	struct finding *f = check_add(c,
				      alike->fault == FAULT_MEMORY ? FINDING_MEMORY_STORAGE
								   : FINDING_STORAGE_NOT_SHARED,
				      severity, alike->consumer);
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (n == 0 || consumers[n - 1] != alike[i].consumer)
			consumers[n++] = alike[i].consumer;
	f->nodes = consumers;
	f->nodes_count = n;
	f->at = source_of(c, alike->consumer, &alike->reader);
	f->other = source_of(c, alike->producer, &alike->writer);
	f->other_location = location_of(c, alike->producer);
	if (alike->fault == FAULT_MEMORY)
		tell_memory(c, alike, f);
	else if (alike->fault == FAULT_NOTHING_STORED)
		tell_nothing_stored(c, alike, f);
	else
		tell_elsewhere(c, alike, f);
	f->message = arena_fmt(c->arena, SV_FMT "%s", SV_ARG(f->message),
			       check_and_others(c, consumers, n).p);
}

void check_storage(struct check *c)
{
	AUTO_ARENA scratch = arena_new();
	const struct asset_graph *g = c->graph;
	struct clashes clashes = {0};

	for (uint32_t i = 0; i < g->nodes_count; i++) {
		const struct manifest_asset *asset = g->nodes[i].asset;

		if (!asset || asset->step == NO_ID)
			continue;
		for (size_t d = 0; d < asset->deps_count; d++)
			check_edge(c, scratch, i, d, &clashes);
	}
	if (clashes.n)
		qsort_r(clashes.at, clashes.n, sizeof(*clashes.at), compare_clashes, (void *)g);
	for (size_t from = 0, to; from < clashes.n; from = to) {
		for (to = from + 1;
		     to < clashes.n && !compare_kinds(g, &clashes.at[from], &clashes.at[to]);)
			to++;
		tell(c, &clashes.at[from], to - from);
	}
}
