/* workspace_check.c -- runs the checks one after the other and sorts what they found. */
#include "plan/workspace_check.h"

#include "base/buf.h"
#include "plan/check_parts.h"
#include "plan/cycle.h"

enum {
	NAMED_OTHERS = 5,       /* how many more assets a finding names */
	NAMED_ON_CYCLE = 12,    /* how many hops of a circle are shown */
	NEAREST_WORK = 2000000, /* keys looked at for all "did you mean" together */
};

const char *finding_kind_word(enum finding_kind kind)
{
#define X(id, word) [FINDING_##id] = word,
	static const char *const words[] = {FINDING_KINDS(X)};
#undef X
	return words[kind];
}

const char *finding_severity_word(enum finding_severity severity)
{
	static const char *const words[] = {"info", "warning", "error"};

	return words[severity];
}

struct finding *check_add(struct check *c, enum finding_kind kind, enum finding_severity severity,
			  uint32_t node)
{
	struct finding *f = LIST_ADD(c->arena, &c->found);

	*f = (struct finding){.kind = kind, .severity = severity, .node = node};
	if (node == NO_ID)
		return f;
	f->nodes = memcpy(NEW(c->arena, uint32_t, 1), &node, sizeof(node));
	f->nodes_count = 1;
	if (c->graph->nodes[node].asset) {
		f->at = c->graph->nodes[node].asset->source;
		f->location = c->graph->locations[c->graph->nodes[node].location].name;
	}
	return f;
}

sv check_place(struct arena *a, struct source_position at)
{
	if (!at.file.p)
		return SV("unknown place");
	return arena_fmt(a, SV_FMT ":%u", SV_ARG(at.file), at.line);
}

static sv asset_in(struct check *c, uint32_t node, uint32_t location, struct source_position source)
{
	return arena_fmt(c->arena, "\"" SV_FMT "\" (" SV_FMT ", " SV_FMT ")",
			 SV_ARG(c->graph->nodes[node].key),
			 SV_ARG(c->graph->locations[location].name),
			 SV_ARG(check_place(c->arena, source)));
}

sv check_asset(struct check *c, uint32_t node)
{
	const struct graph_node *n = &c->graph->nodes[node];

	if (!n->asset)
		return arena_fmt(c->arena, "\"" SV_FMT "\"", SV_ARG(n->key));
	return asset_in(c, node, n->location, n->asset->source);
}

sv check_and_others(struct check *c, const uint32_t *nodes, size_t count)
{
	AUTO_BUF out = {0};
	size_t named = count - 1 < NAMED_OTHERS ? count - 1 : NAMED_OTHERS;

	if (count < 2)
		return SV("");
	buf_add(&out, SV("  The same holds for "));
	for (size_t i = 1; i <= named; i++) {
		if (i > 1)
			buf_add(&out, i == named && named == count - 1 ? SV(" and ") : SV(", "));
		buf_addf(&out, "\"" SV_FMT "\"", SV_ARG(c->graph->nodes[nodes[i]].key));
	}
	if (named < count - 1)
		buf_addf(&out, " and %zu more", count - 1 - named);
	buf_addc(&out, '.');
	return arena_sv(c->arena, buf_sv(&out));
}

static const struct manifest_asset *definition_in(const struct asset_graph *g, uint32_t node,
						  uint32_t location)
{
	return manifest_asset_find(g->locations[location].manifest, g->nodes[node].key);
}

/* Two that make (or two that observe) the same key; external declarations beside them are fine. */
static void check_duplicate(struct check *c, uint32_t node, uint32_t other)
{
	const struct graph_node *n = &c->graph->nodes[node];
	const struct manifest_asset *second = definition_in(c->graph, node, other);
	bool made = n->asset->kind == ASSET_MATERIALIZATION;
	struct finding *f;

	if (second->kind == ASSET_EXTERNAL || second->kind != n->asset->kind)
		return;
	f = check_add(c, FINDING_DUPLICATE_KEY, made ? FINDING_ERROR : FINDING_WARNING, node);
	f->other = second->source;
	f->other_location = c->graph->locations[other].name;
	f->message = arena_fmt(c->arena, "Two locations %s the same asset: %s and " SV_FMT ".",
			       made ? "make" : "observe", check_asset(c, node).p,
			       SV_ARG(asset_in(c, node, other, second->source)));
	f->hint = SV("give one of them a key_prefix, or declare it there with AssetSpec and depend "
		     "on it");
}

static void check_duplicates(struct check *c)
{
	for (uint32_t i = 0; i < c->graph->nodes_count; i++)
		for (size_t o = 0; o < c->graph->nodes[i].also_count; o++)
			check_duplicate(c, i, c->graph->nodes[i].also[o]);
}

/* "x" (…) needs "y" (…) needs "x". */
static sv cycle_text(struct check *c, struct id_list path)
{
	size_t shown = path.n <= NAMED_ON_CYCLE ? path.n : NAMED_ON_CYCLE;
	AUTO_BUF out = {0};

	buf_add(&out, path.n == 1 ? SV("An asset needs itself: ")
				  : SV("Assets need each other in a circle: "));
	for (size_t i = 0; i < shown; i++)
		buf_addf(&out, "%s needs ", check_asset(c, path.at[i]).p);
	if (shown < path.n)
		buf_addf(&out, "… (%zu more) … ", path.n - shown);
	buf_addf(&out, "\"" SV_FMT "\".", SV_ARG(c->graph->nodes[path.at[0]].key));
	return arena_sv(c->arena, buf_sv(&out));
}

