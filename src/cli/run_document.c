/* run_document.c -- reading a run in pieces, writing it whole. */
#include "cli/run_document.h"

#include "base/time.h"
#include "cli/failure.h"
#include "daemon/ask.h"

#define OWNER_LIMIT TIME_SECOND

enum { EVENTS_AT_ONCE = 2000, CHILDREN_SOUGHT = 500 };

static void take_output(struct arena *a, struct run_record *r, const struct event_row *event)
{
	const struct value *body;
	AUTO_ARENA scratch = arena_new();
	struct err e = {0};

	if (!sv_eq(event->kind, SV("materialization")) ||
	    !json_read(scratch, event->body, &body, &e))
		return;
	*LIST_ADD(a, &r->outputs) = (struct run_output){
		.step = event->step,
		.rows = value_int(body, "rows", -1),
		.asset = arena_sv(a, event->asset),
		.version = arena_sv(a, value_text(body, "version")),
		.path = arena_sv(a, value_text(body, "path")),
	};
}

/* Logs may be many: one piece at a time, and only what was made is kept. */
static bool read_outputs(struct arena *a, struct store *store, struct run_record *r, struct err *e)
{
	struct event_query query = {.run = r->run.id, .step = -1, .most = EVENTS_AT_ONCE};

	for (;;) {
		AUTO_ARENA scratch = arena_new();
		struct event_rows events = {0};

		if (!store_list_events(store, scratch, &query, &events, e))
			return false;
		for (size_t i = 0; i < events.n; i++)
			take_output(a, r, &events.at[i]);
		if (events.n < query.most)
			return true;
		query.after = events.at[events.n - 1].id;
	}
}

/* Retries come after what they retry, mostly soon: only the newest runs are looked through. */
static bool read_children(struct arena *a, struct store *store, struct run_record *r, struct err *e)
{
	struct run_rows runs = {0};

	if (!store_list_runs(store, a, (sv){0}, CHILDREN_SOUGHT, &runs, e))
		return false;
	for (size_t i = 0; i < runs.n; i++)
		if (sv_eq(runs.at[i].parent, r->run.id) && r->run.id.n)
			*LIST_ADD(a, &r->children) = runs.at[i].id;
	return true;
}

bool run_find(struct cli *c, struct store *store, sv typed, struct run_row *ret, struct err *e)
{
	if (store_find_run(store, c->arena, typed, ret, e))
		return true;
	return e->hint[0] ? false
			  : err_hint(e, "'plait run list' names them; 'latest' is the newest");
}

bool run_record_read(struct cli *c, struct store *store, sv typed, struct run_record *ret,
		     struct err *e)
{
	struct run_record r = {0};

	if (!run_find(c, store, typed, &r.run, e) ||
	    !store_list_steps(store, c->arena, r.run.id, &r.steps, e) ||
	    !read_outputs(c->arena, store, &r, e) || !read_children(c->arena, store, &r, e))
		return false;
	*ret = r;
	return true;
}

void run_record_ask_owner(struct cli *c, struct run_record *r)
{
	struct ask request = {.line = ask_line(c->arena, "status", r->run.id),
			      .signals = ASK_LEAVES,
			      .limit = OWNER_LIMIT};
	const struct value *answer, *steps;
	struct asked asked;
	struct err e;

	if (run_state_ended(r->run.state) || !session_reach_owner(c->session) ||
	    !ask(c->session, c->arena, &request, &asked, &e) ||
	    !json_read(c->arena, asked.answer, &answer, &e))
		return; /* what the ledger has is what there is to show */
	if (value_text(answer, "reason").n)
		r->run.reason = value_text(answer, "reason");
	steps = value_list(answer, "steps");
	for (size_t i = 0; i < steps->n; i++) {
		int64_t index = value_int(&steps->items[i], "index", -1);

		for (size_t k = 0; k < r->steps.n; k++) {
			if (r->steps.at[k].index != index || step_state_ended(r->steps.at[k].state))
				continue;
			(void)step_state_parse(value_text(&steps->items[i], "state"),
					       &r->steps.at[k].state);
			r->steps.at[k].reason = value_text(&steps->items[i], "reason");
		}
	}
}

int64_t run_record_rows(const struct run_record *r, int64_t step)
{
	int64_t rows = -1;

	for (size_t i = 0; i < r->outputs.n; i++)
		if (r->outputs.at[i].step == step && r->outputs.at[i].rows >= 0)
			rows = r->outputs.at[i].rows + (rows > 0 ? rows : 0);
	return rows;
}

