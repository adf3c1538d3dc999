/* overview.c -- each team's assets, how they stand, and what they take from other repositories. */
#include <stdlib.h>

#include "api/asset_table.h"
#include "api/reading.h"
#include "base/intern.h"
#include "view/document.h"
#include "view/location_document.h"

enum { FAILURES_MOST = 100, NAMED_MOST = 20 };

struct team {
	struct intern *owners, *groups, *kinds;
	size_t assets, by_status[ASSET_STATUS_COUNT], stale;
	time_us last;
};

struct border { /* between two locations */
	size_t edges;
	struct sv_list
		assets; /* of the one that is depended on, the first of them, in the order of keys */
	uint32_t newest; /* node that was counted last: each asset is named once */
};

struct overview {
	struct arena *arena;
	const struct code_view *code;
	const struct asset_graph *graph;
	const struct asset_facts *facts;
	struct team *teams;      /* one for each location of the graph */
	struct border **borders; /* [from * locations + to] */
	uint32_t *failed;
	size_t failed_count;
};

/* ---- counting ---- */

static void count_asset(struct overview *o, uint32_t node)
{
	const struct graph_node *n = &o->graph->nodes[node];
	const struct asset_fact *fact = &o->facts->at[node];
	struct team *team;

	if (!n->asset)
		return;
	if (fact->status == STATUS_FAILED)
		o->failed[o->failed_count++] = node;
	team = &o->teams[n->location];
	team->assets++;
	team->by_status[fact->status]++;
	team->stale += asset_facts_has_value(o->facts, node) &&
		       stale_is(o->graph, o->facts->made, node);
	if (o->facts->made[node].at > team->last)
		team->last = o->facts->made[node].at;
	for (size_t i = 0; i < n->asset->owners.n; i++)
		(void)intern_add(team->owners, n->asset->owners.at[i]);
	for (size_t i = 0; i < n->asset->kinds.n; i++)
		(void)intern_add(team->kinds, n->asset->kinds.at[i]);
	if (n->asset->group.n)
		(void)intern_add(team->groups, n->asset->group);
}

static void count_edge(struct overview *o, uint32_t from, uint32_t to)
{
	size_t locations = o->graph->locations_count;
	struct border **at = &o->borders[o->graph->nodes[from].location * locations + to];

	if (!*at) {
		*at = NEW(o->arena, struct border, 1);
		(*at)->newest = NO_ID;
	}
	(*at)->edges++;
	if ((*at)->newest != from && (*at)->assets.n < NAMED_MOST)
		*LIST_ADD(o->arena, &(*at)->assets) = o->graph->nodes[from].key;
	(*at)->newest = from;
}

static void count_edges(struct overview *o, uint32_t from)
{
	const struct graph_node *n = &o->graph->nodes[from];

	for (size_t i = 0; i < n->children_count && n->location != NO_ID; i++) {
		uint32_t to = o->graph->nodes[n->children[i]].location;

		if (to != NO_ID && to != n->location)
			count_edge(o, from, to);
	}
}

static void count(struct overview *o)
{
	size_t locations = o->graph->locations_count;

	o->teams = NEW(o->arena, struct team, locations + 1);
	o->borders = NEW(o->arena, struct border *, locations * locations + 1);
	o->failed = NEW(o->arena, uint32_t, o->graph->nodes_count + 1);
	for (size_t i = 0; i < locations; i++) {
		o->teams[i].owners = intern_new(o->arena);
		o->teams[i].groups = intern_new(o->arena);
		o->teams[i].kinds = intern_new(o->arena);
	}
	for (uint32_t node = 0; node < o->graph->nodes_count; node++) {
		count_asset(o, node);
		count_edges(o, node);
	}
}

/* ---- writing ---- */

static int by_text(const void *x, const void *y)
{
	return sv_cmp(*(const sv *)x, *(const sv *)y);
}

