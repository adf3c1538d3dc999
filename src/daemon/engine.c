/* engine.c -- a list of live runs. */
#include "daemon/engine.h"

#include "daemon/live_run.h"

struct entry { /* a live run and who asked for it */
	struct entry *next;
	struct engine *engine;
	struct live_run *run;
	struct engine_submission what;
};

struct engine {
	struct engine_request request;
	struct writer *writer;
	struct entry *entries;
	struct err error;
	bool failed;
};

/* ---- runs ---- */

static void free_entry(struct entry *entry)
{
	live_run_free(entry->run);
	if (entry->what.release)
		entry->what.release(entry->what.release_ctx);
	arena_free(entry->what.arena);
	free(entry);
}

static void on_run_end(void *ctx, struct live_run *run, enum run_state state)
{
	struct entry *done = ctx;
	struct engine *en = done->engine;

	for (struct entry **at = &en->entries; *at; at = &(*at)->next)
		if (*at == done) {
			*at = done->next;
			break;
		}
	if (done->what.listener.on_end)
		done->what.listener.on_end(done->what.listener.ctx, state);
	free_entry(done);
	if (!en->entries && en->request.on_idle)
		en->request.on_idle(en->request.ctx);
}

static bool makes(const struct run_plan *plan, uint32_t node)
{
	for (size_t i = 0; i < plan->steps_count; i++)
		for (size_t n = 0; n < plan->steps[i].nodes_count; n++)
			if (plan->steps[i].nodes[n] == node)
				return true;
	return false;
}

/* Two runs that write one asset would race for its current version. */
static bool check_free(const struct engine *en, const struct run_plan *plan, struct err *e)
{
	for (const struct entry *other = en->entries; other; other = other->next)
		for (size_t i = 0; i < plan->steps_count; i++)
			for (size_t n = 0; n < plan->steps[i].nodes_count; n++) {
				uint32_t node = plan->steps[i].nodes[n];

				if (!makes(live_run_plan(other->run), node))
					continue;
				err_set(e, ERR_CONFLICT,
					"asset '" SV_FMT "' is being written by run " SV_FMT,
					SV_ARG(plan->graph->nodes[node].key),
					SV_ARG(live_run_id(other->run)));
				return err_hint(
					e,
					"wait until that run has ended (plait run show " SV_FMT
					"), or leave the asset out of the selection",
					SV_ARG(live_run_id(other->run)));
			}
	return true;
}

static void on_stored(void *ctx)
{
	struct entry *entry = ctx;

	entry->what.listener.on_stored(entry->what.listener.ctx, live_run_id(entry->run));
}

bool engine_submit(struct engine *en, const struct engine_submission *what, sv *ret_run,
		   struct err *e)
{
	struct entry *entry = heap_alloc(sizeof(*entry));
	struct live_run_request start = {
		.session = en->request.session,
		.writer = en->writer,
		.plan = what->plan,
		.selection = what->selection,
		.location = what->location,
		.most_running = what->most_running,
		.listener = {.on_event = what->listener.on_event, .ctx = what->listener.ctx},
		.on_end = on_run_end,
		.ctx = entry,
	};

	*entry = (struct entry){.engine = en, .what = *what};
	if (!check_free(en, what->plan, e)) {
		free_entry(entry);
		return false;
	}
	if (what->listener.on_stored)
		writer_after(en->writer, on_stored, entry);
	entry->next = en->entries;
	en->entries = entry;
	entry->run = live_run_start(&start);
	*ret_run = live_run_id(entry->run);
	return true;
}

bool engine_cancel(struct engine *en, sv run, sv reason, bool hard, struct err *e)
{
	for (struct entry *entry = en->entries; entry; entry = entry->next)
		if (sv_eq(live_run_id(entry->run), run)) {
			live_run_cancel(entry->run, reason, hard);
			return true;
		}
	return err_set(e, ERR_NOT_FOUND, "no run " SV_FMT " is open", SV_ARG(run));
}

void engine_cancel_all(struct engine *en, sv reason, bool hard)
{
	for (struct entry *entry = en->entries, *next; entry; entry = next) {
		next = entry->next;
		live_run_cancel(entry->run, reason, hard);
	}
}

/* ---- the engine ---- */

static void on_ledger_failed(void *ctx, const struct err *why)
{
	struct engine *en = ctx;

	en->failed = true;
	en->error = *why;
	err_hint(&en->error, "what was recorded before stands; mend the cause and run the command "
			     "again: the next start says "
			     "what became of the run");
	for (struct entry *entry = en->entries; entry; entry = entry->next)
		live_run_abandon(entry->run);
	if (en->request.on_failed)
		en->request.on_failed(en->request.ctx, &en->error);
}

struct engine *engine_new(const struct engine_request *request)
{
	struct engine *en = heap_alloc(sizeof(*en));

	*en = (struct engine){.request = *request};
	en->writer = writer_new(request->loop, request->store, on_ledger_failed, en);
	return en;
}

struct writer *engine_writer(struct engine *en)
{
	return en->writer;
}

bool engine_is_idle(const struct engine *en)
{
	return !en->entries;
}

const struct err *engine_error(const struct engine *en)
{
	return en->failed ? &en->error : NULL;
}

void engine_free(struct engine *en)
{
	if (!en)
		return;
	writer_free(en->writer);
	while (en->entries) {
		struct entry *next = en->entries->next;

		free_entry(en->entries);
		en->entries = next;
	}
	free(en);
}