sv run_record_selection(struct arena *a, const struct run_record *r)
{
	const struct value *request;
	struct err e = {0};

	if (!r->run.request.p || !json_read(a, r->run.request, &request, &e))
		return (sv){0};
	return value_text(request, "selection");
}

void run_members(struct json *j, const struct run_row *run)
{
	json_member_text(j, "id", run->id);
	json_member_text(j, "status", sv_of(run_state_word(run->state)));
	document_json(j, "request", run->request);
	document_text(j, "error", run->error);
	document_text(j, "reason", run->reason);
	document_json(j, "tags", run->tags);
	json_member_int(j, "priority", run->priority);
	document_text(j, "parent", run->parent);
	document_text(j, "root", run->root);
	json_member_int(j, "retry_number", run->retry_number);
	document_time(j, "created_at", run->created_at);
	document_time(j, "started_at", run->started_at);
	document_time(j, "ended_at", run->ended_at);
}

/* The step's error as every consumer wants it: flat, whatever front end raised it. */
static void write_error(struct json *j, sv json)
{
	AUTO_ARENA a = arena_new();
	struct failure f = failure_read(a, json);

	json_key(j, "error");
	if (!f.message.p) {
		json_none(j);
		return;
	}
	json_open(j, '{');
	document_text(j, "exception", f.exception);
	json_member_text(j, "message", f.message);
	document_text(j, "file", f.file);
	document_number(j, "line", f.line > 0 ? f.line : -1);
	document_text(j, "hint", f.hint);
	document_text(j, "cause", f.cause);
	document_text(j, "traceback", f.traceback);
	json_close(j);
}

static void write_outputs(struct json *j, const struct run_record *r, int64_t step)
{
	json_key(j, "outputs");
	json_open(j, '[');
	for (size_t i = 0; i < r->outputs.n; i++) {
		const struct run_output *o = &r->outputs.at[i];

		if (o->step != step)
			continue;
		json_open(j, '{');
		json_member_text(j, "asset", o->asset);
		document_text(j, "version", o->version);
		document_number(j, "rows", o->rows);
		document_text(j, "path", o->path);
		json_close(j);
	}
	json_close(j);
}

static void write_waits_for(struct json *j, const struct step_row *s)
{
	uint64_t index;

	json_key(j, "waits_for");
	json_open(j, '[');
	for (size_t i = 0; i < s->waits_for.n; i++)
		if (sv_u64(s->waits_for.at[i], &index))
			json_int(j, (int64_t)index);
	json_close(j);
}

static void write_step(struct json *j, const struct run_record *r, const struct step_row *s)
{
	json_open(j, '{');
	json_member_int(j, "index", s->index);
	json_member_text(j, "name", s->name);
	json_member_text(j, "asset", s->assets.n ? s->assets.at[0] : (sv){0});
	document_texts(j, "assets", &s->assets);
	json_member_text(j, "location", s->location);
	json_member_text(j, "status", sv_of(step_state_word(s->state)));
	json_member_int(j, "attempt", s->attempt);
	json_member_int(j, "retries", s->retries);
	document_time(j, "retry_at", s->wake_at);
	document_number(j, "pid", s->pid ? s->pid : -1);
	document_time(j, "started_at", s->started_at);
	document_time(j, "ended_at", s->ended_at);
	document_text(j, "reason", s->reason);
	write_error(j, s->error);
	document_number(j, "rows", run_record_rows(r, s->index));
	write_outputs(j, r, s->index);
	write_waits_for(j, s);
	document_text(j, "directory", s->directory);
	document_number(j, "max_rss_kib", s->max_rss_kib ? s->max_rss_kib : -1);
	document_number(j, "user_us", s->ended_at ? s->user_us : -1);
	document_number(j, "system_us", s->ended_at ? s->system_us : -1);
	document_text(j, "method", s->method);
	json_close(j);
}

void run_document_print(struct cli *c, const struct run_record *r)
{
	struct json j = document_new(c);

	json_open(&j, '{');
	run_members(&j, &r->run);
	document_texts(&j, "children", &r->children);
	json_key(&j, "steps");
	json_open(&j, '[');
	for (size_t i = 0; i < r->steps.n; i++)
		write_step(&j, r, &r->steps.at[i]);
	json_close(&j);
	json_close(&j);
	document_end(&j, c);
}
