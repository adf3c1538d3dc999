/* engine.c -- a list of live runs. */
#include "daemon/engine.h"

struct entry { /* a live run */
	struct entry *next;
	struct engine *engine;
	struct live_run *run;
	struct arena *arena; /* of its plan */
	void (*on_end)(void *ctx, enum run_state state);
	void *ctx;
};

struct engine {
	struct session *session;
	struct writer *writer;
	struct entry *entries;
	struct err error;
	bool failed;
};

/* ---- runs ---- */

static void on_run_end(void *ctx, struct live_run *run, enum run_state state)
{
	struct entry *done = ctx;
	struct engine *en = done->engine;

	for (struct entry **at = &en->entries; *at; at = &(*at)->next)
		if (*at == done) {
			*at = done->next;
			break;
		}
	done->on_end(done->ctx, state);
	live_run_free(run);
	arena_free(done->arena);
	free(done);
	if (!en->entries)
		loop_stop(en->session->loop);
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

static sv own(struct arena *a, sv text)
{
	return text.p ? arena_sv(a, text) : text;
}

bool engine_submit(struct engine *en, const struct run_request *request,
		   const struct run_listener *listener,
		   void (*on_end)(void *ctx, enum run_state state), void *ctx,
		   struct live_run **ret, struct err *e)
{
	struct entry *entry = heap_alloc(sizeof(*entry));
	struct arena *a = arena_new();
	struct live_run_request start = {
		.session = en->session,
		.writer = en->writer,
		.most_running = request->most_running,
		.listener = *listener,
		.on_end = on_run_end,
		.ctx = entry,
	};

	*entry = (struct entry){.engine = en, .arena = a, .on_end = on_end, .ctx = ctx};
	writer_flush(en->writer); /* the plan reads what has been written */
	if (!run_request_plan(en->session, a, request, &start.plan, e) ||
	    !check_free(en, start.plan, e)) {
		arena_free(a);
		free(entry);
		return false;
	}
	start.selection = own(a, request->selection);
	start.location = own(a, request->location);
	entry->next = en->entries;
	en->entries = entry;
	*ret = entry->run = live_run_start(&start);
	return true;
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
	loop_stop(en->session->loop);
}

struct engine *engine_new(struct session *s)
{
	struct engine *en = heap_alloc(sizeof(*en));

	en->session = s;
	en->writer = writer_new(s->loop, s->store, on_ledger_failed, en);
	return en;
}

void engine_run_until_idle(struct engine *en)
{
	while (en->entries && !en->failed)
		loop_run(en->session->loop);
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

		live_run_free(en->entries->run);
		arena_free(en->entries->arena);
		free(en->entries);
		en->entries = next;
	}
	free(en);
}
