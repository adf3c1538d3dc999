/* locations.c -- one view: one pass over the ledger, one round of compiling side by side, one transaction for what came of
 * it.  Views are made one after the other; who asks meanwhile looks again when that one is there. */
#include "daemon/locations.h"

#include "base/digest.h"
#include "codec/json.h"
#include "engine/writer.h"
#include "sys/clock.h"

struct wait { /* somebody who wants the newest code */
	struct wait *next;
	struct locations_request what; /* `only` is the wait's own */
	void (*fn)(void *ctx, const struct err *failed);
	void *ctx;
};

struct kept_row { /* for the ledger */
	struct location_row row;
	sv manifest; /* text; p NULL: none new */
};

struct code_loading {
	struct session *session;
	struct wait *first, **last;
	struct code_view *view; /* being made; NULL when nothing is */
	uint64_t sdk;           /* its fingerprint when that began */
	LIST(struct kept_row) rows;
	struct arena *texts; /* of manifests, until they are in the ledger */
	size_t compiling;
	bool stopped;
};

struct one { /* a location being compiled */
	struct code_loading *loading;
	struct location_state *state;
	sv before; /* its fingerprint by the old watch when compiling began */
};

static struct sv_list read_texts(struct arena *a, const struct value *list)
{
	struct sv_list texts = {0};

	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].type == VALUE_TEXT)
			*LIST_ADD(a, &texts) = list->items[i].text;
	return texts;
}

static void read_watch(struct arena *a, sv text, struct fingerprint_watch *ret)
{
	const struct value *watch;
	struct err e;

	*ret = (struct fingerprint_watch){0};
	if (!text.p || !json_read(a, text, &watch, &e))
		return; /* nothing is known beyond the project: the fingerprint will differ and the code is compiled */
	ret->outside = read_texts(a, value_list(watch, "outside"));
	ret->environment = read_texts(a, value_list(watch, "environment"));
}

static sv write_watch(struct arena *a, const struct fingerprint_watch *watch)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_texts(&j, "outside", &watch->outside);
	json_member_texts(&j, "environment", &watch->environment);
	return json_finish(a, &j);
}

/* A location that cannot even be tried, as the same error object a failed compile gives. */
static sv problem_error(struct arena *a, const struct code_location *location)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "kind", SV("config"));
	json_member_text(&j, "message", location->problem);
	json_member_text(&j, "file", location->declared.file);
	json_member_int(&j, "line", location->declared.line);
	json_member_text(&j, "hint", location->problem_hint);
	return json_finish(a, &j);
}

/* A manifest that its host wrote and that we refuse. */
static sv manifest_error(struct arena *a, const struct err *why)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "kind", SV("definition"));
	json_member_text(&j, "message", sv_of(why->text));
	json_member_text(&j, "hint", why->hint[0] ? sv_of(why->hint) : (sv){NULL, 0});
	return json_finish(a, &j);
}

static void settle_health(struct location_state *state)
{
	state->health = !state->error.p   ? LOCATION_OK
			: state->manifest ? LOCATION_STALE
					  : LOCATION_BROKEN;
}

/* The manifest that the ledger has, if it can still be read: one of an older format is compiled again. */
static void take_stored_manifest(struct session *s, struct arena *a, const struct location_row *row,
				 struct location_state *state)
{
	AUTO_ARENA scratch = arena_new();
	struct manifest *manifest;
	struct err e;
	sv text;

	if (!row->manifest_id.p ||
	    !store_get_manifest(s->store, scratch, row->manifest_id, &text, &e) ||
	    !manifest_read(a, row->manifest_id, text, &manifest, &e))
		return;
	state->manifest = manifest;
	state->loaded_at = row->loaded_at;
}

/* ---- what a compile gave ---- */

static struct fingerprint_watch own_watch(struct arena *a, const struct compiled *result,
					  const struct manifest *manifest)
{
	struct fingerprint_watch watch = {0};

	for (size_t i = 0; i < result->outside.n; i++)
		*LIST_ADD(a, &watch.outside) = arena_sv(a, result->outside.at[i]);
	if (manifest)
		watch.environment = manifest->environment_variables;
	return watch;
}

/* Files that changed while they were being imported: nobody knows which half was. */
static bool changed_meanwhile(const struct one *one)
{
	AUTO_ARENA a = arena_new();

	return !sv_eq(one->before, fingerprint_make(a, one->state->code,
						    fingerprint_sdk(one->loading->session->sdk),
						    &one->state->watch));
}

