/* asset_facts.c -- two lists of the ledger, laid over the graph. */
#include "cli/asset_facts.h"

#include "codec/json.h"
#include "sys/file.h"

const char *asset_status_word(enum asset_status status)
{
#define X(id, word, style) word,
	static const char *const words[] = {ASSET_STATUSES(X)};
#undef X
	return words[status];
}

enum style asset_status_style(enum asset_status status)
{
#define X(id, word, style) STYLE_##style,
	static const enum style styles[] = {ASSET_STATUSES(X)};
#undef X
	return styles[status];
}

sv asset_location_name(const struct asset_graph *g, uint32_t node)
{
	uint32_t location = g->nodes[node].location;

	return location == NO_ID ? (sv){0} : g->locations[location].name;
}

static const struct value *read_json(struct arena *a, sv text)
{
	const struct value *value;
	struct err e = {0};

	return text.n && json_read(a, text, &value, &e) ? value : NULL;
}

sv asset_value_path(struct arena *a, const struct version_row *version)
{
	const struct value *views = read_json(a, version->views);
	const struct value *metadata = read_json(a, version->metadata);

	if (views && views->type == VALUE_LIST && views->n)
		return value_text(&views->items[0], "path");
	sv path = value_text(value_get(metadata, "path"), "raw_value");
	return path.p ? path : version->directory;
}

static enum asset_status status_of(const struct asset_graph *g, uint32_t node,
				   const struct asset_fact *f)
{
	const struct attempt_row *last = f->attempt;
	bool ended = last && step_state_ended(last->state);
	bool newer = last && (!f->version || last->ended_at >= f->version->created_at);

	if (!asset_graph_executable(g, node))
		return STATUS_EXTERNAL;
	if (last && !ended && last->state != STEP_WAITING && last->state != STEP_READY)
		return STATUS_RUNNING;
	if (newer && last->state == STEP_FAILURE)
		return STATUS_FAILED;
	return f->version && !f->gone ? STATUS_MATERIALIZED : STATUS_MISSING;
}

bool asset_facts_read(struct cli *c, struct asset_fact **ret, struct err *e)
{
	const struct asset_graph *g = c->session->code->graph;
	struct asset_fact *facts = NEW(c->arena, struct asset_fact, g->nodes_count + 1);
	struct version_rows versions = {0};
	struct attempt_rows attempts = {0};
	struct store *store = c->session->store;

	if (store && (!store_list_current(store, c->arena, &versions, e) ||
		      !store_list_last_attempts(store, c->arena, &attempts, e)))
		return false;
	for (size_t i = 0; i < versions.n; i++) {
		uint32_t node = asset_graph_find(g, versions.at[i].asset);

		if (node != NO_ID) {
			facts[node].version = &versions.at[i];
			facts[node].path = asset_value_path(c->arena, &versions.at[i]);
			facts[node].gone = versions.at[i].directory.p &&
					   !file_exists(versions.at[i].directory);
		}
	}
	for (size_t i = 0; i < attempts.n; i++) {
		uint32_t node = asset_graph_find(g, attempts.at[i].asset);

		if (node != NO_ID)
			facts[node].attempt = &attempts.at[i];
	}
	for (uint32_t node = 0; node < g->nodes_count; node++) {
		uint32_t location = g->nodes[node].location;

		facts[node].stale_location = location != NO_ID && g->locations[location].stale;
		facts[node].status = status_of(g, node, &facts[node]);
	}
	*ret = facts;
	return true;
}
