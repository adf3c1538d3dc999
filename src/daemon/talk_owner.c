/* talk_owner.c -- what is asked of the owner itself: how it stands, its code, and what is only recorded. */
#include <unistd.h>

#include "daemon/callers_parts.h"
#include "daemon/locations.h"
#include "engine/writer.h"
#include "model/asset_key.h"
#include "sys/clock.h"
#include "sys/ids.h"

/* ---- the owner itself ---- */

static void write_runs(struct json *j, struct talk *t, const struct run_rows *runs)
{
	json_key(j, "runs");
	json_open(j, '[');
	for (size_t i = 0; i < runs->n; i++) {
		sv reason = engine_waiting_reason(t->arena, t->all->request.engine, runs->at[i].id);

		json_open(j, '{');
		json_member_text(j, "id", runs->at[i].id);
		json_member_text(j, "state", sv_of(run_state_word(runs->at[i].state)));
		json_member_text(j, "reason", reason);
		json_close(j);
	}
	json_close(j);
}

static void write_steps(struct json *j, struct talk *t, sv run, size_t count)
{
	json_key(j, "steps");
	json_open(j, '[');
	for (size_t i = 0; i < count; i++) {
		enum step_state state;
		sv reason = engine_step_reason(t->arena, t->all->request.engine, run, (uint32_t)i,
					       &state);

		if (state != STEP_STARTING && !reason.p)
			continue;
		json_open(j, '{');
		json_member_int(j, "index", (int64_t)i);
		json_member_text(j, "state", sv_of(step_state_word(state)));
		json_member_text(j, "reason", reason);
		json_close(j);
	}
	json_close(j);
}

static void tell_run_status(struct talk *t, sv run)
{
	AUTO_BUF out = {0};
	struct json j = wire_begin_reply(&out, t->id);
	struct run_row row;
	struct err e;

	if (!store_get_run(t->all->request.session->store, t->arena, run, &row, &e)) {
		talk_refuse(t, &e);
		return;
	}
	json_member_text(&j, "reason",
			 engine_waiting_reason(t->arena, t->all->request.engine, run));
	write_steps(&j, t, run, (size_t)row.steps);
	talk_answer(t, &j);
	talk_end(t);
}

static void tell_status(struct talk *t)
{
	struct run_rows runs = {0};
	AUTO_BUF out = {0};
	struct json j = wire_begin_reply(&out, t->id);
	struct err e;

	if (!store_list_open_runs(t->all->request.session->store, t->arena, &runs, &e)) {
		talk_refuse(t, &e);
		return;
	}
	json_member_int(&j, "pid", getpid());
	json_member_bool(&j, "serves", t->all->request.serves);
	json_member_int(&j, "since", t->all->since);
	write_runs(&j, t, &runs);
	talk_answer(t, &j);
	talk_end(t);
}

void talk_status(struct talk *t)
{
	sv run = value_text(t->line, "run");

	if (run.p)
		tell_run_status(t, run);
	else
		tell_status(t);
}

/* On disk too: who is told may look there. */
static void on_code_kept(void *ctx)
{
	struct talk *t = ctx;
	struct callers *all = t->all;
	AUTO_BUF out = {0};
	struct json j = wire_begin_reply(&out, t->id);

	wire_write_locations(&j, all->request.session->code, false);
	talk_answer(t, &j);
	talk_end(t);
	callers_note_code(all);
}

static void on_reloaded(void *ctx, const struct err *failed)
{
	struct talk *t = ctx;

	if (failed)
		talk_refuse(t, failed);
	else
		writer_after(engine_writer(t->all->request.engine), on_code_kept, t);
}

void talk_reload(struct talk *t)
{
	struct locations_request what = {.recompile = true,
					 .only = value_text(t->line, "location")};

	locations_renew(t->all->request.session, &what, on_reloaded, t);
}

/* ---- what is only recorded ---- */

static void tell_reports(const struct talk *t)
{
	const struct callers_request *request = &t->all->request;
	const struct value *events = value_list(t->line, "events");
	AUTO_ARENA a = arena_new();
	struct err e;

	for (size_t i = 0; i < events->n && request->on_report; i++) {
		sv typed = value_text(&events->items[i], "asset"), key;

		if (typed.p && asset_key_parse(a, typed, &key, &e))
			request->on_report(request->ctx, key);
	}
}

static void on_recorded(void *ctx)
{
	struct talk *t = ctx;
	AUTO_BUF out = {0};
	struct json j = wire_begin_reply(&out, t->id);

	json_key(&j, "ids");
	json_open(&j, '[');
	for (size_t i = 0; i < t->ids.n; i++)
		json_int(&j, t->ids.at[i]);
	json_close(&j);
	talk_answer(t, &j);
	tell_reports(t);
	talk_end(t);
}

void talk_report(struct talk *t)
{
	struct writer *w = engine_writer(t->all->request.engine);
	struct report_request what = {
		.events = value_list(t->line, "events"), .now = clock_now(), .new_id = ids_new};
	struct err e;

	if (!report_check(what.events, &e)) {
		talk_refuse(t, &e);
		return;
	}
	WRITE(w, report_append(writer_store(w), t->arena, &what, &t->ids, &e), &e);
	writer_after(w, on_recorded, t);
}

static void on_pool_set(void *ctx)
{
	struct talk *t = ctx;
	struct callers *all = t->all;

	talk_answer_ok(t);
	talk_end(t);
	if (all->request.on_limits)
		all->request.on_limits(all->request.ctx);
}

void talk_pool(struct talk *t)
{
	struct writer *w = engine_writer(t->all->request.engine);
	struct pool_row row = {.name = value_text(t->line, "name"),
			       .slots = value_int(t->line, "slots", -1)};
	struct err e;

	if (!row.name.n) {
		err_set(&e, ERR_INVALID, "\"name\" is missing: the pool's");
		talk_refuse(t, &e);
		return;
	}
	WRITE(w, store_put_pool(writer_store(w), &row, &e), &e);
	writer_after(w, on_pool_set, t);
}
