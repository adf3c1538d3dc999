/* publish.c -- from a step's report to rows and links. */
#include "engine/publish.h"

#include "codec/json.h"
#include "model/data_version.h"
#include "sys/file.h"

void publish_views_of(struct arena *a, sv storage_json, sv views_json, struct publish_views *ret)
{
	const struct value *storage, *views;
	struct err e;

	if (!storage_json.p || !views_json.p || !json_read(a, storage_json, &storage, &e) ||
	    !json_read(a, views_json, &views, &e) || views->type != VALUE_LIST)
		return;
	for (size_t i = 0; i < views->n; i++)
		*LIST_ADD(a, ret) = (struct publish_view){
			.base = value_text(storage, "base"),
			.view =
				{
					.path = value_text(&views->items[i], "path"),
					.target = value_text(&views->items[i], "target"),
				},
		};
}

bool publish_move_views(const struct publish_views *views, struct err *e)
{
	bool all = true;
	struct err later;

	for (size_t i = 0; i < views->n; i++)
		if (!view_move(views->at[i].base, &views->at[i].view, all ? e : &later))
			all = false;
	return all;
}

static sv data_version_of(struct store *s, struct arena *a, const struct publish_request *request,
			  sv id)
{
	const struct version_row *known = request->known ? request->known(request->ctx, id) : NULL;
	struct version_row row;
	struct err e;

	if (known)
		return known->data_version;
	return store_get_version(s, a, id, &row, &e) ? row.data_version : (sv){NULL, 0};
}

bool publish_prepare_views(struct arena *a, struct publish_views *views, struct err *e)
{
	for (size_t i = 0; i < views->n; i++)
		if (!view_prepare(a, views->at[i].base, &views->at[i].view, &views->at[i].beside,
				  e)) {
			publish_forget_prepared(views);
			return false;
		}
	return true;
}

bool publish_move_prepared(const struct publish_views *views, struct err *e)
{
	bool all = true;
	struct err later;

	for (size_t i = 0; i < views->n; i++)
		if (!view_move_prepared(&views->at[i].view, views->at[i].beside, all ? e : &later))
			all = false;
	return all;
}

void publish_forget_prepared(const struct publish_views *views)
{
	for (size_t i = 0; i < views->n; i++)
		if (views->at[i].beside.p)
			file_remove(views->at[i].beside);
}

/* [{"asset","version","pinned"}], and what data_version_compute needs of the same inputs. */
static sv write_inputs(struct store *s, struct arena *a, const struct publish_request *request,
		       const struct step_report *report, struct data_inputs *ret)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '[');

	for (size_t i = 0; i < report->inputs.n; i++) {
		const struct reported_input *in = &report->inputs.at[i];

		json_open(&j, '{');
		json_member_text(&j, "asset", in->asset);
		json_member_text(&j, "version", in->version);
		json_member_bool(&j, "pinned", in->pinned);
		json_close(&j);
		*LIST_ADD(a, ret) = (struct data_input){
			.key = in->asset,
			.data_version = in->version.p ? data_version_of(s, a, request, in->version)
						      : in->version};
	}
	return json_finish(a, &j);
}

/* Where a reader finds the value: the first view, or nothing. */
static sv current_path(struct arena *a, const struct reported_output *output)
{
	struct publish_views views = {0};

	if (!output)
		return (sv){NULL, 0};
	publish_views_of(a, output->storage, output->views, &views);
	return views.n ? views.at[0].view.path : (sv){NULL, 0};
}

static struct version_row version_of(const struct publish_request *request,
				     const struct publish_asset *asset,
				     const struct reported_output *o)
{
	static const struct reported_output NO_VALUE = {
		.bytes = -1,
		.rows = -1,
		.note = {"it returns no value for plait to keep", 37},
	};

	if (!o)
		o = &NO_VALUE;
	return (struct version_row){
		.id = asset->version,
		.asset = asset->key,
		.run = request->run,
		.step = request->step,
		.attempt = request->attempt,
		.location = request->location,
		.manifest_id = request->manifest_id,
		.code_version = asset->code_version,
		.storage = o->storage,
		.directory = o->directory,
		.files = o->files,
		.views = o->views,
		.manager = o->manager,
		.manager_type = o->manager_type,
		.versioned = o->versioned,
		.note = o->note,
		.bytes = o->bytes,
		.rows = o->rows,
		.columns = o->columns,
		.created_at = request->now,
		.duration = request->duration,
	};
}

void publish_views(struct arena *a, const struct publish_request *request,
		   const struct step_report *report, struct publish_views *ret)
{
	for (size_t i = 0; i < request->assets_count; i++) {
		sv key = request->assets[i].key;
		const struct reported_output *output = step_report_output(report, key);

		if (output && step_report_asset(report, key))
			publish_views_of(a, output->storage, output->views, ret);
	}
}

bool publish_record(struct store *s, struct arena *a, const struct publish_request *request,
		    const struct step_report *report, struct publish_made_list *ret, struct err *e)
{
	struct data_inputs data = {0};
	sv inputs = write_inputs(s, a, request, report, &data);

	for (size_t i = 0; i < request->assets_count; i++) {
		const struct publish_asset *asset = &request->assets[i];
		const struct reported_asset *told = step_report_asset(report, asset->key);
		const struct reported_output *output = step_report_output(report, asset->key);
		struct version_row row = version_of(request, asset, output);

		if (!told)
			continue; /* it left this one out, as it may */
		row.inputs = inputs;
		row.metadata = told->metadata;
		row.data_version = told->data_version.p
					   ? told->data_version
					   : data_version_compute(a,
								  asset->code_version.p
									  ? asset->code_version
									  : request->run,
								  &data);
		if (!store_put_version(s, &row, e) ||
		    !store_move_pointer(s, row.asset, 0, row.id, request->now, e))
			return false;
		*LIST_ADD(a, ret) = (struct publish_made){
			.asset = row.asset,
			.version = row.id,
			.path = current_path(a, output),
			.data_version = row.data_version,
			.metadata = row.metadata,
			.note = row.note,
			.rows = row.rows,
			.versioned = row.versioned,
			.row = row,
		};
	}
	return true;
}

sv publish_made_body(struct arena *a, const struct publish_made *made)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "version", made->version);
	json_key(&j, "rows");
	if (made->rows >= 0)
		json_int(&j, made->rows);
	else
		json_none(&j);
	json_member_text(&j, "path", made->path);
	json_member_text(&j, "data_version", made->data_version);
	json_member_bool(&j, "versioned", made->versioned);
	json_member_text(&j, "note", made->note);
	json_key(&j, "metadata");
	if (made->metadata.p)
		json_raw(&j, made->metadata);
	else
		json_none(&j);
	return json_finish(a, &j);
}
