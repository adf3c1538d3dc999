/* run_document.c -- a run and its steps as JSON. */
#include "view/run_document.h"

#include "model/failure.h"
#include "view/document.h"

static void write_run(struct json *j, const struct run_row *run)
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

void run_summary_document(struct json *j, const struct run_row *run)
{
	json_open(j, '{');
	write_run(j, run);
	document_texts(j, "locations", &run->locations);
	json_member_int(j, "steps", run->steps);
	json_member_int(j, "steps_succeeded", run->steps_done);
	json_member_int(j, "steps_failed", run->steps_failed);
	json_close(j);
}

static void write_outputs(struct json *j, const struct run_record *r, int64_t step)
{
	size_t count;
	const struct run_output *made = run_record_outputs(r, step, &count);

	json_key(j, "outputs");
	json_open(j, '[');
	for (size_t i = 0; i < count; i++) {
		const struct run_output *o = &made[i];

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
	document_failure(j, "error", s->error);
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

void run_document(struct json *j, const struct run_record *r)
{
	json_open(j, '{');
	write_run(j, &r->run);
	document_texts(j, "children", &r->children);
	json_key(j, "steps");
	json_open(j, '[');
	for (size_t i = 0; i < r->steps.n; i++)
		write_step(j, r, &r->steps.at[i]);
	json_close(j);
	json_close(j);
}
