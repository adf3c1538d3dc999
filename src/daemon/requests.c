/* requests.c -- a request under way, from its call to its answer. */
#include "daemon/requests.h"

#include "daemon/locations.h"
#include "engine/writer.h"
#include "model/asset_key.h"
#include "sys/clock.h"
#include "sys/ids.h"

struct request {
	struct request *next;
	struct requests *all;
	struct arena *arena;
	struct asker by; /* fn NULL: answered */
	struct run_request wanted;
	sv run; /* to be run again; p NULL: `wanted` is */
	bool whole, waits_for_code;
	struct sv_list assets; /* that a report names */
	struct report_ids ids;
};

struct requests {
	struct requests_setup setup;
	struct request *first;
	const char *refusal;          /* NULL: runs are taken */
	const struct code_view *seen; /* of the code, by the engine */
};

static struct request *request_new(struct requests *all, const struct asker *by)
{
	struct arena *a = arena_new();
	struct request *r = NEW(a, struct request, 1);

	*r = (struct request){.next = all->first, .all = all, .arena = a, .by = *by};
	return all->first = r;
}

static void request_end(struct request *r)
{
	for (struct request **at = &r->all->first; *at; at = &(*at)->next)
		if (*at == r) {
			*at = r->next;
			break;
		}
	arena_free(r->arena);
}

static void answer(struct request *r, const struct answer *what)
{
	struct asker by = r->by;

	r->by = (struct asker){0};
	if (by.fn)
		by.fn(by.ctx, what);
}

static void refuse(struct request *r, const struct err *why)
{
	answer(r, &(struct answer){.failed = why});
	request_end(r);
}

static sv own(struct request *r, sv text)
{
	return text.p ? arena_sv(r->arena, text) : text;
}

void requests_note_code(struct requests *all)
{
	if (all->seen != all->setup.session->code && all->setup.on_reload)
		all->setup.on_reload(all->setup.ctx);
	all->seen = all->setup.session->code;
}

/* ---- runs ---- */

static void set_refusal(const struct requests *all, struct err *e)
{
	err_set(e, ERR_UNAVAILABLE, "%s", all->refusal);
	err_hint(e, "ask again when the next one runs");
}

static void on_stored(void *ctx, sv run)
{
	struct request *r = ctx;
	struct requests_setup *setup = &r->all->setup;

	answer(r, &(struct answer){.run = run});
	if (setup->on_run)
		setup->on_run(setup->ctx, run);
	request_end(r);
}

static bool make_submission(struct request *r, struct engine_submission *what, struct err *e)
{
	struct session *s = r->all->setup.session;

	if (r->run.p)
		return run_request_retry(s, r->run, r->whole, &r->wanted.tags, what, e);
	return run_request_submission(s, &r->wanted, what, e);
}

/* The code is up to date now, whatever who asked knows of it. */
static void on_code_for_run(void *ctx, const struct err *failed)
{
	struct request *r = ctx;
	struct engine *engine = r->all->setup.engine;
	struct engine_submission what = {0};
	sv run;
	struct err e;

	r->waits_for_code = false;
	requests_note_code(r->all);
	if (!r->by.fn) {
		request_end(r); /* refused meanwhile */
		return;
	}
	if (failed) {
		refuse(r, failed);
		return;
	}
	writer_flush(engine_writer(engine)); /* a plan reads what is there */
	if (!make_submission(r, &what, &e)) {
		refuse(r, &e);
		return;
	}
	what.listener = (struct engine_listener){.on_stored = on_stored, .ctx = r};
	if (!engine_submit(engine, &what, &run, &e))
		refuse(r, &e);
}

static void begin_run(struct request *r)
{
	struct err e;

	if (r->all->refusal) {
		set_refusal(r->all, &e);
		refuse(r, &e);
		return;
	}
	r->waits_for_code = true;
	locations_renew(r->all->setup.session, &(struct locations_request){0}, on_code_for_run, r);
}

static void take_tags(struct request *r, const struct run_tags *tags)
{
	for (size_t i = 0; i < tags->n; i++)
		*LIST_ADD(r->arena, &r->wanted.tags) = (struct run_tag){own(r, tags->at[i].name),
									own(r, tags->at[i].value)};
}

