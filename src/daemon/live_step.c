/* live_step.c -- from ready to ended: files, process, messages, publishing.
 *
 *	start:  row on disk (STARTING) -> host forks -> row RUNNING, "step_started"
 *	lives:  message lines -> events
 *	ends:   clean close and exit 0 -> versions and pointers in one transaction -> views move -> on_ended */
#include "daemon/live_step.h"

#include "codec/json.h"
#include "model/limits.h"
#include "sys/clock.h"
#include "sys/ids.h"

static const struct plan_step *plan_step_of(const struct live_step *s)
{
	return &s->run->plan->steps[s->index];
}

static const struct graph_node *node_of(const struct live_step *s, size_t i)
{
	return &s->run->plan->graph->nodes[plan_step_of(s)->nodes[i]];
}

static const struct location_code *location_of(const struct live_step *s)
{
	return &s->run->plan->graph->locations[plan_step_of(s)->location];
}

/* ---- the row ---- */

static struct sv_list keys_of(struct live_step *s, struct arena *a)
{
	struct sv_list keys = {0};

	for (size_t i = 0; i < plan_step_of(s)->nodes_count; i++)
		*LIST_ADD(a, &keys) = node_of(s, i)->key;
	return keys;
}

static struct sv_list waits_of(struct live_step *s, struct arena *a)
{
	struct sv_list waits = {0};

	for (size_t i = 0; i < plan_step_of(s)->waits_for_count; i++)
		*LIST_ADD(a, &waits) = arena_fmt(a, "%u", plan_step_of(s)->waits_for[i]);
	return waits;
}

void live_step_record(struct live_step *s)
{
	AUTO_ARENA a = arena_new();
	const struct order_step *order = step_order_at(s->run->order, s->index);
	struct err e;
	struct step_row row = {
		.run = s->run->id,
		.index = s->index,
		.name = plan_step_of(s)->name,
		.location = location_of(s)->name,
		.manifest_id = location_of(s)->manifest->id,
		.assets = keys_of(s, a),
		.waits_for = waits_of(s, a),
		.state = order->state,
		.attempt = s->attempt_number,
		.pid = s->pid,
		.pid_started = s->pid_started,
		.directory = s->files.directory,
		.offset = (int64_t)s->offset,
		.reason = order->reason,
		.error = s->error,
		.started_at = s->started_at,
		.ended_at = s->ended_at,
		.max_rss_kib = s->end.max_rss_kib,
		.user_us = s->end.user_us,
		.system_us = s->end.system_us,
	};

	WRITE(s->run->writer, store_put_step(writer_store(s->run->writer), &row, &e), &e);
}

void live_step_tell(const struct live_step *s, const char *kind, sv asset, sv body)
{
	struct run_event event = {
		.kind = kind,
		.step = s->index,
		.attempt = s->attempt_number,
		.asset = asset,
		.body = body,
	};

	run_tell(&s->run->teller, &event);
}

/* ---- the end ---- */

static sv exit_sentence(struct arena *a, const struct attempt_end *end)
{
	if (end->message.p)
		return end->message;
	if (end->unheard)
		return arena_fmt(a, "it sent a message of more than %d bytes, which was not taken",
				 LIMIT_MESSAGE_BYTES);
	if (end->signal == 9)
		return SV("its process was killed (signal 9)");
	if (end->signal)
		return arena_fmt(a, "its process was ended by signal %d (%s)", end->signal,
				 strsignal(end->signal));
	if (end->code)
		return arena_fmt(a, "its process exited with status %lld", (long long)end->code);
	return SV("its process ended without saying that it was done");
}

static sv exit_hint(const struct live_step *s)
{
	const struct attempt_end *end = &s->end;

	if (end->hint.p)
		return end->hint;
	if (end->unheard)
		return SV("keep large data out of metadata and logs; an I/O manager stores it");
	if (end->signal == 9)
		return SV("if nobody killed it, the system may have run out of memory: dmesg | "
			  "tail tells");
	return arena_fmt(s->report.arena,
			 "its last words: plait run logs " SV_FMT " --step " SV_FMT " --stderr",
			 SV_ARG(s->run->id), SV_ARG(plan_step_of(s)->name));
}

/* An exception object for an end that the step itself could not explain. */
static sv made_error(struct live_step *s)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "message", exit_sentence(s->report.arena, &s->end));
	json_member_text(&j, "name", (sv){NULL, 0});
	json_key(&j, "stack");
	json_open(&j, '[');
	json_close(&j);
	json_member_text(&j, "hint", exit_hint(s));
	return json_finish(s->report.arena, &j);
}

static sv end_body(struct live_step *s, sv message, sv reason)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	if (message.p)
		json_member_text(&j, "message", message);
	if (s->error.p) {
		json_key(&j, "error");
		json_raw(&j, s->error);
	}
	if (reason.p)
		json_member_text(&j, "reason", reason);
	json_member_int(&j, "duration_us", s->ended_at - s->started_at);
	json_member_int(&j, "max_rss_kib", s->end.max_rss_kib);
	json_member_int(&j, "user_us", s->end.user_us);
	json_member_int(&j, "system_us", s->end.system_us);
	return json_finish(s->report.arena, &j);
}

