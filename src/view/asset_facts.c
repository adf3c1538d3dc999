/* asset_facts.c -- the standings of the ledger, laid over the graph. */
#include "view/asset_facts.h"

#include "codec/json.h"
#include "sys/file.h"

const char *asset_status_word(enum asset_status status)
{
#define X(id, word) word,
	static const char *const words[] = {ASSET_STATUSES(X)};
#undef X
	return words[status];
}

bool asset_status_parse(sv word, enum asset_status *ret)
{
	for (enum asset_status s = 0; s < ASSET_STATUS_COUNT; s++) {
		if (!sv_eq(word, sv_of(asset_status_word(s))))
			continue;
		*ret = s;
		return true;
	}
	return false;
}

sv asset_location_name(const struct asset_graph *g, uint32_t node)
{
	uint32_t location = g->nodes[node].location;

	return location == NO_ID ? (sv){0} : g->locations[location].name;
}

bool asset_stale_location(const struct asset_graph *g, uint32_t node)
{
	uint32_t location = g->nodes[node].location;

	return location != NO_ID && g->locations[location].stale;
}

static const struct value *read_json(struct arena *a, sv text)
{
	const struct value *value;
	struct err e = {0};

	return text.n && json_read(a, text, &value, &e) ? value : NULL;
}

sv asset_value_path(struct arena *a, sv views, sv metadata, sv directory)
{
	AUTO_ARENA scratch = arena_new();
	const struct value *all = read_json(scratch, views);

	if (all && all->type == VALUE_LIST && all->n)
		return arena_sv(a, value_text(&all->items[0], "path"));
	sv path = value_text(value_get(read_json(scratch, metadata), "path"), "raw_value");
	return path.p || directory.p ? arena_sv(a, path.p ? path : directory) : (sv){0};
}

static sv own(struct arena *a, sv text)
{
	return text.p ? arena_sv(a, text) : text;
}

/* ---- one standing ---- */

static void take_inputs(struct asset_facts *f, struct made *m, sv json)
{
	AUTO_ARENA scratch = arena_new();
	const struct value *inputs = read_json(scratch, json);

	if (!inputs || inputs->type != VALUE_LIST)
		return;
	struct made_from *from = NEW(f->arena, struct made_from, inputs->n + 1);
	for (size_t i = 0; i < inputs->n; i++) {
		const struct value *in = &inputs->items[i];

		from[i] = (struct made_from){
			.asset = own(f->arena, value_text(in, "asset")),
			.node = asset_graph_find(f->graph, value_text(in, "asset")),
			.pinned = value_bool(in, "pinned", false),
			.version = own(f->arena, value_text(in, "version")),
		};
	}
	m->from = from;
	m->from_count = inputs->n;
	m->from_known = true;
}

static enum asset_status status_of(const struct asset_facts *f, uint32_t node)
{
	const struct asset_fact *fact = &f->at[node];
	const struct made *m = &f->made[node];
	bool tried = fact->tried_by.p != NULL, ended = tried && step_state_ended(fact->tried);

	if (!asset_graph_executable(f->graph, node))
		return STATUS_EXTERNAL;
	if (tried && !ended && fact->tried != STEP_WAITING && fact->tried != STEP_READY)
		return STATUS_RUNNING;
	if (tried && fact->tried == STEP_FAILURE && (!m->version.p || fact->tried_at >= m->at))
		return STATUS_FAILED;
	return m->version.p && !fact->gone ? STATUS_MATERIALIZED : STATUS_MISSING;
}

static void take_standing(struct asset_facts *f, uint32_t node, const struct standing_row *row)
{
	struct arena *a = f->arena;

	f->at[node] = (struct asset_fact){.rows = -1,
					  .bytes = -1,
					  .tried_by = own(a, row->tried_by),
					  .tried_at = row->tried_at,
					  .tried = row->tried};
	f->made[node] = (struct made){0};
	if (row->version.p) {
		f->at[node].rows = row->rows;
		f->at[node].bytes = row->bytes;
		f->at[node].gone = row->directory.p && !file_exists(row->directory);
		f->at[node].path = asset_value_path(a, row->views, row->metadata, row->directory);
		f->made[node] = (struct made){.version = arena_sv(a, row->version),
					      .run = own(a, row->run),
					      .code_version = own(a, row->code_version),
					      .data_version = own(a, row->data_version),
					      .at = row->created_at};
		take_inputs(f, &f->made[node], row->inputs);
	}
	f->at[node].status = status_of(f, node);
}