static void take_result(struct one *one, const struct compiled *result)
{
	struct code_loading *l = one->loading;
	struct arena *a = l->view->arena;
	struct location_state *state = one->state;
	bool torn = changed_meanwhile(one);
	time_us now = clock_now();
	struct manifest *manifest = NULL;
	sv text = {0};
	struct err why;

	state->compiled_now = true;
	state->compile_time = result->duration;
	state->error = result->error.p ? arena_sv(a, result->error) : (sv){NULL, 0};
	if (result->manifest.p) {
		text = arena_sv(l->texts, result->manifest);
		if (!manifest_read(a, result->manifest_id, text, &manifest, &why))
			state->error = manifest_error(a, &why);
	}
	if (manifest) {
		state->manifest = manifest;
		state->loaded_at = now;
	}
	settle_health(state);
	state->watch = own_watch(a, result, manifest);
	state->fingerprint = torn ? SV("")
				  : fingerprint_make(a, state->code, l->sdk, &state->watch);
	*LIST_ADD(a, &l->rows) = (struct kept_row){
		.row = {.name = state->code->name,
			.manifest_id = state->manifest ? state->manifest->id : (sv){NULL, 0},
			.fingerprint = state->fingerprint,
			.error = state->error,
			.loaded_at = state->loaded_at,
			.tried_at = now,
			.watch = write_watch(a, &state->watch)},
		.manifest = manifest ? text : (sv){NULL, 0},
	};
}

/* ---- into the ledger ---- */

static bool put_rows(struct store *store, const struct kept_row *rows, size_t count, struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		const struct location_row *row = &rows[i].row;

		if (rows[i].manifest.p && !store_put_manifest(store, row->manifest_id, row->name,
							      rows[i].manifest, row->tried_at, e))
			return false;
		if (!store_put_location(store, row, e))
			return false;
	}
	return true;
}

static bool keep(struct session *s, const struct kept_row *rows, size_t count, struct err *e)
{
	if (!s->owner || count == 0)
		return true;
	if (s->writer) {
		WRITE(s->writer, put_rows(writer_store(s->writer), rows, count, e), e);
		return true; /* a failure is the engine's to tell */
	}
	if (!store_begin(s->store, e))
		return false;
	if (put_rows(s->store, rows, count, e) && store_commit(s->store, e))
		return true;
	store_rollback(s->store);
	return false;
}

/* ---- views ---- */

struct code_view *code_view_keep(struct code_view *v)
{
	v->references++;
	return v;
}

void code_view_release(void *view)
{
	struct code_view *v = view;

	if (v && --v->references == 0)
		arena_free(v->arena);
}

static struct code_view *view_new(const struct workspace *w)
{
	struct arena *a = arena_new();
	struct code_view *v = NEW(a, struct code_view, 1);

	*v = (struct code_view){.arena = a, .references = 1, .locations_count = w->n};
	v->locations = NEW(a, struct location_state, w->n + 1);
	for (size_t i = 0; i < w->n; i++)
		v->locations[i].code = &w->at[i];
	return v;
}

static void join(struct code_view *v)
{
	struct location_code *codes = NEW(v->arena, struct location_code, v->locations_count + 1);
	size_t n = 0;

	for (size_t i = 0; i < v->locations_count; i++)
		if (v->locations[i].manifest)
			codes[n++] = (struct location_code){
				.name = v->locations[i].code->name,
				.manifest = v->locations[i].manifest,
				.stale = v->locations[i].health == LOCATION_STALE,
			};
	v->graph = asset_graph_new(v->arena, codes, n);
	v->findings = workspace_check(v->arena, v->graph);
}

static bool wants_compile(const struct locations_request *what, const struct location_state *state,
			  const struct location_row *row)
{
	bool meant = !what->only.p || sv_eq(what->only, state->code->name);

	if (what->stored)
		return false;
	if (what->recompile && meant)
		return true;
	return !row->fingerprint.p || !sv_eq(row->fingerprint, state->fingerprint) ||
	       (!state->manifest && !row->error.p);
}

/* What is known without running anything; says whether that is enough. */
static bool prepare(struct code_loading *l, struct location_state *state, bool *ret_compile,
		    struct err *e)
{
	struct session *s = l->session;
	struct arena *a = l->view->arena;
	struct location_row row = {0};