void requests_run(struct requests *all, const struct run_request *what, const struct asker *by)
{
	struct request *r = request_new(all, by);

	r->wanted = (struct run_request){.selection = own(r, what->selection),
					 .location = own(r, what->location),
					 .most_running = what->most_running};
	take_tags(r, &what->tags);
	begin_run(r);
}

void requests_retry(struct requests *all, sv run, bool whole, const struct run_tags *tags,
		    const struct asker *by)
{
	struct request *r = request_new(all, by);

	r->run = own(r, run);
	r->whole = whole;
	take_tags(r, tags);
	begin_run(r);
}

void requests_refuse(struct requests *all, const char *why)
{
	struct err e;

	all->refusal = why;
	set_refusal(all, &e);
	for (struct request *r = all->first, *next; r; r = next) {
		next = r->next;
		if (r->waits_for_code)
			answer(r, &(struct answer){.failed = &e});
	}
}

/* ---- code ---- */

/* On disk too: who is told may look there. */
static void on_code_kept(void *ctx)
{
	struct request *r = ctx;

	answer(r, &(struct answer){0});
	requests_note_code(r->all);
	request_end(r);
}

static void on_reloaded(void *ctx, const struct err *failed)
{
	struct request *r = ctx;

	if (failed)
		refuse(r, failed);
	else
		writer_after(engine_writer(r->all->setup.engine), on_code_kept, r);
}

void requests_reload(struct requests *all, sv location, const struct asker *by)
{
	locations_renew(all->setup.session,
			&(struct locations_request){.recompile = true, .only = location},
			on_reloaded, request_new(all, by));
}

/* ---- what is only recorded ---- */

static void on_recorded(void *ctx)
{
	struct request *r = ctx;
	struct requests_setup *setup = &r->all->setup;

	answer(r, &(struct answer){.ids = &r->ids});
	for (size_t i = 0; i < r->assets.n && setup->on_report; i++)
		setup->on_report(setup->ctx, r->assets.at[i]);
	request_end(r);
}

static void note_assets(struct request *r, const struct value *events)
{
	struct err ignored;
	sv key;

	for (size_t i = 0; i < events->n; i++) {
		sv typed = value_text(&events->items[i], "asset");

		if (typed.p && asset_key_parse(r->arena, typed, &key, &ignored))
			*LIST_ADD(r->arena, &r->assets) = own(r, key);
	}
}

void requests_report(struct requests *all, const struct value *events, const struct asker *by)
{
	struct request *r = request_new(all, by);
	struct writer *w = engine_writer(all->setup.engine);
	struct report_request what = {.events = events, .now = clock_now(), .new_id = ids_new};
	struct err e;

	if (!report_check(events, &e)) {
		refuse(r, &e);
		return;
	}
	note_assets(r, events);
	WRITE(w, report_append(writer_store(w), r->arena, &what, &r->ids, &e), &e);
	writer_after(w, on_recorded, r);
}

static void on_pool_set(void *ctx)
{
	struct request *r = ctx;
	struct requests_setup *setup = &r->all->setup;

	answer(r, &(struct answer){0});
	if (setup->on_limits)
		setup->on_limits(setup->ctx);
	request_end(r);
}

void requests_pool(struct requests *all, sv name, int64_t slots, const struct asker *by)
{
	struct request *r = request_new(all, by);
	struct writer *w = engine_writer(all->setup.engine);
	struct pool_row row = {.name = name, .slots = slots};
	struct err e;

	if (!name.n) {
		err_set(&e, ERR_INVALID, "the name of the pool is missing");
		refuse(r, &e);
		return;
	}
	WRITE(w, store_put_pool(writer_store(w), &row, &e), &e);
	writer_after(w, on_pool_set, r);
}

/* ---- life ---- */

struct requests *requests_new(const struct requests_setup *setup)
{
	struct requests *all = heap_alloc(sizeof(*all));

	*all = (struct requests){.setup = *setup, .seen = setup->session->code};
	return all;
}

void requests_free(struct requests *all)
{
	struct err e;

	if (!all)
		return;
	err_set(&e, ERR_UNAVAILABLE, "the plait that was to do this has ended");
	while (all->first)
		refuse(all->first, &e);
	free(all);
}
