/* owner.c -- wiring: what the engine wants to know of code and plans comes from the session. */
#include "daemon/owner.h"

#include "code/settings_file.h"
#include "daemon/hearing.h"
#include "daemon/locations.h"
#include "daemon/run_request.h"
#include "daemon/settings_watch.h"
#include "exec/local.h"
#include "sys/process.h"

/* More short steps than end while the disk takes one commit: they share the next, and it is never waited for with nothing to
 * do. */
enum { KEPT_BEYOND = 30 };

/* Hosts that start before anybody asks: as many at a time as there are processors, for each takes one, and whoever asks for
 * something meanwhile waits for its start. */
struct warming { /* in the session's arena: hosts end after the owner */
	struct session *session;
	size_t next, busy;
	bool choosing, over;
};

struct owner {
	struct owner_request request;
	struct session *session;
	struct executor *executor;
	struct engine *engine;
	struct requests *requests;
	struct hearing *hearing; /* NULL until somebody wants to hear of all runs */
	struct warming *warming; /* NULL until it is wanted */
	struct arena *arena;     /* of the settings */
	struct settings settings;
	struct settings_watch *watch; /* of a server */
};

static bool find_code(void *ctx, sv name, struct engine_code *ret, struct err *e)
{
	struct owner *o = ctx;
	const struct location_state *state = session_location(o->session, name);

	if (!state) {
		err_set(e, ERR_NOT_FOUND, "there is no code location '" SV_FMT "' any more",
			SV_ARG(name));
		return err_hint(e, "plait location list names those of this workspace");
	}
	*ret = (struct engine_code){
		.location = state->code,
		.manifest = state->manifest,
		.error = state->error,
		.most_steps = state->code->max_concurrent_steps,
	};
	return true;
}

static const struct code_location *location_named(void *ctx, sv name)
{
	struct owner *o = ctx;
	const struct location_state *state = session_location(o->session, name);

	return state ? state->code : NULL;
}

static bool replan(void *ctx, const struct engine_rerun *what, struct engine_submission *ret,
		   struct err *e)
{
	struct owner *o = ctx;

	return run_request_rerun(o->session, what, ret, e);
}

static void tell_code(struct owner *o)
{
	engine_code_changed(o->engine);
	if (o->request.on_code)
		o->request.on_code(o->request.ctx);
}

static void on_renewed(void *ctx, const struct err *failed)
{
	struct owner *o = ctx;

	if (!failed)
		tell_code(o);
}

static void on_code_changed(void *ctx, sv location)
{
	struct owner *o = ctx;

	locations_doubt(o->session, location);
	locations_renew(o->session, &(struct locations_request){0}, on_renewed, o);
}

static void on_idle(void *ctx)
{
	struct owner *o = ctx;

	if (o->request.on_idle)
		o->request.on_idle(o->request.ctx);
}

static void on_failed(void *ctx, const struct err *why)
{
	struct owner *o = ctx;

	if (o->request.on_failed)
		o->request.on_failed(o->request.ctx, why);
}

static void on_run(void *ctx, sv run)
{
	struct owner *o = ctx;

	if (o->hearing)
		hearing_note_run(o->hearing, run);
	if (o->request.on_run)
		o->request.on_run(o->request.ctx, run);
}

static void on_report(void *ctx, sv asset)
{
	struct owner *o = ctx;

	if (o->request.on_report)
		o->request.on_report(o->request.ctx, asset);
}

static struct settings_request where_settings_are(const struct owner *o)
{
	const struct workspace_request *where = &o->session->workspace_request;

	return (struct settings_request){
		.workspace_root = o->session->workspace->root,
		.cwd = where->cwd,
		.getenv = where->getenv,
	};
}

static bool read_settings(struct owner *o, struct err *e)
{
	struct settings_request request = where_settings_are(o);
	struct arena *a = arena_new();
	struct settings now;

	if (!settings_load(a, &request, &now, e)) {
		arena_free(a);
		return false;
	}
	o->settings = now;
	o->arena = a;
	return true;
}

/* The engine has done with the old ones before they go. */
static bool renew_settings(struct owner *o, struct err *e)
{
	struct arena *old = o->arena;

	if (!read_settings(o, e))
		return false;
	engine_limits_changed(o->engine, &o->settings);
	arena_free(old);
	return true;
}

/* dagster.yaml may have changed with the code; one that cannot be read just now changes nothing. */
static void on_limits(void *ctx)
{
	struct owner *o = ctx;
	struct err e;

	if (!renew_settings(o, &e))
		engine_limits_changed(o->engine, NULL);
}

