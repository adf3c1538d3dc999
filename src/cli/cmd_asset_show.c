/* cmd_asset_show.c -- `plait asset show`: one definition, its neighbours, its versions, its last failure. */
#include "base/time.h"
#include "cli/cli_json.h"
#include "cli/commands.h"
#include "cli/failure_text.h"
#include "cli/state.h"
#include "cli/table.h"
#include "cli/text.h"
#include "codec/json.h"
#include "model/step_options.h"
#include "sys/clock.h"
#include "view/asset_document.h"

enum { OLDER_SHOWN = 5, VERSIONS_IN_JSON = 100, TRACEBACK_LINES = 8 };

struct subject {
	const struct asset_graph *graph;
	const struct graph_node *node;
	const struct manifest_asset *asset; /* never NULL */
	const struct asset_fact *fact;
	struct asset_record record;
	struct failure failure;
};

static bool read_subject(struct cli *c, struct asset_facts *facts, struct subject *s, struct err *e)
{
	const struct asset_graph *g = c->session->code->graph;
	struct store *store = c->session->store;
	size_t versions = c->json ? VERSIONS_IN_JSON : OLDER_SHOWN + 1;
	uint32_t node;

	*s = (struct subject){.graph = g};
	if (!cli_asset(c, c->args.rest.at[0], &node, e) ||
	    !asset_facts_read(c->arena, store, g, facts, e) ||
	    !asset_record_read(c->arena, store, facts, node, versions, &s->record, e))
		return false;
	s->node = &g->nodes[node];
	s->asset = g->nodes[node].asset;
	s->fact = &facts->at[node];
	s->failure = failure_read(c->arena, s->record.failed.error);
	return true;
}

static void print_json(struct cli *c, const struct subject *s)
{
	struct json j = cli_json(c);

	asset_document(&j, &s->record);
	cli_json_end(&j, c);
}

/* ---- for people ---- */

static void print_map(struct cli *c, const char *name, const struct value *map)
{
	struct sv_list pairs = {0};

	for (size_t i = 0; map && map->type == VALUE_MAP && i < map->n; i++)
		if (map->items[i].type == VALUE_TEXT)
			*LIST_ADD(c->arena, &pairs) = arena_fmt(c->arena, SV_FMT "=" SV_FMT,
								SV_ARG(map->keys[i]),
								SV_ARG(map->items[i].text));
	page_field(&c->out, name, text_join(c->arena, pairs.at, pairs.n, ", "));
}

static sv retry_text(struct arena *a, const struct retry_policy *policy)
{
	static const char *const backoffs[] = {"", ", linear back-off", ", exponential back-off"};

	if (policy->most == 0)
		return (sv){0};
	return arena_fmt(a, "%u, " SV_FMT " apart%s%s", policy->most,
			 SV_ARG(time_duration(a, policy->delay)), backoffs[policy->backoff],
			 policy->jitter == RETRY_EXACT ? "" : ", jitter");
}

/* What its step asks for beyond the usual. */
static void print_step(struct cli *c, const struct subject *s)
{
	const struct manifest_step *step = asset_graph_step(s->graph, s->record.node);
	struct sv_list problems = {0};

	if (!step)
		return;
	struct step_options o = step_options_read(
		c->arena, s->graph->locations[s->node->location].manifest, step, &problems);
	page_field(&c->out, "pool", o.pool);
	page_field(&c->out, "retries", retry_text(c->arena, &o.retry));
	if (o.timeout)
		page_field(&c->out, "time limit", time_duration(c->arena, o.timeout));
	if (o.priority)
		page_field(&c->out, "priority", arena_fmt(c->arena, "%lld", (long long)o.priority));
}

