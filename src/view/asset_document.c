/* asset_document.c -- assets and their versions as JSON. */
#include "view/asset_document.h"

#include "view/document.h"

static void stale_member(struct json *j, const struct asset_facts *f, uint32_t node)
{
	json_key(j, "stale");
	if (asset_facts_has_value(f, node))
		json_bool(j, stale_is(f->graph, f->made, node));
	else
		json_none(j);
}

static void write_deps(struct json *j, const struct manifest_asset *asset)
{
	json_key(j, "deps");
	json_open(j, '[');
	for (size_t i = 0; i < asset->deps_count; i++)
		json_text(j, asset->deps[i].key);
	json_close(j);
}

void asset_summary_document(struct json *j, const struct asset_facts *f, uint32_t node)
{
	const struct manifest_asset *asset = f->graph->nodes[node].asset;
	const struct asset_fact *fact = &f->at[node];
	const struct made *m = &f->made[node];

	json_open(j, '{');
	json_member_text(j, "key", f->graph->nodes[node].key);
	json_member_text(j, "location", asset_location_name(f->graph, node));
	json_member_bool(j, "stale_location", asset_stale_location(f->graph, node));
	document_text(j, "group", asset->group);
	document_texts(j, "kinds", &asset->kinds);
	document_texts(j, "owners", &asset->owners);
	write_deps(j, asset);
	json_member_text(j, "status", sv_of(asset_status_word(fact->status)));
	stale_member(j, f, node);
	document_time(j, "materialized_at", m->at);
	document_text(j, "run", m->run);
	document_text(j, "version", m->version);
	document_number(j, "rows", fact->rows);
	document_number(j, "bytes", fact->bytes);
	document_text(j, "path", fact->path);
	json_close(j);
}

void version_document(struct json *j, const struct version_row *v)
{
	AUTO_ARENA a = arena_new();

	json_open(j, '{');
	json_member_text(j, "id", v->id);
	document_time(j, "created_at", v->created_at);
	document_text(j, "run", v->run);
	json_member_text(j, "location", v->location);
	document_number(j, "rows", v->rows);
	document_number(j, "bytes", v->bytes);
	document_number(j, "duration_us", v->duration);
	document_json(j, "columns", v->columns);
	document_json(j, "storage", v->storage);
	document_json(j, "views", v->views);
	document_json(j, "files", v->files);
	document_json(j, "inputs", v->inputs);
	document_json(j, "metadata", v->metadata);
	document_text(j, "code_version", v->code_version);
	document_text(j, "data_version", v->data_version);
	document_text(j, "path", asset_value_path(a, v->views, v->metadata, v->directory));
	json_member_bool(j, "versioned", v->versioned);
	document_text(j, "note", v->note);
	json_close(j);
}

/* ---- one asset: reading ---- */

enum { CHECKS_READ = 200 };

static sv check_name(struct arena *a, const struct event_row *event)
{
	const struct value *body;
	struct err e = {0};

	return json_read(a, event->body, &body, &e) ? value_text(body, "check_name") : (sv){0};
}

/* Of each check the newest word, of the current version's run or of no run at all. */
static bool read_checks(struct arena *a, struct store *store, struct asset_record *r, struct err *e)
{
	const struct made *m = &r->facts->made[r->node];
	struct event_rows all = {0};
	struct sv_list seen = {0};

	if (!store_list_checks(store, a, r->facts->graph->nodes[r->node].key, CHECKS_READ, &all, e))
		return false;
	for (size_t i = 0; i < all.n; i++) {
		sv name = check_name(a, &all.at[i]);
		bool is = name.n && (!all.at[i].run.p || sv_eq(all.at[i].run, m->run));

		for (size_t k = 0; k < seen.n; k++)
			is = is && !sv_eq(seen.at[k], name);
		if (!is)
			continue;
		*LIST_ADD(a, &seen) = name;
		*LIST_ADD(a, &r->checks) = all.at[i];
	}
	return true;
}

static bool read_failure(struct arena *a, struct store *store, struct asset_record *r,
			 struct err *e)
{
	const struct asset_fact *fact = &r->facts->at[r->node];
	struct step_rows steps = {0};

	if (fact->status != STATUS_FAILED)
		return true;
	if (!store_list_steps(store, a, fact->tried_by, &steps, e))
		return false;
	for (size_t i = 0; i < steps.n; i++)
		for (size_t k = 0; k < steps.at[i].assets.n; k++)
			if (sv_eq(steps.at[i].assets.at[k], r->facts->graph->nodes[r->node].key))
				r->failed = steps.at[i];
	return true;
}

static bool read_current(struct arena *a, struct store *store, struct asset_record *r,
			 struct err *e)
{
	sv id = r->facts->made[r->node].version;

	return !id.p || store_get_version(store, a, id, &r->current, e);
}