static void check_cycles(struct check *c)
{
	AUTO_ARENA scratch = arena_new();
	const struct asset_graph *g = c->graph;
	struct id_list *needs = NEW(scratch, struct id_list, g->nodes_count);
	struct cycle_groups groups;

	if (g->acyclic_count == g->nodes_count)
		return;
	for (uint32_t i = 0; i < g->nodes_count; i++)
		needs[i] = (struct id_list){g->nodes[i].parents, g->nodes[i].parents_count};
	groups = cycles_find(c->arena, needs, g->nodes_count);
	for (size_t i = 0; i < groups.n; i++) {
		struct id_list path = cycle_path(scratch, needs, groups.at[i]);
		struct finding *f = check_add(c, FINDING_CYCLE, FINDING_ERROR, path.at[0]);
		uint32_t next = path.at[path.n > 1];

		f->nodes = groups.at[i].at;
		f->nodes_count = groups.at[i].n;
		f->message = cycle_text(c, path);
		f->hint = SV("take one of these dependencies away, or split an asset in two");
		if (g->nodes[next].asset) {
			f->other = g->nodes[next].asset->source;
			f->other_location = g->locations[g->nodes[next].location].name;
		}
	}
}

static bool loads(const struct graph_node *consumer, sv key)
{
	for (size_t d = 0; consumer->asset && d < consumer->asset->deps_count; d++)
		if (consumer->asset->deps[d].loaded && sv_eq(consumer->asset->deps[d].key, key))
			return true;
	return false;
}

/* The consumers that load it, or all of them where none does. */
static bool sufferers(struct check *c, const struct graph_node *unknown, struct finding *f)
{
	uint32_t *loading = NEW(c->arena, uint32_t, unknown->children_count);
	size_t n = 0;

	for (size_t i = 0; i < unknown->children_count; i++)
		if (loads(&c->graph->nodes[unknown->children[i]], unknown->key))
			loading[n++] = unknown->children[i];
	f->nodes = n ? loading : unknown->children;
	f->nodes_count = n ? n : unknown->children_count;
	return n > 0;
}

static void check_unknown(struct check *c, uint32_t node, size_t *work)
{
	const struct graph_node *n = &c->graph->nodes[node];
	struct finding *f = check_add(c, FINDING_UNKNOWN_KEY, FINDING_INFO, node);
	bool loaded = sufferers(c, n, f);
	uint32_t near = NO_ID, consumer = f->nodes[0];

	if (*work < NEAREST_WORK)
		near = asset_graph_nearest(c->graph, n->key);
	*work += c->graph->nodes_count;
	f->severity = loaded ? FINDING_ERROR : near != NO_ID ? FINDING_WARNING : FINDING_INFO;
	f->at = c->graph->nodes[consumer].asset->source;
	f->location = c->graph->locations[c->graph->nodes[consumer].location].name;
	f->message = arena_fmt(c->arena, "%s %s \"" SV_FMT "\", which no location defines.%s",
			       check_asset(c, consumer).p, loaded ? "loads" : "depends on",
			       SV_ARG(n->key), check_and_others(c, f->nodes, f->nodes_count).p);
	if (near != NO_ID) {
		f->hint = arena_fmt(c->arena, "did you mean %s?", check_asset(c, near).p);
		f->other = c->graph->nodes[near].asset->source;
		f->other_location = c->graph->locations[c->graph->nodes[near].location].name;
	} else {
		f->hint = SV("define it, or declare it as made elsewhere: AssetSpec in "
			     "Definitions(assets=[…])");
	}
}

static void check_unknown_keys(struct check *c)
{
	size_t work = 0;

	for (uint32_t i = 0; i < c->graph->nodes_count; i++)
		if (!c->graph->nodes[i].asset)
			check_unknown(c, i, &work);
}

/* What compiling a location had to say. */
static void add_location_problems(struct check *c)
{
	for (size_t l = 0; l < c->graph->locations_count; l++) {
		const struct value *problems = c->graph->locations[l].manifest->problems;

		for (size_t i = 0; i < problems->n; i++) {
			struct finding *f = check_add(c, FINDING_LOCATION_PROBLEM, FINDING_WARNING,
						      NO_ID);
			const struct value *problem = &problems->items[i];

			f->location = c->graph->locations[l].name;
			f->message = value_text(problem, "message");
			f->at.file = value_text(problem, "file");
			f->at.line = (uint32_t)value_int(problem, "line", 0);
		}
	}
}

static struct findings errors_first(struct check *c)
{
	struct findings sorted = {NEW(c->arena, struct finding, c->found.n), 0, c->found.n};

	for (int severity = FINDING_ERROR; severity >= FINDING_INFO; severity--)
		for (size_t i = 0; i < c->found.n; i++)
			if ((int)c->found.at[i].severity == severity)
				sorted.at[sorted.n++] = c->found.at[i];
	return sorted;
}

struct findings workspace_check(struct arena *a, const struct asset_graph *g)
{
	struct check c = {.arena = a, .graph = g};

	check_duplicates(&c);
	check_cycles(&c);
	check_unknown_keys(&c);
	check_resources(&c);
	check_storage(&c);
	add_location_problems(&c);
	return errors_first(&c);
}

bool findings_allow(const struct findings *f, const struct node_set *nodes, struct err *e)
{
	for (size_t i = 0; i < f->n && f->at[i].severity == FINDING_ERROR; i++)
		for (size_t n = 0; n < f->at[i].nodes_count; n++)
			if (node_set_has(nodes, f->at[i].nodes[n])) {
				err_set(e, ERR_CONFLICT, SV_FMT, SV_ARG(f->at[i].message));
				if (f->at[i].hint.p)
					err_hint(e, SV_FMT, SV_ARG(f->at[i].hint));
				return false;
			}
	return true;
}