static void print_definition(struct cli *c, const struct subject *s)
{
	const struct manifest_asset *asset = s->asset;
	sv location = asset_location_name(s->graph, s->record.node);
	const char *stale = asset_stale_location(s->graph, s->record.node)
				    ? "  (stale: its newest code does not load)"
				    : "";

	page_add(&c->out, STYLE_BOLD, s->node->key);
	page_addf(&c->out, state_style_of_asset(s->fact->status), "  %s\n",
		  asset_status_word(s->fact->status));
	if (asset->description.n)
		page_addf(&c->out, STYLE_PLAIN, "  " SV_FMT "\n",
			  SV_ARG(text_line(c->arena, asset->description)));
	page_line(&c->out);
	page_field(&c->out, "location", arena_fmt(c->arena, SV_FMT "%s", SV_ARG(location), stale));
	for (size_t i = 0; i < s->node->also_count; i++)
		page_field(&c->out, i ? "" : "also in", s->graph->locations[s->node->also[i]].name);
	if (asset->source.file.n)
		page_field(&c->out, "source",
			   arena_fmt(c->arena, SV_FMT ":%u", SV_ARG(asset->source.file),
				     asset->source.line));
	page_field(&c->out, "group", asset->group);
	page_field(&c->out, "kinds", text_join(c->arena, asset->kinds.at, asset->kinds.n, ", "));
	page_field(&c->out, "owners", text_join(c->arena, asset->owners.at, asset->owners.n, ", "));
	print_map(c, "tags", asset->tags);
	page_field(&c->out, "code version", asset->code_version);
	page_field(&c->out, "I/O manager", asset->io_manager);
	print_step(c, s);
}

static void print_neighbours(struct cli *c, const struct subject *s, const char *name,
			     const uint32_t *ids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		sv location = asset_location_name(s->graph, ids[i]);

		page_field(&c->out, i ? "" : name,
			   arena_fmt(c->arena, SV_FMT "  (" SV_FMT ")",
				     SV_ARG(s->graph->nodes[ids[i]].key),
				     SV_ARG(location.p ? location : SV("defined nowhere"))));
	}
}

static sv columns_text(struct arena *a, sv json)
{
	const struct value *columns;
	struct sv_list names = {0};
	struct err e = {0};

	if (!json.p || !json_read(a, json, &columns, &e) || columns->type != VALUE_LIST)
		return (sv){0};
	for (size_t i = 0; i < columns->n; i++)
		*LIST_ADD(a, &names) = arena_fmt(a, SV_FMT " " SV_FMT,
						 SV_ARG(value_text(&columns->items[i], "name")),
						 SV_ARG(value_text(&columns->items[i], "type")));
	return text_join(a, names.at, names.n, ", ");
}

/* A line each; what has a line of its own already is left out. */
static void print_metadata(struct cli *c, sv json)
{
	enum { MOST_COLUMNS = 200 };
	static const char *const told[] = {"path", "dagster/row_count", "dagster/column_schema"};
	const struct value *all, *raw;
	const char *name = "metadata";
	struct err e = {0};

	if (!json.p || !json_read(c->arena, json, &all, &e) || all->type != VALUE_MAP)
		return;
	for (size_t i = 0; i < all->n; i++) {
		bool known = false;

		for (size_t k = 0; k < COUNT_OF(told); k++)
			known |= sv_eq(all->keys[i], sv_of(told[k]));
		raw = value_get(&all->items[i], "raw_value");
		if (known || !raw)
			continue;
		sv text = raw->type == VALUE_TEXT ? raw->text : json_print(c->arena, raw);
		text = text_cut(c->arena, text_line(c->arena, text), MOST_COLUMNS);
		page_field(&c->out, name,
			   arena_fmt(c->arena, SV_FMT " = " SV_FMT, SV_ARG(all->keys[i]),
				     SV_ARG(text)));
		name = "";
	}
}

static sv made_text(struct arena *a, const struct version_row *v)
{
	sv when = arena_fmt(a, SV_FMT " (" SV_FMT ")", SV_ARG(text_date(a, v->created_at)),
			    SV_ARG(text_age(a, v->created_at, clock_now())));

	if (!v->run.n)
		return when;
	return arena_fmt(a, SV_FMT " by run " SV_FMT, SV_ARG(when), SV_ARG(text_short_id(v->run)));
}