	*ret_compile = false;
	if (s->store && !store_get_location(s->store, a, state->code->name, &row, e) &&
	    e->kind != ERR_NOT_FOUND)
		return false;
	take_stored_manifest(s, a, &row, state);
	if (state->code->problem.p) {
		state->error = problem_error(a, state->code);
	} else {
		read_watch(a, row.watch, &state->watch);
		state->fingerprint = fingerprint_make(a, state->code, l->sdk, &state->watch);
		state->error = row.error;
		*ret_compile = wants_compile(&l->first->what, state, &row);
	}
	settle_health(state);
	return true;
}

static bool same_text(sv a, sv b)
{
	return sv_eq(a, b) && (a.p == NULL) == (b.p == NULL);
}

/* ---- one view after the other ---- */

static void serve_next(struct code_loading *l);

/* Tells who asked for the view that is done, or has failed. */
static void tell_first(struct code_loading *l, const struct err *failed)
{
	struct wait *done = l->first;

	l->first = done->next;
	if (!l->first)
		l->last = &l->first;
	done->fn(done->ctx, failed);
	free(done);
}

static void finish(struct code_loading *l)
{
	struct session *s = l->session;
	struct code_view *view = l->view;
	struct err e;
	bool kept = keep(s, l->rows.at, l->rows.n, &e);

	arena_reset(l->texts);
	l->view = NULL;
	if (!kept) {
		code_view_release(view);
		tell_first(l, &e);
		return;
	}
	join(view);
	code_view_release(s->code);
	s->code = view;
	tell_first(l, NULL);
}

static void on_compiled(void *ctx, const struct compiled *result)
{
	struct one *one = ctx;
	struct code_loading *l = one->loading;
	const struct session_listener *heard = &l->session->heard;

	if (l->stopped)
		return;
	take_result(one, result);
	if (heard->on_compile_end)
		heard->on_compile_end(heard->ctx, one->state);
	if (--l->compiling > 0)
		return;
	finish(l);
	serve_next(l);
}

static void compile(struct code_loading *l, struct location_state *state)
{
	struct session *s = l->session;
	struct one *one = NEW(l->view->arena, struct one, 1);

	*one = (struct one){.loading = l, .state = state, .before = state->fingerprint};
	l->compiling++;
	if (s->heard.on_compile_start)
		s->heard.on_compile_start(s->heard.ctx, state->code);
	if (s->code)
		host_pool_renew(s->hosts, state->code);
	host_pool_compile(s->hosts, state->code, on_compiled, one);
}

/* False: done already, well or not. */
static bool begin(struct code_loading *l)
{
	struct session *s = l->session;
	struct err e;
	bool *todo;

	l->view = view_new(s->workspace);
	l->sdk = fingerprint_sdk(s->sdk);
	todo = NEW(l->view->arena, bool, s->workspace->n + 1);
	l->rows.n = l->rows.cap = 0;
	l->rows.at = NULL;
	for (size_t i = 0; i < l->view->locations_count; i++)
		if (!prepare(l, &l->view->locations[i], &todo[i], &e)) {
			code_view_release(l->view);
			l->view = NULL;
			tell_first(l, &e);
			return false;
		}
	l->compiling = 1;
	for (size_t i = 0; i < l->view->locations_count; i++)
		if (todo[i])
			compile(l, &l->view->locations[i]);
	if (--l->compiling > 0)
		return true;
	finish(l);
	return false;
}

/* ---- has anything changed ---- */

static uint64_t digest_texts(uint64_t so_far, const sv *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		so_far = digest_fast_more(digest_fast_more(so_far, texts[i]), SV("\n"));
	return so_far;
}

static uint64_t workspace_digest(const struct workspace *w)
{
	uint64_t sum = digest_fast(w->file);

	for (size_t i = 0; i < w->n; i++) {
		const struct code_location *l = &w->at[i];
		const sv texts[] = {l->name,
				    sv_of(code_loader_word(l->loader)),
				    l->target,
				    l->attribute,
				    l->working_directory,
				    l->project_root,
				    l->interpreter,
				    l->definitions,
				    l->problem};

		sum = digest_texts(sum, texts, COUNT_OF(texts));
		sum = digest_texts(sum, l->import_paths.at, l->import_paths.n);
		for (size_t n = 0; n < l->env.n; n++)
			sum = digest_texts(sum, (const sv[]){l->env.at[n].name, l->env.at[n].value},
					   2);
	}
	return sum;
}