static void fail(struct live_step *s, sv message)
{
	sv none = {NULL, 0};

	if (!s->error.p)
		s->error = made_error(s);
	live_step_tell(s, "step_failed", none, end_body(s, message, none));
	s->on_ended(s, STEP_FAILURE, message);
}

static void cancel(struct live_step *s)
{
	sv reason = s->run->cancel_reason;

	s->error = (sv){NULL, 0};
	live_step_tell(s, "step_canceled", (sv){NULL, 0}, end_body(s, (sv){NULL, 0}, reason));
	s->on_ended(s, STEP_CANCELED, reason);
}

/* What it was allowed not to make, and did not: who reads that is skipped. */
static void leave_out(struct live_step *s)
{
	const struct plan_step *step = plan_step_of(s);

	for (size_t i = 0; i < step->nodes_count; i++)
		if (!step_report_asset(&s->report, node_of(s, i)->key))
			step_order_left_out(s->run->order, step->nodes[i]);
}

/* Its versions are committed: readers may see them, and those who wait for it may start. */
static void on_published(void *ctx)
{
	struct live_step *s = ctx;
	struct err e;

	if (publish_move_views(&s->published.views, &e)) {
		live_step_tell(s, "step_succeeded", (sv){NULL, 0},
			       end_body(s, (sv){NULL, 0}, (sv){NULL, 0}));
		leave_out(s);
		s->on_ended(s, STEP_SUCCESS, (sv){NULL, 0});
		return;
	}
	/* The versions stand and are pinned by id; only readers by path see the old value. */
	s->end.message = arena_fmt(s->report.arena,
				   "its new version is stored, but the current view could not be "
				   "moved to it: %s",
				   e.text);
	s->end.hint = arena_sv(s->report.arena, sv_of(e.hint));
	fail(s, s->end.message);
}

static bool record_versions(struct live_step *s, struct err *e)
{
	struct arena *a = s->report.arena;
	const struct plan_step *step = plan_step_of(s);
	struct publish_asset *assets = NEW(a, struct publish_asset, step->nodes_count);
	struct publish_request request = {
		.run = s->run->id,
		.step = s->index,
		.attempt = s->attempt_number,
		.location = location_of(s)->name,
		.manifest_id = location_of(s)->manifest->id,
		.now = s->ended_at,
		.duration = s->ended_at - s->started_at,
		.assets = assets,
		.assets_count = step->nodes_count,
	};

	for (size_t i = 0; i < step->nodes_count; i++)
		assets[i] = (struct publish_asset){
			.key = node_of(s, i)->key,
			.code_version = node_of(s, i)->asset->code_version,
			.version = s->versions[i],
		};
	return publish_record(writer_store(s->run->writer), a, &request, &s->report, &s->published,
			      e);
}

static void publish(struct live_step *s)
{
	struct live_run *r = s->run;
	struct err e;

	WRITE(r->writer, record_versions(s, &e), &e);
	for (size_t i = 0; i < s->published.made.n; i++) {
		const struct publish_made *made = &s->published.made.at[i];

		live_step_tell(s, "materialization", made->asset,
			       publish_made_body(s->report.arena, made));
	}
	writer_after(r->writer, on_published, s);
}

/* The change was in nothing that a fingerprint covers (a table that the code reads, say): only compiling shows it. */
static void have_compiled_again(struct live_step *s)
{
	struct store *store = writer_store(s->run->writer);
	struct location_row row;
	struct err e;

	if (!store_get_location(store, s->report.arena, location_of(s)->name, &row, &e))
		return;
	row.fingerprint = SV("");
	WRITE(s->run->writer, store_put_location(store, &row, &e), &e);
}

static bool ended_well(const struct live_step *s)
{
	return s->report.closed && !s->error.p && s->end.started && !s->end.unheard &&
	       !s->end.code && !s->end.signal;
}

static void on_ended(void *ctx, const struct attempt_end *end)
{
	struct live_step *s = ctx;
	struct live_run *r = s->run;
	struct arena *a = s->report.arena;

	s->end = *end;
	s->end.message = end->message.p ? arena_sv(a, end->message) : end->message;
	s->end.hint = end->hint.p ? arena_sv(a, end->hint) : end->hint;
	s->ended_at = clock_now();
	s->error = s->report.exception;
	attempt_close(s->attempt);
	s->attempt = NULL;
	r->alive--;
	if (end->code_changed)
		have_compiled_again(s);
	if (r->abandoned)
		s->on_ended(s, STEP_CANCELED, SV("the ledger could not be written"));
	else if (ended_well(s))
		publish(s);
	else if (s->cancel_asked)
		cancel(s);
	else
		fail(s, s->report.exception_message.p ? s->report.exception_message
						      : exit_sentence(a, &s->end));
}