static void write_names(struct json *j, const char *key, struct arena *a,
			const struct intern *names)
{
	struct sv_list all = {0};

	for (uint32_t i = 0; names && i < intern_count(names); i++)
		*LIST_ADD(a, &all) = intern_text(names, i);
	if (all.n)
		qsort(all.at, all.n, sizeof(all.at[0]), by_text);
	document_texts(j, key, &all);
}

static void write_team(struct json *j, struct overview *o, const struct location_state *state)
{
	static const struct team nothing;
	uint32_t location = asset_graph_location(o->graph, state->code->name);
	const struct team *team = location == NO_ID ? &nothing : &o->teams[location];

	json_open(j, '{');
	json_member_text(j, "location", state->code->name);
	json_member_text(j, "health", sv_of(location_health_word(state->health)));
	write_names(j, "owners", o->arena, team->owners);
	write_names(j, "groups", o->arena, team->groups);
	write_names(j, "kinds", o->arena, team->kinds);
	json_member_int(j, "assets", (int64_t)team->assets);
	json_key(j, "by_status");
	json_open(j, '{');
	for (enum asset_status s = 0; s < ASSET_STATUS_COUNT; s++)
		json_member_int(j, asset_status_word(s), (int64_t)team->by_status[s]);
	json_close(j);
	json_member_int(j, "stale", (int64_t)team->stale);
	document_time(j, "last_materialized_at", team->last);
	json_close(j);
}

static void write_border(struct json *j, const struct overview *o, size_t from, size_t to)
{
	const struct border *b = o->borders[from * o->graph->locations_count + to];

	if (!b)
		return;
	json_open(j, '{');
	json_member_text(j, "from", o->graph->locations[from].name);
	json_member_text(j, "to", o->graph->locations[to].name);
	json_member_int(j, "edges", (int64_t)b->edges);
	document_texts(j, "assets", &b->assets);
	json_close(j);
}

struct failed {
	time_us at;
	uint32_t node;
};

static int newest_first(const void *x, const void *y)
{
	const struct failed *one = x, *other = y;
	int order = (other->at > one->at) - (other->at < one->at);

	return order ? order : (one->node > other->node) - (one->node < other->node);
}

static void write_failures(struct json *j, const struct overview *o)
{
	struct failed *all = NEW(o->arena, struct failed, o->failed_count + 1);

	for (size_t i = 0; i < o->failed_count; i++)
		all[i] = (struct failed){o->facts->at[o->failed[i]].tried_at, o->failed[i]};
	qsort(all, o->failed_count, sizeof(all[0]), newest_first);
	json_key(j, "failures");
	json_open(j, '[');
	for (size_t i = 0; i < o->failed_count && i < FAILURES_MOST; i++) {
		json_open(j, '{');
		json_member_text(j, "key", o->graph->nodes[all[i].node].key);
		json_member_text(j, "location", asset_location_name(o->graph, all[i].node));
		document_text(j, "run", o->facts->at[all[i].node].tried_by);
		document_time(j, "at", all[i].at);
		json_close(j);
	}
	json_close(j);
}

static void write_overview(struct json *j, struct overview *o)
{
	json_open(j, '{');
	json_key(j, "teams");
	json_open(j, '[');
	for (size_t i = 0; i < o->code->locations_count; i++)
		write_team(j, o, &o->code->locations[i]);
	json_close(j);
	json_key(j, "edges");
	json_open(j, '[');
	for (size_t from = 0; from < o->graph->locations_count; from++)
		for (size_t to = 0; to < o->graph->locations_count; to++)
			write_border(j, o, from, to);
	json_close(j);
	write_failures(j, o);
	json_close(j);
}

void api_get_overview(void *ctx, struct exchange *x)
{
	struct api *api = ctx;
	struct overview o = {.arena = exchange_arena(x)};
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	struct err e;

	if (!asset_table_refresh(api->assets, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	o.code = asset_table_code(api->assets);
	o.graph = o.code->graph;
	o.facts = asset_table_facts(api->assets);
	count(&o);
	write_overview(&j, &o);
	exchange_answer_json(x, 200, buf_sv(&out));
}
