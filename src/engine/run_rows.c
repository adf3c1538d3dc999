/* run_rows.c -- each JSON column beside its reader. */
#include "engine/run_rows.h"

#include "codec/json.h"
#include "engine/engine_parts.h"

/* ---- columns ---- */

static sv write_request(struct arena *a, const struct live_run *r)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "selection", r->what.selection);
	json_member_text(&j, "location", r->what.location);
	json_member_int(&j, "most_running", r->what.most_running);
	return json_finish(a, &j);
}

static void read_request(struct arena *a, sv text, struct engine_submission *ret)
{
	const struct value *request;
	struct err e;

	if (!text.p || !json_read(a, text, &request, &e))
		return;
	ret->selection = value_text(request, "selection");
	ret->location = value_text(request, "location");
	ret->most_running = (uint32_t)value_int(request, "most_running", 0);
}

static sv write_tags(struct arena *a, const struct live_run *r)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	if (!r->what.tags.n)
		return (sv){NULL, 0};
	for (size_t i = 0; i < r->what.tags.n; i++) {
		json_key_sv(&j, r->what.tags.at[i].name);
		json_text(&j, r->what.tags.at[i].value);
	}
	return json_finish(a, &j);
}

static void read_tags(struct arena *a, sv text, struct run_tags *ret)
{
	const struct value *tags;
	struct err e;

	if (!text.p || !json_read(a, text, &tags, &e) || tags->type != VALUE_MAP)
		return;
	for (size_t i = 0; i < tags->n; i++)
		if (tags->items[i].type == VALUE_TEXT)
			*LIST_ADD(a, ret) = (struct run_tag){tags->keys[i], tags->items[i].text};
}

static void write_warnings(struct arena *a, struct json *j, const struct live_run *r)
{
	sv left_out = run_plan_left_out(a, r->plan);

	json_key(j, "warnings");
	json_open(j, '[');
	if (left_out.p)
		json_text(j, left_out);
	for (size_t i = 0; i < r->plan->warnings.n; i++)
		json_text(j, r->plan->warnings.at[i]);
	for (size_t i = 0; i < r->problems.n; i++)
		json_text(j, r->problems.at[i]);
	json_close(j);
}

static sv write_plan(struct arena *a, const struct live_run *r)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	write_warnings(a, &j, r);
	return json_finish(a, &j);
}

struct sv_list run_rows_warnings(struct arena *a, const struct run_row *row)
{
	struct sv_list warnings = {0};
	const struct value *plan, *list;
	struct err e;

	if (!row->plan.p || !json_read(a, row->plan, &plan, &e))
		return warnings;
	list = value_list(plan, "warnings");
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].type == VALUE_TEXT)
			*LIST_ADD(a, &warnings) = list->items[i].text;
	return warnings;
}

void run_rows_put(struct live_run *r)
{
	AUTO_ARENA a = arena_new();
	struct writer *w = r->engine->writer;
	struct err e;
	struct run_row row = {
		.id = r->id,
		.state = r->state,
		.request = write_request(a, r),
		.tags = write_tags(a, r),
		.plan = write_plan(a, r),
		.error = r->cancel_reason,
		.reason = r->waiting_reason,
		.priority = r->options.priority,
		.parent = r->what.parent,
		.root = r->what.root,
		.retry_number = r->what.retry_number,
		.created_at = r->created_at,
		.started_at = r->started_at,
		.ended_at = r->ended_at,
	};

	WRITE(w, store_put_run(writer_store(w), &row, &e), &e);
}

void run_rows_read(struct arena *a, const struct run_row *row, struct engine_submission *ret)
{
	read_request(a, row->request, ret);
	read_tags(a, row->tags, &ret->tags);
	ret->parent = row->parent;
	ret->root = row->root;
	ret->retry_number = row->retry_number;
}

/* ---- steps ---- */

static struct sv_list keys_of(const struct live_step *s, struct arena *a)
{
	const struct plan_step *step = live_step_plan(s);
	struct sv_list keys = {0};

	for (size_t i = 0; i < step->nodes_count; i++)
		*LIST_ADD(a, &keys) = s->run->plan->graph->nodes[step->nodes[i]].key;
	return keys;
}

static struct sv_list waits_of(const struct live_step *s, struct arena *a)
{
	const struct plan_step *step = live_step_plan(s);
	struct sv_list waits = {0};

	for (size_t i = 0; i < step->waits_for_count; i++)
		*LIST_ADD(a, &waits) = arena_fmt(a, "%u", step->waits_for[i]);
	return waits;
}