/* A workspace that cannot be read just now (somebody edits it) is as good as unchanged. */
static bool workspace_changed(struct session *s)
{
	AUTO_ARENA a = arena_new();
	struct workspace *now;
	struct err e;

	if (!s->workspace_digest) { /* the one that the session was opened with */
		s->workspace_digest = workspace_digest(s->workspace);
		return false;
	}
	if (!workspace_load(a, &s->workspace_request, &now, &e) ||
	    workspace_digest(now) == s->workspace_digest)
		return false;
	/* Again, to stay: hosts and older views point at what was there, so that stays too. */
	if (!workspace_load(s->arena, &s->workspace_request, &now, &e))
		return false;
	s->workspace = now;
	s->workspace_digest = workspace_digest(now);
	return true;
}

static bool code_changed(const struct session *s)
{
	AUTO_ARENA a = arena_new();
	uint64_t sdk = fingerprint_sdk(s->sdk);

	for (size_t i = 0; i < s->code->locations_count; i++) {
		const struct location_state *state = &s->code->locations[i];

		if (!state->code->problem.p &&
		    !same_text(state->fingerprint,
			       fingerprint_make(a, state->code, sdk, &state->watch)))
			return true;
	}
	return false;
}

static bool up_to_date(struct session *s, const struct locations_request *what)
{
	bool moved = workspace_changed(s);

	return s->code && !moved && !what->recompile && (what->stored || !code_changed(s));
}

static void serve_next(struct code_loading *l)
{
	while (l->first && !l->view) {
		if (up_to_date(l->session, &l->first->what))
			tell_first(l, NULL);
		else if (begin(l))
			return;
	}
}

void locations_renew(struct session *s, const struct locations_request *what,
		     void (*fn)(void *ctx, const struct err *failed), void *ctx)
{
	struct wait *wait = heap_alloc(sizeof(*wait));
	struct code_loading *l = s->loading;

	if (!l) {
		l = s->loading = NEW(s->arena, struct code_loading, 1);
		*l = (struct code_loading){.session = s, .last = &l->first, .texts = arena_new()};
	}
	*wait = (struct wait){.what = *what, .fn = fn, .ctx = ctx};
	wait->what.only = what->only.p ? arena_sv(s->arena, what->only) : what->only;
	*l->last = wait;
	l->last = &wait->next;
	if (!l->view)
		serve_next(l);
}

/* ---- for who waits ---- */

struct waiter {
	struct session *session;
	struct err *e;
	bool waiting, done, good;
};

static void on_loaded(void *ctx, const struct err *failed)
{
	struct waiter *w = ctx;

	w->done = true;
	w->good = !failed;
	if (failed)
		*w->e = *failed;
	if (w->waiting)
		loop_stop(w->session->loop);
}

bool locations_load(struct session *s, const struct locations_request *what, struct err *e)
{
	struct waiter w = {.session = s, .e = e};

	locations_renew(s, what, on_loaded, &w);
	w.waiting = true;
	while (!w.done)
		loop_run(s->loop);
	return w.good;
}

static void doubt_row(struct session *s, sv name)
{
	AUTO_ARENA a = arena_new();
	struct kept_row kept = {0};
	struct err e;

	if (!store_get_location(s->store, a, name, &kept.row, &e))
		return; /* never recorded: nothing to doubt */
	kept.row.fingerprint = SV("");
	if (!keep(s, &kept, 1, &e))
		return; /* compiled now all the same, for this process knows */
}

void locations_doubt(struct session *s, sv name)
{
	for (size_t i = 0; s->code && i < s->code->locations_count; i++)
		if (sv_eq(s->code->locations[i].code->name, name))
			s->code->locations[i].fingerprint = SV("");
	if (s->owner)
		doubt_row(s, name);
}

void locations_stop(struct session *s)
{
	struct code_loading *l = s->loading;

	if (!l)
		return;
	l->stopped = true;
	while (l->first) {
		struct wait *next = l->first->next;

		free(l->first);
		l->first = next;
	}
}

void locations_free(struct session *s)
{
	if (s->loading) {
		code_view_release(s->loading->view);
		arena_free(s->loading->texts);
	}
	code_view_release(s->code);
	s->code = NULL;
}
