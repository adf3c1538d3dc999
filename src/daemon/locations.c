/* locations.c -- one pass over the ledger, one round of compiling side by side, one transaction for what came of it. */
#include "daemon/locations.h"

#include "code/fingerprint.h"
#include "codec/json.h"
#include "sys/clock.h"

struct load {
	struct session *session;
	const struct session_request *request;
	size_t compiling;
	bool failed; /* the ledger: error says why */
	struct err error;
};

struct one { /* a location being compiled */
	struct load *load;
	struct location_state *state;
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
static void take_stored_manifest(struct session *s, const struct location_row *row,
				 struct location_state *state)
{
	struct manifest *manifest;
	struct err e;
	sv text;

	if (!row->manifest_id.p ||
	    !store_get_manifest(s->store, s->arena, row->manifest_id, &text, &e) ||
	    !manifest_read(s->arena, text, &manifest, &e))
		return;
	state->manifest = manifest;
	state->loaded_at = row->loaded_at;
}

static bool keep(struct session *s, const struct location_row *row, sv manifest_text, struct err *e)
{
	if (!s->owner)
		return true;
	if (manifest_text.p && !store_put_manifest(s->store, row->manifest_id, row->name,
						   manifest_text, row->tried_at, e))
		return false;
	return store_put_location(s->store, row, e);
}

/* Takes over what a compile gave; the ledger keeps it.  Fails only when that does. */
static bool take_result(struct session *s, struct location_state *state,
			const struct compiled *result, struct err *e)
{
	struct location_row row = {.name = state->code->name, .tried_at = clock_now()};
	struct fingerprint_watch watch = {.outside = result->outside};
	struct manifest *manifest = NULL;
	struct err why;

	state->compiled_now = true;
	state->compile_time = result->duration;
	state->error = result->error;
	if (result->manifest.p && !manifest_read(s->arena, result->manifest, &manifest, &why))
		state->error = manifest_error(s->arena, &why);
	if (manifest) {
		state->manifest = manifest;
		state->loaded_at = row.tried_at;
		watch.environment = manifest->environment_variables;
	}
	settle_health(state);
	row.manifest_id = state->manifest ? state->manifest->id : (sv){NULL, 0};
	row.loaded_at = state->loaded_at;
	row.error = state->error;
	row.watch = write_watch(s->arena, &watch);
	row.fingerprint = state->fingerprint = fingerprint_make(s->arena, state->code, s->sdk,
								&watch);
	return keep(s, &row, manifest ? result->manifest : (sv){NULL, 0}, e);
}

static void on_compiled(void *ctx, const struct compiled *result)
{
	struct one *one = ctx;
	struct load *load = one->load;
	const struct session_listener *listener = &load->request->listener;

	if (!load->failed && !take_result(load->session, one->state, result, &load->error))
		load->failed = true;
	if (listener->on_compile_end)
		listener->on_compile_end(listener->ctx, one->state);
	if (--load->compiling == 0)
		loop_stop(load->session->loop);
}

static bool wants_compile(const struct session_request *request, const struct location_state *state,
			  const struct location_row *row)
{
	bool meant = !request->only.p || sv_eq(request->only, state->code->name);

	if (request->stored)
		return false;
	if (request->recompile && meant)
		return true;
	return !row->fingerprint.p || !sv_eq(row->fingerprint, state->fingerprint) ||
	       (!state->manifest && !row->error.p);
}

/* What is known without running anything; says whether that is enough. */
static bool prepare(struct load *load, struct location_state *state, bool *ret_compile,
		    struct err *e)
{
	struct session *s = load->session;
	struct fingerprint_watch watch;
	struct location_row row = {0};

	*ret_compile = false;
	if (s->store && !store_get_location(s->store, s->arena, state->code->name, &row, e) &&
	    e->kind != ERR_NOT_FOUND)
		return false;
	take_stored_manifest(s, &row, state);
	if (state->code->problem.p) {
		state->error = problem_error(s->arena, state->code);
	} else {
		read_watch(s->arena, row.watch, &watch);
		state->fingerprint = fingerprint_make(s->arena, state->code, s->sdk, &watch);
		state->error = row.error;
		*ret_compile = wants_compile(load->request, state, &row);
	}
	settle_health(state);
	return true;
}

static void compile(struct load *load, struct location_state *state)
{
	const struct session_listener *listener = &load->request->listener;
	struct one *one = NEW(load->session->arena, struct one, 1);

	*one = (struct one){.load = load, .state = state};
	load->compiling++;
	if (listener->on_compile_start)
		listener->on_compile_start(listener->ctx, state->code);
	host_pool_compile(load->session->hosts, state->code, on_compiled, one);
}

static void join(struct session *s)
{
	struct location_code *codes = NEW(s->arena, struct location_code, s->locations_count + 1);
	size_t n = 0;

	for (size_t i = 0; i < s->locations_count; i++)
		if (s->locations[i].manifest)
			codes[n++] = (struct location_code){
				.name = s->locations[i].code->name,
				.manifest = s->locations[i].manifest,
				.stale = s->locations[i].health == LOCATION_STALE,
			};
	s->graph = asset_graph_new(s->arena, codes, n);
	s->findings = workspace_check(s->arena, s->graph);
}

bool locations_load(struct session *s, const struct session_request *request, struct err *e)
{
	struct load load = {.session = s, .request = request, .compiling = 1};
	bool *todo = NEW(s->arena, bool, s->workspace->n + 1);

	s->locations_count = s->workspace->n;
	s->locations = NEW(s->arena, struct location_state, s->locations_count + 1);
	for (size_t i = 0; i < s->locations_count; i++) {
		s->locations[i].code = &s->workspace->at[i];
		if (!prepare(&load, &s->locations[i], &todo[i], e))
			return false;
	}
	if (s->owner && !store_begin(s->store, e))
		return false;
	for (size_t i = 0; i < s->locations_count; i++)
		if (todo[i])
			compile(&load, &s->locations[i]);
	if (--load.compiling > 0)
		loop_run(s->loop);
	if (load.failed) {
		store_rollback(s->store);
		*e = load.error;
		return false;
	}
	if (s->owner && !store_commit(s->store, e))
		return false;
	join(s);
	return true;
}