static void on_trouble(void *ctx, const struct err *why)
{
	struct owner *o = ctx;

	if (o->request.on_trouble)
		o->request.on_trouble(o->request.ctx, why);
}

/* Whoever saves it hears what is wrong in it; the old limits count on. */
static void on_settings(void *ctx)
{
	struct owner *o = ctx;
	struct err e;

	if (!renew_settings(o, &e))
		on_trouble(o, &e);
}

static void watch_settings(struct owner *o)
{
	o->watch = settings_watch_new(&(struct settings_watch_request){
		.loop = o->session->loop,
		.where = where_settings_are(o),
		.on_changed = on_settings,
		.on_trouble = on_trouble,
		.ctx = o,
	});
}

static void on_reload(void *ctx)
{
	struct owner *o = ctx;

	on_limits(o);
	tell_code(o);
}

static struct executor *make_executor(struct owner *o)
{
	return local_executor_new(&(struct local_request){
		.loop = o->session->loop,
		.hosts = o->session->hosts,
		.state = o->session->state,
		.location_named = location_named,
		.ctx = o,
	});
}

static struct engine *make_engine(struct owner *o)
{
	return engine_new(&(struct engine_request){
		.loop = o->session->loop,
		.store = o->session->store,
		.executor = o->executor,
		.settings = &o->settings,
		.state = o->session->state,
		.processors = process_processors(),
		.kept_beyond = KEPT_BEYOND,
		.find_code = find_code,
		.replan = replan,
		.on_code_changed = on_code_changed,
		.on_idle = on_idle,
		.on_failed = on_failed,
		.ctx = o,
	});
}

static struct requests *make_requests(struct owner *o)
{
	return requests_new(&(struct requests_setup){
		.session = o->session,
		.engine = o->engine,
		.on_run = on_run,
		.on_reload = on_reload,
		.on_limits = on_limits,
		.on_report = on_report,
		.ctx = o,
	});
}

bool owner_open(const struct owner_request *request, struct owner **ret, struct err *e)
{
	struct owner *o = heap_alloc(sizeof(*o));

	*o = (struct owner){.request = *request, .session = request->session};
	if (!read_settings(o, e)) {
		owner_close(o);
		return false;
	}
	o->executor = make_executor(o);
	o->engine = make_engine(o);
	o->session->writer = engine_writer(o->engine);
	if (!engine_take_over(o->engine, request->on_told, request->ctx, e)) {
		owner_close(o);
		return false;
	}
	local_executor_tidy(o->executor);
	o->requests = make_requests(o);
	if (request->serves)
		watch_settings(o);
	*ret = o;
	return true;
}

void owner_close(struct owner *o)
{
	if (!o)
		return;
	settings_watch_free(o->watch);
	if (o->warming)
		o->warming->over = true;
	hearing_free(o->hearing);
	engine_free(o->engine);
	executor_close(o->executor);
	o->session->writer = NULL;
	requests_free(o->requests);
	arena_free(o->arena);
	free(o);
}

struct engine *owner_engine(struct owner *o)
{
	return o->engine;
}

struct requests *owner_requests(struct owner *o)
{
	return o->requests;
}

void owner_hear(struct owner *o, const struct owner_hears *hears)
{
	o->hearing = hearing_new(&(struct hearing_request){.engine = o->engine,
							   .store = o->session->store,
							   .on_event = hears->on_event,
							   .on_end = hears->on_end,
							   .ctx = hears->ctx});
}

static void warm_some(struct warming *w);

static void on_warm(void *ctx, const struct compiled *result)
{
	struct warming *w = ctx;

	w->busy--;
	warm_some(w);
}

static void warm_some(struct warming *w)
{
	if (w->choosing || w->over)
		return;
	w->choosing = true; /* a host that is there already answers from within the call */
	while (w->busy < process_processors() && w->next < w->session->code->locations_count) {
		const struct location_state *l = &w->session->code->locations[w->next++];

		if (l->health != LOCATION_OK)
			continue;
		w->busy++;
		host_pool_compile(w->session->hosts, l->code, on_warm, w);
	}
	w->choosing = false;
}

void owner_warm(struct owner *o)
{
	if (!o->warming)
		o->warming = NEW(o->session->arena, struct warming, 1);
	*o->warming = (struct warming){.session = o->session, .busy = o->warming->busy};
	warm_some(o->warming);
}

void owner_look_again(struct owner *o)
{
	on_limits(o);
	requests_note_code(o->requests);
}
