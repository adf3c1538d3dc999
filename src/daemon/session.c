/* session.c -- opening a session in its order: workspace, state directory, ownership, ledger, views, locations. */
#include "daemon/session.h"

#include "base/time.h"
#include "daemon/locations.h"
#include "engine/views.h"
#include "model/asset_key.h"
#include "plan/run_plan.h"
#include "sys/fd.h"
#include "sys/file.h"
#include "sys/lock.h"
#include "sys/path.h"
#include "sys/stream.h"

#define LOOK_AGAIN (TIME_SECOND / 50)

static bool find_workspace(struct session *s, const struct session_request *request, struct err *e)
{
	s->workspace_request = (struct workspace_request){
		.file = request->workspace_file.p ? arena_sv(s->arena, request->workspace_file)
						  : request->workspace_file,
		.code = request->code,
		.cwd = arena_sv(s->arena, request->cwd),
		.getenv = request->getenv,
	};
	return workspace_load(s->arena, &s->workspace_request, &s->workspace, e);
}

/* The state directory hides itself from git. */
static bool make_state(struct session *s, const struct session_request *request, struct err *e)
{
	sv ignore;

	s->state = request->home.p ? path_resolve(s->arena, request->cwd, request->home)
				   : path_join(s->arena, s->workspace->root, SV(".plait"));
	ignore = path_join(s->arena, s->state, SV(".gitignore"));
	if (!folder_make(s->state, e))
		return err_hint(
			e, "plait keeps its state there; PLAIT_HOME=FOLDER chooses another place");
	return file_exists(ignore) || file_replace_fast(ignore, SV("*\n"), e);
}

static void on_caller(void *ctx, struct stream *caller)
{
	struct session *s = ctx;

	if (s->on_caller)
		s->on_caller(s->on_caller_ctx, caller);
	else
		*LIST_ADD(s->arena, &s->callers) = caller;
}

void session_take_callers(struct session *s, void (*fn)(void *ctx, struct stream *s), void *ctx)
{
	s->on_caller = fn;
	s->on_caller_ctx = ctx;
	while (s->on_caller && s->callers.n) {
		struct stream *first = s->callers.at[0];

		s->callers.n--;
		memmove(s->callers.at, s->callers.at + 1, s->callers.n * sizeof(*s->callers.at));
		s->on_caller(s->on_caller_ctx, first);
	}
}

void session_stop_listening(struct session *s)
{
	stream_listener_close(s->listener);
	s->listener = NULL;
	while (s->callers.n)
		stream_close(s->callers.at[--s->callers.n]);
}

sv session_unreached(struct arena *a, const struct err *why)
{
	return arena_fmt(a, "other commands cannot reach this one, and wait until it has ended: %s",
			 why->text);
}

sv session_socket(const struct session *s, struct arena *a)
{
	return path_join(a, s->state, SV("owner.sock"));
}

static bool runs_things(const struct session_request *request)
{
	return request->aim == SESSION_RUN || request->aim == SESSION_SERVE;
}

static void on_waited(void *ctx)
{
	loop_stop(ctx);
}

static void wait_a_little(struct session *s)
{
	struct timer *timer = timer_start(s->loop, LOOK_AGAIN, on_waited, s->loop);

	loop_run(s->loop);
	timer_close(timer);
}

static bool is_server(const struct session *s)
{
	return strstr(s->owner_in_charge.p, "plait serve (") ||
	       strstr(s->owner_in_charge.p, "plait dev (");
}

/* Asked, where it takes requests and we do not want its place. */
static bool reach_owner(struct session *s, const struct session_request *request, sv socket)
{
	struct err ignored;

	if (request->aim == SESSION_SERVE && !is_server(s))
		return false;
	s->owner_answers = stream_connect(s->loop, socket, &s->owner_stream, &ignored);
	return s->owner_answers;
}

/* Somebody else owns the state: ask that one, only read, or wait until a short command is done.  One that has just begun may
 * take requests in a moment, so both are tried in turn. */
static bool find_owner(struct session *s, const struct session_request *request, sv lock, sv socket,
		       struct err *e)
{
	bool told = false;