bool asset_record_read(struct arena *a, struct store *store, const struct asset_facts *f,
		       uint32_t node, size_t versions, struct asset_record *ret, struct err *e)
{
	sv key = f->graph->nodes[node].key;
	struct version_query query = {.asset = key, .most = versions};
	struct asset_record r = {.facts = f, .node = node};

	if (!f->graph->nodes[node].asset) {
		err_set(e, ERR_NOT_FOUND,
			"no code location defines '" SV_FMT "': it is only depended on",
			SV_ARG(key));
		return err_hint(e, "plait asset lineage " SV_FMT " names who needs it",
				SV_ARG(key));
	}
	if (store && (!read_current(a, store, &r, e) ||
		      !store_list_versions(store, a, &query, &r.versions, e) ||
		      !read_checks(a, store, &r, e) || !read_failure(a, store, &r, e)))
		return false;
	if (asset_facts_has_value(f, node))
		r.stale = stale_reasons(a, f->graph, f->made, node);
	*ret = r;
	return true;
}

/* ---- one asset: writing ---- */

static void write_neighbours(struct json *j, const char *key, const struct asset_graph *g,
			     const uint32_t *ids, size_t count)
{
	json_key(j, key);
	json_open(j, '[');
	for (size_t i = 0; i < count; i++) {
		json_open(j, '{');
		json_member_text(j, "key", g->nodes[ids[i]].key);
		json_member_text(j, "location", asset_location_name(g, ids[i]));
		json_close(j);
	}
	json_close(j);
}

static void write_checks(struct json *j, const struct event_rows *checks)
{
	json_key(j, "checks");
	json_open(j, '[');
	for (size_t i = 0; i < checks->n; i++) {
		AUTO_ARENA a = arena_new();
		const struct value *body = NULL;
		struct err e = {0};

		if (!json_read(a, checks->at[i].body, &body, &e))
			continue;
		json_open(j, '{');
		json_member_text(j, "name", value_text(body, "check_name"));
		json_member_bool(j, "passed", value_bool(body, "passed", false));
		json_member_text(j, "severity",
				 value_text(body, "severity").n ? value_text(body, "severity")
								: SV("ERROR"));
		document_time(j, "at", checks->at[i].at);
		document_text(j, "run", checks->at[i].run);
		json_close(j);
	}
	json_close(j);
}

static void write_definition(struct json *j, const struct asset_graph *g, uint32_t node)
{
	const struct graph_node *n = &g->nodes[node];
	const struct manifest_asset *asset = n->asset;

	json_member_text(j, "key", n->key);
	json_member_text(j, "location", asset_location_name(g, node));
	json_member_bool(j, "stale_location", asset_stale_location(g, node));
	json_member_text(j, "kind", sv_of(asset_kind_word(asset->kind)));
	document_text(j, "group", asset->group);
	document_text(j, "description", asset->description);
	document_texts(j, "kinds", &asset->kinds);
	document_texts(j, "owners", &asset->owners);
	json_key(j, "tags");
	json_value(j, asset->tags);
	json_key(j, "metadata");
	json_value(j, asset->metadata);
	document_text(j, "code_version", asset->code_version);
	document_text(j, "io_manager", asset->io_manager);
	document_source(j, "source", &asset->source);
	json_key(j, "also_in");
	json_open(j, '[');
	for (size_t i = 0; i < n->also_count; i++)
		json_text(j, g->locations[n->also[i]].name);
	json_close(j);
	write_neighbours(j, "deps", g, n->parents, n->parents_count);
	write_neighbours(j, "consumers", g, n->children, n->children_count);
	json_key(j, "partitions");
	json_value(j, asset->partitions);
}

static void write_stale(struct json *j, const struct asset_record *r)
{
	stale_member(j, r->facts, r->node);
	json_key(j, "stale_reasons");
	json_open(j, '[');
	for (size_t i = 0; i < r->stale.n; i++) {
		json_open(j, '{');
		json_member_text(j, "category",
				 sv_of(stale_category_word(r->stale.at[i].category)));
		json_member_text(j, "reason", r->stale.at[i].text);
		json_member_text(j, "asset", r->stale.at[i].asset);
		json_close(j);
	}
	json_close(j);
}

void asset_document(struct json *j, const struct asset_record *r)
{
	json_open(j, '{');
	write_definition(j, r->facts->graph, r->node);
	json_member_text(j, "status", sv_of(asset_status_word(r->facts->at[r->node].status)));
	write_stale(j, r);
	write_checks(j, &r->checks);
	json_key(j, "current");
	if (r->current.id.p)
		version_document(j, &r->current);
	else
		json_none(j);
	json_key(j, "versions");
	json_open(j, '[');
	for (size_t i = 0; i < r->versions.n; i++)
		version_document(j, &r->versions.at[i]);
	json_close(j);
	document_text(j, "failed_run", r->failed.run);
	document_failure(j, "error", r->failed.error);
	json_close(j);
}