static sv inputs_of(const struct live_step *s, struct arena *a)
{
	const struct plan_step *step = live_step_plan(s);
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '[');

	for (size_t i = 0; i < step->inputs_count; i++) {
		json_open(&j, '{');
		json_member_text(&j, "asset", s->run->plan->graph->nodes[step->inputs[i].node].key);
		json_member_bool(&j, "loaded", step->inputs[i].loaded);
		json_member_bool(&j, "in_run", step->inputs[i].in_run);
		json_member_text(&j, "version", step->inputs[i].version);
		json_close(&j);
	}
	return json_finish(a, &j);
}

static struct step_row row_of(const struct live_step *s)
{
	const struct order_step *order = step_order_at(s->run->order, s->index);

	return (struct step_row){
		.run = s->run->id,
		.index = s->index,
		.name = live_step_plan(s)->name,
		.reason_planned = live_step_plan(s)->reason,
		.state = order->state,
		.location = live_step_location(s),
		.manifest_id = s->manifest->id,
		.attempt = s->attempt_number,
		.retries = order->retries,
		.wake_at = order->state == STEP_RETRYING ? order->retry_at : 0,
		.pid = s->process.pid,
		.pid_started = s->process.pid_started,
		.method = sv_of(s->process.method),
		.directory = s->directory,
		.messages = s->process.messages,
		.messages_from = (int64_t)s->process.offset,
		.reason = order->reason,
		.error = s->error,
		.started_at = s->started_at,
		.ended_at = s->ended_at,
		.max_rss_kib = s->max_rss_kib,
		.user_us = s->user_us,
		.system_us = s->system_us,
	};
}

void run_rows_put_step(struct live_step *s, bool first)
{
	struct writer *w = s->run->engine->writer;
	struct step_row row = row_of(s);
	struct err e;

	if (first) {
		AUTO_ARENA a = arena_new();

		row.assets = keys_of(s, a);
		row.waits_for = waits_of(s, a);
		row.inputs = inputs_of(s, a);
		WRITE(w, store_put_step(writer_store(w), &row, &e), &e);
		return;
	}
	WRITE(w, store_move_step(writer_store(w), &row, &e), &e);
}

/* ---- events ---- */

static void write_step(struct json *j, const struct run_plan *plan, size_t i)
{
	const struct plan_step *step = &plan->steps[i];

	json_open(j, '{');
	json_member_int(j, "index", (int64_t)i);
	json_member_text(j, "name", step->name);
	json_member_text(j, "location", plan->graph->locations[step->location].name);
	json_key(j, "assets");
	json_open(j, '[');
	for (size_t n = 0; n < step->nodes_count; n++)
		json_text(j, plan->graph->nodes[step->nodes[n]].key);
	json_close(j);
	json_key(j, "waits_for");
	json_open(j, '[');
	for (size_t n = 0; n < step->waits_for_count; n++)
		json_int(j, step->waits_for[n]);
	json_close(j);
	json_member_text(j, "reason", step->reason);
	json_close(j);
}

sv run_rows_created_body(struct arena *a, const struct live_run *r)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "selection", r->what.selection);
	if (r->what.parent.p) {
		json_member_text(&j, "parent", r->what.parent);
		json_member_int(&j, "retry_number", r->what.retry_number);
	}
	json_key(&j, "steps");
	json_open(&j, '[');
	for (size_t i = 0; i < r->plan->steps_count; i++)
		write_step(&j, r->plan, i);
	json_close(&j);
	write_warnings(a, &j, r);
	return json_finish(a, &j);
}

sv run_rows_end_body(struct arena *a, const struct live_run *r, sv rerun)
{
	static const struct {
		const char *name;
		enum step_state state;
	} counts[] = {
		{"succeeded", STEP_SUCCESS},
		{"failed", STEP_FAILURE},
		{"skipped", STEP_SKIPPED},
		{"canceled", STEP_CANCELED},
	};
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_int(&j, "duration_us", r->started_at ? r->ended_at - r->started_at : 0);
	for (size_t i = 0; i < COUNT_OF(counts); i++)
		json_member_int(&j, counts[i].name,
				(int64_t)step_order_count(r->order, counts[i].state));
	if (r->cancel_reason.p)
		json_member_text(&j, "reason", r->cancel_reason);
	if (rerun.p)
		json_member_text(&j, "retried_by", rerun);
	return json_finish(a, &j);
}