static void print_current(struct cli *c, const struct subject *s)
{
	const struct version_row *v = s->record.current.id.p ? &s->record.current : NULL;
	struct arena *a = c->arena;

	if (!v) {
		page_addf(&c->out, STYLE_DIM, "\n  no value yet%s" SV_FMT "%s\n",
			  s->fact->status == STATUS_EXTERNAL ? ": made outside of plait"
							     : ".  next: plait materialize '",
			  SV_ARG(s->fact->status == STATUS_EXTERNAL ? SV("") : s->node->key),
			  s->fact->status == STATUS_EXTERNAL ? "" : "'");
		return;
	}
	page_add(&c->out, STYLE_BOLD, SV("\n  current value\n"));
	page_field(&c->out, "version", v->id);
	page_field(&c->out, "made", made_text(a, v));
	if (v->duration > 0)
		page_field(&c->out, "took", time_duration(a, v->duration));
	if (v->rows >= 0)
		page_field(&c->out, "rows", text_number(a, v->rows));
	if (v->bytes >= 0)
		page_field(&c->out, "size", text_bytes(a, v->bytes));
	page_field(&c->out, "columns", columns_text(a, v->columns));
	page_field(&c->out, "where", s->fact->path);
	print_metadata(c, v->metadata);
	if (s->fact->gone)
		page_field(&c->out, "gone",
			   SV("nothing is there any more; next: plait materialize it again"));
	if (!v->versioned)
		page_field(&c->out, "not versioned",
			   v->note.n ? v->note : SV("its I/O manager writes in place"));
}

static void print_stale(struct cli *c, const struct subject *s)
{
	for (size_t i = 0; i < s->record.stale.n; i++)
		page_field(&c->out, i ? "" : "stale", s->record.stale.at[i].text);
}

static void print_failure(struct cli *c, const struct subject *s)
{
	if (!s->record.failed.run.p)
		return;
	page_addf(&c->out, STYLE_BAD, "\n  last attempt failed");
	page_addf(&c->out, STYLE_DIM, " in run " SV_FMT ", " SV_FMT "\n",
		  SV_ARG(text_short_id(s->record.failed.run)),
		  SV_ARG(text_age(c->arena, s->record.failed.ended_at, clock_now())));
	if (s->failure.message.p)
		failure_print(&c->out, &s->failure, 4, TRACEBACK_LINES);
	else
		page_addf(&c->out, STYLE_PLAIN, "    " SV_FMT "\n",
			  SV_ARG(s->record.failed.reason));
}

static void print_older(struct cli *c, const struct subject *s)
{
	static const struct table_column columns[] = {
		{"OLDER VERSION", TABLE_WHOLE}, {"MADE", TABLE_WHOLE},  {"RUN", TABLE_WHOLE},
		{"ROWS", TABLE_NUMBER},         {"SIZE", TABLE_NUMBER},
	};
	struct table t = {.arena = c->arena,
			  .columns = columns,
			  .columns_count = COUNT_OF(columns),
			  .indent = 2};

	for (size_t i = 0; i < s->record.versions.n; i++) {
		const struct version_row *v = &s->record.versions.at[i];

		if (sv_eq(v->id, s->record.current.id))
			continue;
		table_cell(&t, STYLE_PLAIN, arena_fmt(c->arena, "  " SV_FMT, SV_ARG(v->id)));
		table_cell(&t, STYLE_DIM, text_date(c->arena, v->created_at));
		table_cell(&t, STYLE_DIM, text_short_id(v->run));
		table_cell(&t, STYLE_PLAIN, v->rows >= 0 ? text_number(c->arena, v->rows) : SV(""));
		table_cell(&t, STYLE_PLAIN,
			   v->bytes >= 0 ? text_bytes(c->arena, v->bytes) : SV(""));
	}
	if (t.cells.n == 0)
		return;
	page_line(&c->out);
	table_print(&t, &c->out);
}

bool cmd_asset_show(struct cli *c, struct err *e)
{
	struct asset_facts facts;
	struct subject s;

	if (!cli_open(c, &(struct cli_opening){0}, e) || !read_subject(c, &facts, &s, e))
		return false;
	if (c->json) {
		print_json(c, &s);
		return true;
	}
	print_definition(c, &s);
	print_neighbours(c, &s, "made from", s.node->parents, s.node->parents_count);
	print_neighbours(c, &s, "used by", s.node->children, s.node->children_count);
	print_current(c, &s);
	print_stale(c, &s);
	print_failure(c, &s);
	print_older(c, &s);
	return true;
}
