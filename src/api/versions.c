/* versions.c -- the versions of an asset, and the preview that its step left beside a value. */
#include "api/queries.h"
#include "api/reading.h"
#include "codec/json.h"
#include "sys/file.h"
#include "sys/path.h"
#include "view/asset_document.h"

#define PREVIEW "preview.json"

enum { MOST_PREVIEW_BYTES = 4 << 20 };

/* ---- the list ---- */

static void write_page(const struct version_rows *rows, size_t limit, struct json *j)
{
	size_t n = rows->n > limit ? limit : rows->n;

	json_open(j, '{');
	json_key(j, "items");
	json_open(j, '[');
	for (size_t i = 0; i < n; i++)
		version_document(j, &rows->at[i]);
	json_close(j);
	json_member_text(j, "next", rows->n > limit ? rows->at[n - 1].id : (sv){0});
	json_close(j);
}

/* One more than a page holds tells whether there is another. */
static bool read_page(struct api *api, struct exchange *x, uint32_t *ret_limit,
		      struct version_rows *ret, struct err *e)
{
	struct version_query q = {.before = exchange_query(x, "cursor")};
	uint32_t node;

	if (!reading_asset(api, x, &node, e) ||
	    !exchange_query_count(x, "limit", PAGE_DEFAULT, PAGE_MOST, ret_limit, e))
		return false;
	q.asset = reading_key(api, node);
	q.most = (size_t)*ret_limit + 1;
	if (store_list_versions(api->store, exchange_arena(x), &q, ret, e))
		return true;
	if (e->kind != ERR_NOT_FOUND)
		return false;
	err_set(e, ERR_INVALID, "the cursor '" SV_FMT "' leads nowhere", SV_ARG(q.before));
	return err_hint(e, "give \"next\" of the page before, or none to begin with the newest");
}

void api_list_versions(void *ctx, struct exchange *x)
{
	struct version_rows rows;
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	uint32_t limit;
	struct err e;

	if (!read_page(ctx, x, &limit, &rows, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	write_page(&rows, limit, &j);
	exchange_answer_json(x, 200, buf_sv(&out));
}

/* ---- the preview ---- */

static bool no_version(sv key, sv id, struct err *e)
{
	if (!id.n)
		return err_set(e, ERR_NOT_FOUND, "'" SV_FMT "' has no value yet", SV_ARG(key));
	err_set(e, ERR_NOT_FOUND, "'" SV_FMT "' has no version " SV_FMT, SV_ARG(key), SV_ARG(id));
	return err_hint(e, "'current' is the one that readers get");
}

static bool find_version(struct api *api, struct exchange *x, struct version_row *ret,
			 struct err *e)
{
	struct arena *a = exchange_arena(x);
	sv id = exchange_param(x, "version"), key;
	bool current = sv_eq(id, SV("current"));
	uint32_t node;

	if (!reading_asset(api, x, &node, e))
		return false;
	key = reading_key(api, node);
	if (current ? store_current(api->store, a, key, 0, ret, e)
		    : store_get_version(api->store, a, id, ret, e))
		return sv_eq(ret->asset, key) || no_version(key, id, e);
	return e->kind == ERR_NOT_FOUND ? no_version(key, current ? (sv){0} : id, e) : false;
}

/* A value whose own file has that name has no preview (doc/formats/versions.md). */
static bool has_own(struct arena *a, const struct version_row *v)
{
	const struct value *files;
	struct err e = {0};

	return v->files.n && json_read(a, v->files, &files, &e) && value_get(files, PREVIEW);
}

/* The object of the file; NULL and why when there is none. */
static const struct value *read_preview(struct arena *a, const struct version_row *v, sv *ret_note)
{
	const struct value *preview;
	struct err e = {0};
	sv text;

	*ret_note = SV("its value is not kept in versions: there is nothing to show");
	if (!v->directory.n)
		return NULL;
	if (has_own(a, v) ||
	    !file_read(a, path_join(a, v->directory, SV(PREVIEW)), MOST_PREVIEW_BYTES, &text, &e)) {
		*ret_note = file_exists(v->directory) ? SV("its step left no preview of it")
						      : SV("the value is no longer there");
		return NULL;
	}
	*ret_note = SV("its preview cannot be read");
	return json_read(a, text, &preview, &e) && preview->type == VALUE_MAP ? preview : NULL;
}

static void write_preview(struct json *j, sv version, const struct value *p, sv note)
{
	sv own = value_text(p, "note");
	int64_t rows = value_int(p, "total_rows", -1);

	json_open(j, '{');
	json_member_text(j, "version", version);
	json_member_text(j, "format", value_text(p, "format"));
	json_key(j, "columns");
	json_value(j, value_list(p, "columns"));
	json_key(j, "rows");
	json_value(j, value_list(p, "rows"));
	json_member_text(j, "text", value_text(p, "text"));
	json_key(j, "total_rows");
	if (rows < 0)
		json_none(j);
	else
		json_int(j, rows);
	json_member_text(j, "note", p ? own : note);
	json_close(j);
}

void api_preview_version(void *ctx, struct exchange *x)
{
	const struct value *preview;
	struct version_row version;
	AUTO_BUF out = {0};
	struct json j = {.out = &out};
	struct err e;
	sv note;

	if (!find_version(ctx, x, &version, &e)) {
		exchange_refuse(x, &e);
		return;
	}
	preview = read_preview(exchange_arena(x), &version, &note);
	write_preview(&j, version.id, preview, note);
	exchange_answer_json(x, 200, buf_sv(&out));
}