	s->owner_in_charge = arena_sv(s->arena, sv_of(e->text));
	if (request->aim == SESSION_CODE || request->aim == SESSION_LOOK)
		return true;
	while (!reach_owner(s, request, socket)) {
		if (!told && s->heard.on_waiting && !is_server(s))
			s->heard.on_waiting(s->heard.ctx, s->owner_in_charge);
		told = true;
		wait_a_little(s);
		s->owner = lock_take(lock, request->who, &s->lock, e);
		if (s->owner)
			s->owner_in_charge = (sv){NULL, 0};
		if (s->owner || e->kind != ERR_CONFLICT)
			return s->owner;
		s->owner_in_charge = arena_sv(s->arena, sv_of(e->text));
	}
	if (request->aim != SESSION_SERVE)
		return true;
	return err_hint(e,
			"commands reach it as they would reach this one; end it first to take its "
			"place");
}

/* A server is there to be reached; a command has its own run to do. */
static bool listen_to_others(struct session *s, const struct session_request *request, sv socket,
			     struct err *e)
{
	struct stream_listener_request listening = {
		.loop = s->loop, .address = {.path = socket}, .on_stream = on_caller, .ctx = s};

	if (stream_listen(&listening, &s->listener, e))
		return true;
	if (request->aim == SESSION_SERVE)
		return false;
	if (s->heard.on_told)
		s->heard.on_told(s->heard.ctx, session_unreached(s->arena, e));
	return true;
}

/* Owner, or one who asks the owner, or a reader. */
static bool take_charge(struct session *s, const struct session_request *request, struct err *e)
{
	sv lock = path_join(s->arena, s->state, SV("lock")), socket = session_socket(s, s->arena);

	if (request->aim == SESSION_LOOK)
		return true;
	s->owner = lock_take(lock, request->who, &s->lock, e);
	s->denied = !s->owner && e->kind == ERR_DENIED && request->aim == SESSION_CODE;
	if (s->denied)
		return true;
	if (!s->owner && (e->kind != ERR_CONFLICT || !find_owner(s, request, lock, socket, e)))
		return false;
	return !s->owner || !runs_things(request) || listen_to_others(s, request, socket, e);
}

static bool mend_views(struct session *s, struct err *e)
{
	struct views_told told = {.fn = s->heard.on_told, .ctx = s->heard.ctx};

	return views_mend(s->store, s->state, &told, e);
}

/* Who only looks at the ledger of an older plait brings it up to date, if nobody else is there to do so. */
static void own_to_migrate(struct session *s, const struct session_request *request)
{
	struct err e;

	if (request->aim == SESSION_LOOK)
		s->owner = lock_take(path_join(s->arena, s->state, SV("lock")), request->who,
				     &s->lock, &e);
}

static bool open_ledger(struct session *s, const struct session_request *request, struct err *e)
{
	sv path = path_join(s->arena, s->state, SV("ledger.db"));

	if (request->aim == SESSION_LOOK) {
		if (store_open(path.p, STORE_READ, &s->store, e) || e->kind == ERR_NOT_FOUND)
			return true;
		own_to_migrate(s, request);
	}
	if (store_open(path.p, s->owner ? STORE_WRITE : STORE_READ, &s->store, e))
		return !s->owner || !runs_things(request) || mend_views(s, e);
	return !s->owner && e->kind == ERR_NOT_FOUND;
}

static void on_importing(void *ctx, const struct code_location *location, sv module)
{
	struct session *s = ctx;

	if (s->heard.on_compile_step)
		s->heard.on_compile_step(s->heard.ctx, location, module);
}

static bool open_parts(struct session *s, const struct session_request *request, struct err *e)
{
	struct host_pool_request hosts = {
		.sdk = s->sdk,
		.sdk_library = s->sdk_library,
		.cgroups = sv_of(request->getenv("PLAIT_CGROUPS")).n > 0,
		.compile_limit = request->compile_limit,
		.on_importing = on_importing,
		.ctx = s,
	};
	struct locations_request code = {
		.stored = request->stored || request->aim == SESSION_LOOK ||
			  (request->aim == SESSION_RECORD && !request->recompile),
		.recompile = request->recompile,
		.only = request->only,
	};

	if (!find_workspace(s, request, e) || !make_state(s, request, e) ||
	    !take_charge(s, request, e))
		return false;
	code.stored |= s->denied; /* nowhere to compile to */
	hosts.state = s->state;
	s->hosts = host_pool_new(s->loop, &hosts);
	return open_ledger(s, request, e) && (s->owner_answers || locations_load(s, &code, e));
}

