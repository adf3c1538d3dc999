/* assets.c -- assets: the list, one of them, its runs, how it is partitioned. */
#include "api/api_parts.h"
#include "api/asset_query.h"
#include "api/reading.h"
#include "api/runs.h"
#include "sys/file.h"
#include "view/asset_document.h"

enum { LIST_DEFAULT = 100, LIST_MOST = 200000, VERSIONS_SHOWN = 100 };

/* ---- the list ---- */

static bool read_order(struct exchange *x, struct asset_query *q, struct err *e)
{
	sv sort = exchange_query(x, "sort"), order = exchange_query(x, "order");

	if (sort.n && !asset_sort_parse(sort, &q->sort)) {
		err_set(e, ERR_INVALID, "assets cannot be sorted by '" SV_FMT "'", SV_ARG(sort));
		return err_hint(e, "key, location, group, status or materialized_at");
	}
	q->descending = sv_eq(order, SV("desc"));
	if (!order.n || q->descending || sv_eq(order, SV("asc")))
		return true;
	err_set(e, ERR_INVALID, "there is no order '" SV_FMT "'", SV_ARG(order));
	return err_hint(e, "asc or desc");
}

static bool read_query(struct exchange *x, struct asset_query *q, struct err *e)
{
	uint32_t limit;

	*q = (struct asset_query){
		.select = exchange_query(x, "select"),
		.location = exchange_query(x, "location"),
		.group = exchange_query(x, "group"),
		.kind = exchange_query(x, "kind"),
		.owner = exchange_query(x, "owner"),
		.status = exchange_query(x, "status"),
		.stale = exchange_query(x, "stale"),
		.search = exchange_query(x, "search"),
		.cursor = exchange_query(x, "cursor"),
	};
	if (!read_order(x, q, e) ||
	    !exchange_query_count(x, "limit", LIST_DEFAULT, LIST_MOST, &limit, e))
		return false;
	q->limit = limit;
	return true;
}

static bool answer_list(struct api *api, struct exchange *x, struct err *e)
{
	struct asset_query q;
	AUTO_BUF out = {0};

	if (!read_query(x, &q, e) || !asset_table_refresh(api->assets, e))
		return false;
	if (asset_query_is_whole(&q, api->assets)) {
		exchange_answer_body(x, asset_table_list(api->assets));
		return true;
	}
	if (!asset_query_write(&q, api->assets, &out, e))
		return false;
	exchange_answer_json(x, 200, buf_sv(&out));
	return true;
}

void api_list_assets(void *ctx, struct exchange *x)
{
	struct err e;

	if (!answer_list(ctx, x, &e))
		exchange_refuse(x, &e);
}

/* ---- one ---- */

/* Somebody may have removed, or brought back, the folder of a value: no event tells. */
static bool knows_folder(const struct asset_record *r)
{
	sv folder = r->current.directory;

	return !folder.n || file_exists(folder) != r->facts->at[r->node].gone;
}

static bool read_record(struct api *api, struct arena *a, uint32_t node, struct asset_record *ret,
			struct err *e)
{
	for (int times = 0; times < 2; times++) {
		if (!asset_table_refresh(api->assets, e) ||
		    !asset_record_read(a, api->store, asset_table_facts(api->assets), node,
				       VERSIONS_SHOWN, ret, e))
			return false;
		if (knows_folder(ret))
			break;
		asset_table_note_asset(api->assets, reading_key(api, node));
	}
	return true;
}

static bool answer_asset(struct api *api, struct exchange *x, struct err *e)
{
	struct arena *a = exchange_arena(x);
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	struct asset_record record;
	uint32_t node;

	if (!reading_asset(api, x, &node, e) || !read_record(api, a, node, &record, e))
		return false;
	asset_document(&j, &record);
	exchange_answer_json(x, 200, buf_sv(&out));
	return true;
}

void api_get_asset(void *ctx, struct exchange *x)
{
	struct err e;

	if (!answer_asset(ctx, x, &e))
		exchange_refuse(x, &e);
}

static bool answer_runs(struct api *api, struct exchange *x, struct err *e)
{
	struct run_filter filter = {0};
	uint32_t node;

	if (!reading_asset(api, x, &node, e))
		return false;
	filter.asset = reading_key(api, node);
	return runs_answer_page(api, x, &filter, e);
}

void api_list_runs_of_asset(void *ctx, struct exchange *x)
{
	struct err e;

	if (!answer_runs(ctx, x, &e))
		exchange_refuse(x, &e);
}

static bool answer_partitions(struct api *api, struct exchange *x, struct err *e)
{
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	const struct manifest_asset *asset;
	uint32_t node;

	if (!reading_asset(api, x, &node, e))
		return false;
	asset = reading_graph(api)->nodes[node].asset;
	json_open(&j, '{');
	json_key(&j, "definition");
	json_value(&j, asset ? asset->partitions : NULL);
	json_close(&j);
	exchange_answer_json(x, 200, buf_sv(&out));
	return true;
}

void api_get_partitions(void *ctx, struct exchange *x)
{
	struct err e;

	if (!answer_partitions(ctx, x, &e))
		exchange_refuse(x, &e);
}