static void take_nothing(struct asset_facts *f, uint32_t node)
{
	f->at[node] = (struct asset_fact){.rows = -1, .bytes = -1};
	f->made[node] = (struct made){0};
	f->at[node].status = status_of(f, node);
}

/* What was read of it is no longer what is current: only then does it matter whether the content is the same. */
static bool read_data_versions(struct asset_facts *f, struct store *store, uint32_t node,
			       struct err *e)
{
	struct made *m = &f->made[node];

	for (size_t i = 0; i < m->from_count; i++) {
		struct made_from *from = (struct made_from *)&m->from[i];
		const struct made *now = from->node == NO_ID ? NULL : &f->made[from->node];

		if (!now || !now->data_version.p || !from->version.p || from->data_version.p ||
		    sv_eq(from->version, now->version))
			continue;
		if (!store_get_data_version(store, f->arena, from->version, &from->data_version, e))
			return false;
		if (!from->data_version.p)
			from->data_version = SV("");
	}
	return true;
}

/* ---- all of them ---- */

static struct asset_facts new_facts(struct arena *a, const struct asset_graph *g)
{
	return (struct asset_facts){.arena = a,
				    .graph = g,
				    .at = NEW(a, struct asset_fact, g->nodes_count + 1),
				    .made = NEW(a, struct made, g->nodes_count + 1)};
}

bool asset_facts_read(struct arena *a, struct store *store, const struct asset_graph *g,
		      struct asset_facts *ret, struct err *e)
{
	struct asset_facts f = new_facts(a, g);
	AUTO_ARENA scratch = arena_new();
	struct standing_rows rows = {0};

	if (store && !store_list_standings(store, scratch, (sv){0}, &rows, e))
		return false;
	for (uint32_t node = 0; node < g->nodes_count; node++)
		take_nothing(&f, node);
	for (size_t i = 0; i < rows.n; i++) {
		uint32_t node = asset_graph_find(g, rows.at[i].asset);

		if (node != NO_ID)
			take_standing(&f, node, &rows.at[i]);
	}
	for (uint32_t node = 0; node < g->nodes_count; node++)
		if (!read_data_versions(&f, store, node, e))
			return false;
	*ret = f;
	return true;
}

bool asset_facts_read_again(struct asset_facts *f, struct store *store, uint32_t node,
			    struct err *e)
{
	const struct graph_node *n = &f->graph->nodes[node];
	AUTO_ARENA scratch = arena_new();
	struct standing_rows rows = {0};

	if (store && !store_list_standings(store, scratch, n->key, &rows, e))
		return false;
	if (rows.n)
		take_standing(f, node, &rows.at[0]);
	else
		take_nothing(f, node);
	for (size_t i = 0; i < n->children_count; i++)
		if (!read_data_versions(f, store, n->children[i], e))
			return false;
	return read_data_versions(f, store, node, e);
}

/* ---- for another graph ---- */

static void carry(struct asset_facts *to, uint32_t node, const struct asset_facts *from,
		  uint32_t old)
{
	struct asset_fact *fact = &to->at[node];
	struct made *m = &to->made[node];
	struct arena *a = to->arena;

	*fact = from->at[old];
	fact->path = own(a, fact->path);
	fact->tried_by = own(a, fact->tried_by);
	*m = from->made[old];
	m->version = own(a, m->version);
	m->run = own(a, m->run);
	m->code_version = own(a, m->code_version);
	m->data_version = own(a, m->data_version);
	struct made_from *inputs = NEW(a, struct made_from, m->from_count + 1);
	for (size_t i = 0; i < m->from_count; i++)
		inputs[i] = (struct made_from){
			.asset = own(a, m->from[i].asset),
			.node = asset_graph_find(to->graph, m->from[i].asset),
			.pinned = m->from[i].pinned,
			.version = own(a, m->from[i].version),
			.data_version = own(a, m->from[i].data_version),
		};
	m->from = inputs;
	fact->status = status_of(to, node);
}

struct asset_facts asset_facts_carry(struct arena *a, const struct asset_facts *f,
				     const struct asset_graph *g, struct node_set *unknown)
{
	struct asset_facts new = new_facts(a, g);

	for (uint32_t node = 0; node < g->nodes_count; node++) {
		uint32_t old = asset_graph_find(f->graph, g->nodes[node].key);

		if (old == NO_ID) {
			take_nothing(&new, node);
			node_set_add(unknown, node);
		} else {
			carry(&new, node, f, old);
		}
	}
	return new;
}