bool session_reach_owner(struct session *s)
{
	struct err ignored;

	if (!s->owner && !s->owner_answers)
		s->owner_answers = stream_connect(s->loop, session_socket(s, s->arena),
						  &s->owner_stream, &ignored);
	return s->owner_answers;
}

bool session_call_owner(struct session *s, struct stream **ret, struct err *e)
{
	*ret = s->owner_stream;
	s->owner_stream = NULL;
	if (*ret || stream_connect(s->loop, session_socket(s, s->arena), ret, e))
		return true;
	e->kind = ERR_UNAVAILABLE;
	return false;
}

void session_hear(struct session *s, const struct session_listener *listener)
{
	s->heard = listener ? *listener : (struct session_listener){0};
}

bool session_open(const struct session_request *request, struct session **ret, struct err *e)
{
	struct arena *a = arena_new();
	struct session *s = NEW(a, struct session, 1);

	*s = (struct session){
		.arena = a,
		.sdk = arena_sv(a, request->sdk),
		.sdk_library = arena_sv(a, request->sdk_library),
		.lock = -1,
		.loop = loop_new(),
		.heard = request->listener,
	};
	if (!open_parts(s, request, e)) {
		session_close(s);
		return false;
	}
	session_hear(s, NULL); /* who opened it may be gone; hosts still compile, for steps */
	*ret = s;
	return true;
}

void session_close(struct session *s)
{
	if (!s)
		return;
	locations_stop(s);
	host_pool_free(s->hosts);
	locations_free(s);
	session_stop_listening(s);
	stream_close(s->owner_stream);
	loop_free(s->loop);
	store_close(s->store);
	fd_cleanup(&s->lock);
	arena_free(s->arena);
}

const struct location_state *session_location(const struct session *s, sv name)
{
	for (size_t i = 0; i < s->code->locations_count; i++)
		if (sv_eq(s->code->locations[i].code->name, name))
			return &s->code->locations[i];
	return NULL;
}

/* Where the manager of an asset keeps its current value; p NULL: plait cannot know. */
static sv manager_path(struct arena *a, const struct manifest_storage *storage, sv key)
{
	struct sv_list parts = asset_key_parts(a, key);
	sv path = storage->base;

	if (!sv_eq(storage->kind, SV("filesystem")))
		return (sv){NULL, 0};
	for (size_t i = 0; i < parts.n; i++)
		path = path_join(a, path, parts.at[i]);
	if (sv_eq(storage->format, SV("parquet")))
		return arena_fmt(a, SV_FMT ".parquet", SV_ARG(path));
	return sv_eq(storage->format, SV("pickle")) ? path : (sv){NULL, 0};
}

/* Values that were there before plait came. */
static bool lies_outside(const struct session *s, struct arena *a, uint32_t node)
{
	const struct graph_node *n = &s->code->graph->nodes[node];
	const struct manifest_resource *manager;
	sv path;

	if (!asset_graph_executable(s->code->graph, node) || !n->asset->io_manager.p)
		return false;
	manager = manifest_resource_find(s->code->graph->locations[n->location].manifest,
					 n->asset->io_manager);
	if (!manager || sv_eq(manager->storage.kind, SV("memory")))
		return false;
	path = manager_path(a, &manager->storage, n->key);
	return !path.p || file_exists(path);
}

bool session_known(struct session *s, struct arena *a, struct known_version **ret, struct err *e)
{
	struct known_version *known = NEW(a, struct known_version, s->code->graph->nodes_count + 1);
	struct version_rows rows = {0};

	if (s->store && !store_list_current(s->store, a, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		uint32_t node = asset_graph_find(s->code->graph, rows.at[i].asset);

		if (node == NO_ID)
			continue;
		if (rows.at[i].directory.p && !file_exists(rows.at[i].directory))
			known[node].gone = true;
		else
			known[node] = (struct known_version){
				.id = rows.at[i].id,
				.run = rows.at[i].run,
				.code_version = rows.at[i].code_version,
				.data_version = rows.at[i].data_version,
				.created_at = rows.at[i].created_at,
				.duration = rows.at[i].duration,
			};
	}
	for (uint32_t i = 0; i < s->code->graph->nodes_count; i++)
		known[i].found_outside = !known[i].id.p && lies_outside(s, a, i);
	*ret = known;
	return true;
}