/* ---- the life ---- */

static void on_message(void *ctx, sv line, uint64_t end_offset)
{
	struct live_step *s = ctx;
	AUTO_ARENA a = arena_new();
	struct report_event event = step_report_take(a, &s->report, line);

	s->offset = end_offset;
	if (event.kind)
		live_step_tell(s, event.kind, event.asset, event.body);
}

static void on_started(void *ctx, int64_t pid, sv pid_started)
{
	struct live_step *s = ctx;
	AUTO_ARENA a = arena_new();
	const char *method = location_of(s)->manifest->spawn ? "spawn" : "fork";

	s->pid = pid;
	s->pid_started = arena_sv(s->report.arena, pid_started);
	s->started_at = clock_now();
	step_order_running(s->run->order, s->index);
	live_step_record(s);
	live_step_tell(s, "step_started", (sv){NULL, 0},
		       arena_fmt(a, "{\"pid\":%lld,\"method\":\"%s\"}", (long long)pid, method));
}

/* What became known since the step was chosen.  A location known not to load is not tried: it might hang again. */
static bool may_start(const struct live_step *s, const struct location_state *location,
		      struct err *e)
{
	if (s->run->state == RUN_CANCELING)
		return err_set(e, ERR_CANCELED, "canceled before it started");
	if (!location->error.p)
		return true;
	err_set(e, ERR_UNAVAILABLE, "location '" SV_FMT "' does not load",
		SV_ARG(location->code->name));
	return err_hint(e, "plait location show " SV_FMT " tells why",
			SV_ARG(location->code->name));
}

static void refuse(struct live_step *s, const struct err *why)
{
	s->refusal = arena_sv(s->report.arena, sv_of(why->text));
	s->refusal_hint = arena_sv(s->report.arena, sv_of(why->hint));
}

/* The row says STARTING: from now on a crash finds the attempt's files. */
static void on_recorded(void *ctx)
{
	struct live_step *s = ctx;
	struct session *session = s->run->session;
	const struct location_state *location = session_location(session, location_of(s)->name);
	struct attempt_request request = {
		.loop = session->loop,
		.hosts = session->hosts,
		.location = location->code,
		.manifest_id = location_of(s)->manifest->id,
		.spec = s->files.spec,
		.messages = s->files.messages,
		.listener = {.on_started = on_started,
			     .on_message = on_message,
			     .on_ended = on_ended,
			     .ctx = s},
	};
	struct err e;

	s->cancel_asked = s->run->state == RUN_CANCELING;
	if (!s->refusal.p) {
		if (may_start(s, location, &e) && attempt_start(&request, &s->attempt, &e))
			return;
		refuse(s, &e);
	}
	on_ended(s, &(struct attempt_end){.message = s->refusal, .hint = s->refusal_hint});
}

/* The version that is pinned; NULL when plait knows none. */
static bool find_input(struct live_step *s, const struct plan_input *in,
		       const struct version_row **ret, struct err *e)
{
	struct store *store = writer_store(s->run->writer);
	struct arena *a = s->report.arena;
	struct version_row *row = NEW(a, struct version_row, 1);
	bool found;

	*ret = NULL;
	if (!in->in_run && !in->version.p)
		return true;
	found = in->in_run ? store_current(store, a, s->run->plan->graph->nodes[in->node].key, 0,
					   row, e)
			   : store_get_version(store, a, in->version, row, e);
	if (found)
		*ret = row;
	return found || e->kind == ERR_NOT_FOUND;
}

static bool write_files(struct live_step *s, struct err *e)
{
	struct arena *a = s->report.arena;
	const struct plan_step *step = plan_step_of(s);
	struct step_input *inputs = NEW(a, struct step_input, step->inputs_count + 1);
	struct step_context context = {
		.session = s->run->session,
		.plan = s->run->plan,
		.step = s->index,
		.run = s->run->id,
		.attempt = s->attempt_number,
		.inputs = inputs,
		.inputs_count = step->inputs_count,
		.versions = s->versions,
	};

	for (size_t i = 0; i < step->inputs_count; i++) {
		inputs[i].asset = s->run->plan->graph->nodes[step->inputs[i].node].key;
		if (!find_input(s, &step->inputs[i], &inputs[i].version, e))
			return false;
	}
	s->files = step_files_of(a, &context);
	return step_files_write(&context, &s->files, e);
}

void live_step_start(struct live_step *s)
{
	struct live_run *r = s->run;
	struct arena *a = s->report.arena = arena_new();
	struct err e;

	s->attempt_number++;
	s->started_at = clock_now();
	s->versions = NEW(a, sv, plan_step_of(s)->nodes_count);
	for (size_t i = 0; i < plan_step_of(s)->nodes_count; i++)
		s->versions[i] = ids_new(a);
	step_order_started(r->order, s->index);
	r->alive++;
	if (!write_files(s, &e))
		refuse(s, &e);
	live_step_record(s);
	writer_after(r->writer, on_recorded, s);
}
